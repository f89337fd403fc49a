"""Runs that ask a Yahoo of our own, at moments that the test chooses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import duckdb
from live.clocks import FakeClock
from live.yahoo_server import FakeYahoo

from etl.configuration.sections import Yahoo as YahooSettings
from etl.live.patience import Patience
from etl.live.yahoo import Yahoo
from etl.refresh.outcome import Refreshed
from etl.refresh.yahoo_facts import refresh_facts
from etl.refresh.yahoo_offerings import refresh_ipos
from etl.refresh.yahoo_prices import refresh_prices
from etl.settings import Home
from etl.warehouse.store import open_store

COLUMNS = "ticker, date, open, high, low, close, adj_close, volume, split_ratio"


class Runs:
    """Runs of one home; each has a clock of its own, at Yahoo's `now`."""

    def __init__(self, home: Home, store: duckdb.DuckDBPyConnection, fake: FakeYahoo, address: str) -> None:
        self.home = home
        self.store = store
        self.fake = fake
        self.address = address
        self.clock = FakeClock(fake.now)

    def begin(self, *, patience: float = 3300, **settings: Any) -> Yahoo:
        """Begin a run."""
        self.clock = FakeClock(self.fake.now)
        chosen = {"base_url": self.address, "first_day": "2026-01-02", "deadline_seconds": 30.0, **settings}
        return Yahoo(YahooSettings(**chosen), self.home, self.clock, Patience(patience, self.clock))

    def prices(self, symbol: str, at: datetime | None = None, **settings: Any) -> Refreshed:
        """Refresh prices in a run of their own."""
        self.fake.now = at or self.fake.now
        return refresh_prices(self.store, self.begin(**settings), symbol)

    def facts(self, symbol: str, at: datetime | None = None, **settings: Any) -> Refreshed:
        """Refresh figures in a run of their own."""
        self.fake.now = at or self.fake.now
        return refresh_facts(self.store, self.begin(**settings), symbol)

    def ipos(self, at: datetime | None = None) -> Refreshed:
        """Refresh the calendar of offerings in a run of its own."""
        self.fake.now = at or self.fake.now
        return refresh_ipos(self.store, self.begin())

    def stored(self, symbol: str) -> list[tuple[Any, ...]]:
        """Return the stored prices of a symbol, by day."""
        query = f"select {COLUMNS} from raw_prices where ticker = ? order by date"
        return self.store.execute(query, [symbol]).fetchall()

    def days(self, symbol: str) -> list[date]:
        return [row[1] for row in self.stored(symbol)]

    def quarantine(self) -> list[tuple[Any, ...]]:
        query = "select kind, file, line, reason from quarantine order by all"
        return self.store.execute(query).fetchall()


@contextmanager
def running(home: Home, fake: FakeYahoo) -> Iterator[Runs]:
    """Serve Yahoo and open the store, for runs."""
    with fake.serving() as address, open_store(home) as store:
        yield Runs(home, store, fake, address)
