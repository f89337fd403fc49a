"""Daily prices from files: tidy tables, and Yahoo's file a symbol. Bad rows are refused with a reason."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from etl.errors import BadInput
from etl.sources.column_batches import ColumnBatch, open_columns
from etl.sources.fields import FieldError, canonical_symbol, read_number, read_time
from etl.sources.price_columns import read_columns
from etl.sources.repeated_days import RepeatedDays
from etl.sources.rows import REJECT_SCHEMA, Row, RowBatch, choose_columns

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
NUMBERS = (*QUOTES, "volume", "split_ratio")
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
_READ_SCHEMA = {**PRICE_SCHEMA, "line": pl.Int64, "raw": pl.String}


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
    with open_columns(path) as (present, batches):
        columns = choose_columns(path, present, COLUMN_NAMES, OPTIONAL)
        whole_file = symbol if symbol or "ticker" in columns else _symbol_from_name(path)
        repeated = RepeatedDays(sessions)
        for batch in batches:
            yield _read_batch(batch, columns, whole_file, sessions, repeated)
        # Whoever gathers batches gets one of a table without rows, too.
        yield RowBatch(pl.DataFrame(schema=PRICE_SCHEMA), pl.DataFrame(schema=REJECT_SCHEMA))


def _symbol_from_name(path: Path) -> str:
    name = path.name.split(".csv")[0].split(".parquet")[0]
    symbol = canonical_symbol(name)
    if symbol is None:
        raise BadInput(
            f"{path.name} has no ticker column and its name is no symbol; name the symbol with --symbol."
        )
    return symbol


def _read_batch(
    batch: ColumnBatch,
    columns: dict[str, str],
    whole_file: str | None,
    sessions: pl.Series,
    repeated: RepeatedDays,
) -> RowBatch:
    """Read a batch by its columns, and one by one the rows of which they leave a doubt."""
    tidy = pl.DataFrame(schema=_READ_SCHEMA)
    doubtful = list[int]()
    if len(batch.lines):
        found = read_columns(batch, columns, NUMBERS, whole_file, _read_symbol, _read_day)
        doubtful = (~found["vouched"]).arg_true().to_list()
        # The text of a row is asked for where it is refused.
        tidy = found.filter("vouched").with_columns(raw=pl.lit(None, pl.String)).select(list(_READ_SCHEMA))
    singly, unread = list[dict[str, Any]](), list[dict[str, Any]]()
    for row in (*batch.others, *batch.rows_at(doubtful)):
        try:
            singly.append(_read_row(row, columns, whole_file))
        except FieldError as error:
            unread.append({"line": row.line, "reason": str(error), "raw": row.raw})
    rows = pl.concat([tidy, pl.DataFrame(singly, schema=_READ_SCHEMA, orient="row")])
    # A line of JSON may hold several rows: they stay in their order.
    rows = _without_a_split_of_zero(rows).sort("line", maintain_order=True)
    checked = check_prices(rows, sessions, repeated.find(rows["ticker"], rows["date"]))
    refused = pl.concat(
        [pl.DataFrame(unread, schema=REJECT_SCHEMA, orient="row"), _with_text(checked.rejects, batch)]
    )
    return RowBatch(checked.rows, refused.sort("line", maintain_order=True))


def _with_text(refused: pl.DataFrame, batch: ColumnBatch) -> pl.DataFrame:
    """Give rows that were read by columns their text."""
    textless = refused["raw"].is_null().arg_true()
    if not len(textless):
        return refused
    positions = batch.lines.search_sorted(refused["line"].gather(textless))
    texts = [row.raw for row in batch.rows_at(pl.Series(positions).to_list())]
    return refused.with_columns(raw=refused["raw"].scatter(textless, texts))


def _read_row(row: Row, columns: dict[str, str], symbol: str | None) -> dict[str, Any]:
    if row.error:
        raise FieldError(row.error)
    values = {field: row.values[column] for field, column in columns.items()}
    ticker = symbol or _read_symbol(values.get("ticker"))
    if ticker is None:
        raise FieldError(f"no symbol: {str(values.get('ticker'))[:30]!r}")
    record: dict[str, Any] = {"ticker": ticker, "date": _read_date(values["date"])}
    for field in NUMBERS:
        record[field] = read_number(values.get(field))
    return {**record, "line": row.line, "raw": row.raw}


def _read_symbol(value: object) -> str | None:
    return canonical_symbol(str(value or ""))


def _read_date(value: object) -> date | None:
    # Yahoo's time zone is the exchange's: the day is what stands first.
    moment, day = read_time(value[:10] if isinstance(value, str) else value)
    return day or (moment.date() if moment else None)


def _read_day(value: object) -> date | None:
    """Read a date, or None where it cannot be read: its row will say why."""
    try:
        return _read_date(value)
    except FieldError:
        return None


def _without_a_split_of_zero(rows: pl.DataFrame) -> pl.DataFrame:
    # Yahoo writes 0 on days without a split.
    return rows.with_columns(split_ratio=pl.when(pl.col("split_ratio") != 0).then("split_ratio"))


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
