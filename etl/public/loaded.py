"""What a warehouse holds of a data set already, so that fetching twice is quick and changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.errors import NothingPublished
from etl.settings import Home
from etl.sources.fields import canonical_symbol
from etl.warehouse.published import open_published
from etl.warehouse.sql_files import read_sql


def not_yet_loaded(store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[Path]:
    """Return the files that were not loaded since they were written."""
    loaded = _loaded_at(store, files)
    return [
        file
        for file in files
        if str(file) not in loaded
        or loaded[str(file)] < datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
    ]


def priced_elsewhere(store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[Path]:
    """Return the price files, named for their symbols, whose symbols have prices from elsewhere.

    Adjusted closes are only comparable within one series: the history of a firm must not be sewn together
    from two sources.
    """
    text = read_sql("load", "priced_elsewhere").text
    priced = {ticker for (ticker,) in store.execute(text, {"files": [*map(str, files)]}).fetchall()}
    return [file for file in files if canonical_symbol(file.stem) in priced]


def is_published(home: Home, store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> bool:
    """Tell whether a version was built since the files were last loaded."""
    try:
        with open_published(home) as published:
            built_at = published.query("publication")["built_at"][0]
    except NothingPublished:
        return False
    return all(loaded_at <= built_at for loaded_at in _loaded_at(store, files).values())


def _loaded_at(store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[str, datetime]:
    text = read_sql("load", "loaded_at").text
    return dict(store.execute(text, {"files": [*map(str, files)]}).fetchall())
