"""Rows on their way into the store: gathered beside it, merged into it, and noted in the log of loads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl

from etl.sources.posts import Batch, PostOrigin
from etl.sources.rows import RowBatch
from etl.warehouse.sql_files import read_sql

Progress = Callable[[int], None]


@dataclass(frozen=True)
class LoadCount:
    """What came of the rows of one file."""

    new: int
    updated: int
    unchanged: int
    quarantined: int


def next_load(store: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the load that begins."""
    ((load_id,),) = store.execute("select coalesce(max(load_id), 0) + 1 from loads").fetchall()
    return int(load_id)


def gather_posts(
    store: duckdb.DuckDBPyConnection,
    source: PostOrigin,
    load_id: int,
    batches: Iterable[Batch],
    progress: Progress,
) -> tuple[int, list[pl.DataFrame]]:
    """Put posts into `incoming_posts`, ready to be merged; return their number and what was refused."""
    store.execute(
        "create or replace temp table current_load as"
        " select $source as source, $complete as symbols_are_complete, $load_id as load_id",
        {"source": source.name, "complete": source.symbols_are_complete, "load_id": load_id},
    )
    rows, rejects = 0, list[pl.DataFrame]()
    for batch in batches:
        posts = batch.posts.with_row_index("position", offset=rows).cast({"position": pl.Int64})
        store.register("batch", posts.with_columns(pl.col("created_at").dt.replace_time_zone(None)))
        first = not rejects
        into = (
            "create or replace temp table incoming_rows as" if first else "insert into incoming_rows by name"
        )
        store.execute(f"{into} select * from batch")
        store.unregister("batch")
        rows += posts.height
        rejects.append(batch.rejects)
        progress(posts.height + batch.rejects.height)
    relation = read_sql("load", "incoming_posts")
    store.execute(f"create or replace temp table incoming_posts as {relation.text}")
    return rows, rejects


def gather_rows(
    store: duckdb.DuckDBPyConnection,
    kind: str,
    load_id: int,
    batches: Iterable[RowBatch],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
    progress: Progress,
) -> tuple[int, list[pl.DataFrame]]:
    """Put rows into `incoming_<kind>`, ready to be merged; return their number and what was refused."""
    empty = pl.DataFrame(schema={**schema, "load_id": pl.Int64})
    _create_temporary(store, f"incoming_{kind}", empty)
    rows, rejects = 0, []
    for batch in batches:
        store.register("batch", batch.rows.with_columns(load_id=pl.lit(load_id)))
        store.execute(f"insert into incoming_{kind} by name select * from batch")
        store.unregister("batch")
        rows += batch.rows.height
        rejects.append(batch.rejects)
        progress(batch.rows.height + batch.rejects.height)
    return rows, rejects


def merge_incoming(store: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, int]:
    """Run `sql/load/merge_<kind>.sql` and count the rows that `raw_<kind>` gained and those it changed."""
    table = f"raw_{statement.removeprefix('merge_')}"
    before = _count(store, table)
    ((touched,),) = store.execute(read_sql("load", statement).text).fetchall()
    # A merge deletes nothing: what the table grew by is new, and the rest of what it touched was updated.
    new = _count(store, table) - before
    return new, int(touched) - new


def _count(store: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = store.execute(f"select count(*) from {table}").fetchall()
    return int(count)


def log_load(
    store: duckdb.DuckDBPyConnection,
    load_id: int,
    kind: str,
    file: str,
    source: str | None,
    count: LoadCount,
) -> None:
    """Note in the log of loads what came of one."""
    store.execute(
        "insert into loads values"
        " ($load_id, $kind, $file, $source, $at, $new, $updated, $unchanged, $quarantined)",
        {
            "load_id": load_id,
            "kind": kind,
            "file": file,
            "source": source,
            "at": datetime.now(UTC).replace(tzinfo=None),
            **vars(count),
        },
    )


def _create_temporary(store: duckdb.DuckDBPyConnection, name: str, empty: pl.DataFrame) -> None:
    naive = empty.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))
    store.register("empty", naive)
    store.execute(f"create or replace temp table {name} as select * from empty")
    store.unregister("empty")
