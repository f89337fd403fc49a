"""The grid of the exchange's sessions, and lags and windows on it that end before the session."""

import polars as pl


def place_on_grid(prices: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Give each firm a row for every session of the exchange between its first and its last price.

    On such a grid a shift of k rows is a lag of k sessions. A session without a price is a row of nulls.

    Parameters
    ----------
    prices
        One row a `ticker` and `session`, and further columns.
    sessions
        `session`, `session_no` without gaps, covering the prices.

    Returns
    -------
    pl.DataFrame
        The columns of `prices` and `session_no` (Int32), sorted by ticker and session. `session` is null
        where there is no price.
    """
    numbered = prices.join(sessions.select("session", "session_no"), on="session", how="inner")
    return (
        numbered.group_by("ticker")
        .agg(session_no=pl.int_ranges(pl.col("session_no").min(), pl.col("session_no").max() + 1).first())
        .explode("session_no")
        .with_columns(pl.col("session_no").cast(pl.Int32))
        .join(numbered, on=["ticker", "session_no"], how="left")
        .sort("ticker", "session_no")
    )


def lag(column: str, sessions: int = 1) -> pl.Expr:
    """Return a firm's value of some sessions before; null where that session has none."""
    return pl.col(column).shift(sessions).over("ticker")


def mean_before(column: str, window: int, least: int) -> pl.Expr:
    """Return the mean over a firm's sessions t-window..t-1; null where fewer than `least` have a value."""
    return pl.col(column).rolling_mean(window, min_samples=least).shift(1).over("ticker")


def deviation_before(column: str, window: int, least: int) -> pl.Expr:
    """Return the standard deviation (divisor n - 1) over t-window..t-1; null with fewer than `least`."""
    return pl.col(column).rolling_std(window, min_samples=least).shift(1).over("ticker")
