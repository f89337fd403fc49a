"""Tables a batch of columns at a time; what is no tidy row of the table stands beside it, one by one."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from etl.sources.files import format_suffix, open_bytes
from etl.sources.rows import (
    BATCH_ROWS,
    Row,
    csv_row,
    not_csv,
    open_parquet_file,
    open_rows,
    parquet_row,
    read_batches,
    start_csv,
)

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

    from pyarrow import Array, RecordBatch
    from pyarrow.parquet import ParquetFile

COLUMN_ROWS = (
    65_536  # rows of a batch of columns: what a call of Arrow or Polars costs is nothing beside them
)


@dataclass(frozen=True)
class ColumnBatch:
    """Some rows of a table.

    Attributes
    ----------
    lines
        Of the rows that the columns hold (Int64).
    columns
        The values by column, as long as `lines`: text in CSV, the file's types in Parquet.
    rows_at
        Gives the rows at positions of the columns as `etl.sources.rows.open_rows` does.
    others
        The rows that the columns do not hold: torn or undecodable ones, or all of a format without columns.
    """

    lines: pl.Series
    columns: "dict[str, Array]"
    rows_at: Callable[[Sequence[int]], list[Row]]
    others: list[Row]


@contextmanager
def open_columns(path: Path) -> Iterator[tuple[list[str], Iterator[ColumnBatch]]]:
    """Open a table: the names of its columns, and its rows in batches.

    Each row of `etl.sources.rows.open_rows` is in exactly one batch, and batches are in the order of rows.

    Raises
    ------
    BadInput
        As `open_rows`.
    """
    suffix = format_suffix(path)
    if suffix == ".parquet":
        file = open_parquet_file(path)
        names = list(file.schema_arrow.names)
        if len(set(names)) == len(names):
            yield names, _parquet_batches(file)
            return
    elif suffix in {".csv", ".tsv"}:
        with open_bytes(path) as stream:
            header, reader = start_csv(path, stream)
            if len(set(header)) == len(header) and _is_text(header):
                yield header, _csv_batches(header, reader)
                return
    with open_rows(path) as (present, rows):
        yield present, _row_batches(rows)


def _row_batches(rows: Iterator[Row]) -> Iterator[ColumnBatch]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield ColumnBatch(pl.Series([], dtype=pl.Int64), {}, lambda positions: [], batch)


def _parquet_batches(file: "ParquetFile") -> Iterator[ColumnBatch]:
    before = 0
    for batch in read_batches(file, COLUMN_ROWS):

        def rows_at(positions: Sequence[int], batch: Any = batch, before: int = before) -> list[Row]:
            records = _take(batch, positions)
            return [
                parquet_row(before + at + 1, record) for at, record in zip(positions, records, strict=True)
            ]

        columns = dict(zip(batch.schema.names, map(_without_views, batch.columns), strict=True))
        lines = pl.int_range(before + 1, before + batch.num_rows + 1, eager=True)
        yield ColumnBatch(lines, columns, rows_at, [])
        before += batch.num_rows


def _without_views(values: "Array") -> "Array":
    """Turn text that Arrow cannot compute with yet into text that it can."""
    import pyarrow

    return values.cast(pyarrow.large_string()) if pyarrow.types.is_string_view(values.type) else values


def _take(batch: "RecordBatch", positions: Sequence[int]) -> list[dict[str, Any]]:
    import pyarrow

    try:
        found: list[dict[str, Any]] = batch.take(pyarrow.array(positions, pyarrow.int64())).to_pylist()
    except pyarrow.ArrowNotImplementedError:  # columns of views
        found = [record for at in positions for record in batch.slice(at, 1).to_pylist()]
    return found


def _csv_batches(header: list[str], reader: "CsvReader") -> Iterator[ColumnBatch]:
    while True:
        lines, fields, others, more = _next_records(header, reader)
        if fields and not _is_text(value for record in fields for value in record):
            decoded = [_is_text(record) for record in fields]
            pairs = list(zip(decoded, lines, fields, strict=True))
            others += [csv_row(line, header, record) for good, line, record in pairs if not good]
            lines = [line for good, line, _ in pairs if good]
            fields = [record for good, _, record in pairs if good]
        if fields or others:
            yield _csv_batch(header, lines, fields, others)
        if not more:
            return


def _next_records(
    header: list[str], reader: "CsvReader"
) -> tuple[list[int], list[list[str]], list[Row], bool]:
    """Read a batch of records: the whole ones with their lines, the others, whether more may follow."""
    lines: list[int] = []
    fields: list[list[str]] = []
    others: list[Row] = []
    width = len(header)
    line = reader.line_num + 1
    while len(fields) + len(others) < COLUMN_ROWS:
        try:
            for record in reader:
                if len(record) == width:
                    lines.append(line)
                    fields.append(record)
                elif record:
                    others.append(csv_row(line, header, record))
                line = reader.line_num + 1
                if len(fields) + len(others) >= COLUMN_ROWS:
                    return lines, fields, others, True
        except csv.Error as error:
            others.append(not_csv(line, error))
            line = reader.line_num + 1
        else:
            return lines, fields, others, False
    return lines, fields, others, True


def _csv_batch(
    header: list[str], lines: list[int], fields: list[list[str]], others: list[Row]
) -> ColumnBatch:
    import pyarrow

    values: list[Sequence[str]] = list(zip(*fields, strict=True)) if fields else [() for _ in header]
    return ColumnBatch(
        pl.Series(lines, dtype=pl.Int64),
        {
            name: pyarrow.array(column, pyarrow.large_string())
            for name, column in zip(header, values, strict=True)
        },
        lambda positions: [csv_row(lines[position], header, fields[position]) for position in positions],
        others,
    )


def _is_text(values: Iterator[str] | Sequence[str]) -> bool:
    """Tell whether all can be stored as UTF-8: lone surrogates stand for bytes that could not be decoded."""
    try:
        "".join(values).encode()
    except UnicodeEncodeError:
        return False
    return True
