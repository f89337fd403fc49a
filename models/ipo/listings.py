"""One row an offering: first-day return, what was known before it, and long-run returns."""

import polars as pl

from models.ipo.buy_and_hold import (
    HORIZONS,
    compute_paths,
    compute_run_up,
    follow_listings,
    hold_industries,
)
from models.ipo.first_session import LATE, NO_PRICE, find_first_sessions, reason_to_drop, suspect_split


def compute_listings(
    ipos: pl.DataFrame, prices: pl.DataFrame, factors: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    r"""Compute the returns of each listing.

    .. math::
        first\_day\_return = close_0 / offer - 1, \quad offer\_to\_open = open_0 / offer - 1

    Both are null where `drop_reason` says that they mean nothing; long-run returns start at the first
    close, need no offer price and are null only where prices are missing or begin late.

    Parameters
    ----------
    ipos
        One row a firm: `ticker, first_trade, offer_price, proceeds, founded, venture, industry, name`.
    prices
        One row a ticker and session: see `find_first_sessions` and `follow_listings`.
    factors
        The market's returns: see `follow_listings`.

    Returns
    -------
    tuple of pl.DataFrame
        Listings, by ticker: `ticker, name, industry, first_trade, session, session_no,
        first_price_gap_days, drop_reason, split_suspect, later_splits, offer_price, first_open,
        first_close, close_to_offer, first_day_return, offer_to_open, proceeds, log_proceeds, age,
        log_age` (log of 1 + years), `venture` (0 or 1), `quarter` ("2014Q3"), `market_ret_15,
        market_source`, and `bhr_h, bhar_m_h, bhar_ind_h` at each horizon h; and paths, as
        `compute_paths` gives them.
    """
    listed = ipos.join(find_first_sessions(ipos, prices), on="ticker", how="left").sort("ticker")
    listed = (
        listed.with_columns(close_to_offer=pl.col("first_close") / pl.col("offer_price"))
        .with_columns(split_suspect=suspect_split())
        .with_columns(drop_reason=reason_to_drop())
    )
    on_time = listed.filter(~pl.col("drop_reason").is_in([NO_PRICE, LATE]).fill_null(value=False))
    followed = follow_listings(on_time, prices, factors)
    paths = compute_paths(followed)
    usable = pl.col("drop_reason").is_null()
    quarter = pl.format("{}Q{}", pl.col("session").dt.year(), pl.col("session").dt.quarter())
    age = (pl.col("session").dt.year() - pl.col("founded")).cast(pl.Float64)
    full = (
        listed.join(compute_run_up(followed), on="ticker", how="left")
        .join(_spread_horizons(on_time, prices, paths), on="ticker", how="left")
        .with_columns(
            first_day_return=pl.when(usable).then(pl.col("close_to_offer") - 1),
            offer_to_open=pl.when(usable).then(pl.col("first_open") / pl.col("offer_price") - 1),
            log_proceeds=pl.col("proceeds").log(),
            age=age,
            log_age=age.log1p(),
            venture=pl.col("venture").cast(pl.Int8),
            quarter=quarter,
        )
        .sort("ticker")
    )
    measures = [f"{name}_{h}" for name in ("bhr", "bhar_m", "bhar_ind") for h in HORIZONS]
    return full.select(
        "ticker",
        "name",
        "industry",
        "first_trade",
        "session",
        "session_no",
        "first_price_gap_days",
        "drop_reason",
        "split_suspect",
        "later_splits",
        "offer_price",
        "first_open",
        "first_close",
        "close_to_offer",
        "first_day_return",
        "offer_to_open",
        "proceeds",
        "log_proceeds",
        "age",
        "log_age",
        "venture",
        "quarter",
        "market_ret_15",
        "market_source",
        *measures,
    ), paths


def _spread_horizons(firsts: pl.DataFrame, prices: pl.DataFrame, paths: pl.DataFrame) -> pl.DataFrame:
    """Put the returns at each horizon beside one another: one row a ticker."""
    held = paths.rename({"event_session": "horizon"}).join(
        hold_industries(firsts, prices), on=["ticker", "horizon"], how="left"
    )
    bhar_ind = pl.col("bhr") - pl.col("bhr_ind")
    at = {
        f"{name}_{h}": value.filter(pl.col("horizon") == h).first()
        for name, value in {"bhr": pl.col("bhr"), "bhar_m": pl.col("bhar_m"), "bhar_ind": bhar_ind}.items()
        for h in HORIZONS
    }
    return held.group_by("ticker").agg(**at)
