"""What the prices of a firm say of each session, and what was known of them before it opened."""

import polars as pl

from models.panel.grid import deviation_before, lag, place_on_grid
from models.panel.volatility import HAR_LAGS, daily_variances, har_lags, log_variances
from models.panel.volume import abnormal_volume, illiquidity, log_volume, price_impact

PAST_RETURN_SESSIONS = 20
PAST_VOLATILITY_SESSIONS = 183
LEAST_VOLATILITY_SESSIONS = 60

OF_THE_SESSION = (
    "ret_oc", "ret_co", "ret_cc", "abs_ret_oc", "log_volume", "abnormal_volume",
    "rv_gk", "rv_parkinson", "rv_rs", "log_rv_gk", "log_rv_parkinson", "log_rv_rs",
)  # fmt: skip
KNOWN_BEFORE = (
    "close_lag1", "ret_oc_lag1", "ret_20", "vol_183", "abnormal_volume_lag1", "illiq", *HAR_LAGS,
)  # fmt: skip


def compute_returns(prices: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    r"""Compute returns, variances and volume on the grid of the exchange's sessions.

    A lag of one is the previous session of the exchange, never the previous row: where a price is
    missing, every return that needs it is null. Nothing is filled forward. Returns are simple, in decimals.

    .. math::
        ret\_oc_t &= close_t / open_t - 1 \\
        ret\_cc_t &= adj_t / adj_{t-1} - 1 \\
        ret\_co_t &= (1 + ret\_cc_t) / (1 + ret\_oc_t) - 1 \\
        ret\_20_t &= adj_{t-1} / adj_{t-21} - 1 \\
        vol\_183_t &= \mathrm{sd}(ret\_cc_{t-183}, \dots, ret\_cc_{t-1})

    `ret_co` is the overnight return adjusted for splits and dividends, since `ret_cc` is. `ret_20` is
    the compound return of the 20 sessions before t. `vol_183` needs 60 of its 183 returns. `close_lag1`
    is the close of session t-1 as it is stored (adjusted for splits). Variances: `daily_variances`; their
    lags: `har_lags`; volume: `abnormal_volume`; illiquidity: `illiquidity`.

    Parameters
    ----------
    prices
        One row a `ticker` and `session`: `open`, `high`, `low`, `close`, `adj_close`, `volume`.
    sessions
        `session`, `session_no` without gaps, covering the prices.

    Returns
    -------
    pl.DataFrame
        One row a row of `prices`, sorted by ticker and session: the columns of `prices`, `session_no`,
        `OF_THE_SESSION` (known at the close of t; of them `ret_co` at its open) and `KNOWN_BEFORE`.
    """
    past = PAST_RETURN_SESSIONS
    return (
        place_on_grid(prices, sessions)
        .with_columns(
            ret_oc=pl.col("close") / pl.col("open") - 1,
            ret_cc=pl.col("adj_close") / lag("adj_close") - 1,
            log_volume=log_volume(),
            **daily_variances(),
        )
        .with_columns(
            ret_co=(1 + pl.col("ret_cc")) / (1 + pl.col("ret_oc")) - 1,
            abs_ret_oc=pl.col("ret_oc").abs(),
            abnormal_volume=abnormal_volume(),
            price_impact=price_impact(),
            **log_variances(),
        )
        .with_columns(
            close_lag1=lag("close"),
            ret_oc_lag1=lag("ret_oc"),
            ret_20=lag("adj_close") / lag("adj_close", 1 + past) - 1,
            vol_183=deviation_before("ret_cc", PAST_VOLATILITY_SESSIONS, LEAST_VOLATILITY_SESSIONS),
            abnormal_volume_lag1=lag("abnormal_volume"),
            illiq=illiquidity(),
            **har_lags(),
        )
        .filter(pl.col("close").is_not_null())
        .select(*prices.columns, "session_no", *OF_THE_SESSION, *KNOWN_BEFORE)
    )
