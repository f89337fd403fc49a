"""Three firms for some weeks, on a StockTwits and a Yahoo of our own; runs at moments of theirs."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from live.clocks import FakeClock
from live.stocktwits_server import FakeStockTwits
from live.yahoo_server import FakeYahoo
from processes import run

from etl.configuration import read_settings
from etl.refresh.ran import Ran
from etl.refresh.run import Order, refresh
from etl.settings import Home

TESTS = Path(__file__).resolve().parent.parent
MORNING = datetime(2026, 3, 3, 11, 30, tzinfo=UTC)  # a Tuesday, 06:30 in New York
FIRST_DAY = date(2026, 1, 5)
SYMBOLS = ("QZA", "QZB", "QZC")
WORDS = ("to the moon 🚀", "so scared of this 😱", "sold it all", "what a day", "I hate this stock 😡")
AT = """
import sys
from datetime import datetime
sys.path.insert(0, {tests!r})
import etl.clock
from live.clocks import FakeClock

class At(FakeClock):
    def __init__(self):
        super().__init__(datetime.fromisoformat({now!r}))

# Modules that are imported already hold the clock of this machine, as the one of etl.clock does.
for module in list(sys.modules.values()):
    if vars(module).get("Clock") is At.__mro__[2]:
        module.Clock = At
from etl.cli import main
{before}
sys.argv = ["emotape", *{arguments!r}]
main()
"""


@dataclass
class Market:
    """Two servers that show what there is at `now`, and homes that ask them."""

    stocktwits: FakeStockTwits
    yahoo: FakeYahoo
    stocktwits_url: str = ""
    yahoo_url: str = ""
    now: datetime = MORNING

    def at(self, now: datetime) -> None:
        """Let the servers live at another moment."""
        self.now = self.stocktwits.now = self.yahoo.now = now

    def begin_anew(self) -> None:
        """Let the servers be well, on the first morning, and forget what they were asked."""
        self.at(MORNING)
        self.stocktwits.fault = lambda asked: None
        self.stocktwits.trending = ()
        self.stocktwits.asked.clear()
        self.yahoo.faults.clear()
        self.yahoo.asked.clear()

    def symbols_asked(self) -> list[str]:
        """Return whose posts were asked for, each once."""
        paths = [asked.path for asked in self.stocktwits.asked if asked.kind == "stream"]
        return list(dict.fromkeys(path.rsplit("/", 1)[-1].partition(".json")[0] for path in paths))

    def write_settings(self, home: Home, more: str = "", **settings: object) -> None:
        """Write an `emotape.toml` that asks the two servers for posts and prices, and estimates nothing.

        Parameters
        ----------
        more
            Added at the end.
        settings
            SECTION_NAME=VALUE for what is to be otherwise: `yahoo_prices=False`.
        """
        chosen = {
            "stocktwits_base_url": self.stocktwits_url,
            "stocktwits_attempts": 2,
            "yahoo_base_url": self.yahoo_url,
            "yahoo_first_day": f"{FIRST_DAY}",
            "yahoo_facts": False,
            "yahoo_ipos": False,
            "refresh_families": [],
            **settings,
        }
        lines: dict[str, list[str]] = {}
        for name, value in chosen.items():
            section, _, key = name.partition("_")
            lines.setdefault(section, []).append(f"{key} = {json.dumps(value)}\n")
        text = "".join(f"[{section}]\n{''.join(keys)}" for section, keys in lines.items())
        home.settings_file.write_text(text + more)

    def run(
        self,
        home: Home,
        *symbols: str,
        since: datetime | None = None,
        clock: FakeClock | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Ran:
        """Refresh in this process, without waiting in earnest."""
        settings, _ = read_settings(home, environment or {})
        return refresh(home, settings, Order(symbols or SYMBOLS, since), clock or FakeClock(self.now))


@contextmanager
def open_market() -> Iterator[Market]:
    """Serve a market of which each firm has some posts a day."""
    market = Market(FakeStockTwits(now=MORNING), FakeYahoo(MORNING))
    for place, symbol in enumerate(SYMBOLS):
        market.yahoo.add(symbol, date(2025, 6, 2))
        day = FIRST_DAY
        while day <= MORNING.date() + timedelta(days=4):
            for hour in (9, 13, 16, 22):
                at = datetime.combine(day, time(hour, place), UTC)
                words = WORDS[(day.toordinal() * 3 + hour + place * 2) % len(WORDS)]
                market.stocktwits.write(symbol, at, f"${symbol} {words} {day:%d}/{hour}")
            day += timedelta(days=1)
    with market.stocktwits.running() as stocktwits, market.yahoo.serving() as yahoo:
        market.stocktwits_url, market.yahoo_url = stocktwits, yahoo
        yield market


def emotape_at(
    now: datetime,
    *arguments: object,
    home: Home,
    before: str = "",
    environment: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own that lives at a moment and waits for nothing."""
    return run(code_at(now, *arguments, before=before), environment=environment_of(home, environment))


def code_at(now: datetime, *arguments: object, before: str = "") -> str:
    """Return what runs the command line at a moment."""
    words = [str(argument) for argument in arguments]
    return AT.format(tests=str(TESTS), now=now.isoformat(), arguments=words, before=before)


def environment_of(home: Home, more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EMOTAPE_")}
    return {**kept, "EMOTAPE_HOME": str(home.path), **(more or {})}
