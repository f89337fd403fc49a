"""A small market that tests of a file share, all well and on its first morning as each begins; a store."""

from collections.abc import Iterator

import duckdb
import pytest
from refresh.small_market import Market, open_market

from etl.settings import Home
from etl.warehouse.store import open_store


@pytest.fixture(scope="module")
def served() -> Iterator[Market]:
    with open_market() as market:
        yield market


@pytest.fixture
def market(served: Market) -> Market:
    served.begin_anew()
    return served


@pytest.fixture
def store(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_store(home) as connection:
        yield connection
