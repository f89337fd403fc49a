"""Figures of firms and series of the market, written by us, loaded as a user loads them."""

from pathlib import Path

import duckdb
import polars as pl
from open_version import open_version

from etl.settings import Home
from etl.sources.facts import FactFile
from etl.warehouse.build import build_version
from etl.warehouse.load import LoadCount, load_prices
from etl.warehouse.load_reference import load_facts
from etl.warehouse.store import open_store


def load_table(
    store: duckdb.DuckDBPyConnection,
    wanted: FactFile,
    folder: Path,
    rows: list[dict[str, object]],
    known_after: int | None = None,
) -> LoadCount:
    """Write the rows as CSV and load them."""
    path = folder / f"{wanted.kind}.csv"
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)
    return load_facts(store, wanted, path, known_after)


def build_facts(
    home: Home, folder: Path, prices: pl.DataFrame, facts: list[tuple[FactFile, list[dict[str, object]]]]
) -> pl.DataFrame:
    """Build a warehouse of these prices and figures: its `point_in_time`, with the close of each session."""
    prices.write_csv(folder / "prices.csv")
    with open_store(home) as store:
        load_prices(store, folder / "prices.csv", None)
        for wanted, rows in facts:
            load_table(store, wanted, folder, rows)
        version = build_version(store, home)
    return read_mart(
        version.market,
        "select point_in_time.*, close from point_in_time join returns using (ticker, session)",
    )


def read_mart(market: Path, query: str) -> pl.DataFrame:
    """Run a query on a published file of marts."""
    connection = open_version(market)
    try:
        frame: pl.DataFrame = connection.sql(query).pl()
        return frame
    finally:
        connection.close()
