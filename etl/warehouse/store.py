"""The store: the DuckDB file that one process at a time writes, raw data and scores whole."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import polars as pl

from etl.configuration import read_settings
from etl.errors import EmotapeError, WarehouseBusy
from etl.settings import Home
from etl.version import SCHEMA_VERSION
from etl.warehouse.gate import gate
from etl.warehouse.handover import finish_handover
from etl.warehouse.migrations import migrate
from etl.warehouse.rewriting import check_log, remove_unfinished
from etl.warehouse.segments.catalogue import forget_missing, posts_folder, refuse_missing, remove_orphans
from etl.warehouse.tables import count_rows, create_tables, read_version

# Extensions would be downloads at run time; everything emotape needs is built in.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "TimeZone": "UTC",
}
SHARE_OF_MEMORY = 0.6  # of what the settings allow; the rest is for Python, Polars and Arrow
PATIENCE = 5.0  # seconds a writer waits for `emotape status` to let go
_HOLDER = re.compile(r"\(PID (\d+)\)")


@contextmanager
def open_store(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for writing, with its tables made where they are missing.

    An older store is brought to the tables of today first (`etl.warehouse.migrations`). While it is open
    no other process can open it; readers use the published versions.

    Raises
    ------
    WarehouseBusy
        Another process has it open.
    EmotapeError
        The file is damaged or of a newer emotape; it is missing where posts lie that it should list, or lists
        posts whose files are missing; or the disk refuses.
    """
    connection = _open_newest(home)
    try:
        _bound_memory(connection, home)
        yield connection
    finally:
        connection.close()


@contextmanager
def store_at_rest(home: Home) -> Iterator[dict[str, int]]:
    """Keep the store's file whole, closed and unchanged while the block lasts, so it can be read as a file.

    Gives the number of rows by table.

    Raises
    ------
    WarehouseBusy
        Another process has it open.
    EmotapeError
        As `open_store`.
    """
    with ExitStack() as stack:
        with open_store(home) as store:
            rows = count_rows(store)
            store.execute("checkpoint store")
            stack.enter_context(gate(home, PATIENCE))
        check_log(home)
        yield rows


def _open_newest(home: Home) -> duckdb.DuckDBPyConnection:
    """Connect for writing, with the tables of today."""
    while True:
        connection = _connect_patiently(home)
        try:
            version = read_version(connection)
            if version is None:
                _refuse_to_begin_beside_posts(connection, home)
            if version is None or version == SCHEMA_VERSION:
                remove_unfinished(home)
                with transaction(connection):
                    create_tables(connection)
                refuse_missing(connection)
                forget_missing(connection)
                remove_orphans(connection)
                return connection
            # The file is another one then.
            migrate(connection, home, version)
        except BaseException:
            connection.close()
            raise


def _refuse_to_begin_beside_posts(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Refuse to make a new store where segments lie: to its empty catalogue they would be files to remove."""
    segments = sum(1 for _ in posts_folder(connection).glob("*/[0-9]*.parquet"))
    if segments:
        raise EmotapeError(
            f"{posts_folder(connection)} holds {segments} files of posts, but {home.store}, which lists "
            "them, is missing or empty: put it back beside them (`emotape restore` brings both back from a "
            "backup), or move that folder away to begin anew."
        )


def _bound_memory(store: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Hold DuckDB to its share of the memory that the settings allow; beyond it, it uses the disk."""
    settings, _ = read_settings(home)
    store.execute(f"set memory_limit = '{settings.build.memory * SHARE_OF_MEMORY:.0f}B'")


def _connect_patiently(home: Home) -> duckdb.DuckDBPyConnection:
    """Connect for writing, outwaiting a reader that holds the file for a moment."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with gate(home, max(deadline - time.monotonic(), 0)):
                finish_handover(home)
                return connect(home.store)
        except WarehouseBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Connect to a DuckDB file, turning DuckDB's errors into sentences."""
    try:
        return duckdb.connect(str(path), read_only=read_only, config=CONFIG)
    except duckdb.IOException as error:
        text = str(error)
        if "lock" in text:
            holder = _HOLDER.search(text)
            who = f" (process {holder[1]})" if holder else ""
            raise WarehouseBusy(
                f"Another emotape command is writing to {path.parent}{who}; "
                "wait until it is done, then try again."
            ) from error
        raise EmotapeError(f"The warehouse file {path} cannot be opened: {text.splitlines()[0]}") from error


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or nothing of it."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def replace_rows(
    store: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame, key: tuple[str, ...]
) -> None:
    """Put rows into a table in place of those of the same key, in one transaction."""
    same = " and ".join(f"{table}.{column} = new_rows.{column}" for column in key)
    with transaction(store):
        store.register("new_rows", rows)
        store.execute(f"delete from {table} using new_rows where {same}")
        store.execute(f"insert into {table} by name select * from new_rows")
        store.unregister("new_rows")
