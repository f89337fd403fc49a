"""When a live source was last asked for what it need not be asked twice a day."""

from datetime import date

import duckdb

from etl.warehouse.sql_files import read_sql


def last_asked(store: duckdb.DuckDBPyConnection, source: str, kind: str, ticker: str = "") -> date | None:
    """Return the day on which a source was last asked with success; None for never."""
    found: list[tuple[date]] = store.execute(
        "select asked_on from fact_asks where source = $source and kind = $kind and ticker = $ticker",
        {"source": source, "kind": kind, "ticker": ticker},
    ).fetchall()
    return found[0][0] if found else None


def note_asked(store: duckdb.DuckDBPyConnection, source: str, kind: str, day: date, ticker: str = "") -> None:
    """Note that a source was asked with success on a day."""
    store.execute(
        read_sql("load", "note_asked").text, {"source": source, "kind": kind, "ticker": ticker, "day": day}
    )
