"""A market of some weeks, lived through day by day by real runs in real processes, or looked at once."""

import json
import random
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from live.stocktwits_server import BROKEN, LASTING, PASSING, Asked, FakeStockTwits
from live.yahoo_market import all_sessions
from live.yahoo_server import FAULTS, FakeYahoo
from processes import start

from etl.settings import Home, open_home
from etl.warehouse.store import open_store

TESTS = Path(__file__).resolve().parent.parent
NEW_YORK = ZoneInfo("America/New_York")
FIRST_DAY = date(2026, 2, 2)
MORNING = time(6, 30)
# What does not come back by itself (a message that lost its id) or takes real time is tested elsewhere.
STOCKTWITS_FAULTS = (
    *PASSING,
    *(fault for fault in LASTING if not fault.startswith("drip")),
    *(fault for fault in BROKEN if fault != "renamed ids"),
    "repeats",
    "pinned",
    "no cursor",
)
WORDS = ("to the moon 🚀", "so scared of this 😱", "sold it all", "what a day")
YAHOO_FAULTS = tuple(fault for fault in FAULTS if fault != "hangs")
# Tables of the store with the columns that say how a row came, and not what it is.
STORED = {
    "raw_posts": ("load_id",),
    "raw_prices": ("load_id",),
    "raw_ipos": ("load_id",),
    "post_scores": (),
    "post_traits": (),
}
RUN = """
import json, sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, {tests!r})
from etl.configuration import read_settings
from etl.refresh.run import Order, refresh
from etl.settings import open_home
from live.clocks import FakeClock
home = open_home(Path({home!r}))
settings, _ = read_settings(home)
order = Order({symbols!r}, datetime.fromisoformat({since!r}))
ran = refresh(home, settings, order, FakeClock(datetime.fromisoformat({now!r})))
print(json.dumps([ran.outcome, ran.message, [[s.kind, s.subject, s.outcome, s.reason] for s in ran.steps]]))
"""


@dataclass
class Tally:
    """What happened in all runs."""

    runs: int = 0
    kills: int = 0
    terminations: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


class Weeks:
    """Posts and prices of some sessions, which two servers show as they are at a moment.

    Parameters
    ----------
    seed
        Fixes posts, faults and the moments of kills (as a share of a run's usual time).
    """

    def __init__(self, n_symbols: int, n_days: int, seed: int, first_price: date = date(2026, 1, 5)) -> None:
        self.draw = random.Random(seed)
        self.symbols = [f"QZ{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(n_symbols)]
        self.days = [session.day for session in all_sessions() if session.day >= FIRST_DAY][:n_days]
        self.since = datetime.combine(self.days[0], time(0), NEW_YORK).astimezone(UTC)
        self.stocktwits = FakeStockTwits(now=self.morning(0))
        self.yahoo = FakeYahoo(self.morning(0))
        self.tally = Tally()
        self.usual_seconds = 6.0
        self.first_price = first_price
        self._write_posts()
        self._write_prices()

    def morning(self, n: int) -> datetime:
        """The moment of the run on a day: half past six, or some time later on a third of the days."""
        later = timedelta(hours=random.Random(n).choice((0, 0, 5, 11)))
        return (datetime.combine(self.days[n], MORNING, NEW_YORK) + later).astimezone(UTC)

    def _write_posts(self) -> None:
        hours = int((self.morning(len(self.days) - 1) - self.since) / timedelta(hours=1))
        for place, symbol in enumerate(self.symbols):
            # From a post in two days to forty a day.
            for _ in range(int(hours / 24 * 0.5 * 80 ** (place / max(len(self.symbols) - 1, 1)))):
                at = self.since + timedelta(seconds=self.draw.randrange(hours * 3600))
                named = [symbol, self.draw.choice(self.symbols)] if self.draw.random() < 0.1 else [symbol]
                words = self.draw.choice(
                    ("to the moon 🚀", "so scared of this 😱", "sold it all", "what a day")
                )
                self.stocktwits.write(list(dict.fromkeys(named)), at, f"${symbol} {words}")

    def _write_prices(self) -> None:
        for place, symbol in enumerate(self.symbols):
            security = self.yahoo.add(symbol, self.first_price)
            if place % 5 == 1:
                security.splits[self.days[len(self.days) // 2]] = 4.0
            if place % 4 == 2:
                security.dividends[self.days[len(self.days) // 3]] = 0.4
            if place % 3 == 0:
                day = self.days[len(self.days) // 4]
                security.hidden[day] = self.morning(len(self.days) // 4) + timedelta(days=2)

    def strike(self, rate: float) -> None:
        """Let a share of all answers go wrong from now on."""

        def stocktwits(asked: Asked) -> str | None:
            return self.draw.choice(STOCKTWITS_FAULTS) if self.draw.random() < rate else None

        def yahoo(kind: str, symbol: str) -> str | None:
            fault = self.draw.choice(YAHOO_FAULTS) if self.draw.random() < rate else None
            if fault:
                self.tally.faults[f"yahoo {fault}"] += 1
            return fault

        self.stocktwits.fault, self.yahoo.fault = stocktwits, yahoo

    def live(self, home: Home, n: int, *, end: str | None = None) -> str:
        """Run once on a day, in a process of its own; it may be killed or terminated on the way."""
        now = self.morning(n)
        self.stocktwits.now = self.yahoo.now = now
        code = RUN.format(
            tests=str(TESTS),
            home=str(home.path),
            symbols=self.symbols,
            since=self.since.isoformat(),
            now=now.isoformat(),
        )
        process = start(code)
        self.tally.runs += 1
        started = datetime.now(UTC)
        if end:
            try:
                process.finish(self.draw.uniform(0.2, 0.8) * self.usual_seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL if end == "killed" else signal.SIGTERM)
                if end == "killed":
                    self.tally.kills += 1
                else:
                    self.tally.terminations += 1
        ended = process.finish()
        if ended.returncode == 0:
            self.usual_seconds = (
                (datetime.now(UTC) - started).total_seconds() if not end else self.usual_seconds
            )
            outcome, self.message, self.steps = json.loads(ended.stdout.splitlines()[-1])
        else:
            # Only what was killed ends so: whatever the sources do, a run ends in order.
            assert ended.returncode == -signal.SIGKILL or end == "terminated", ended.stderr
            outcome = "killed"
        self.tally.outcomes[outcome] += 1
        return outcome

    def count_faults(self) -> int:
        """Return how many answers went wrong in all."""
        return self.stocktwits.met.total() + self.tally.faults.total()


def new_home(
    folder: Path, stocktwits: str, yahoo: str, first_price: str = "2026-01-05", more: str = "families = []"
) -> Home:
    """Make a home that asks the two servers; unless told to it estimates nothing, so that a run is short."""
    home = open_home(folder)
    home.settings_file.write_text(
        f'[stocktwits]\nbase_url = "{stocktwits}"\npages_per_symbol = 400\n'
        f'[yahoo]\nbase_url = "{yahoo}"\nfirst_day = "{first_price}"\nfacts = false\n'
        # The clocks of the runs do not wait in earnest.
        f"[refresh]\npatience_minutes = 100000\n{more}\n"
    )
    return home


def stored_tables(home: Home) -> dict[str, pl.DataFrame]:
    """Return what a store holds, whatever way it came there."""
    with open_store(home) as store:
        return {
            name: store.sql(f"select * from {name}").pl().drop(hidden).sort(pl.all())
            if name != "raw_posts"
            else store.sql(f"select * from {name} order by source, post_id").pl().drop(hidden)
            for name, hidden in STORED.items()
        }
