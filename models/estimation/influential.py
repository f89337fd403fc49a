"""The rows that move a coefficient most, found where it is estimated: a page need not do it anew."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.influence import KEYS, change_without, count_fewest
from models.estimation.least_squares import solve
from models.estimation.leverage import leverage_of_effects, leverage_of_regressors
from models.estimation.results import Data
from models.estimation.sample import Prepared, select_rows
from models.estimation.spec import Spec
from models.estimation.terms import take_terms

Matrix = NDArray[np.float64]
MOST = 200  # rows of greatest influence that are kept of a coefficient
SPREAD = 400  # rows kept besides, evenly through the sample, to draw the others by


@dataclass(frozen=True)
class Influential:
    """What is kept of the influence of single rows.

    Parameters
    ----------
    rows
        One row a `term`, `ticker` and `session`: the columns of `models.estimation.influence.Influence.rows`
        with `place`, from 1 by |DFBETA|; null for the rows that are there only to be drawn.
    concentration
        One row a `term`: `n_rows` of the sample, `to_zero` as `fewest_that_turn` counts, and the sums
        `carried_most` and `carried_least` of the ten largest and the ten smallest shares.
    """

    rows: pl.DataFrame
    concentration: pl.DataFrame


def find_influential(
    spec: Spec, ready: Prepared, r: Matrix, terms: pl.DataFrame, of_effects: Matrix | float
) -> Influential:
    """Find the rows that move each coefficient of a spec most, to the numbers of `measure_influence`.

    Memory holds a few columns of the sample's length, one coefficient at a time.

    Parameters
    ----------
    r
        The triangle of `ready.values`.
    terms
        As `fit` tabulates them.
    of_effects
        The leverage of absorbed effects (n,), or 0 where there are none.

    Returns
    -------
    Influential
        `outcome` and `value` are not known here; `add_values` adds them.
    """
    solved = solve(spec, ready, r)
    leverage_of_terms = leverage_of_regressors(solved.regression.x, solved.regression.bread)
    leverage = leverage_of_terms + of_effects
    std_errors = dict(terms.select("term", "std_error").iter_rows())
    rows, concentration = [], []
    for j, term in enumerate(solved.kept):
        estimate, bread = float(solved.estimate[j]), solved.regression.bread
        precision = float(bread[j, j])
        own = solved.regression.x @ (bread[:, j] / precision)
        residuals = solved.regression.residuals
        change = change_without(own, precision, residuals, leverage)
        partial = residuals + estimate * own
        with np.errstate(divide="ignore", invalid="ignore"):
            share = own * partial * precision / estimate
        places, picked = _pick(np.abs(change))
        rows.append(
            ready.rows[picked].with_columns(
                term=pl.lit(term),
                place=pl.Series(places, dtype=pl.UInt32),
                outcome_part=partial[picked],
                value_part=own[picked],
                residual=residuals[picked],
                leverage=leverage[picked],
                leverage_of_terms=leverage_of_terms[picked],
                partial_leverage=own[picked] ** 2 * precision,
                share=share[picked],
                dfbeta=change[picked],
                dfbetas=change[picked] / std_errors[term],
            )
        )
        most, least = _sum_extremes(share)
        concentration.append(
            {
                "term": term,
                "n_rows": ready.rows.height,
                "to_zero": count_fewest(change, estimate),
                "carried_most": most,
                "carried_least": least,
            }
        )
    known = pl.selectors.float().fill_nan(None)
    sums = pl.DataFrame(concentration, schema_overrides={"to_zero": pl.Int64})
    return Influential(pl.concat(rows).with_columns(known), sums.with_columns(known))


def leverage_of(spec: Spec, ready: Prepared) -> Matrix | float:
    """Return the leverage that a spec's absorbed effects give each row: (n,), or 0 without effects.

    Raises
    ------
    ValueError
        The effects have too many levels.
    """
    codes = [ready.codes[name] for name in spec.effects]
    return leverage_of_effects(codes, ready.weights) if codes else 0.0


def can_be_traced(spec: Spec, ready: Prepared) -> bool:
    """Tell whether a spec's rows are firm-days, each named by its firm and session."""
    return spec.estimator == "least_squares" and set(KEYS) <= set(ready.rows.columns)


def add_values(found: dict[int, tuple[Spec, Influential]], data: Data) -> dict[int, Influential]:
    """Add `outcome` and `value`, before effects and winsorised as in the sample, to columns on one sample."""
    if not found:
        return {}
    some = next(iter(found.values()))[0]
    kept = pl.concat(one.rows.select(KEYS) for _, one in found.values()).unique()
    raw = select_rows(some, data).join(kept, on=KEYS, how="semi", maintain_order="left")
    complete = {}
    for number, (spec, one) in found.items():
        parts = []
        for (term,), rows in one.rows.group_by("term", maintain_order=True):
            # The intercept is a column of ones.
            value = take_terms(raw, [str(term)])[:, 0] if term in spec.terms else np.ones(raw.height)
            shown = raw.select(*KEYS, outcome=pl.col(spec.outcome).cast(pl.Float64), value=pl.Series(value))
            parts.append(rows.join(shown, on=KEYS, how="left", maintain_order="left"))
        complete[number] = Influential(pl.concat(parts), one.concentration)
    return complete


def _pick(size: Matrix) -> tuple[list[int | None], NDArray[np.intp]]:
    """Return places and indices of the rows that are kept: the largest first, then some of all."""
    known = np.nan_to_num(size, nan=-1.0)
    n = len(known)
    largest = np.argpartition(known, n - MOST)[n - MOST :] if n > MOST else np.arange(n)
    # Rows lie in the order of firms and sessions, which breaks ties.
    largest = largest[np.lexsort((largest, -known[largest]))]
    others = np.setdiff1d(np.arange(0, n, -(-n // SPREAD)), largest)
    places = [*range(1, len(largest) + 1), *[None] * len(others)]
    return places, np.concatenate([largest, others])


def _sum_extremes(share: Matrix, many: int = 10) -> tuple[float, float]:
    known = share[~np.isnan(share)]
    if len(known) <= many:
        return float(known.sum()), float(known.sum())
    ordered = np.partition(known, [many - 1, len(known) - many])
    return float(np.sort(ordered[-many:]).sum()), float(np.sort(ordered[:many]).sum())
