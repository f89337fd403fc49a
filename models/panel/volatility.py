"""Volatility of a session from its prices, and its daily, weekly and monthly lags."""

import math

import polars as pl

from models.panel.grid import lag, mean_before

# What is lagged. Logs of variances are closer to normal than variances (Andersen, Bollerslev, Diebold and
# Ebens 2001), so regressions read logs.
LAGGED = ("log_rv_gk", "log_rv_parkinson", "log_rv_rs", "abs_ret_oc")
WEEK, MONTH = 5, 22  # sessions: Corsi (2009)
# At least 60 % of a window's sessions have a value.
LEAST_OF_WEEK, LEAST_OF_MONTH = 3, 14
HAR_LAGS = tuple(f"{name}_{span}" for name in LAGGED for span in ("day", "week", "month"))


def daily_variances() -> dict[str, pl.Expr]:
    r"""Return variances of one session's log price from its open O, high H, low L and close C.

    .. math::
        rv\_gk &= \tfrac{1}{2} \ln(H/L)^2 - (2 \ln 2 - 1) \ln(C/O)^2 \\
        rv\_parkinson &= \ln(H/L)^2 / (4 \ln 2) \\
        rv\_rs &= \ln(H/C) \ln(H/O) + \ln(L/C) \ln(L/O)

    Garman and Klass (1980, the practical form of their minimum-variance estimator), Parkinson (1980),
    Rogers and Satchell (1991, unbiased whatever the drift). All three leave out the night. Units:
    squared log returns of a session.
    """
    high_low = (pl.col("high") / pl.col("low")).log()
    close_open = (pl.col("close") / pl.col("open")).log()
    return {
        "rv_gk": 0.5 * high_low**2 - (2 * math.log(2) - 1) * close_open**2,
        "rv_parkinson": high_low**2 / (4 * math.log(2)),
        "rv_rs": (pl.col("high") / pl.col("close")).log() * (pl.col("high") / pl.col("open")).log()
        + (pl.col("low") / pl.col("close")).log() * (pl.col("low") / pl.col("open")).log(),
    }


def log_variances() -> dict[str, pl.Expr]:
    """Return the log of each variance; null where the variance is not above zero.

    Such are sessions with one price only, for `rv_rs` also those that open at one end of their range and
    close at the other, and prices that contradict each other (a close above the high). They are missing,
    not small: no number stands in for them.
    """
    return {f"log_{name}": pl.when(pl.col(name) > 0).then(pl.col(name).log()) for name in daily_variances()}


def har_lags() -> dict[str, pl.Expr]:
    """Return the lags of the heterogeneous autoregression of Corsi (2009), for each name of `LAGGED`.

    `X_day` is the value of session t-1, `X_week` the mean over t-5..t-1, `X_month` the mean over
    t-22..t-1: means of logs for logs. A mean is over the sessions that have a value and needs 60 % of them:
    3 of 5 and 14 of 22.
    """
    lags = {}
    for name in LAGGED:
        lags[f"{name}_day"] = lag(name)
        lags[f"{name}_week"] = mean_before(name, WEEK, LEAST_OF_WEEK)
        lags[f"{name}_month"] = mean_before(name, MONTH, LEAST_OF_MONTH)
    return lags
