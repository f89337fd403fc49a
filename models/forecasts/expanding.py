"""Expanding windows in one pass: forecasts from slopes that never saw the session they forecast."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.results import EstimationError

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]
# Directions of the scaled cross-products with a smaller share of the largest are left out as collinear.
COLLINEAR = 1e-11


@dataclass(frozen=True)
class Expanding:
    """One-step forecasts; all (n,), nan where a firm's history is too short.

    Parameters
    ----------
    forecast
        From the firm's mean and the pooled slopes.
    benchmark
        The firm's mean of all its rows before.
    residual_variance
        Of the regression behind the forecast, over its degrees of freedom.
    """

    forecast: Matrix
    benchmark: Matrix
    residual_variance: Matrix

    @property
    def made(self) -> NDArray[np.bool_]:
        """Where there is a forecast."""
        return np.isfinite(self.forecast)


def forecast_expanding(
    y: Matrix, x: Matrix, firms: Codes, sessions: Codes, *, min_history: int = 60, refit: int = 1
) -> Expanding:
    r"""Forecast each row from the rows of earlier sessions.

    .. math::
        \hat y_{it} = \bar y_{i,<t} + (x_{it} - \bar x_{i,<t})' \hat b_{<r(t)}

    where :math:`\hat b_{<r}` are the slopes of the panel regression with firm effects on all rows before
    session r, and r(t) is the last session at or before t at which slopes were fitted: the first
    session with a forecast and every `refit` sessions of the sample from there. The firm's means are of
    all its rows before t.

    One pass. A firm's j-th earlier rows give its mean, and row z = (x, y) adds
    :math:`\frac{j}{j+1} (z - \bar z_{i,<t})(z - \bar z_{i,<t})'` to the sums of squares within firms
    (Welford 1962). Those sums accumulate by session; each window then costs one small system of equations.

    Parameters
    ----------
    y, x
        (n,) and (n, k), in any order of rows.
    firms, sessions
        (n,) codes from 0; sessions rise with time. A firm has one row a session.
    min_history
        Rows that a firm must have had before its first forecast.
    refit
        Sessions between two fits of the slopes.

    Raises
    ------
    EstimationError
        No firm has so long a history, or a setting is below 1.
    """
    if min_history < 1 or refit < 1:
        raise EstimationError(
            f"min_history is {min_history} and refit {refit}; expected whole numbers of 1 or more."
        )
    z = np.column_stack([x, y])
    seen, means = _means_before(z, firms, sessions)
    ready = seen >= min_history
    if not ready.any():
        raise EstimationError(
            f"no firm has {min_history} sessions of history before a forecast (the longest has "
            f"{int(seen.max(initial=0))}). Load a longer history, or lower the option min_history."
        )
    deviations = np.where(seen[:, None] > 0, z - means, 0.0)
    first = int(sessions[ready].min())
    fits = np.arange(first, int(sessions.max()) + 1, refit)
    slopes, variances = _fit_slopes(deviations, seen, sessions, fits)
    at = np.clip((sessions - first) // refit, 0, None)
    forecast = means[:, -1] + np.einsum("ij,ij->i", deviations[:, :-1], slopes[at])
    return Expanding(
        forecast=np.where(ready, forecast, np.nan),
        benchmark=np.where(ready, means[:, -1], np.nan),
        residual_variance=np.where(ready, variances[at], np.nan),
    )


def _means_before(z: Matrix, firms: Codes, sessions: Codes) -> tuple[Codes, Matrix]:
    """Return how many rows each row's firm had before (n,), and their means (n, k + 1)."""
    names = [f"z{j}" for j in range(z.shape[1])]
    rows = pl.DataFrame(z, schema=names).with_columns(
        firm=pl.Series(firms), session=pl.Series(sessions), row=pl.int_range(len(z))
    )
    before = (
        rows.sort("firm", "session")
        .with_columns(seen=pl.int_range(pl.len()).over("firm"))
        .with_columns((pl.col(names).cum_sum().shift(1).over("firm") / pl.col("seen")).fill_null(0.0))
        .sort("row")
    )
    return before["seen"].to_numpy().astype(np.int64), before.select(names).to_numpy()


def _fit_slopes(deviations: Matrix, seen: Codes, sessions: Codes, fits: Codes) -> tuple[Matrix, Matrix]:
    """Fit the slopes (f, k) and residual variances (f,) on the rows before each session of `fits`."""
    order = np.argsort(sessions, kind="stable")
    rooted = (deviations * np.sqrt(seen / (seen + 1.0))[:, None])[order]
    ends = np.searchsorted(sessions[order], fits)
    k = deviations.shape[1] - 1
    # A row beyond a firm's first adds one degree of freedom.
    freedom = np.cumsum(np.concatenate([[0], seen[order] > 0]))
    within = np.zeros((k + 1, k + 1))
    slopes, variances = np.empty((len(fits), k)), np.empty(len(fits))
    start = 0
    for j, end in enumerate(ends):
        within += rooted[start:end].T @ rooted[start:end]
        start = end
        slopes[j] = _solve(within[:k, :k], within[:k, k])
        unexplained = within[k, k] - slopes[j] @ within[:k, k]
        variances[j] = max(unexplained, 0.0) / max(int(freedom[end]) - k, 1)
    return slopes, variances


def _solve(cross: Matrix, moments: Matrix) -> Matrix:
    """Solve for slopes; a direction without variation so far gets none."""
    scale = np.sqrt(np.diag(cross))
    scale[scale == 0] = 1.0
    scaled = np.linalg.lstsq(cross / np.outer(scale, scale), moments / scale, rcond=COLLINEAR)[0]
    return np.asarray(scaled / scale)
