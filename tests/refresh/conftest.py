"""A small market that tests of a file share, all well and on its first morning as each test begins."""

from collections.abc import Iterator

import pytest
from refresh.small_market import Market, open_market


@pytest.fixture(scope="module")
def served() -> Iterator[Market]:
    with open_market() as market:
        yield market


@pytest.fixture
def market(served: Market) -> Market:
    served.begin_anew()
    return served
