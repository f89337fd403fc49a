"""Means over firm-days whose errors move together within sessions and over time."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.estimation.results import EstimationError

Vector = NDArray[np.float64]
Codes = NDArray[np.int64]
LEAST_SESSIONS = 20


@dataclass(frozen=True)
class Mean:
    """A mean and its standard error; nan where the values do not vary."""

    estimate: float
    std_error: float
    n_sessions: int
    lags: int

    @property
    def statistic(self) -> float:
        """The mean in standard errors; nan without one."""
        return self.estimate / self.std_error if self.std_error > 0 else float("nan")

    @property
    def p_value(self) -> float:
        """Two-sided, t with one degree less than sessions."""
        from scipy import stats

        return float(2 * stats.t.sf(abs(self.statistic), self.n_sessions - 1))

    def above_zero(self) -> float:
        """Return the p-value against a mean above zero: one-sided, same t."""
        from scipy import stats

        return float(stats.t.sf(self.statistic, self.n_sessions - 1))


def read_lags(inference: str, n_sessions: int) -> int:
    r"""Read the Newey-West lags of "newey-west" or "newey-west:LAGS".

    Without a number they are :math:`\lfloor 4 (T / 100)^{2/9} \rfloor` for T sessions (Newey and West
    1994), and never more than T - 1.

    Raises
    ------
    EstimationError
        Another inference is asked for.
    """
    if not (found := re.fullmatch(r"newey-west(?::(\d+))?", inference)):
        raise EstimationError(
            f"inference '{inference}' does not suit a mean over sessions; "
            "expected newey-west or newey-west:LAGS."
        )
    lags = int(found[1]) if found[1] else int(4 * (n_sessions / 100) ** (2 / 9))
    return min(lags, n_sessions - 1)


def mean_over_sessions(values: Vector, sessions: Codes, inference: str = "newey-west") -> Mean:
    r"""Average over firm-days, with a standard error for firms that share their sessions.

    With the sums of session t, :math:`u_t = \sum_{i \in t} (v_{it} - \bar v)`, N firm-days, T sessions
    and Bartlett weights :math:`w_l = 1 - l / (L + 1)`,

    .. math::
        \mathrm{Var}(\bar v) = \frac{T}{T - 1} \frac{1}{N^2}
            \Big( \sum_t u_t^2 + 2 \sum_{l=1}^{L} w_l \sum_{t > l} u_t u_{t-l} \Big).

    This is Driscoll and Kraay (1998) for a constant. Where each session has equally many firms it is
    Newey and West (1987) on the means of sessions. The factor T/(T-1) is the correction of Harvey,
    Leybourne and Newbold (1997) for forecasts one step ahead: the statistic times
    :math:`\sqrt{(T-1)/T}`, beside t(T-1).

    Parameters
    ----------
    values
        (n,), no nan.
    sessions
        (n,) codes that rise with time; neighbours are taken as one session apart.

    Raises
    ------
    EstimationError
        Fewer than `LEAST_SESSIONS` sessions.
    """
    from statsmodels.stats.sandwich_covariance import S_hac_simple

    code = np.unique(sessions, return_inverse=True)[1]
    n_sessions = int(code.max()) + 1 if len(code) else 0
    if n_sessions < LEAST_SESSIONS:
        raise EstimationError(
            f"{n_sessions} sessions are left for the test; at least {LEAST_SESSIONS} are needed. "
            "Load a longer history of posts and prices."
        )
    lags = read_lags(inference, n_sessions)
    mean = float(values.mean())
    sums = np.bincount(code, weights=values - mean)
    scale = n_sessions / (n_sessions - 1) / len(values) ** 2
    variance = float(S_hac_simple(sums[:, None], nlags=lags)[0, 0]) * scale
    # Equal values leave rounding, which is no variance.
    noise = 1e-15 * float(np.abs(values).max())
    std_error = float(np.sqrt(variance)) if variance > noise**2 else float("nan")
    return Mean(mean, std_error, n_sessions, lags)
