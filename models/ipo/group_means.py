r"""Mean returns of listings by enthusiasm, with Welch's t.

.. math::
    t = \frac{\bar x_H - \bar x_L}{\sqrt{s_H^2 / n_H + s_L^2 / n_L}}

with Welch's (1947) degrees of freedom; each mean has :math:`n - 1`. Listings are taken to be independent.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.spec import Spec
from models.ipo.groups import LEAST_LISTINGS, choose_listings, split_at_median
from models.ipo.published import first_day_published

Values = NDArray[np.float64]
ALL, HIGH, LOW, DIFFERENCE = "all_listings", "high_enthusiasm", "low_enthusiasm", "high_less_low"


@dataclass(frozen=True)
class Mean:
    """A mean or a difference of means, with its standard error and degrees of freedom."""

    estimate: float
    std_error: float
    df: float
    n: int


def mean_of(values: Values) -> Mean:
    """Return the mean of (n,) independent values."""
    n = len(values)
    return Mean(float(values.mean()), float(values.std(ddof=1) / np.sqrt(n)), n - 1, n)


def welch_difference(high: Mean, low: Mean) -> Mean:
    """Return the difference of two independent means, with Welch's degrees of freedom."""
    a, b = high.std_error**2, low.std_error**2
    df = (a + b) ** 2 / (a**2 / high.df + b**2 / low.df) if a + b > 0 else float(high.df + low.df)
    return Mean(high.estimate - low.estimate, float(np.sqrt(a + b)), df, high.n + low.n)


def tabulate_means(means: dict[str, Mean]) -> pl.DataFrame:
    """Tabulate means as terms, each with its own degrees of freedom and number of listings `n`."""
    from scipy import stats

    estimate = np.array([mean.estimate for mean in means.values()])
    std_error = np.array([mean.std_error for mean in means.values()])
    df = np.array([mean.df for mean in means.values()])
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * stats.t.sf(np.abs(estimate / std_error), df)
    margin = stats.t.ppf(0.975, df) * std_error
    return tabulate_terms(
        list(means),
        estimate,
        std_error,
        None,
        p_value=p_value,
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        t_df=df,
        n=np.array([mean.n for mean in means.values()]),
    )


def estimate_group_means(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate the mean outcome of all listings, or of those of high and low enthusiasm.

    With `spec.regressors` empty there is one term, the mean of all; with one regressor the listings are
    cut at its median and the terms are both means and their difference.

    Raises
    ------
    EstimationError
        There are too few listings.
    """
    by = spec.regressors[0] if spec.regressors else None
    chosen = choose_listings(spec, data, (spec.outcome, *spec.regressors))
    y = chosen.rows[spec.outcome].to_numpy()
    if len(y) < LEAST_LISTINGS:
        raise EstimationError(f"{len(y)} listing has {spec.outcome}; a mean needs at least {LEAST_LISTINGS}.")
    if by is None:
        means = {ALL: mean_of(y)}
        words = "Mean over all listings; t of the mean."
    else:
        high = split_at_median(chosen.rows, by)
        h, low = mean_of(y[high]), mean_of(y[~high])
        means = {HIGH: h, LOW: low, DIFFERENCE: welch_difference(h, low)}
        words = (
            f"Listings above the median of {by} against the others; difference with Welch's t. "
            f"{first_day_published()}"
        )
    return Fit(
        spec,
        tabulate_means(means),
        summarise(
            spec,
            tagger,
            n_obs=len(y),
            method=f"{words} Listings are taken to be independent.",
            unit="percent",
            dependent_mean=float(y.mean()),
            dependent_sd=float(y.std(ddof=1)),
            **chosen.facts,
        ),
    )
