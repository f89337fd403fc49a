"""Least squares with absorbed effects: coefficients, inference as asked, joint test, fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import COLLINEAR, find_collinear, triangle
from models.estimation.covariance import Covariance, Regression, cluster_dimensions, estimate_covariance
from models.estimation.multiple_testing import adjust_for_testing_several
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.sample import (
    INTERCEPT,
    Prepared,
    describe_rules,
    describe_winsorising,
    prepare,
)
from models.estimation.spec import Spec
from models.estimation.wald import wald_zero
from models.estimation.wild_bootstrap import FEW_CLUSTERS, Bootstrapped, bootstrap_clusters

Matrix = NDArray[np.float64]
BASIS_POINTS = 1e4


@dataclass(frozen=True)
class Solved:
    """The coefficients of the terms that could be kept."""

    kept: list[str]
    dropped: list[str]
    estimate: Matrix
    regression: Regression
    tested: list[int]  # places of the regressors of interest among the kept


def estimate_least_squares(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate one spec by itself.

    Raises
    ------
    EstimationError
        It cannot be estimated; the message says why.
    """
    return fit(spec, prepare([spec], data), tagger)


def fit(spec: Spec, ready: Prepared, tagger: str, r: Matrix | None = None) -> Fit:
    """Estimate a spec on a prepared sample.

    Parameters
    ----------
    r
        The triangle of `ready.values`, where it is known: columns of a table share it.

    Raises
    ------
    EstimationError
        No term varies, or the inference cannot be had.
    """
    r = triangle(ready.values) if r is None else r
    try:
        solved = solve(spec, ready, r)
        covariance = estimate_covariance(solved.regression, spec.inference)
    except ValueError as error:
        raise EstimationError(str(error)) from error
    tested = solved.tested
    bootstrapped = _bootstrap_where_few(spec, solved, covariance)
    terms = _tabulate(spec, ready, solved, covariance, bootstrapped)
    y = ready.values[:, ready.columns.index(spec.outcome)]
    squares = float(y @ y)
    sessions = ready.rows["session"] if "session" in ready.rows.columns else None
    facts: dict[str, Any] = {
        "corrections": covariance.corrections,
        "bootstrap": bootstrapped.words if bootstrapped else None,
        "n_firms": _count(ready, "ticker"),
        "n_sessions": _count(ready, "session"),
        "n_singletons": ready.n_singletons,
        "n_clusters_firm": covariance.n_clusters.get("ticker"),
        "n_clusters_session": covariance.n_clusters.get("session"),
        "r_squared": _r_squared(spec, ready, solved.regression.ssr),
        "r_squared_within": 1 - solved.regression.ssr / squares if spec.effects else None,
        "r_squared_gain_bp": _gain(spec, ready, solved, r),
        "dependent_mean": ready.means[spec.outcome],
        "dependent_sd": ready.sds[spec.outcome],
        "dropped_terms": ", ".join(solved.dropped),
        "sample_rules": describe_rules(spec),
        "winsorising": describe_winsorising(spec),
        "sample_start": None if sessions is None else sessions.min(),
        "sample_end": None if sessions is None else sessions.max(),
        **wald_zero(solved.estimate[tested], covariance.matrix[np.ix_(tested, tested)], covariance.df),
    }
    return Fit(spec, terms, summarise(spec, tagger, n_obs=ready.rows.height, method="", **facts))


def solve(spec: Spec, ready: Prepared, r: Matrix) -> Solved:
    """Compute the coefficients of the terms that are not collinear.

    Raises
    ------
    EstimationError
        No term is left, or the effects explain the outcome fully.
    """
    names = list(spec.terms)
    outcome = ready.columns.index(spec.outcome)
    # What rounding leaves of an absorbed outcome would be fitted, and tested, as if it were one.
    if spec.effects and np.linalg.norm(r[:, outcome]) <= COLLINEAR * ready.total[spec.outcome] ** 0.5:
        raise EstimationError(
            f"its outcome, {spec.outcome}, does not vary within {_say_effects(spec)}; "
            "there is nothing to explain."
        )
    spread = np.array([ready.total[name] ** 0.5 for name in names])
    intercept = [] if spec.effects else [INTERCEPT]
    # Beside an intercept a column that does not vary is collinear with it, so it comes first.
    places = ready.at([*intercept, *names])
    collinear = find_collinear(r[:, places], np.concatenate([np.zeros(len(intercept)), spread]))
    collinear = collinear[len(intercept) :]
    kept = [name for name, drop in zip(names, collinear, strict=True) if not drop]
    dropped = [name for name, drop in zip(names, collinear, strict=True) if drop]
    if not kept and (spec.effects or names):
        raise EstimationError(
            "none of its terms varies within firms and sessions; there is nothing to estimate."
        )
    columns = kept + intercept
    estimate, bread = _solve_columns(r, ready.at(columns), outcome)
    x = _take_columns(ready.values, ready.at(columns))
    residuals = ready.values[:, outcome] - x @ estimate
    regression = Regression(x, residuals, bread, ready.codes, ready.effect_sizes)
    tested = [kept.index(name) for name in spec.regressors if name in kept]
    return Solved(kept + intercept, dropped, estimate, regression, tested)


def _take_columns(values: Matrix, places: Sequence[int]) -> Matrix:
    """Return columns in an order of their own, Fortran order; without a copy where they lie side by side."""
    first = places[0] if places else 0
    if list(places) == list(range(first, first + len(places))):
        return values[:, first : first + len(places)]
    return np.asfortranarray(values[:, places])


def _say_effects(spec: Spec) -> str:
    words = {"ticker": "firms", "session": "sessions", "quarter": "quarters"}
    return " and ".join(words[name] for name in spec.effects)


def _solve_columns(r: Matrix, columns: Sequence[int], outcome: int) -> tuple[Matrix, Matrix]:
    """Return the coefficients and the inverse of X'X from the triangle of all columns."""
    scale = np.linalg.norm(r[:, columns], axis=0)
    small = np.asarray(np.linalg.qr(np.column_stack([r[:, columns] / scale, r[:, outcome]]), mode="r"))
    k = len(columns)
    inverse = np.linalg.inv(small[:k, :k])
    return inverse @ small[:k, k] / scale, inverse @ inverse.T / np.outer(scale, scale)


def _bootstrap_where_few(spec: Spec, solved: Solved, covariance: Covariance) -> Bootstrapped | None:
    few = covariance.n_clusters and min(covariance.n_clusters.values()) < FEW_CLUSTERS
    if not few or spec.option("bootstrap", "where few") == "never":
        return None
    return bootstrap_clusters(solved.regression, solved.estimate, cluster_dimensions(spec.inference))


def _tabulate(
    spec: Spec, ready: Prepared, solved: Solved, covariance: Covariance, bootstrapped: Bootstrapped | None
) -> pl.DataFrame:
    within = [ready.within_sds.get(name, np.nan) for name in solved.kept]
    std_error = np.sqrt(np.diag(covariance.matrix))
    terms = tabulate_terms(solved.kept, solved.estimate, std_error, covariance.df, within)
    if bootstrapped:
        terms = terms.with_columns(
            p_value_analytic=pl.col("p_value"),
            p_value=pl.Series(bootstrapped.p_values),
            conf_low=pl.Series(bootstrapped.conf_low),
            conf_high=pl.Series(bootstrapped.conf_high),
        )
    adjusted = adjust_for_testing_several(
        solved.regression,
        covariance.matrix,
        solved.estimate,
        solved.tested,
        terms["p_value"].to_numpy(),
        spec,
    )
    return terms.with_columns(**adjusted)


def _count(ready: Prepared, name: str) -> int | None:
    return int(ready.codes[name].max()) + 1 if name in ready.codes else None


def _r_squared(spec: Spec, ready: Prepared, ssr: float) -> float | None:
    total = ready.total[spec.outcome]
    return 1 - ssr / total if total > 0 else None


def _gain(spec: Spec, ready: Prepared, solved: Solved, r: Matrix) -> float | None:
    """R2 less that of the controls alone on the same rows, in basis points."""
    controls = [name for name in solved.kept if name in spec.controls]
    total = ready.total[spec.outcome]
    if not spec.regressors or not controls or total <= 0:
        return None
    columns = ready.at([*controls, *([] if spec.effects else [INTERCEPT])])
    base = np.asarray(np.linalg.qr(r[:, [*columns, ready.columns.index(spec.outcome)]], mode="r"))
    base_ssr = float(np.sum(base[len(columns) :, -1] ** 2))
    return (base_ssr - solved.regression.ssr) / total * BASIS_POINTS
