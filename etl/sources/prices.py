"""Daily prices from files: tidy tables, and Yahoo's file a symbol. Bad rows are refused with a reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from etl.errors import BadInput
from etl.sources.fields import FieldError, canonical_symbol, read_number, read_time
from etl.sources.rows import BATCH_ROWS, REJECT_SCHEMA, Row, RowBatch, choose_columns, open_rows

PRICE_SCHEMA = {
    "ticker": pl.String,
    "date": pl.Date,
    "open": pl.Float64,
    "high": pl.Float64,
    "low": pl.Float64,
    "close": pl.Float64,
    "adj_close": pl.Float64,
    "volume": pl.Float64,
    "split_ratio": pl.Float64,  # new shares for one old share on that day; null where unknown
}
QUOTES = ("open", "high", "low", "close", "adj_close")
COLUMN_NAMES = {
    "ticker": ("ticker", "symbol"),
    "date": ("date", "datetime", "trade_date", "session"),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close",),
    "adj_close": ("adj_close", "adj close", "adjusted_close", "adjclose"),
    "volume": ("volume",),
    "split_ratio": ("split_ratio", "stock splits", "stock_splits", "splits"),
}
OPTIONAL = ("ticker", "volume", "split_ratio")


def read_prices(path: Path, symbol: str | None, sessions: pl.Series) -> Iterator[RowBatch]:
    """Yield the daily prices of a file in batches.

    Parameters
    ----------
    symbol
        Whose prices these are, where the file has no column that says so; without it the file's
        name says it (`BRK-B.csv` holds BRK.B).
    sessions
        The exchange's sessions (Date): a price on any other day is refused.

    Raises
    ------
    BadInput
        A needed column is missing, or no symbol can be told.
    """
    with open_rows(path) as (present, rows):
        columns = choose_columns(path, present, COLUMN_NAMES, OPTIONAL)
        whole_file = symbol if symbol or "ticker" in columns else _symbol_from_name(path)
        seen: set[tuple[Any, Any]] = set()
        batch: list[dict[str, Any]] = []
        rejects: list[dict[str, Any]] = []
        for row in rows:
            try:
                batch.append(_read_row(row, columns, whole_file))
            except FieldError as error:
                rejects.append({"line": row.line, "reason": str(error), "raw": row.raw})
            if len(batch) + len(rejects) >= BATCH_ROWS:
                yield _check(batch, rejects, sessions, seen)
                batch, rejects = [], []
        yield _check(batch, rejects, sessions, seen)


def _symbol_from_name(path: Path) -> str:
    name = path.name.split(".csv")[0].split(".parquet")[0]
    symbol = canonical_symbol(name)
    if symbol is None:
        raise BadInput(
            f"{path.name} has no ticker column and its name is no symbol; name the symbol with --symbol."
        )
    return symbol


def _read_row(row: Row, columns: dict[str, str], symbol: str | None) -> dict[str, Any]:
    if row.error:
        raise FieldError(row.error)
    values = {field: row.values[column] for field, column in columns.items()}
    ticker = symbol or canonical_symbol(str(values.get("ticker") or ""))
    if ticker is None:
        raise FieldError(f"no symbol: {str(values.get('ticker'))[:30]!r}")
    text = values["date"]
    # Yahoo's time zone is the exchange's: the day is what stands first.
    moment, day = read_time(text[:10] if isinstance(text, str) else text)
    record: dict[str, Any] = {"ticker": ticker, "date": day or (moment.date() if moment else None)}
    for field in (*QUOTES, "volume", "split_ratio"):
        record[field] = read_number(values.get(field))
    # Yahoo writes 0 on days without a split.
    record["split_ratio"] = record["split_ratio"] or None
    return {**record, "line": row.line, "raw": row.raw}


def _check(
    batch: list[dict[str, Any]],
    rejects: list[dict[str, Any]],
    sessions: pl.Series,
    seen: set[tuple[Any, Any]],
) -> RowBatch:
    """Refuse rows that no exchange can have printed, and all but the first of a symbol and day."""
    rows = pl.DataFrame(batch, schema={**PRICE_SCHEMA, "line": pl.Int64, "raw": pl.String}, orient="row")
    repeated = []
    for key in zip(rows["ticker"], rows["date"], strict=True):
        repeated.append(key in seen)
        seen.add(key)
    checked = check_prices(rows, sessions, pl.Series(repeated, dtype=pl.Boolean))
    unread = pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row")
    return RowBatch(checked.rows, pl.concat([unread, checked.rejects]).sort("line"))


def check_prices(rows: pl.DataFrame, sessions: pl.Series, repeated: pl.Series) -> RowBatch:
    """Divide prices into those that can be stored and those that no exchange can have printed.

    Parameters
    ----------
    rows
        `PRICE_SCHEMA`, `line` (Int64) and `raw` (String: the row as its source gave it).
    sessions
        The exchange's sessions (Date): a price on any other day is refused.
    repeated
        Boolean, one a row: whether its symbol and day came before.
    """
    checked = rows.with_columns(
        reason=pl.when(pl.any_horizontal(pl.col(QUOTES).is_null()))
        .then(pl.lit("a price is missing"))
        .when(pl.any_horizontal(pl.col(QUOTES) <= 0))
        .then(pl.lit("a price is zero or negative"))
        .when(pl.col("high") < pl.col("low"))
        .then(pl.lit("high is below low"))
        .when(pl.col("volume") < 0)
        .then(pl.lit("volume is negative"))
        .when(~pl.col("date").is_in(sessions.implode()))
        .then(pl.lit("not a session of the exchange"))
        .when(repeated)
        .then(pl.lit("duplicate: the symbol and day came before in this file"))
    )
    refused = checked.filter(pl.col("reason").is_not_null()).select(list(REJECT_SCHEMA))
    return RowBatch(checked.filter(pl.col("reason").is_null()).select(list(PRICE_SCHEMA)), refused)
