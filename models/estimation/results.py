"""What an estimator returns: tidy terms and a summary, the same for every estimator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from models.estimation.spec import Spec

# What a row of a relation is, in words.
ROWS = {"panel": "firm-days", "panel_by_part": "firm-days", "market_days": "sessions", "listings": "listings"}
Data = Mapping[str, pl.DataFrame]  # relation -> its rows for one tagger


class EstimationError(ValueError):
    """A regression that cannot be estimated; the message says what was found and what is needed."""


@dataclass(frozen=True)
class Fit:
    """An estimated spec.

    Parameters
    ----------
    terms
        One row a term, as `tabulate_terms` makes them.
    summary
        One row a model, as `summarise` makes it.
    influential, concentration
        Where they were asked for and can be had: the frames of `models.estimation.influential.Influential`.
    """

    spec: Spec
    terms: pl.DataFrame
    summary: dict[str, Any]
    influential: pl.DataFrame | None = None
    concentration: pl.DataFrame | None = None


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
        numbered = [fit.terms.with_columns(column_no=pl.lit(fit.spec.column_no)) for fit in self.fits]
        return pl.concat(numbered, how="diagonal_relaxed")

    def influential(self) -> pl.DataFrame:
        """One row a model, term and firm-day that is kept of it; no columns where none is."""
        return _number({fit.spec.column_no: fit.influential for fit in self.fits})

    def concentration(self) -> pl.DataFrame:
        """One row a model and term whose firm-days were looked at; no columns where none was."""
        return _number({fit.spec.column_no: fit.concentration for fit in self.fits})


def _number(frames: Mapping[int, pl.DataFrame | None]) -> pl.DataFrame:
    numbered = [
        frame.with_columns(column_no=pl.lit(number)) for number, frame in frames.items() if frame is not None
    ]
    return pl.concat(numbered, how="diagonal_relaxed") if numbered else pl.DataFrame()


def tabulate_terms(
    names: Sequence[str],
    estimate: ArrayLike,
    std_error: ArrayLike,
    df: float | None,
    within_sd: ArrayLike | None = None,
    **more: ArrayLike,
) -> pl.DataFrame:
    """Tabulate estimates with two-sided p-values and 95 % intervals.

    Parameters
    ----------
    names, estimate, std_error
        (k,). Where there is no standard error it is nan, and so are the p-value and the interval.
    df
        Degrees of freedom of t; None for the normal distribution.
    within_sd
        (k,) or None: the regressors' standard deviations within firms.
    more
        Further columns (k,), such as adjusted p-values; a key of the usual columns replaces it.

    Returns
    -------
    pl.DataFrame
        `position, term, estimate, std_error, statistic, p_value, conf_low, conf_high, within_sd,
        estimate_per_sd` and `more`; what is not known is null.
    """
    from scipy import stats

    b, se = _floats(estimate), _floats(std_error)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = b / se
    law = stats.norm if df is None else stats.t(df)
    margin = law.ppf(0.975) * se
    sd = np.full(len(names), np.nan) if within_sd is None else _floats(within_sd)
    columns = {
        "position": np.arange(1, len(names) + 1),
        "term": list(names),
        "estimate": b,
        "std_error": se,
        "statistic": statistic,
        "p_value": 2 * law.sf(np.abs(statistic)),
        "conf_low": b - margin,
        "conf_high": b + margin,
        "within_sd": sd,
        "estimate_per_sd": b * sd,
        **{name: _floats(values) for name, values in more.items()},
    }
    return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def summarise(spec: Spec, tagger: str, *, n_obs: int, method: str, **more: Any) -> dict[str, Any]:
    """Return the facts of a model: every key that a table reads, None where it does not apply.

    Parameters
    ----------
    method
        One or two sentences for the table's notes: what was computed, how its standard errors were.
    more
        Any of the keys below, or further ones. `unit` is what estimates are shown in: "basis points",
        "percent", or "own"; None lets the table choose by the dependent variable.
    """
    facts: dict[str, Any] = {
        "family": spec.family,
        "column_no": spec.column_no,
        "title": spec.title,
        "outcome": spec.outcome,
        "estimator": spec.estimator,
        "rows": ROWS.get(spec.frame, "rows"),
        "effects": "+".join(spec.effects),
        "inference": spec.inference,
        "corrections": None,
        "method": method,
        "unit": None,
        "n_obs": n_obs,
        "n_firms": None,
        "n_sessions": None,
        "n_singletons": None,
        "n_clusters_firm": None,
        "n_clusters_session": None,
        "r_squared": None,
        "r_squared_within": None,
        "r_squared_gain_bp": None,
        "joint_f": None,
        "joint_df1": None,
        "joint_df2": None,
        "joint_p": None,
        "dependent_mean": None,
        "dependent_sd": None,
        "dropped_terms": "",
        "sample_rules": None,
        "winsorising": None,
        "weights": spec.weights,
        "sample_start": None,
        "sample_end": None,
        "tagger": tagger,
    }
    return facts | more


def _floats(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)
