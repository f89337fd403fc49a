"""Daily prices as Yahoo gives them, read as prices from a file are, and checked by the same rules."""

import json
import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from etl.sources.prices import PRICE_SCHEMA, check_prices
from etl.sources.rows import RowBatch

COLUMNS = {
    "open": "Open",
    "high": "High",
    "low": "Low",
    "close": "Close",
    "adj_close": "Adj Close",
    "volume": "Volume",
    "split_ratio": "Stock Splits",
}


@dataclass(frozen=True)
class History:
    """Daily prices of a symbol, as Yahoo gives them now.

    Parameters
    ----------
    batch
        Its closed sessions from the day asked for on; and the rows that cannot be used, whose `line` is
        their day (`day_number`).
    first_trade
        The day of Yahoo's first price of it, ever; None where it does not say.
    """

    batch: RowBatch
    first_trade: date | None


def day_number(day: date) -> int:
    """Return a day as the number that stands for a line in the quarantine: 20260724."""
    return day.year * 10_000 + day.month * 100 + day.day


def read_history(
    symbol: str, frame: Any, first_trade: datetime | None, start: date, closed: pl.Series
) -> History:
    """Read what yfinance made of an answer.

    Parameters
    ----------
    frame
        Pandas: one row a day, indexed by moments in the exchange's zone.
    closed
        The sessions (Date) whose prices are final. Rows of later days are left out: they are live prices.
    """
    rows = [
        _read_row(symbol, moment.date(), dict(zip(COLUMNS, values, strict=True)))
        for moment, *values in frame[list(COLUMNS.values())].itertuples()
    ]
    schema = {**PRICE_SCHEMA, "line": pl.Int64, "raw": pl.String}
    table = pl.DataFrame(rows, schema=schema, orient="row").filter(
        pl.col("date").is_between(start, closed[-1])
    )
    checked = check_prices(table, closed, ~table["date"].is_first_distinct())
    return History(checked, first_trade.date() if first_trade is not None else None)


def _read_row(symbol: str, day: date, numbers: dict[str, float]) -> dict[str, Any]:
    values = {name: float(number) if math.isfinite(number) else None for name, number in numbers.items()}
    raw = json.dumps({"date": day.isoformat(), **values})
    # Yahoo writes 0 on days without a split.
    values["split_ratio"] = values["split_ratio"] or None
    return {"ticker": symbol, "date": day, **values, "line": day_number(day), "raw": raw}
