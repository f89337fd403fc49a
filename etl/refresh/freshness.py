"""How old what a source gave is, and whether that is late or stale by the settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from etl.configuration import Settings
from etl.journal.journal import parse_time

FRESH, LATE, STALE, NEVER = "fresh", "late", "stale", "never"
ALARMING = (STALE, NEVER)


@dataclass(frozen=True)
class Freshness:
    """The age of a source.

    Parameters
    ----------
    kind
        posts or prices.
    level
        fresh; late (beyond the warning age); stale (beyond the error age); never (it is to be asked, and
        never answered).
    age_hours
        Of posts: since the source last answered. Of prices: since the close of the first session that has
        none. None where it never answered.
    answered_at
        When it last answered (UTC).
    """

    kind: str
    source: str
    level: str
    age_hours: float | None
    answered_at: datetime | None
    warn_hours: float
    error_hours: float


def measure_freshness(
    settings: Settings, successes: Iterable[Mapping[str, Any]], last_price: date | None, now: datetime
) -> list[Freshness]:
    """Measure the age of every source that is asked in this home.

    Parameters
    ----------
    successes
        What the journal knows of sources that answered: `kind`, `source`, `at`.
    last_price
        The newest session with a published price; None where there is none.
    now
        The present moment, UTC with its zone.
    """
    answered = {(row["kind"], row["source"]): parse_time(row["at"]) for row in successes}
    measured = []
    for source in _sources_of_posts(settings):
        at = answered.get(("posts", source))
        if at or _follows(settings):
            age = None if at is None else (now - at) / timedelta(hours=1)
            measured.append(_judge("posts", source, age, at, settings))
    at = answered.get(("prices", "yahoo"))
    if settings.yahoo.prices and (at or _follows(settings)):
        measured.append(_judge("prices", "yahoo", _age_of_prices(last_price, now), at, settings))
    return measured


def _sources_of_posts(settings: Settings) -> list[str]:
    return [*(["stocktwits"] if settings.stocktwits.enabled else []), *settings.feeds]


def _follows(settings: Settings) -> bool:
    watchlist = settings.watchlist
    return bool(watchlist.symbols or watchlist.file or watchlist.trending)


def _judge(kind: str, source: str, age: float | None, at: datetime | None, settings: Settings) -> Freshness:
    warn: float = getattr(settings.freshness, f"{kind}_warn_hours")
    error: float = getattr(settings.freshness, f"{kind}_error_hours")
    if age is None:
        return Freshness(kind, source, NEVER, None, at, warn, error)
    level = STALE if age > error else LATE if age > warn else FRESH
    return Freshness(kind, source, level, round(max(age, 0.0), 2), at, warn, error)


def _age_of_prices(last_price: date | None, now: datetime) -> float | None:
    """Return the hours since the close of the first session without a price; negative before it."""
    from models.sessions import exchange_sessions

    if last_price is None:
        return None
    sessions = exchange_sessions(last_price, last_price + timedelta(days=1))
    close: datetime = sessions.filter(sessions["session"] > last_price)["close_at"][0]
    return (now - close) / timedelta(hours=1)
