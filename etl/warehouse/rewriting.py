"""Rewriting the store: a copy is made beside it, changed, checked, and takes its place in one step.

The old file is held open, and so locked, until the copy is whole; a kill before the last step leaves the
old file as it was, and the unfinished copy is removed by whoever opens the store next.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from etl.errors import EmotapeError
from etl.settings import Home
from etl.warehouse.gate import gate
from etl.warehouse.versions import flush

UNFINISHED = ".rewriting.duckdb"
PATIENCE = 30.0  # seconds for others to get out of the gate, where they stay for milliseconds


def rewrite_store(
    store: duckdb.DuckDBPyConnection, home: Home, change: Callable[[], None] = lambda: None
) -> None:
    """Replace the store by a compact copy of it. `store` is closed, whatever comes of it.

    Parameters
    ----------
    store
        The store, open for writing, without a transaction.
    change
        Changes the copy, which is then the catalog in use of `store`. It may not add or remove rows of the
        tables that are there.

    Raises
    ------
    EmotapeError
        The disk is full or refuses, or the copy is not what it should be; the old store is as it was.
    """
    copy = home.path / UNFINISHED
    try:
        remove_unfinished(home)
        _copy(store, copy)
        store.execute("use rewritten")
        change()
        _compare(store, "count(*)")
        store.execute("checkpoint rewritten")
        store.execute("use store")
        store.execute("detach rewritten")
        flush(copy)
        with gate(home, PATIENCE):
            _switch(store, copy, home)
    except (duckdb.Error, OSError) as error:
        raise EmotapeError(
            f"The store {home.store} could not be rewritten, and is as it was: {str(error).splitlines()[0]} "
            f"A copy of it needs room beside it, about {home.store.stat().st_size / 2**20:,.0f} MiB; free "
            "some space, then run the same command again."
        ) from error
    finally:
        store.close()
        remove_unfinished(home)


def remove_unfinished(home: Home) -> None:
    """Remove the copy that a killed run left. Only for whoever has the store open for writing."""
    for leftover in home.path.glob(f"{UNFINISHED}*"):
        leftover.unlink(missing_ok=True)


def _copy(store: duckdb.DuckDBPyConnection, copy: Path) -> None:
    # Everything is in the file then, and the log beside it (.wal) says nothing more.
    store.execute("checkpoint store")
    quoted = str(copy).replace("'", "''")
    store.execute(f"attach '{quoted}' as rewritten")
    store.execute("copy from database store to rewritten")
    _compare(store, "count(*), bit_xor(hash(t))")


def _compare(store: duckdb.DuckDBPyConnection, facts: str) -> None:
    """Compare facts of each table of the store with those of its copy."""
    names = store.execute(
        "select table_name from duckdb_tables() where database_name = 'store' order by table_name"
    ).fetchall()
    for (name,) in names:
        old, new = (
            store.execute(f'select {facts} from {catalog}."{name}" as t').fetchall()
            for catalog in ("store", "rewritten")
        )
        if old != new:
            raise EmotapeError(
                f"The copy of the store has {new[0]} in {name} where the store has {old[0]}; the store is as "
                "it was. Check the disk, then run the same command again."
            )


def _switch(store: duckdb.DuckDBPyConnection, copy: Path, home: Home) -> None:
    store.close()
    check_log(home)
    shutil.copymode(home.store, copy)
    copy.replace(home.store)
    flush(home.path)


def check_log(home: Home) -> None:
    """Check that all of a store that was just closed is in its file: a log is of the file it was written for.

    Raises
    ------
    EmotapeError
        Something is only in the log.
    """
    log = home.store.with_name(f"{home.store.name}.wal")
    if log.exists() and log.stat().st_size:
        raise EmotapeError(
            f"{log} is not empty though the store was closed, so nothing was changed; run the same command "
            "again."
        )
    log.unlink(missing_ok=True)
