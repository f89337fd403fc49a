"""Loading files: a file's rows become rows of the store, all of them or none."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from etl.errors import BadInput
from etl.sources.posts import PostSource
from etl.sources.prices import PRICE_SCHEMA, read_prices
from etl.sources.rows import RowBatch
from etl.warehouse.incoming import (
    LoadCount,
    Progress,
    gather_posts,
    gather_rows,
    log_load,
    merge_incoming,
    next_load,
)
from etl.warehouse.parts import Merged, merge_in_parts
from etl.warehouse.quarantine import quarantine_file
from etl.warehouse.segments.lookup import bring_back_changed
from etl.warehouse.store import transaction
from models.sessions import exchange_sessions

FIRST_PRICE = date(1990, 1, 2)

__all__ = ["LoadCount", "Progress", "load_posts", "load_prices", "load_rows"]


def load_posts(
    store: duckdb.DuckDBPyConnection,
    source: PostSource,
    file: Path,
    progress: Progress = lambda rows: None,
    *,
    known_as: str | None = None,
) -> LoadCount:
    """Load a file of posts; a post that is stored already is updated where its record differs.

    Parameters
    ----------
    known_as
        What the quarantine and the log of loads call the file, where its path would mislead: a later load
        under the same name replaces what an earlier one quarantined.

    Raises
    ------
    BadInput
        The file cannot be read to its end, or not one of its rows can be used. Nothing of it is stored then.
    """
    named = known_as or str(file)
    with transaction(store):
        load_id = next_load(store)
        rows, rejects = gather_posts(store, source, load_id, source.read(file), progress)
        bring_back_changed(store, "incoming_posts")
        new, updated = merge_incoming(store, "merge_posts")
        quarantined = quarantine_file(store, "posts", named, load_id, rejects)
        _refuse_if_nothing_is_good(file.name, rows, quarantined, rejects)
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        log_load(store, load_id, "posts", named, source.name, count)
    return count


def load_prices(
    store: duckdb.DuckDBPyConnection,
    file: Path,
    symbol: str | None,
    progress: Progress = lambda rows: None,
    *,
    known_as: str | None = None,
) -> LoadCount:
    """Load a file of daily prices; a price that is stored already is updated where it differs.

    `known_as` is explained at `load_posts`.

    Raises
    ------
    BadInput
        The file cannot be read to its end, or not one of its rows can be used. Nothing of it is stored then.
    """
    sessions = exchange_sessions(FIRST_PRICE, date.today() + timedelta(days=1))["session"]
    batches = read_prices(file, symbol, sessions)
    return load_rows(store, "prices", known_as or file, batches, PRICE_SCHEMA, progress)


def load_rows(
    store: duckdb.DuckDBPyConnection,
    kind: str,
    file: Path | str,
    batches: Iterable[RowBatch],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
    progress: Progress = lambda rows: None,
    *,
    prepare: Callable[[], None] | None = None,
    source: str | None = None,
) -> LoadCount:
    """Load the rows of one file into `raw_<kind>` by `sql/load/merge_<kind>.sql`, all of them or none.

    Parameters
    ----------
    file
        The file, or what to call rows that came over the network.
    batches
        Rows of `schema`, and rows that are refused. They are gathered in `incoming_<kind>` with the
        number of this load.
    prepare
        Called when `incoming_<kind>` is complete and nothing of it is stored. Without it, a large file is
        merged a part after the other, so that memory does not grow with its rows.
    source
        What the log of loads says of the file's origin.

    Raises
    ------
    BadInput
        The file cannot be read to its end, or not one of its rows can be used. Nothing of it is stored then.
    """
    with transaction(store):
        load_id = next_load(store)
        if prepare:
            rows, rejects = gather_rows(store, kind, load_id, batches, schema, progress)
            prepare()
            merged = Merged(rows, *merge_incoming(store, f"merge_{kind}"), rejects)
        else:
            merged = merge_in_parts(store, kind, load_id, batches, schema, progress)
        quarantined = quarantine_file(store, kind, str(file), load_id, merged.rejects)
        _refuse_if_nothing_is_good(Path(file).name, merged.rows, quarantined, merged.rejects)
        unchanged = merged.rows - merged.new - merged.updated
        count = LoadCount(merged.new, merged.updated, unchanged, quarantined)
        log_load(store, load_id, kind, str(file), source, count)
    return count


def _refuse_if_nothing_is_good(name: str, rows: int, quarantined: int, rejects: list[pl.DataFrame]) -> None:
    if rows or not quarantined:
        return
    reason = pl.concat(rejects)["reason"].mode().sort()[0]
    raise BadInput(
        f"{name}: none of its {quarantined:,} rows can be used (most often: {reason}); "
        "nothing of it was stored. Check the format, or (for posts) name columns with --map."
    )
