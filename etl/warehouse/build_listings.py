"""The build's part for initial public offerings: returns of listings and their paths."""

import duckdb
import polars as pl

from etl.warehouse.checks import check_grain
from models.ipo.listings import compute_listings


def create_listings(store: duckdb.DuckDBPyConnection) -> None:
    """Write `listing_returns`, one row a firm, and `listing_paths`, one a firm and session."""
    ipos = store.sql("select * from raw_ipos order by ticker").pl()
    prices = store.sql(
        "select ticker, session, session_no, open, high, low, close, adj_close, volume, split_ratio, ret_cc"
        " from returns where exists (select 1 from raw_ipos)"
    ).pl()
    factors = store.sql(
        "select session_no, mkt_rf + rf as ret_market"
        " from sessions inner join raw_factors on raw_factors.date = sessions.session"
    ).pl()
    listings, paths = compute_listings(ipos, prices, factors)
    _write(store, "listing_returns", listings, ("ticker",))
    _write(store, "listing_paths", paths.sort("ticker", "event_session"), ("ticker", "event_session"))


def _write(store: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame, grain: tuple[str, ...]) -> None:
    store.register("computed_listings", rows)
    store.execute(f"create or replace table market.{name} as select * from computed_listings")
    store.unregister("computed_listings")
    check_grain(store, name, grain)
