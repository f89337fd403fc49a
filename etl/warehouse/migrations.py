"""Migrations: an older store is brought to the tables of today in a copy, which then takes its place.

A migration is a file `sql/migrations/<version>_<what>.sql`, for changes of tables that exist; a table that
is new needs none. It may not add or remove rows. What it promises is checked the same way for all: the
tables are then those that a new store has.
"""

import sys
from collections.abc import Callable

import duckdb

from etl.settings import Home
from etl.version import SCHEMA_VERSION
from etl.warehouse.rewriting import rewrite_store
from etl.warehouse.sql_files import list_sql, read_sql
from etl.warehouse.tables import check_structure, create_tables, refuse_newer

Report = Callable[[str], None]


def _say(line: str) -> None:
    sys.stderr.write(f"emotape: {line}\n")


def migrate(store: duckdb.DuckDBPyConnection, home: Home, version: int, report: Report = _say) -> None:
    """Bring an older store to the newest version. `store` is closed: the file was replaced.

    Parameters
    ----------
    version
        Of the store, as `read_version` gives it.

    Raises
    ------
    EmotapeError
        The store is newer than this code; or the disk refuses, and the old store is as it was.
    """
    refuse_newer(f"The store {home.store}", version)
    size = home.store.stat().st_size / 2**20
    report(
        f"the store is of schema version {version}; bringing it to version {SCHEMA_VERSION} in a copy "
        f"({size:,.0f} MiB)"
    )
    rewrite_store(store, home, lambda: _apply(store, version))


def _apply(store: duckdb.DuckDBPyConnection, version: int) -> None:
    for name in list_sql("migrations"):
        if int(name.partition("_")[0]) > version:
            store.execute(read_sql("migrations", name).text)
    create_tables(store)
    store.execute("update schema_version set version = $newest", {"newest": SCHEMA_VERSION})
    check_structure(store)
