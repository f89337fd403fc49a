"""A market as Yahoo shows it at a moment: closed sessions, today's live row, series re-based by splits."""

import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from models.sessions import exchange_sessions

FINAL = timedelta(minutes=15)  # after a close its row is no longer live
FIRST, LAST = date(2015, 1, 2), date(2027, 12, 31)


@dataclass(frozen=True)
class Session:
    day: date
    open_at: datetime
    close_at: datetime


@cache
def all_sessions() -> tuple[Session, ...]:
    frame = exchange_sessions(FIRST, LAST)
    rows = frame.select("session", "open_at", "close_at").iter_rows()
    return tuple(Session(*row) for row in rows if FIRST <= row[0] <= LAST)


@dataclass
class Security:
    """A security whose prices are a random walk, counted in shares of its first day.

    Parameters
    ----------
    first
        Its first day of trading.
    last
        Its last one.
    splits
        Day -> new shares for one old share.
    dividends
        Day -> dollars a share, as paid on that day.
    hidden
        Session that Yahoo lacks -> the moment from which on it has it; None is never.
    spoiled
        Session -> values that Yahoo gives in place of the true ones.
    noise
        By how much, relative to it, adjusted closes are off in this answer.
    """

    symbol: str
    first: date
    last: date = LAST
    kind: str = "EQUITY"
    splits: dict[date, float] = field(default_factory=dict)
    dividends: dict[date, float] = field(default_factory=dict)
    hidden: dict[date, datetime | None] = field(default_factory=dict)
    spoiled: dict[date, dict[str, float | None]] = field(default_factory=dict)
    noise: float = 0.0

    def __post_init__(self) -> None:
        draw = random.Random(self.symbol)
        self.walk: dict[date, dict[str, float]] = {}
        close = draw.uniform(20, 200)
        for session in all_sessions():
            if not self.first <= session.day <= self.last:
                continue
            before, close = close, close * math.exp(draw.gauss(0.0003, 0.015))
            first, spread = before * math.exp(draw.gauss(0, 0.004)), draw.uniform(1.0, 1.01)
            self.walk[session.day] = {
                "open": first,
                "high": max(first, close) * spread,
                "low": min(first, close) / spread,
                "close": close,
                "volume": float(draw.randint(100_000, 9_000_000)),
            }

    def rows(self, now: datetime) -> list[dict[str, Any]]:
        """Return its rows as Yahoo has them now: `at` (seconds since 1970), prices, `volume`, `day`."""
        begun = [s for s in all_sessions() if s.day in self.walk and s.open_at <= now]
        opened = {s.day for s in begun}
        shares = math.prod(ratio for day, ratio in sorted(self.splits.items()) if day in opened)
        factors = self._dividend_factors(opened)
        rows: list[dict[str, Any]] = []
        factor = 1.0
        for session in reversed(begun):
            values = {name: number / shares for name, number in self.walk[session.day].items()}
            row = {**values, "volume": round(self.walk[session.day]["volume"] * shares), "day": session.day}
            row["at"], row["adjclose"] = int(session.open_at.timestamp()), row["close"] * factor
            row["adjclose"] *= 1 + self.noise
            row.update(self.spoiled.get(session.day, {}))
            factor *= factors.get(session.day, 1.0)
            if now < session.close_at + FINAL:
                row.update(at=int(now.timestamp()), close=row["open"], adjclose=row["open"], volume=1)
            until = self.hidden.get(session.day, now)
            if until is not None and until <= now:
                rows.append(row)
        return rows[::-1]

    def _dividend_factors(self, opened: set[date]) -> dict[date, float]:
        days = list(self.walk)
        factors = {}
        for day, dollars in self.dividends.items():
            if day in opened and (n := days.index(day)):
                shares = math.prod(ratio for when, ratio in self.splits.items() if when <= day)
                factors[day] = 1 - dollars * shares / self.walk[days[n - 1]]["close"]
        return factors

    def events(self, now: datetime, start: int) -> dict[str, Any]:
        """Return splits and dividends between a second and now, in Yahoo's form."""
        at = {s.day: int(s.open_at.timestamp()) for s in all_sessions() if s.open_at <= now}
        since = {day: second for day, second in at.items() if second >= start}
        return {
            "splits": {
                str(since[day]): {
                    "date": since[day],
                    "numerator": ratio,
                    "denominator": 1,
                    "splitRatio": f"{ratio:g}:1",
                }
                for day, ratio in self.splits.items()
                if day in since
            },
            "dividends": {
                str(since[day]): {"date": since[day], "amount": dollars}
                for day, dollars in self.dividends.items()
                if day in since
            },
        }
