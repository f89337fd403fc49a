"""A file of the archive's texts, joined to the records that wait for them: posts, ready to be added."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from etl.sources.archive.layout import TEXTS
from etl.sources.posts import REJECT_SCHEMA
from etl.warehouse.archive_csv import find_lines, make, read_rows, refused_rows
from etl.warehouse.archive_records import Ranges
from etl.warehouse.segments.writing import write_parquet
from etl.warehouse.sql_files import read_sql

# A blank text to `etl.sources.posts`: Python's white space, the zero-width space, the byte order mark.
BLANK = (
    r"[\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]*"
)


@dataclass(frozen=True)
class GatheredTexts:
    """What a file of texts came to; its posts are in the temporary table `archive_posts`.

    Attributes
    ----------
    n_rows
        Rows of the file, refused ones too.
    n_repeats
        Usable rows after which another one of the same post comes.
    refused
        `REJECT_SCHEMA`.
    """

    n_rows: int
    n_repeats: int
    refused: pl.DataFrame


def gather_texts(
    store: duckdb.DuckDBPyConnection,
    file: Path,
    records: Ranges,
    *,
    keep_all: bool,
    source: str,
    load_id: int,
    seen: Path,
    staging: Path,
) -> GatheredTexts:
    """Read a file of texts and make `archive_posts` of those that have a record.

    Parameters
    ----------
    records
        The waiting records.
    keep_all
        Whether every post is wanted, so that a text without a record is a fault.
    source
        What the posts are called: ids are unique within it.
    seen
        Where to write the ids of the file that have a record, as Parquet.

    Raises
    ------
    BadInput
        The file cannot be read, or has other columns.
    """
    not_records = read_rows(store, file, TEXTS, staging)
    first, last, n_rows = store.execute("select min(id), max(id), count(*) from archive_rows").fetchall()[0]
    make(
        store,
        "archive_records",
        "records_in_range",
        files=[str(path) for path in records.within(first or 0, last or 0) or records.any_file],
        first=first or 0,
        last=last or 0,
    )
    _forget_repeats(store, "archive_records", "message_id", "repeated_records")
    make(store, "archive_refused", "refused_texts", keep_all=keep_all, blank=BLANK)
    write_parquet(store, read_sql("archive", "seen_ids").text, seen)
    refused = _take_out_refused(store)
    n_repeats = _forget_repeats(store, "archive_rows", "id", "repeated_texts")
    make(store, "archive_posts", "archive_posts", source=source, load_id=load_id)
    return GatheredTexts(
        int(n_rows) + not_records.height,
        n_repeats,
        pl.concat([not_records, refused]).sort("line", maintain_order=True),
    )


def _take_out_refused(store: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    ((n_refused,),) = store.execute("select count(*) from archive_refused").fetchall()
    if not n_refused:
        return pl.DataFrame(schema=REJECT_SCHEMA)
    find_lines(store)
    refused = refused_rows(store)
    store.execute("delete from archive_rows where rowid in (select position from archive_refused)")
    return refused


def _forget_repeats(store: duckdb.DuckDBPyConnection, table: str, key: str, relation: str) -> int:
    ((n_repeats,),) = store.execute(f"select count({key}) - count(distinct {key}) from {table}").fetchall()
    if n_repeats:
        repeats = read_sql("archive", relation).text
        store.execute(f"delete from {table} where rowid in (select place from ({repeats}))")
    return int(n_repeats)
