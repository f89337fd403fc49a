"""Returns of a firm and session, and what was known of them before the session opened."""

import polars as pl

PAST_RETURN_SESSIONS = 20
PAST_VOLATILITY_SESSIONS = 183
LEAST_VOLATILITY_SESSIONS = 60


def compute_returns(prices: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    r"""Compute simple returns in decimals on the grid of the exchange's sessions.

    A lag of one is the previous session of the exchange, never the previous row: where a price is
    missing, every return that needs it is null. Nothing is filled forward.

    .. math::
        ret\_oc_t &= close_t / open_t - 1 \\
        ret\_cc_t &= adj_t / adj_{t-1} - 1 \\
        ret\_co_t &= (1 + ret\_cc_t) / (1 + ret\_oc_t) - 1 \\
        ret\_20_t &= adj_{t-1} / adj_{t-21} - 1 \\
        vol\_183_t &= \mathrm{sd}(ret\_cc_{t-183}, \dots, ret\_cc_{t-1})

    `ret_co` is the overnight return adjusted for splits and dividends, since `ret_cc` is. `ret_20` is
    the compound return of the 20 sessions before t. `vol_183` needs 60 of its 183 returns.

    Parameters
    ----------
    prices
        One row a `ticker` and `session`: `open`, `high`, `low`, `close`, `adj_close`, `volume`.
    sessions
        `session`, `session_no` without gaps, covering the prices.

    Returns
    -------
    pl.DataFrame
        One row a row of `prices`, sorted by ticker and session: the columns of `prices` and
        `session_no`, `ret_oc`, `ret_co`, `ret_cc`, `ret_oc_lag1`, `ret_20`, `vol_183`.
    """
    numbered = prices.join(sessions.select("session", "session_no"), on="session", how="inner")
    grid = (
        numbered.group_by("ticker")
        .agg(session_no=pl.int_ranges(pl.col("session_no").min(), pl.col("session_no").max() + 1).first())
        .explode("session_no")
        .with_columns(pl.col("session_no").cast(pl.Int32))
        .join(numbered, on=["ticker", "session_no"], how="left")
        .sort("ticker", "session_no")
    )
    close_to_close = pl.col("adj_close") / pl.col("adj_close").shift(1).over("ticker") - 1
    past = PAST_RETURN_SESSIONS
    return (
        grid.with_columns(ret_oc=pl.col("close") / pl.col("open") - 1, ret_cc=close_to_close)
        .with_columns(
            ret_co=(1 + pl.col("ret_cc")) / (1 + pl.col("ret_oc")) - 1,
            ret_oc_lag1=pl.col("ret_oc").shift(1).over("ticker"),
            ret_20=(pl.col("adj_close").shift(1) / pl.col("adj_close").shift(1 + past) - 1).over("ticker"),
            vol_183=pl.col("ret_cc")
            .rolling_std(PAST_VOLATILITY_SESSIONS, min_samples=LEAST_VOLATILITY_SESSIONS)
            .shift(1)
            .over("ticker"),
        )
        .filter(pl.col("close").is_not_null())
        .select(
            *prices.columns, "session_no", "ret_oc", "ret_co", "ret_cc", "ret_oc_lag1", "ret_20", "vol_183"
        )
    )
