"""A published version as a connection that tests may ask anything."""

from pathlib import Path

import duckdb

from etl.warehouse.versions import POST_FILES, Version


def open_version(version: Version | Path) -> duckdb.DuckDBPyConnection:
    """Open a version (or the one whose `market.duckdb` is named) with the relations of its posts."""
    opened = version if isinstance(version, Version) else Version(version.parent)
    connection = duckdb.connect()
    connection.execute(f"attach '{opened.market}' as market (read_only)")
    for name in POST_FILES:
        files = [str(file) for file in opened.post_files(name)]
        connection.execute(f"create view {name} as select * from read_parquet({files})")
    connection.execute("set search_path = 'memory,market'")
    return connection
