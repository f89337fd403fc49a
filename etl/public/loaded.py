"""What a warehouse holds of a data set already, so that fetching twice is quick and changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.errors import NothingPublished
from etl.settings import Home
from etl.sources.fields import canonical_symbol
from etl.warehouse.inputs import read_inputs
from etl.warehouse.published import open_published
from etl.warehouse.sql_files import read_sql


def not_yet_loaded(store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[Path]:
    """Return the files that were not loaded since they were written."""
    text = read_sql("load", "loaded_at").text
    loaded: dict[str, datetime] = dict(store.execute(text, {"files": [*map(str, files)]}).fetchall())
    return [
        file
        for file in files
        if str(file) not in loaded
        or loaded[str(file)] < datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
    ]


def priced_elsewhere(store: duckdb.DuckDBPyConnection, home: Home, files: Sequence[Path]) -> list[Path]:
    """Return the price files of a home, named for their symbols, whose symbols have prices from elsewhere.

    Adjusted closes are only comparable within one series: the history of a firm must not be sewn together
    from two sources.
    """
    text = read_sql("load", "priced_elsewhere").text
    ends = [f"/{file.relative_to(home.path)}" for file in files]
    priced = {ticker for (ticker,) in store.execute(text, {"ends": ends}).fetchall()}
    return [file for file in files if canonical_symbol(file.stem) in priced]


def is_published(home: Home, store: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether the published version was built from what the store holds now."""
    try:
        with open_published(home) as published:
            inputs = str(published.query("publication")["inputs"][0])
    except NothingPublished:
        return False
    return inputs == read_inputs(store)
