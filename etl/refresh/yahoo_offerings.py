"""Keeping the calendar of initial public offerings: those that were priced, with their price."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import polars as pl

from etl.live.yahoo.client import Yahoo
from etl.live.yahoo.history import day_number
from etl.live.yahoo.library import NEW_YORK
from etl.refresh.outcome import NOTHING, Refreshed, summarise
from etl.sources.fields import FieldError, canonical_symbol, read_day, read_number
from etl.sources.ipos import IPO_SCHEMA
from etl.sources.rows import REJECT_SCHEMA, RowBatch
from etl.warehouse.asked import last_asked, note_asked
from etl.warehouse.load_live import load_answer
from etl.warehouse.sql_files import read_sql

KIND = "ipos"
FIRST_LOOK = timedelta(days=90)
LOOK_BACK = timedelta(days=30)  # days before the last look that are looked at again: prices come late
LOOK_AHEAD = timedelta(days=7)
_NAMES = ("Company", "Company Name")


def refresh_ipos(store: duckdb.DuckDBPyConnection, yahoo: Yahoo) -> Refreshed:
    """Look at the calendar of offerings, once a day (of New York); those with a price in dollars are stored.

    What a file said of an offering stands; only what it left open is added.

    Raises
    ------
    SourceRefused, AllowanceSpent, SourceFailed, Stopped
        As `Yahoo.offerings` does. The day then counts as not asked.
    """
    today, last = yahoo.today(), last_asked(store, yahoo.name, KIND)
    if last is not None and last >= today:
        return Refreshed(NOTHING, "unchanged")
    start = last - LOOK_BACK if last else today - FIRST_LOOK

    def prefer_files() -> None:
        store.execute(read_sql("load", "prefer_filed_ipos").text, {"source": yahoo.name})

    batch = read_offerings(yahoo.offerings(start, today + LOOK_AHEAD))
    count = load_answer(
        store,
        "ipos",
        f"{yahoo.name}:ipos",
        batch,
        IPO_SCHEMA,
        source=yahoo.name,
        prepare=prefer_files,
        also=lambda: note_asked(store, yahoo.name, KIND, today),
        from_line=day_number(start),
    )
    return summarise(count)


def read_offerings(rows: list[dict[str, Any]]) -> RowBatch:
    """Read rows of the calendar, newest first; of a symbol's several rows the first counts.

    Left out are offerings that have no symbol or no price (yet), and prices in other currencies.
    """
    good: dict[str, dict[str, Any]] = {}
    rejects: list[dict[str, Any]] = []
    for row in rows:
        price = read_number(row.get("Price"))
        if price is None or not row.get("Symbol") or row.get("Currency") not in (None, "", "USD"):
            continue
        try:
            offering = _read_row(row, price)
        except FieldError as error:
            rejects.append({"line": 0, "reason": str(error), "raw": json.dumps(row, default=str)})
        else:
            good.setdefault(offering["ticker"], offering)
    return RowBatch(
        pl.DataFrame(list(good.values()), schema=IPO_SCHEMA, orient="row"),
        pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row"),
    )


def _read_row(row: Mapping[str, Any], price: float) -> dict[str, Any]:
    ticker = canonical_symbol(str(row["Symbol"]))
    if ticker is None:
        raise FieldError(f"no symbol: {str(row['Symbol'])[:30]!r}")
    if price <= 0:
        raise FieldError(f"offer price is {price:g}; expected dollars above zero")
    shares = read_number(row.get("Shares"))
    name = next((row[name] for name in _NAMES if isinstance(row.get(name), str) and row[name]), None)
    return {
        "ticker": ticker,
        "first_trade": _day_in_new_york(row.get("Date")),
        "offer_price": price,
        "proceeds": price * shares if shares and shares > 0 else None,
        "name": name,
    }


def _day_in_new_york(moment: object) -> date:
    """Read the day of a moment; one without a zone is a day of New York already."""
    if str(moment) == "NaT":  # how pandas writes that there is none
        raise FieldError("no day")
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(NEW_YORK)
    return read_day(moment)
