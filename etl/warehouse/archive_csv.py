"""A CSV file of the archive as a temporary table of whole records; the rest is refused with its line."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from etl.errors import BadInput, EmotapeError
from etl.sources.archive.grammar import LONGEST_RECORD, Record, is_whole, split_records, write_plainly
from etl.sources.archive.layout import read_header
from etl.sources.posts import LONGEST_QUARANTINED, REJECT_SCHEMA
from etl.warehouse.sql_files import read_sql
from etl.whole_files import writing

_SKIPPED = {"position": pl.Int64, "lines": pl.Int64}
_ESCAPED = {b"\n": "\\n", b"\r\n": "\\r\\n"}


def read_rows(store: duckdb.DuckDBPyConnection, file: Path, kind: str, staging: Path) -> pl.DataFrame:
    """Make `archive_rows` of a file's records as text, and return what is no record by the grammar.

    Beside it stands `archive_skipped`, from which `find_lines` knows the lines.

    Parameters
    ----------
    kind
        The folder of the archive that the file is from: it says which columns are expected.
    staging
        Where a file that is not whole is mended: its whole records are copied, and only they are read.

    Returns
    -------
    polars.DataFrame
        `REJECT_SCHEMA`.

    Raises
    ------
    BadInput
        The file cannot be read, or has other columns.
    """
    with _mapped(file) as content:
        end_of_header = content.find(b"\n") + 1 or len(content)
        columns, newline = read_header(content[:end_of_header], kind, file.name)
        if is_whole(content, end_of_header, len(columns), newline) and _read(store, file, columns, newline):
            keep(store, "archive_skipped", pl.DataFrame(schema=_SKIPPED))
            return pl.DataFrame(schema=REJECT_SCHEMA)
        mended = staging / "mended.csv"
        staging.mkdir(parents=True, exist_ok=True)
        try:
            refused, skipped = _mend(content, end_of_header, columns, newline, mended)
            if not _read(store, mended, columns, b"\n"):
                raise EmotapeError(
                    f"{file} cannot be read: DuckDB refuses records that are whole. Please report this file."
                )
        finally:
            mended.unlink(missing_ok=True)
    keep(store, "archive_skipped", skipped)
    return refused


def find_lines(store: duckdb.DuckDBPyConnection) -> None:
    """Make `archive_shifts`, which tells on which line of its file a row of `archive_rows` begins."""
    make(store, "archive_shifts", "line_shifts")


def refused_rows(store: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the rows of `archive_refused`, with their lines by `archive_shifts`, as `REJECT_SCHEMA`."""
    refused: pl.DataFrame = store.sql(read_sql("archive", "refused_lines").text).pl()
    return refused.select(pl.col(name).cast(kind) for name, kind in REJECT_SCHEMA.items())


def make(store: duckdb.DuckDBPyConnection, table: str, relation: str, **parameters: object) -> None:
    """Make a temporary table of a relation of `sql/archive/`."""
    text = read_sql("archive", relation).text
    store.execute(f"create or replace temp table {table} as {text}", parameters)


def keep(store: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Make a temporary table of a frame."""
    store.register("frame", frame)
    store.execute(f"create or replace temp table {table} as select * from frame")
    store.unregister("frame")


@contextmanager
def _mapped(file: Path) -> Iterator[mmap.mmap | bytes]:
    try:
        with file.open("rb") as stream:
            if not file.stat().st_size:
                yield b""
                return
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                yield content
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error}. Check the file, or fetch it again.") from error


def _read(store: duckdb.DuckDBPyConnection, file: Path, columns: tuple[str, ...], newline: bytes) -> bool:
    """Read a file that should be whole; tell whether DuckDB found it so."""
    store.execute("drop table if exists temp.archive_rejects")
    store.execute("drop table if exists temp.archive_scans")
    try:
        make(
            store,
            "archive_rows",
            "archive_rows",
            file=str(file),
            newline=_ESCAPED[newline],
            columns=dict.fromkeys(columns, "VARCHAR"),
            longest=LONGEST_RECORD + 16,  # its line end and more
        )
    except duckdb.InvalidInputException:
        return False
    ((n_rejects,),) = store.execute("select count(*) from archive_rejects").fetchall()
    return not n_rejects


def _mend(
    content: mmap.mmap | bytes, start: int, columns: tuple[str, ...], newline: bytes, mended: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Copy the whole records; return the others, and how many lines before a row are in none."""
    refused: list[tuple[int, str, str]] = []
    skipped: list[tuple[int, int]] = []
    position, expected = 0, 2
    with writing(mended) as stream:
        stream.write(",".join(columns).encode() + b"\n")
        for record in split_records(content, start, 2, len(columns), newline):
            text = content[record.start : record.end]
            if record.reason is not None:
                refused.append((record.line, record.reason, _shown(text)))
                continue
            if record.line != expected:
                skipped.append((position, record.line - expected))
            stream.write(write_plainly(text, newline))
            position, expected = position + 1, _next_line(record, text)
    return (
        pl.DataFrame(refused, schema=REJECT_SCHEMA, orient="row"),
        pl.DataFrame(skipped, schema=_SKIPPED, orient="row"),
    )


def _next_line(record: Record, text: bytes) -> int:
    # The last record of a file may end without a line end.
    return record.line + max(text.count(b"\n"), 1)


def _shown(text: bytes) -> str:
    return text[: 4 * LONGEST_QUARANTINED].decode("utf-8", "replace").rstrip("\r\n")[:LONGEST_QUARANTINED]
