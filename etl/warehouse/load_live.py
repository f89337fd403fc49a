"""Loading what a live source gave, and with it, in one transaction, the marks that follow from it."""

from collections.abc import Callable, Mapping

import duckdb
import polars as pl

from etl.sources.posts import Batch, PostOrigin
from etl.sources.rows import RowBatch
from etl.warehouse.incoming import (
    LoadCount,
    gather_posts,
    gather_rows,
    log_load,
    merge_incoming,
    next_load,
)
from etl.warehouse.quarantine import quarantine_once, renew_quarantine
from etl.warehouse.segments.lookup import bring_back_changed, count_known
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import transaction


def load_page(
    store: duckdb.DuckDBPyConnection,
    source: PostOrigin,
    batch: Batch,
    address: str,
    also: Callable[[], None],
) -> LoadCount:
    """Load a page of a live source, and do in the same transaction what follows from it.

    Unlike a file, a page of which nothing can be used is kept in the quarantine and is no error; and a
    page that holds nothing new leaves no line in the log of loads.

    Parameters
    ----------
    address
        Where the page came from, without secrets.
    also
        Moves the marks of the stream: they are committed with the posts, or neither is.
    """
    if _is_known(store, source, batch):
        with transaction(store):
            also()
        return LoadCount(0, 0, batch.posts.height, 0)
    with transaction(store):
        load_id = next_load(store)
        rows, _ = gather_posts(store, source, load_id, [batch], lambda rows: None)
        bring_back_changed(store, "incoming_posts")
        new, updated = merge_incoming(store, "merge_posts")
        quarantined = quarantine_once(store, address, load_id, batch.rejects) if batch.rejects.height else 0
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        if new or updated or quarantined:
            log_load(store, load_id, "posts", address, source.name, count)
        also()
    return count


def _is_known(store: duckdb.DuckDBPyConnection, source: PostOrigin, batch: Batch) -> bool:
    """Tell whether a page holds only posts that are stored as they are: most pages of a quiet day do."""
    if batch.rejects.height or not source.symbols_are_complete:
        return False
    store.register("page", batch.posts.select("post_id", "raw"))
    store.execute(
        "create or replace temp table page_posts as select $source as source, post_id,"
        " md5_number_lower(raw) as raw_hash from page",
        {"source": source.name},
    )
    store.unregister("page")
    ((known,),) = store.execute(read_sql("load", "known_posts").text).fetchall()
    if known < batch.posts.height:
        known += count_known(store, "temp.page_posts")
    return bool(known == batch.posts.height)


def load_answer(
    store: duckdb.DuckDBPyConnection,
    kind: str,
    address: str,
    batch: RowBatch,
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
    *,
    source: str,
    prepare: Callable[[], None] = lambda: None,
    also: Callable[[], None] = lambda: None,
    from_line: int = 0,
) -> LoadCount:
    """Load what a live source answered as `load_rows` does, and do in the same transaction what follows.

    Unlike a file, an answer of which nothing can be used is kept in the quarantine and is no error; and
    one that holds nothing new leaves no line in the log of loads.

    Parameters
    ----------
    address
        What was asked, without secrets.
    also
        Notes what was asked and answered: it is committed with the rows, or neither is.
    from_line
        The first line that was asked for again: what was refused of it and later ones before, and is not
        any more, leaves the quarantine.

    Returns
    -------
    LoadCount
        `quarantined` counts what was not refused before.
    """
    with transaction(store):
        load_id = next_load(store)
        rows, rejects = gather_rows(store, kind, load_id, [batch], schema, lambda rows: None)
        prepare()
        new, updated = merge_incoming(store, f"merge_{kind}")
        quarantined = renew_quarantine(store, kind, address, load_id, rejects, from_line)
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        if new or updated or quarantined:
            log_load(store, load_id, kind, address, source, count)
        also()
    return count
