"""A home, a clock that tests move, and a StockTwits on loopback."""

from collections.abc import Callable, Iterator

import pytest
from live.clocks import FakeClock
from live.stocktwits_server import FakeStockTwits

from etl.configuration.sections import StockTwits
from etl.journal import Journal, open_journal
from etl.live.patience import Patience
from etl.live.stocktwits import StockTwitsStream
from etl.live.streams import open_stocktwits
from etl.settings import Home

SILENT = 0.3  # seconds after which a server counts as silent, where one is

OpenStream = Callable[..., StockTwitsStream]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def journal(home: Home, clock: FakeClock) -> Iterator[Journal]:
    with open_journal(home, clock) as journal:
        yield journal


@pytest.fixture
def fake() -> FakeStockTwits:
    return FakeStockTwits()


@pytest.fixture
def base_url(fake: FakeStockTwits) -> Iterator[str]:
    with fake.running() as address:
        yield address


@pytest.fixture
def patience(clock: FakeClock) -> Patience:
    return Patience(3300, clock)


@pytest.fixture
def open_stream(base_url: str, journal: Journal, clock: FakeClock, patience: Patience) -> OpenStream:
    """Open the stream on the fake; settings may be given by name."""

    def open_with(**settings: object) -> StockTwitsStream:
        return open_stocktwits(StockTwits(**{"base_url": base_url, **settings}), journal, clock, patience)

    return open_with


@pytest.fixture
def stream(open_stream: OpenStream) -> StockTwitsStream:
    return open_stream()
