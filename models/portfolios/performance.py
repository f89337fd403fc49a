"""Ratios and alphas of a series of portfolio returns."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.forecasts.means import LEAST_SESSIONS, Mean, read_lags

Vector = NDArray[np.float64]
SESSIONS_A_YEAR = 252
FACTORS = ("mkt_rf", "smb", "hml")


@dataclass(frozen=True)
class Loadings:
    """Intercept and slopes on the factors, each with its standard error, and on how many sessions."""

    estimates: Vector
    std_errors: Vector
    n_sessions: int


def sharpe_ratio(returns: Vector) -> Mean:
    r"""Compute the Sharpe ratio of a self-financing portfolio, a year.

    .. math::
        SR = \sqrt{252} \, \bar r / s, \qquad
        \mathrm{se} = \sqrt{252} \sqrt{(1 + (\bar r / s)^2 / 2) / T}

    for independent returns (Lo 2002). nan where returns do not vary.
    """
    n = len(returns)
    deviation = float(returns.std(ddof=1))
    if not deviation > 0:
        return Mean(float("nan"), float("nan"), n, 0)
    daily = float(returns.mean()) / deviation
    year = np.sqrt(SESSIONS_A_YEAR)
    return Mean(year * daily, float(year * np.sqrt((1 + daily**2 / 2) / n)), n, 0)


def regress_on_factors(
    returns: pl.DataFrame, factors: pl.DataFrame | None, inference: str
) -> Loadings | None:
    r"""Regress a long-short return on the three factors of Fama and French (1993).

    .. math:: r_t = \alpha + \beta (R_{m,t} - R_{f,t}) + s \, SMB_t + h \, HML_t + e_t

    The return finances itself, so no riskless rate is subtracted. Newey-West standard errors with the
    factor T/(T-4).

    Parameters
    ----------
    returns
        `session` (in which the return was earned) and `ret`.
    factors
        `session, mkt_rf, smb, hml` in decimals.

    Returns
    -------
    Loadings | None
        None where factors are absent, or known of fewer than `LEAST_SESSIONS` sessions.
    """
    if factors is None or not {"session", *FACTORS} <= set(factors.columns):
        return None
    known = factors.select("session", *FACTORS).drop_nulls()
    joined = returns.join(known, on="session", how="inner").sort("session")
    if joined.height < LEAST_SESSIONS:
        return None
    from statsmodels.regression.linear_model import OLS

    regressors = np.column_stack([np.ones(joined.height), joined.select(FACTORS).to_numpy()])
    lags = read_lags(inference, joined.height)
    fitted = OLS(joined["ret"].to_numpy(), regressors).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    return Loadings(np.asarray(fitted.params), np.asarray(fitted.bse), joined.height)
