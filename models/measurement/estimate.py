"""Three columns beside the mean probabilities: shares of tags, adjusted shares, and their SIMEX."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.estimation.results import Data, EstimationError, Fit, tabulate_terms
from models.estimation.rules import list_coverage
from models.estimation.spec import Spec
from models.measurement.adjusted_counts import adjust_shares
from models.measurement.confusion import find_generator, read_confusion
from models.measurement.simulation_extrapolation import (
    EXPONENTS,
    REPLICATES,
    SEED,
    Extrapolated,
    simulate_and_extrapolate,
)

Matrix = NDArray[np.float64]
# What is of the naive fit and has no counterpart after an extrapolation.
NOT_EXTRAPOLATED = (
    "r_squared",
    "r_squared_within",
    "r_squared_gain_bp",
    "joint_f",
    "joint_df1",
    "joint_df2",
    "joint_p",
)


def estimate_label_shares(spec: Spec, data: Data, tagger: str) -> Fit:
    """Regress on the shares of posts by most probable emotion: a spec's `pre_open_happy` is that share.

    Raises
    ------
    EstimationError
        A regressor is no emotion of the sample's window, the panel has no counts, or no fit is possible.
    """
    panel, counts = _countable(spec, data)
    shares = counts / counts.sum(axis=1, keepdims=True)
    fit = _fit_on(spec, panel, shares, tagger)
    method = "Shares of posts by their most probable emotion, as tagged; nothing is corrected."
    return _describe(fit, spec, method)


def estimate_adjusted_counts(spec: Spec, data: Data, tagger: str) -> Fit:
    """Regress on shares corrected for the tagger's confusion: see `adjust_shares`.

    The option `prior_posts` (default 0) adds posts of the average composition to each firm-day.

    Raises
    ------
    EstimationError
        As `estimate_label_shares`; or the confusion is not known or cannot be undone.
    """
    confusion = read_confusion(data.get("confusion"), tagger)
    panel, counts = _countable(spec, data)
    prior_posts = float(spec.option("prior_posts", 0))
    fit = _fit_on(spec, panel, adjust_shares(counts, confusion.matrix, prior_posts), tagger)
    prior = f" after {prior_posts:g} posts of the average composition were added" if prior_posts else ""
    method = (
        f"Shares by most probable emotion, adjusted{prior} for the tagger's confusion on "
        f"{confusion.n_posts:,} posts (least squares on the simplex; Forman 2008). Standard errors take "
        f"adjusted shares and confusion as known. The median firm-day has {_median(counts)} posts: with few, "
        "adjusted shares are noisy and their coefficients too small."
    )
    return _describe(fit, spec, method)


def estimate_simulation_extrapolation(spec: Spec, data: Data, tagger: str) -> Fit:
    """Extrapolate the coefficients on shares by most probable emotion to a tagger without errors.

    Options: `exponents`, `replicates` (of each exponent) and `seed`; see `simulate_and_extrapolate`.
    `within_sd` is that of the shares as tagged.

    Raises
    ------
    EstimationError
        As `estimate_adjusted_counts`.
    """
    confusion = read_confusion(data.get("confusion"), tagger)
    generator = find_generator(confusion.matrix)
    panel, counts = _countable(spec, data)
    naive = _fit_on(spec, panel, counts / counts.sum(axis=1, keepdims=True), tagger)
    names = naive.terms["term"].to_list()
    kept = [term for term in spec.terms if term in names]
    # Among the controls nothing is tested, and nothing bootstrapped, two hundred times over.
    bare = replace(spec, regressors=(), controls=tuple(kept), options=(("bootstrap", "never"),))

    def refit(simulated: Matrix) -> tuple[Matrix, Matrix]:
        shares = simulated / simulated.sum(axis=1, keepdims=True)
        terms = _fit_on(bare, panel, shares, tagger).terms
        if terms["term"].to_list() != names:
            raise EstimationError(
                "an emotion that is too rare in this sample vanished in a simulation; use a longer sample."
            )
        return terms["estimate"].to_numpy(), terms["std_error"].to_numpy()

    exponents = tuple(spec.option("exponents", EXPONENTS))
    replicates = int(spec.option("replicates", REPLICATES))
    found = simulate_and_extrapolate(
        counts.astype(np.int64), generator, refit, exponents, replicates, int(spec.option("seed", SEED))
    )
    terms = tabulate_terms(
        names,
        found.estimate,
        found.std_error,
        _degrees_of_freedom(naive),
        naive.terms["within_sd"].to_numpy(),
    )
    terms = terms.with_columns(p_benjamini_hochberg=_adjust(terms, spec.regressors))
    near = (
        f" The confusion has no generator; that of a matrix within {generator.distance:.2g} of it was taken."
        if generator.distance
        else ""
    )
    method = (
        f"MC-SIMEX (Kuechenhoff, Mwalili and Lesaffre 2006): tags misclassified further by powers "
        f"{', '.join(f'{x:g}' for x in exponents)} of the confusion on {confusion.n_posts:,} posts, "
        f"{replicates} times each, quadratic extrapolation to no error, which leaves some of the bias; "
        "standard errors by the jackknife-type variance of Stefanski and Cook (1995), the confusion taken "
        f"as known.{near}{_lost_errors(names, found)}"
    )
    described = _describe(replace(naive, terms=terms), spec, method)
    return replace(described, summary=described.summary | dict.fromkeys(NOT_EXTRAPOLATED))


def _degrees_of_freedom(fit: Fit) -> float | None:
    """Return those of t: the smaller number of clusters less one, as for the naive estimates."""
    clusters = [fit.summary[name] for name in ("n_clusters_firm", "n_clusters_session")]
    known = [n for n in clusters if n is not None]
    df: float | None = min(known) - 1 if known else fit.summary["joint_df2"]
    return df


def _adjust(terms: pl.DataFrame, tested: Sequence[str]) -> pl.Series:
    """Adjust the p-values of the emotions for there being several (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    p_values = terms["p_value"].to_numpy()
    places = np.flatnonzero(terms["term"].is_in(tested).to_numpy() & np.isfinite(p_values))
    adjusted = np.full(len(p_values), np.nan)
    if len(places):
        adjusted[places] = false_discovery_control(p_values[places])
    return pl.Series(adjusted).fill_nan(None)


def _lost_errors(names: Sequence[str], found: Extrapolated) -> str:
    lost = [name for name, error in zip(names, found.std_error, strict=True) if np.isnan(error)]
    return f" No standard error for {', '.join(lost)}: its extrapolated variance is negative." if lost else ""


def _countable(spec: Spec, data: Data) -> tuple[pl.DataFrame, Matrix]:
    """Return the rows that have posts of the window, and their counts by most probable emotion (n, 7)."""
    window = spec.sample.window
    emotions = [f"{window}_{emotion}" for emotion in EMOTIONS]
    if strange := [term for term in spec.regressors if term not in emotions]:
        raise EstimationError(
            f"{strange[0]} is no emotion of the window {window}, whose posts are counted; "
            f"expected regressors among {', '.join(emotions)}."
        )
    panel = data["panel"]
    names = [f"{window}_n_{emotion}" for emotion in EMOTIONS]
    if lacking := [name for name in names if name not in panel.columns]:
        raise EstimationError(
            f"the panel has no column {lacking[0]}, the posts by most probable emotion; "
            "publish it anew with `emotape build`."
        )
    # Lags must be made before rows without posts go.
    needed = list(dict.fromkeys((*spec.variables, *names)))
    counted = _with_variables(panel, spec, needed).filter(
        pl.all_horizontal(pl.col(names).is_not_null()) & (pl.sum_horizontal(names) > 0)
    )
    if counted.is_empty():
        raise EstimationError(f"no firm-day of the panel has posts in the window {window}.")
    return counted, counted.select(names).cast(pl.Float64).to_numpy()


def _with_variables(panel: pl.DataFrame, spec: Spec, needed: Sequence[str]) -> pl.DataFrame:
    from models.estimation.variables import add_variables

    complete = add_variables(panel, [*needed, *list_coverage(spec, panel)])
    posts = f"{spec.sample.window}_posts"
    rules = ["ticker", "session", "session_no", "quarter", "close_lag1", posts, f"{posts}_seen"]
    rules += [name for name in complete.columns if "_coverage" in name]
    return complete.select([name for name in complete.columns if name in {*rules, *needed}])


def _fit_on(spec: Spec, panel: pl.DataFrame, shares: Matrix, tagger: str) -> Fit:
    """Estimate the spec by least squares with shares (n, 7) in place of the mean probabilities."""
    from models.estimation.estimate import estimate_spec

    columns = [
        pl.Series(f"{spec.sample.window}_{emotion}", shares[:, i]) for i, emotion in enumerate(EMOTIONS)
    ]
    plain = replace(spec, estimator="least_squares")
    return estimate_spec(plain, panel.with_columns(columns), tagger)


def _median(counts: Matrix) -> str:
    return f"{np.median(counts.sum(axis=1)):g}"


def _describe(fit: Fit, spec: Spec, method: str) -> Fit:
    return Fit(spec, fit.terms, fit.summary | {"estimator": spec.estimator, "method": method})
