"""Loading what is known beside posts and prices: figures of firms, factors, the VIX."""

from pathlib import Path

import duckdb

from etl.sources.facts import FactFile, read_facts
from etl.sources.market_series import FACTOR_SCHEMA, VIX_SCHEMA, read_factors, read_vix
from etl.warehouse.load import LoadCount, Progress, load_rows


def load_facts(
    store: duckdb.DuckDBPyConnection,
    wanted: FactFile,
    file: Path,
    known_after: int | None,
    progress: Progress = lambda rows: None,
    *,
    known_as: str | None = None,
) -> LoadCount:
    """Load a file of figures, each with the day it describes and the day it became known.

    A revision (the day described again, known later) is a further row. A day of publication that was
    assumed gives way: to another assumption, and to the day itself where a file says it.
    `known_as` is explained at `etl.warehouse.load.load_posts`.

    Raises
    ------
    BadInput
        The file cannot be read to its end, not one of its rows can be used, or it is not known when its
        rows became known. Nothing of it is stored then.
    """
    return load_rows(
        store,
        wanted.kind,
        known_as or file,
        read_facts(file, wanted, known_after),
        wanted.schema,
        progress,
        prepare=lambda: _settle_assumptions(store, wanted),
        source=None if known_after is None else f"known after {known_after} days (assumed)",
    )


def _settle_assumptions(store: duckdb.DuckDBPyConnection, wanted: FactFile) -> None:
    """Keep one assumed day for a figure, and none where the day itself is known.

    Two assumed days would both stand, and the earlier one could let a regression see too much.
    """
    same = f"stored.ticker = incoming.ticker and stored.{wanted.described} = incoming.{wanted.described}"
    store.execute(
        f"delete from incoming_{wanted.kind} as incoming using raw_{wanted.kind} as stored"
        f" where {same} and incoming.known_after is not null and stored.known_after is null"
    )
    store.execute(
        f"delete from raw_{wanted.kind} as stored using incoming_{wanted.kind} as incoming"
        f" where {same} and stored.known_after is not null and stored.known_on <> incoming.known_on"
    )


def load_factors(
    store: duckdb.DuckDBPyConnection,
    file: Path,
    progress: Progress = lambda rows: None,
    *,
    known_as: str | None = None,
) -> LoadCount:
    """Load Fama and French's daily factors; a day that is stored already is updated where it differs.

    Days that are no sessions of the exchange (the file begins in 1926, with Saturdays) are kept in the
    store as given; marts take the sessions among them. `known_as` is explained at
    `etl.warehouse.load.load_posts`.

    Raises
    ------
    BadInput
        The file is none of the French library's daily ones. Nothing of it is stored then.
    """
    return load_rows(store, "factors", known_as or file, read_factors(file), FACTOR_SCHEMA, progress)


def load_vix(
    store: duckdb.DuckDBPyConnection,
    file: Path,
    progress: Progress = lambda rows: None,
    *,
    known_as: str | None = None,
) -> LoadCount:
    """Load daily closing levels of the VIX; a day that is stored already is updated where it differs.

    `known_as` is explained at `etl.warehouse.load.load_posts`.

    Raises
    ------
    BadInput
        The file cannot be read to its end, or not one of its rows can be used. Nothing of it is stored then.
    """
    return load_rows(store, "vix", known_as or file, read_vix(file), VIX_SCHEMA, progress)
