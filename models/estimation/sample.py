"""From a panel to a sample: rules, winsorising, products, singletons; then its effects are absorbed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import absorb, encode, find_singletons
from models.estimation.results import ROWS, Data, EstimationError
from models.estimation.rules import is_incomplete, list_coverage, say_rules, take_others, take_posts
from models.estimation.spec import Spec
from models.estimation.terms import take_terms
from models.estimation.variables import add_variables

Matrix = NDArray[np.float64]
Codes = NDArray[np.uint32]
INTERCEPT = "(Intercept)"
LEVELS = ("ticker", "session", "quarter")  # columns that may be absorbed or clustered on


@dataclass(frozen=True)
class Prepared:
    """A sample ready for estimation.

    Parameters
    ----------
    columns
        Names of the columns of `values`; the last is the intercept where no effect is absorbed.
    values
        (n, k), Fortran order: without their effects, times the root of the weights.
    rows
        The rows used: `ticker`, `session` and the columns that are no terms.
    means, sds, within_sds
        Of each column before its effects were absorbed; `within_sds` within firms.
    total
        Column -> its sum of squares about its (weighted) mean before effects were absorbed.
    """

    spec: Spec
    columns: list[str]
    values: Matrix
    rows: pl.DataFrame
    codes: dict[str, Codes]
    effect_sizes: dict[str, int]
    n_singletons: int
    weights: Matrix | None
    means: dict[str, float] = field(repr=False)
    sds: dict[str, float] = field(repr=False)
    within_sds: dict[str, float] = field(repr=False)
    total: dict[str, float] = field(repr=False)

    def at(self, names: Sequence[str]) -> list[int]:
        """Return the places of columns."""
        return [self.columns.index(name) for name in names]


def sample_key(spec: Spec) -> tuple[Any, ...]:
    """Return what two specs must share to stand on one prepared sample."""
    outcome_rules = tuple(sorted(set(spec.winsorised) & set(spec.variables)))
    return (frozenset(spec.variables), spec.sample, spec.effects, spec.weights, outcome_rules, spec.frame)


def select_rows(spec: Spec, data: Data) -> pl.DataFrame:
    """Return the rows that a spec's rules keep, sorted, with its variables winsorised.

    Raises
    ------
    EstimationError
        A variable or a relation is missing, or no row has everything.
    """
    frame = _find_frame(spec, data)
    complete = add_variables(frame, [*spec.variables, *list_coverage(spec, frame)])
    enough = _meet(complete, [*take_posts(spec, complete), *take_others(spec, complete)])
    used = enough & _meet(complete, [pl.col(name).is_finite() for name in spec.variables])
    if not used.any():
        raise EstimationError(_explain_empty(spec, complete, complete.filter(enough)))
    keys = [key for key in (*LEVELS, "session_no") if key in frame.columns and key not in spec.variables]
    wanted = complete.select(*keys, *spec.variables)
    del frame, complete  # where nobody else holds what was read, only the wanted columns stay
    rows = keep_rows(wanted, used)
    order = [key for key in ("ticker", "session") if key in rows.columns]
    if not _is_sorted(rows, order):
        rows = rows.sort(order, maintain_order=True)
    for winsorised in _winsorise(spec, rows):
        rows = rows.with_columns(winsorised)
    return rows


def keep_rows(rows: pl.DataFrame, kept: pl.Series) -> pl.DataFrame:
    """Return the rows that are marked, and empty the frame on the way: one column is doubled at a time."""
    if kept.all():
        return rows
    return pl.DataFrame([rows.drop_in_place(name).filter(kept) for name in rows.columns])


def _meet(frame: pl.DataFrame, rules: Sequence[pl.Expr]) -> pl.Series:
    """Mark the rows that meet all rules; a rule that cannot be told is not met."""
    return frame.select(pl.all_horizontal(pl.repeat(True, pl.len()), *rules).fill_null(False)).to_series()


def _is_sorted(rows: pl.DataFrame, order: Sequence[str]) -> bool:
    in_order = pl.lit(True)
    for key in reversed(order):
        now, before = pl.col(key), pl.col(key).shift()
        in_order = (now > before) | ((now == before) & in_order)
    return bool(rows.select(pl.repeat(True, pl.len()) & in_order).to_series().all())


def prepare(specs: Sequence[Spec], data: Data) -> Prepared:
    """Apply the rules that specs share, drop singletons and absorb the effects of all their columns.

    Raises
    ------
    EstimationError
        There is no row, or the effects cannot be absorbed.
    """
    spec = specs[0]
    rows = select_rows(spec, data)
    codes: dict[str, Codes] = {name: encode(rows[name]) for name in LEVELS if name in rows.columns}
    if lacking := [name for name in spec.effects if name not in codes]:
        raise EstimationError(f"the relation {spec.frame} has no column {lacking[0]} to absorb.")
    n_singletons = 0
    if spec.effects:
        alone = find_singletons(np.column_stack([codes[name] for name in spec.effects]))
        n_singletons = int(alone.sum())
        if n_singletons:
            rows = keep_rows(rows, ~pl.Series(alone))
            codes = {name: encode(pl.Series(code[~alone])) for name, code in codes.items()}
    if rows.height < 2:
        raise EstimationError(
            f"all {n_singletons:,} {ROWS.get(spec.frame, 'rows')} of the sample are alone in their firm or "
            "session; firm and session effects need firms seen twice and sessions with two firms."
        )
    terms = list(dict.fromkeys(name for s in specs for name in (s.outcome, *s.terms)))
    try:
        return _absorb(spec, rows, terms, codes, n_singletons)
    except ValueError as error:
        raise EstimationError(str(error)) from error


def _absorb(
    spec: Spec, rows: pl.DataFrame, terms: list[str], codes: dict[str, Codes], n_singletons: int
) -> Prepared:
    weights = rows[spec.weights].cast(pl.Float64).to_numpy() if spec.weights else None
    if weights is not None and weights.min() <= 0:
        raise ValueError(
            f"the weights {spec.weights} go down to {weights.min():g}; expected positive weights. "
            "Leave rows without weight out by a sample rule."
        )
    keys = rows.select(key for key in ("ticker", "session") if key in rows.columns)
    columns = terms if spec.effects else [*terms, INTERCEPT]
    values = _move_terms(rows, columns)
    firms = codes.get("ticker")
    facts: dict[str, dict[str, float]] = {"means": {}, "sds": {}, "within_sds": {}, "total": {}}
    for j, term in enumerate(terms):
        column = values[:, j]
        facts["means"][term] = float(column.mean())
        facts["sds"][term] = float(column.std(ddof=1)) if len(column) > 1 else 0.0
        facts["within_sds"][term] = _within_sd(column, firms)
        deviation = column - np.average(column, weights=weights)
        squares = deviation**2 if weights is None else weights * deviation**2
        facts["total"][term] = float(squares.sum())
    if spec.effects:
        absorbed = np.column_stack([codes[name] for name in spec.effects])
        absorb(values, absorbed, weights)
    if weights is not None:
        values *= np.sqrt(weights)[:, None]
    return Prepared(
        spec=spec,
        columns=columns,
        values=values,
        rows=keys,
        codes=codes,
        effect_sizes={name: int(codes[name].max()) + 1 for name in spec.effects},
        n_singletons=n_singletons,
        weights=weights,
        **facts,
    )


def _move_terms(rows: pl.DataFrame, columns: Sequence[str]) -> Matrix:
    """Return one column a term, (n, k), Fortran order; what no term needs any more leaves the frame."""
    values = np.empty((rows.height, len(columns)), order="F")
    needed: list[set[str]] = [set() if term == INTERCEPT else set(term.split(":")) for term in columns]
    for j, term in enumerate(columns):
        for name in set(rows.columns).difference(*needed[j:]):
            rows.drop_in_place(name)
        values[:, j] = 1.0 if term == INTERCEPT else take_terms(rows, [term])[:, 0]
    return values


def _find_frame(spec: Spec, data: Data) -> pl.DataFrame:
    if spec.frame not in data:
        raise EstimationError(f"the relation {spec.frame} is not there; it is needed by '{spec.title}'.")
    return data[spec.frame]


def describe_rules(spec: Spec) -> str:
    """Say in words which rows were used."""
    return f"{ROWS.get(spec.frame, 'rows')} with {' and '.join([*say_rules(spec), 'all variables present'])}"


def describe_winsorising(spec: Spec) -> str:
    """Say what was winsorised, where."""
    winsorised = [name for name in spec.winsorised if name in spec.variables]
    if not spec.sample.winsorise or not winsorised:
        return "none"
    low, high = spec.sample.winsorise
    return f"{', '.join(winsorised)} at {low:.1%} and {high:.1%}"


def _explain_empty(spec: Spec, panel: pl.DataFrame, enough: pl.DataFrame) -> str:
    rows = ROWS.get(spec.frame, "rows")
    if enough.is_empty():
        found = (
            f"0 of {panel.height:,} {rows} have {' and '.join(say_rules(spec))}"
            if panel.height
            else f"there are no {rows}"
        )
        if n := panel.filter(is_incomplete(spec, panel)).height:
            found += f", the posts of {n:,} were not observed whole (a source was down)"
        return f"{found}; load posts and prices of the same symbols and days."
    counts = enough.select(pl.col(name).is_not_null().sum() for name in spec.variables).row(0, named=True)
    scarce = min(counts, key=lambda name: counts[name])
    return (
        f"0 of {enough.height:,} {rows} with posts have all variables; the scarcest is {scarce} "
        f"({counts[scarce]:,} present). A longer history of posts or prices is needed."
    )


def _winsorise(spec: Spec, rows: pl.DataFrame) -> list[pl.Expr]:
    if spec.sample.winsorise is None:
        return []
    low, high = spec.sample.winsorise
    return [
        pl.col(name).clip(
            pl.col(name).quantile(low, interpolation="linear"),
            pl.col(name).quantile(high, interpolation="linear"),
        )
        for name in spec.winsorised
        if name in rows.columns
    ]


def _within_sd(x: Matrix, firms: Codes | None) -> float:
    r"""Compute the standard deviation within firms: :math:`\sqrt{\sum (x_{it} - \bar x_i)^2 / (n - N)}`."""
    if firms is None:
        return float(x.std(ddof=1))
    counts = np.bincount(firms)
    residual = x - (np.bincount(firms, weights=x) / counts)[firms]
    return float(np.sqrt(residual @ residual / max(len(x) - len(counts), 1)))
