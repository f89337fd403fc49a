"""Loading offerings: a file's rows become rows of the store, all of them or none."""

from pathlib import Path

import duckdb

from etl.sources.ipos import IPO_SCHEMA, read_ipos
from etl.warehouse.load import LoadCount, Progress, load_rows


def load_ipos(
    store: duckdb.DuckDBPyConnection,
    file: Path,
    progress: Progress = lambda rows: None,
    *,
    known_as: str | None = None,
) -> LoadCount:
    """Load a file of initial public offerings; one that is stored already is updated where it differs.

    `known_as` is explained at `etl.warehouse.load.load_posts`.

    Raises
    ------
    BadInput
        The file cannot be read to its end, or not one of its rows can be used. Nothing of it is stored then.
    """
    return load_rows(store, "ipos", known_as or file, [read_ipos(file)], IPO_SCHEMA, progress)
