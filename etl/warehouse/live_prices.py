"""Storing what a live source says of one symbol's prices: prices and what was asked for in vain, together."""

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from etl.sources.prices import PRICE_SCHEMA
from etl.sources.rows import RowBatch
from etl.warehouse.incoming import LoadCount
from etl.warehouse.load_live import load_answer
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import transaction


def store_prices(
    store: duckdb.DuckDBPyConnection,
    source: str,
    ticker: str,
    batch: RowBatch,
    missing: Sequence[date],
    *,
    from_line: int,
    replace: bool,
    first_trade: tuple[date, date] | None,
) -> LoadCount:
    """Store the prices of one symbol, and note the sessions of which there were none.

    Parameters
    ----------
    missing
        Sessions that were asked for in vain.
    from_line
        The day asked from, as a line of the quarantine.
    replace
        Whether the rows are the whole series on a new basis: what is stored beside them goes to the
        quarantine.
    first_trade
        The first day of trading, and the day on which that was said.
    """
    address = f"{source}:{ticker}"

    def supersede() -> None:
        if replace:
            store.execute(read_sql("load", "supersede_prices").text, {"address": address, "ticker": ticker})
            store.execute(
                "delete from raw_prices as stored where ticker = $ticker"
                " and not exists (from incoming_prices as incoming where incoming.date = stored.date)",
                {"ticker": ticker},
            )

    def note() -> None:
        _note_missing(store, ticker, missing)
        store.execute(
            "delete from missing_prices as noted where ticker = $ticker and exists"
            " (from raw_prices as stored where stored.ticker = $ticker and stored.date = noted.session)",
            {"ticker": ticker},
        )
        if first_trade:
            _note_first_trade(store, ticker, *first_trade)

    return load_answer(
        store,
        "prices",
        address,
        batch,
        PRICE_SCHEMA,
        source=source,
        prepare=supersede,
        also=note,
        from_line=from_line,
    )


def note_missing(store: duckdb.DuckDBPyConnection, ticker: str, missing: Sequence[date]) -> None:
    """Note sessions that were asked for in vain, where nothing else follows from an answer."""
    with transaction(store):
        _note_missing(store, ticker, missing)


def _note_missing(store: duckdb.DuckDBPyConnection, ticker: str, missing: Sequence[date]) -> None:
    if not missing:
        return
    sessions = pl.DataFrame({"session": missing}, schema={"session": pl.Date})
    store.register("asked_in_vain", sessions.with_columns(ticker=pl.lit(ticker)))
    store.execute(read_sql("load", "note_missing_prices").text)
    store.unregister("asked_in_vain")


def _note_first_trade(
    store: duckdb.DuckDBPyConnection, ticker: str, first_trade: date, known_on: date
) -> None:
    row = {"ticker": ticker, "first_trade": first_trade, "known_on": known_on}
    store.execute(
        "delete from first_trades where ticker = $ticker and first_trade <> $first_trade",
        {"ticker": ticker, "first_trade": first_trade},
    )
    store.execute(
        "insert into first_trades select $ticker, $first_trade, $known_on"
        " where not exists (from first_trades where ticker = $ticker)",
        row,
    )
