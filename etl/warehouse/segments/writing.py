"""Writing a segment: the file first, whole; then its row in the catalogue, by the caller's transaction."""

from pathlib import Path

import duckdb

from etl.warehouse.segments.catalogue import Segment, next_number, posts_folder
from etl.warehouse.segments.lookup import KEY
from etl.warehouse.segments.reading import AVAILABLE_AT, quote
from etl.warehouse.versions import flush

MONTH = f"strftime({AVAILABLE_AT}, '%Y-%m')"
ORDER = "symbols[1], created_at, created_on, post_id"
ROW_GROUP = 100_000


def write_segment(store: duckdb.DuckDBPyConnection, relation: str, month: str, source: str) -> Segment:
    """Write a relation's posts of one source and month as a segment.

    Parameters
    ----------
    relation
        With the columns of `raw_posts`; at least one row is of the month and source.
    """
    number = next_number(store)
    condition = f"source = {quote(source)} and {MONTH} = {quote(month)}"
    columns = ", ".join(
        name
        for (name,) in store.execute(
            "select column_name from duckdb_columns() where database_name = 'store'"
            " and table_name = 'raw_posts' order by column_index"
        ).fetchall()
    )
    segment = Segment(number, month, source, 0, posts_folder(store) / month)
    # A transaction that failed left its number free, and files under it.
    for left in segment.folder.glob(f"{segment.posts.stem}.*"):
        left.unlink(missing_ok=True)
    write_parquet(
        store, f"select {columns} from {relation} where {condition} order by {ORDER}", segment.posts
    )
    ((n_posts,),) = store.execute(
        "insert into store.segments"
        f" select {number}, {quote(month)}, {quote(source)}, count(*),"
        f" min({AVAILABLE_AT}), max({AVAILABLE_AT}), max(created_at), min({KEY}), max({KEY})"
        f" from {relation} where {condition} returning n_posts"
    ).fetchall()
    return Segment(number, month, source, int(n_posts), segment.folder)


def write_parquet(store: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write a query's rows, in their order, as a file that is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    store.execute(
        f"copy ({query}) to {quote(str(unfinished))}"
        f" (format parquet, compression zstd, compression_level 1, row_group_size {ROW_GROUP})"
    )
    flush(unfinished)
    unfinished.replace(target)
    flush(target.parent)
