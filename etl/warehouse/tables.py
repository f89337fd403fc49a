"""The tables of a store: how they are made, which version they are of, what they should look like."""

import duckdb

from etl.errors import EmotapeError
from etl.version import SCHEMA_VERSION
from etl.warehouse.sql_files import list_sql, read_sql

FIRST_VERSION = 1  # its stores do not say so


def create_tables(store: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are missing in the catalog in use; a new store is of the newest version."""
    for name in list_sql("store"):
        store.execute(read_sql("store", name).text)
    store.execute(
        "insert into schema_version select $newest where not exists (from schema_version)",
        {"newest": SCHEMA_VERSION},
    )


def read_version(store: duckdb.DuckDBPyConnection) -> int | None:
    """Return the version of the tables in the catalog in use; None where there is no table yet."""
    names = _list_tables(store)
    if not names:
        return None
    if "schema_version" not in names:
        return FIRST_VERSION
    ((version,),) = store.execute("select version from schema_version").fetchall()
    return int(version)


def refuse_newer(store: str, version: int) -> None:
    """Refuse tables of a version that this code does not know.

    Parameters
    ----------
    store
        What holds them, as the sentence's subject.

    Raises
    ------
    EmotapeError
        They are newer than this code.
    """
    if version > SCHEMA_VERSION:
        raise EmotapeError(
            f"{store} is of schema version {version}, written by a newer emotape; this one knows versions up "
            f"to {SCHEMA_VERSION}. Update emotape, or name another home with --home."
        )


def count_rows(store: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return table -> number of rows, of the catalog in use."""
    counts = {}
    for name in _list_tables(store):
        ((counts[name],),) = store.execute(f'select count(*) from "{name}"').fetchall()
    return counts


def _list_tables(store: duckdb.DuckDBPyConnection) -> list[str]:
    names = store.execute(
        "select table_name from duckdb_tables() where database_name = current_database()"
        " and not temporary order by table_name"
    ).fetchall()
    return [name for (name,) in names]


def check_structure(store: duckdb.DuckDBPyConnection) -> None:
    """Check that the tables in use are those of a new store: columns, order, kinds, nulls and defaults.

    Raises
    ------
    EmotapeError
        One differs.
    """
    ((used,),) = store.execute("select current_database()").fetchall()
    store.execute("attach ':memory:' as expected")
    try:
        store.execute("use expected")
        create_tables(store)
        expected = _describe_columns(store)
    finally:
        store.execute(f"use {used}")
        store.execute("detach expected")
    found = _describe_columns(store)
    for table in expected:
        if found.get(table) != expected[table]:
            raise EmotapeError(
                f"The table {table} of the store is {found.get(table)}; expected {expected[table]}. "
                "Nothing was changed; please report this, with the version of emotape that made the store."
            )


def _describe_columns(store: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    tables: dict[str, list[tuple[object, ...]]] = {}
    for table, *column in store.execute(
        "select table_name, column_name, data_type, is_nullable, column_default from duckdb_columns()"
        " where database_name = current_database() and not internal order by table_name, column_index"
    ).fetchall():
        tables.setdefault(table, []).append(tuple(column))
    return tables
