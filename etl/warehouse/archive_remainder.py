"""What is left when all texts of the archive are in: records that cannot be used, or have no text."""

import duckdb
import polars as pl

from etl.sources.archive.layout import ArchiveFile
from etl.warehouse.archive_csv import make, refused_rows
from etl.warehouse.archive_records import Ranges, StagedRecords
from etl.warehouse.incoming import LoadCount
from etl.warehouse.quarantine import quarantine_file
from etl.warehouse.segments.reading import quote, quote_files


def quarantine_records(
    store: duckdb.DuckDBPyConnection, file: ArchiveFile, staged: StagedRecords, seen: Ranges, load_id: int
) -> LoadCount:
    """Put what of a file of records became no post into the quarantine; within the caller's transaction."""
    _make_seen(store, staged, seen)
    store.execute(
        f"create or replace temp table archive_shifts as from read_parquet({quote(str(staged.shifts))})"
    )
    make(store, "archive_refused", "records_without_text", file=str(staged.path))
    refused = pl.concat([pl.read_parquet(staged.refused), refused_rows(store)])
    n_refused = quarantine_file(
        store, "posts", file.address, load_id, [refused.sort("line", maintain_order=True)]
    )
    return LoadCount(0, 0, 0, n_refused)


def release_records(
    store: duckdb.DuckDBPyConnection, file: ArchiveFile, staged: StagedRecords, seen: Ranges
) -> None:
    """Let go of quarantined records whose texts came with a later file; within the caller's transaction."""
    _make_seen(store, staged, seen)
    store.execute(
        "delete from quarantine where kind = 'posts' and file = $file and reason = 'no text'"
        " and try_cast(raw as bigint) in (select message_id from archive_seen)",
        {"file": file.address},
    )


def _make_seen(store: duckdb.DuckDBPyConnection, staged: StagedRecords, seen: Ranges) -> None:
    """Make `archive_seen`: ids that stood in files of texts, at least those of this file of records."""
    files = [
        path for _, first, last in Ranges(store, [staged.path]).known for path in seen.within(first, last)
    ]
    ids = (
        f"from read_parquet({quote_files(files)})" if files else "select 0::bigint as message_id where false"
    )
    store.execute(f"create or replace temp view archive_seen as {ids}")
