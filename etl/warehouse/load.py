"""Loading: a file's rows become rows of the store, all of them or none."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from etl.errors import BadInput
from etl.sources.posts import POST_SCHEMA, Batch, PostOrigin, PostSource
from etl.sources.prices import PRICE_SCHEMA, read_prices
from etl.sources.rows import RowBatch
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import transaction
from models.sessions import exchange_sessions

Progress = Callable[[int], None]
FIRST_PRICE = date(1990, 1, 2)


@dataclass(frozen=True)
class LoadCount:
    """What came of the rows of one file."""

    new: int
    updated: int
    unchanged: int
    quarantined: int


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
        load_id = _next_load(store)
        rows, rejects = _gather_posts(store, source, load_id, source.read(file), progress)
        new, updated = _merge(store, "merge_posts")
        quarantined = _quarantine(store, "posts", named, load_id, rejects)
        _refuse_if_nothing_is_good(file.name, rows, quarantined, rejects)
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        _log(store, load_id, "posts", named, source.name, count)
    return count


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
    with transaction(store):
        load_id = _next_load(store)
        rows, _ = _gather_posts(store, source, load_id, [batch], lambda rows: None)
        new, updated = _merge(store, "merge_posts")
        quarantined = _quarantine_once(store, address, load_id, batch.rejects) if batch.rejects.height else 0
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        if new or updated or quarantined:
            _log(store, load_id, "posts", address, source.name, count)
        also()
    return count


def _gather_posts(
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
    empty = pl.DataFrame(schema={**POST_SCHEMA, "position": pl.Int64})
    _create_temporary(store, "incoming_rows", empty)
    rows, rejects = 0, []
    for batch in batches:
        posts = batch.posts.with_row_index("position", offset=rows).cast({"position": pl.Int64})
        store.register("batch", posts.with_columns(pl.col("created_at").dt.replace_time_zone(None)))
        store.execute("insert into incoming_rows by name select * from batch")
        store.unregister("batch")
        rows += posts.height
        rejects.append(batch.rejects)
        progress(posts.height + batch.rejects.height)
    relation = read_sql("load", "incoming_posts")
    store.execute(f"create or replace temp table incoming_posts as {relation.text}")
    return rows, rejects


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
    prepare: Callable[[], None] = lambda: None,
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
        Called when `incoming_<kind>` is complete and nothing of it is stored.
    source
        What the log of loads says of the file's origin.

    Raises
    ------
    BadInput
        The file cannot be read to its end, or not one of its rows can be used. Nothing of it is stored then.
    """
    with transaction(store):
        load_id = _next_load(store)
        rows, rejects = _gather_rows(store, kind, load_id, batches, schema, progress)
        prepare()
        new, updated = _merge(store, f"merge_{kind}")
        quarantined = _quarantine(store, kind, str(file), load_id, rejects)
        _refuse_if_nothing_is_good(Path(file).name, rows, quarantined, rejects)
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        _log(store, load_id, kind, str(file), source, count)
    return count


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
        load_id = _next_load(store)
        rows, rejects = _gather_rows(store, kind, load_id, [batch], schema, lambda rows: None)
        prepare()
        new, updated = _merge(store, f"merge_{kind}")
        quarantined = _renew_quarantine(store, kind, address, load_id, rejects, from_line)
        count = LoadCount(new, updated, rows - new - updated, quarantined)
        if new or updated or quarantined:
            _log(store, load_id, kind, address, source, count)
        also()
    return count


def _gather_rows(
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


def _create_temporary(store: duckdb.DuckDBPyConnection, name: str, empty: pl.DataFrame) -> None:
    naive = empty.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))
    store.register("empty", naive)
    store.execute(f"create or replace temp table {name} as select * from empty")
    store.unregister("empty")


def _merge(store: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, int]:
    """Run a merge and count the rows it added and replaced."""
    actions = store.execute(read_sql("load", statement).text).fetchall()
    new = sum(action == "INSERT" for (action,) in actions)
    return new, len(actions) - new


def _next_load(store: duckdb.DuckDBPyConnection) -> int:
    ((load_id,),) = store.execute("select coalesce(max(load_id), 0) + 1 from loads").fetchall()
    return int(load_id)


def _quarantine(
    store: duckdb.DuckDBPyConnection, kind: str, file: str, load_id: int, rejects: list[pl.DataFrame]
) -> int:
    """Replace what an earlier load of the file quarantined, so that loading twice changes nothing."""
    refused = _number(rejects)
    store.execute("delete from quarantine where kind = $kind and file = $file", {"kind": kind, "file": file})
    store.register("refused", refused)
    store.execute(
        "insert into quarantine select $kind, $file, line, position, reason, raw, $load_id from refused",
        {"kind": kind, "file": file, "load_id": load_id},
    )
    store.unregister("refused")
    return refused.height


def _quarantine_once(
    store: duckdb.DuckDBPyConnection, address: str, load_id: int, rejects: pl.DataFrame
) -> int:
    """Quarantine what a page refused, unless the same record was refused before; return how many are new.

    The newest page of a stream has the same address every day, so what it refused yesterday must stay.
    """
    store.register("refused", _number([rejects]))
    before = "(select coalesce(max(position), -1) + 1 from quarantine where kind = 'posts' and file = $file)"
    added = store.execute(
        f"insert into quarantine select 'posts', $file, line, position + {before}, reason, raw, $load_id"
        " from refused"
        " anti join (select reason, raw from quarantine where kind = 'posts') as before using (reason, raw)"
        " returning position",
        {"file": address, "load_id": load_id},
    ).fetchall()
    store.unregister("refused")
    return len(added)


def _renew_quarantine(
    store: duckdb.DuckDBPyConnection,
    kind: str,
    address: str,
    load_id: int,
    rejects: list[pl.DataFrame],
    from_line: int,
) -> int:
    """Make the quarantine of an address equal to what it refused now, from a line on; count what is new."""
    store.register("refused", _number(rejects))
    where = {"kind": kind, "file": address}
    store.execute(
        "delete from quarantine as old where kind = $kind and file = $file and line >= $from_line"
        " and not exists (from refused where refused.line = old.line and refused.reason = old.reason"
        " and refused.raw = old.raw)",
        {**where, "from_line": from_line},
    )
    added = store.execute(
        "insert into quarantine"
        " select $kind, $file, line, position + coalesce(last_position + 1, 0), reason, raw, $load_id"
        " from refused"
        " anti join (select line, reason, raw from quarantine where kind = $kind and file = $file) as old"
        " using (line, reason, raw)"
        " cross join (select max(position) as last_position from quarantine"
        " where kind = $kind and file = $file)"
        " returning position",
        {**where, "load_id": load_id},
    ).fetchall()
    store.unregister("refused")
    return len(added)


def _number(rejects: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(rejects).with_row_index("position").with_columns(raw=pl.col("raw").str.slice(0, 2000))


def _refuse_if_nothing_is_good(name: str, rows: int, quarantined: int, rejects: list[pl.DataFrame]) -> None:
    if rows or not quarantined:
        return
    reason = pl.concat(rejects)["reason"].mode().sort()[0]
    raise BadInput(
        f"{name}: none of its {quarantined:,} rows can be used (most often: {reason}); "
        "nothing of it was stored. Check the format, or (for posts) name columns with --map."
    )


def _log(
    store: duckdb.DuckDBPyConnection,
    load_id: int,
    kind: str,
    file: str,
    source: str | None,
    count: LoadCount,
) -> None:
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
