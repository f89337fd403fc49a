"""From specs and a panel to fits: one sample, one demeaning for the columns that share it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import absorb, encode, find_collinear, find_singletons
from models.estimation.covariance import Covariance, estimate_covariance
from models.estimation.spec import Family, Spec

Matrix = NDArray[np.float64]
BASIS_POINTS = 1e4


class EstimationError(ValueError):
    """A regression that cannot be estimated; the message says what was found and what is needed."""


@dataclass(frozen=True)
class Fit:
    """An estimated spec.

    Parameters
    ----------
    terms
        One row a term: `position, term, estimate, std_error, statistic, p_value, conf_low, conf_high`
        (95 %), `within_sd` (the term's standard deviation within firms) and `estimate_per_sd`.
    summary
        One row a model: what was estimated, on which sample, how well it fits.
    """

    spec: Spec
    terms: pl.DataFrame
    summary: dict[str, Any]


@dataclass(frozen=True)
class Unestimated:
    """A spec that could not be estimated, and why."""

    spec: Spec
    reason: str


@dataclass(frozen=True)
class Estimated:
    """What came of a family."""

    fits: list[Fit]
    unestimated: list[Unestimated]

    def models(self) -> pl.DataFrame:
        """One row a model."""
        return pl.DataFrame([fit.summary for fit in self.fits], infer_schema_length=None)

    def terms(self) -> pl.DataFrame:
        """One row a model and term."""
        return pl.concat([fit.terms.with_columns(column_no=pl.lit(fit.spec.column_no)) for fit in self.fits])


@dataclass(frozen=True)
class Prepared:
    """A sample ready for estimation: values as they are and without their effects."""

    spec: Spec
    columns: list[str]
    values: Matrix  # (n, columns), winsorised
    demeaned: Matrix  # (n, columns), and times the root of the weights
    weights: Matrix | None
    clusters: dict[str, NDArray[np.uint32]]
    effect_sizes: dict[str, int]
    n_singletons: int
    sessions: pl.Series

    def take(self, names: Sequence[str]) -> Matrix:
        """Return demeaned columns by name."""
        return self.demeaned[:, [self.columns.index(name) for name in names]]


def estimate_family(family: Family, panel: pl.DataFrame, tagger: str = "linear") -> Estimated:
    """Estimate all columns of a family.

    Columns on the same sample share one demeaning. A column that cannot be estimated (its sample is
    empty, say) does not stop the others.

    Parameters
    ----------
    panel
        One row a ticker and session: `ticker`, `session`, and the variables of the specs.
    tagger
        Whose emotions the panel holds, for the record.

    Raises
    ------
    EstimationError
        Not one column can be estimated.
    """
    fits: list[Fit] = []
    unestimated: list[Unestimated] = []
    prepared: dict[tuple[Any, ...], Prepared | EstimationError] = {}
    for spec in family.specs:
        key = _sample_key(spec)
        if key not in prepared:
            prepared[key] = _try_prepare(spec, panel)
        ready = prepared[key]
        try:
            if isinstance(ready, EstimationError):
                raise ready
            fits.append(_fit(spec, ready, tagger))
        except EstimationError as error:
            unestimated.append(Unestimated(spec, str(error)))
    if not fits:
        raise EstimationError(unestimated[0].reason)
    return Estimated(fits, unestimated)


def estimate_spec(spec: Spec, panel: pl.DataFrame, tagger: str = "linear") -> Fit:
    """Estimate one spec on a panel.

    Raises
    ------
    EstimationError
        It cannot be estimated; the message says why.
    """
    ready = _try_prepare(spec, panel)
    if isinstance(ready, EstimationError):
        raise ready
    return _fit(spec, ready, tagger)


def _sample_key(spec: Spec) -> tuple[Any, ...]:
    return (frozenset(spec.variables), spec.sample, spec.effects, spec.weights, spec.winsorised, spec.outcome)


def _try_prepare(spec: Spec, panel: pl.DataFrame) -> Prepared | EstimationError:
    try:
        return _prepare(spec, panel)
    except EstimationError as error:
        return error
    except ValueError as error:
        return EstimationError(str(error))


def _prepare(spec: Spec, panel: pl.DataFrame) -> Prepared:
    """Apply the sample's rules, winsorise, drop singletons and absorb the effects."""
    variables = list(spec.variables)
    if missing := [name for name in variables if name not in panel.columns]:
        raise EstimationError(f"the panel has no column {', '.join(missing)}.")
    posts = f"{spec.sample.window}_posts"
    enough = panel.filter(pl.col(posts) >= spec.sample.min_posts) if posts in panel.columns else panel
    rows = enough.select("ticker", "session", *variables).drop_nulls().sort("ticker", "session")
    rows = rows.filter(pl.all_horizontal(pl.col(variables).is_finite()))
    if rows.is_empty():
        raise EstimationError(_explain_empty(spec, panel, enough))
    rows = rows.with_columns(_winsorise(spec, rows))
    codes = encode([rows[name].to_numpy() for name in spec.effects])
    n_singletons = 0
    if spec.effects:
        singletons = find_singletons(codes)
        n_singletons = int(singletons.sum())
        rows = rows.filter(~pl.Series(singletons))
        codes = encode([rows[name].to_numpy() for name in spec.effects])
    else:
        codes = np.empty((rows.height, 0), dtype=np.uint32)
    if rows.height < 2:
        raise EstimationError(
            f"all {n_singletons:,} firm-days of the sample are alone in their firm or session; "
            "firm and session effects need firms seen twice and sessions with two firms."
        )
    values = rows.select(variables).cast(pl.Float64).to_numpy()
    weights = values[:, variables.index(spec.weights)] if spec.weights else None
    absorbed = absorb(values, codes, weights)
    root = 1.0 if weights is None else np.sqrt(weights)[:, None]
    return Prepared(
        spec=spec,
        columns=variables,
        values=values,
        demeaned=absorbed.values * root,
        weights=weights,
        clusters={name: encode([rows[name].to_numpy()])[:, 0] for name in ("ticker", "session")},
        effect_sizes=dict(zip(spec.effects, absorbed.effect_sizes, strict=True)),
        n_singletons=n_singletons,
        sessions=rows["session"],
    )


def _explain_empty(spec: Spec, panel: pl.DataFrame, enough: pl.DataFrame) -> str:
    if enough.is_empty():
        window = "before the open" if spec.sample.window == "pre_open" else "during the session"
        return (
            f"0 of {panel.height:,} firm-days have at least {spec.sample.min_posts} posts {window}; "
            "load posts and prices of the same symbols and days."
        )
    counts = enough.select(pl.col(name).is_not_null().sum() for name in spec.variables).row(0, named=True)
    scarce = min(counts, key=lambda name: counts[name])
    return (
        f"0 of {enough.height:,} firm-days with posts have all variables; the scarcest is {scarce} "
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


def _fit(spec: Spec, ready: Prepared, tagger: str) -> Fit:
    """Estimate one column on a prepared sample."""
    names = list(spec.terms)
    intercept = [] if spec.effects else ["(Intercept)"]
    original = ready.values[:, [ready.columns.index(name) for name in names]]
    collinear = find_collinear(original, ready.take(names)) if names else np.zeros(0, dtype=bool)
    kept = [name for name, drop in zip(names, collinear, strict=True) if not drop]
    dropped = [name for name, drop in zip(names, collinear, strict=True) if drop]
    if not kept:
        raise EstimationError(
            "none of its terms varies within firms and sessions; there is nothing to estimate."
        )
    y, x = _design(spec, ready, kept)
    try:
        fitted = _ols(y, x)
        covariance = estimate_covariance(fitted, spec.inference, ready.clusters, ready.effect_sizes)
    except ValueError as error:
        raise EstimationError(str(error)) from error
    terms = _tidy(fitted, covariance, kept + intercept, ready)
    tested = [kept.index(name) for name in spec.regressors if name in kept]
    summary = _summarise(spec, ready, fitted, covariance, tagger) | {
        "dropped_terms": ", ".join(dropped),
        "r_squared_gain_bp": _gain(spec, ready, fitted, dropped),
        **_joint_test(fitted, covariance, tested),
    }
    return Fit(spec, terms, summary)


def _design(spec: Spec, ready: Prepared, names: list[str]) -> tuple[Matrix, Matrix]:
    """Return outcome and regressors: demeaned, or beside an intercept where nothing is absorbed."""
    if spec.effects:
        return ready.take([spec.outcome])[:, 0], ready.take(names)
    root = np.ones(len(ready.values)) if ready.weights is None else np.sqrt(ready.weights)
    columns = ready.values[:, [ready.columns.index(name) for name in names]]
    return (
        ready.values[:, ready.columns.index(spec.outcome)] * root,
        np.column_stack([columns, np.ones(len(columns))]) * root[:, None],
    )


def _ols(y: Matrix, x: Matrix) -> Any:
    from statsmodels.regression.linear_model import OLS

    return OLS(y, x).fit(method="qr")


def _tidy(fitted: Any, covariance: Covariance, names: list[str], ready: Prepared) -> pl.DataFrame:
    from scipy import stats

    estimate = np.asarray(fitted.params)
    std_error = np.sqrt(np.diag(covariance.matrix))
    statistic = estimate / std_error
    margin = stats.t.ppf(0.975, covariance.df) * std_error
    within = np.array([_within_sd(ready, name) if name in ready.columns else np.nan for name in names])
    return pl.DataFrame(
        {
            "position": np.arange(1, len(names) + 1),
            "term": names,
            "estimate": estimate,
            "std_error": std_error,
            "statistic": statistic,
            "p_value": 2 * stats.t.sf(np.abs(statistic), covariance.df),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
            "within_sd": within,
            "estimate_per_sd": estimate * within,
        }
    )


def _within_sd(ready: Prepared, name: str) -> float:
    r"""Compute the standard deviation within firms: :math:`\sqrt{\sum (x_{it} - \bar x_i)^2 / (n - N)}`."""
    x = ready.values[:, ready.columns.index(name)]
    firms = ready.clusters["ticker"]
    counts = np.bincount(firms)
    residual = x - (np.bincount(firms, weights=x) / counts)[firms]
    return float(np.sqrt(residual @ residual / max(len(x) - len(counts), 1)))


def _r_squared(ready: Prepared, spec: Spec, ssr: float) -> float:
    y = ready.values[:, ready.columns.index(spec.outcome)]
    w = np.ones(len(y)) if ready.weights is None else ready.weights
    total = float(w @ (y - np.average(y, weights=w)) ** 2)
    return 1 - ssr / total


def _gain(spec: Spec, ready: Prepared, fitted: Any, dropped: list[str]) -> float | None:
    """R2 less that of the controls alone on the same firm-days, in basis points."""
    controls = [name for name in spec.controls if name not in dropped]
    if not spec.regressors or not controls:
        return None
    base = _ols(*_design(spec, ready, controls))
    gain = _r_squared(ready, spec, float(fitted.ssr)) - _r_squared(ready, spec, float(base.ssr))
    return gain * BASIS_POINTS


def _joint_test(fitted: Any, covariance: Covariance, tested: list[int]) -> dict[str, float | int | None]:
    r"""Wald test that all tested slopes are zero: :math:`F = b' V^{-1} b / q`, F(q, df)."""
    empty: dict[str, float | int | None] = {
        "joint_f": None,
        "joint_df1": None,
        "joint_df2": None,
        "joint_p": None,
    }
    if not tested:
        return empty
    from scipy import stats

    b = np.asarray(fitted.params)[tested]
    v = covariance.matrix[np.ix_(tested, tested)]
    if np.linalg.matrix_rank(v) < len(tested):
        return empty
    f = float(b @ np.linalg.solve(v, b)) / len(tested)
    return {
        "joint_f": f,
        "joint_df1": len(tested),
        "joint_df2": covariance.df,
        "joint_p": float(stats.f.sf(f, len(tested), covariance.df)),
    }


def _summarise(
    spec: Spec, ready: Prepared, fitted: Any, covariance: Covariance, tagger: str
) -> dict[str, Any]:
    y = ready.values[:, ready.columns.index(spec.outcome)]
    demeaned = ready.take([spec.outcome])[:, 0]
    winsorised = [name for name in spec.winsorised if name in spec.variables]
    rules = f"at least {spec.sample.min_posts} post{'s' if spec.sample.min_posts != 1 else ''}"
    window = "before the open" if spec.sample.window == "pre_open" else "during the session"
    return {
        "family": spec.family,
        "column_no": spec.column_no,
        "title": spec.title,
        "outcome": spec.outcome,
        "effects": "+".join(spec.effects),
        "inference": spec.inference,
        "corrections": covariance.corrections,
        "n_obs": len(y),
        "n_firms": int(ready.clusters["ticker"].max()) + 1,
        "n_sessions": int(ready.clusters["session"].max()) + 1,
        "n_singletons": ready.n_singletons,
        "n_clusters_firm": covariance.n_clusters.get("ticker"),
        "n_clusters_session": covariance.n_clusters.get("session"),
        "r_squared": _r_squared(ready, spec, float(fitted.ssr)),
        "r_squared_within": 1 - float(fitted.ssr) / float(demeaned @ demeaned) if spec.effects else None,
        "dependent_mean": float(y.mean()),
        "dependent_sd": float(y.std(ddof=1)),
        "sample_rules": f"firm-days with {rules} {window} and all variables present",
        "winsorising": (
            f"{', '.join(winsorised)} at {spec.sample.winsorise[0]:.1%} and {spec.sample.winsorise[1]:.1%}"
            if spec.sample.winsorise and winsorised
            else "none"
        ),
        "weights": spec.weights,
        "sample_start": ready.sessions.min(),
        "sample_end": ready.sessions.max(),
        "tagger": tagger,
    }
