"""Rows of tables: CSV, TSV, Parquet and JSON lines read one row at a time, whatever is wrong with some."""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import polars as pl

from etl.errors import BadInput
from etl.sources.files import format_suffix, open_bytes
from etl.sources.json_stream import stream_json

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

    from pyarrow import RecordBatch
    from pyarrow.parquet import ParquetFile

BATCH_ROWS = 20_000
LONGEST_FIELD = 10_000_000
TABLES = (".csv", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson")
REJECT_SCHEMA = {"line": pl.Int64, "reason": pl.String, "raw": pl.String}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column, the whole of it as JSON, and what is wrong with it if anything."""

    line: int
    values: dict[str, Any]
    raw: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Some rows of a file: those that can be stored, and the others with the reason (`REJECT_SCHEMA`)."""

    rows: pl.DataFrame
    rejects: pl.DataFrame


def choose_columns(
    path: Path, present: list[str], names: Mapping[str, tuple[str, ...]], optional: tuple[str, ...]
) -> dict[str, str]:
    """Find what a table calls each field: the first of a field's names that it has, in whatever case.

    Raises
    ------
    BadInput
        A field that is not optional has no column.
    """
    by_name = {column.strip().lower(): column for column in present}
    chosen = {
        field: next(by_name[name] for name in known if name in by_name)
        for field, known in names.items()
        if any(name in by_name for name in known)
    }
    missing = [field for field in names if field not in chosen and field not in optional]
    if missing:
        raise BadInput(
            f"{path.name} has no column {', '.join(missing)}; it has: {', '.join(present)}. "
            f"Expected {', '.join(names)}."
        )
    return chosen


@contextmanager
def open_rows(path: Path) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """Open a table: its columns, and its rows in order.

    Raises
    ------
    BadInput
        The format is unknown, or the file holds no header or cannot be opened.
    """
    suffix = format_suffix(path)
    if suffix not in TABLES:
        raise BadInput(
            f"{path.name}: '{suffix}' is not a table; expected {', '.join(TABLES)} (or .gz, .zst of a text)."
        )
    if suffix == ".parquet":
        yield _open_parquet(path)
        return
    with open_bytes(path) as stream:
        yield _open_csv(path, stream) if suffix in {".csv", ".tsv"} else _open_json(path, stream)


def start_csv(path: Path, stream: IO[bytes]) -> tuple[list[str], "CsvReader"]:
    """Read the header of a CSV file: the names in it, and the reader of what follows.

    Raises
    ------
    BadInput
        The file is empty.
    """
    csv.field_size_limit(LONGEST_FIELD)
    # Undecodable bytes become lone surrogates, by which their row is known.
    text = TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, delimiter="\t" if format_suffix(path) == ".tsv" else ",")
    header = next(reader, [])
    if not header:
        raise BadInput(f"{path.name} is empty; expected a header line and rows.")
    return header, reader


def _open_csv(path: Path, stream: IO[bytes]) -> tuple[list[str], Iterator[Row]]:
    header, reader = start_csv(path, stream)

    def rows() -> Iterator[Row]:
        while True:
            line = reader.line_num + 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield not_csv(line, error)
                continue
            if values:
                yield csv_row(line, header, values)

    return header, rows()


def not_csv(line: int, error: csv.Error) -> Row:
    """Make the row of a line that cannot be divided into fields."""
    return Row(line, {}, "", f"not CSV: {error}")


def csv_row(line: int, header: list[str], values: list[str]) -> Row:
    """Make the row of a line's fields; it says so where they are not text or not as many as the header's."""
    record = dict(zip(header, values, strict=False))
    raw = json.dumps(record, ensure_ascii=False)
    try:
        raw.encode()
    except UnicodeEncodeError:
        visible = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return Row(line, {}, visible, "wrong encoding: not UTF-8")
    if len(values) != len(header):
        return Row(line, {}, raw, f"the row has {len(values)} fields, the header {len(header)}")
    return Row(line, record, raw)


def open_parquet_file(path: Path) -> "ParquetFile":
    """Open a Parquet file, whose batches are read a megabyte of a column at a time.

    Raises
    ------
    BadInput
        It cannot be opened as one.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.ParquetFile(path, buffer_size=2**20)
    except (pyarrow.ArrowException, OSError) as error:
        raise BadInput(f"{path.name} is no Parquet file that can be read: {error}") from error


def read_batches(file: "ParquetFile", rows: int) -> Iterator["RecordBatch"]:
    """Yield the batches of a Parquet file, of `rows` rows where its row groups allow it."""
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    groups, held = list[int](), 0
    for group, size in enumerate(sizes):
        groups.append(group)
        held += size
        # Arrow keeps what it has read until its iterator ends, so each gets a few row groups only.
        if held >= 4 * rows or group == len(sizes) - 1:
            yield from file.iter_batches(batch_size=rows, row_groups=groups)
            groups, held = [], 0


def parquet_row(number: int, record: dict[str, Any]) -> Row:
    """Make the row of a Parquet file's record; its line is its number, from one."""
    return Row(number, record, json.dumps(record, default=str))


def _open_parquet(path: Path) -> tuple[list[str], Iterator[Row]]:
    file = open_parquet_file(path)

    def rows() -> Iterator[Row]:
        number = 0
        for batch in read_batches(file, BATCH_ROWS):
            for record in batch.to_pylist():
                number += 1
                yield parquet_row(number, record)

    return list(file.schema_arrow.names), rows()


def _open_json(path: Path, stream: IO[bytes]) -> tuple[list[str], Iterator[Row]]:
    rows = _json_rows(stream)
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if row.error is None:
            break
    if not held or held[-1].error is not None:
        raise BadInput(f"{path.name} holds no JSON object; expected one a line, or an array of them.")
    columns = list(held[-1].values)

    def all_rows() -> Iterator[Row]:
        for row in held:
            yield _with_columns(row, columns)
        for row in rows:
            yield _with_columns(row, columns)

    return columns, all_rows()


def _with_columns(row: Row, columns: list[str]) -> Row:
    """Give a record the keys that others have: a missing key is a missing value."""
    return Row(row.line, {**dict.fromkeys(columns), **row.values}, row.raw, row.error)


def _json_rows(stream: IO[bytes]) -> Iterator[Row]:
    for item in stream_json(stream):
        if item.error:
            yield Row(item.line, {}, item.text, item.error)
            continue
        for record in item.value if isinstance(item.value, list) else [item.value]:
            if isinstance(record, dict):
                yield Row(item.line, record, json.dumps(record))
            else:
                yield Row(item.line, {}, str(record), "not a record: a JSON object was expected")
