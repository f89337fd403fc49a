"""Every setting: its name, default, unit and bounds. A section of `emotape.toml` is a class here."""

from dataclasses import dataclass, field
from typing import Any


def setting(
    default: Any,
    words: str,
    *,
    least: float | None = None,
    most: float | None = None,
    secret: bool = False,
    pattern: str | None = None,
) -> Any:
    """Declare a setting.

    Parameters
    ----------
    words
        What it is, with its unit: `emotape config` shows it.
    least, most
        Bounds of a number, both allowed.
    secret
        Read from the environment alone, and never shown, logged or stored.
    pattern
        What the whole text must match.
    """
    facts = {"words": words, "least": least, "most": most, "secret": secret, "pattern": pattern}
    if isinstance(default, list):
        return field(default_factory=lambda: tuple(default), metadata=facts)
    return field(default=default, metadata=facts, repr=not secret)


DAY = r"\d{4}-\d{2}-\d{2}"
URL = r"https?://[^\s]+"


@dataclass(frozen=True)
class Watchlist:
    """Which symbols a refresh asks for when none is named on the command line."""

    symbols: tuple[str, ...] = setting([], "symbols to follow")
    file: str = setting("", "a file of symbols, one a line, beside emotape.toml or by its whole path")
    trending: bool = setting(False, "follow also what StockTwits calls trending on the day")


@dataclass(frozen=True)
class StockTwits:
    """How StockTwits is asked."""

    enabled: bool = setting(True, "whether it is asked at all")
    base_url: str = setting("https://api.stocktwits.com/api/2", "where its API is", pattern=URL)
    requests_per_hour: int = setting(
        190, "requests in any hour, shared by all runs of this home; the API allows 200", least=1, most=400
    )
    backfill_days: int = setting(
        7, "how far back the first refresh of a symbol goes, unless --since says otherwise", least=0
    )
    pages_per_symbol: int = setting(
        40, "the most pages (of 30 messages) a symbol and run; the next run goes on", least=1
    )
    timeout_seconds: float = setting(20.0, "how long an answer may take", least=0.1)
    attempts: int = setting(4, "how often a request is tried before its symbol is given up", least=1, most=20)
    breaker_minutes: float = setting(
        15.0, "how long it is left alone after it refused this address (403)", least=0
    )
    token: str = setting("", "access token, which doubles what is allowed", secret=True)


@dataclass(frozen=True)
class Yahoo:
    """What is asked of Yahoo, through yfinance."""

    prices: bool = setting(True, "daily prices of the watchlist")
    facts: bool = setting(True, "short interest, shares and institutional share, a snapshot a day")
    ipos: bool = setting(True, "the calendar of initial public offerings")
    base_url: str = setting("", "another host to ask in its place (a mirror, a test); empty is Yahoo itself")
    first_day: str = setting("2015-01-01", "where the history of a new symbol begins", pattern=DAY)
    overlap_sessions: int = setting(
        5, "stored sessions asked again, to notice splits and dividends", least=1, most=60
    )
    calls_per_minute: float = setting(60.0, "price calls a minute", least=0.1)
    facts_per_minute: float = setting(10.0, "calls for facts of a firm a minute", least=0.1)
    probe: str = setting("SPY", "a symbol that must exist: tells a blocked address from a delisted firm")
    deadline_seconds: float = setting(60.0, "how long a call may take whatever the library says", least=1)
    attempts: int = setting(3, "how often a call is tried", least=1, most=20)
    backoff_minutes: float = setting(5.0, "how long to wait when Yahoo limits the rate", least=0)
    ask_again: int = setting(3, "how many runs ask again for a session without a price", least=0)


@dataclass(frozen=True)
class Inbox:
    """The folder whose files are loaded by themselves."""

    enabled: bool = setting(True, "whether it is looked into")
    settle_seconds: float = setting(
        10.0, "how long a file must have been left alone before it is taken for whole", least=0
    )


@dataclass(frozen=True)
class Refresh:
    """The daily run."""

    tagger: str = setting("linear", "which tagger scores")
    families: tuple[str, ...] = setting(["predictive"], "families of regressions that are kept up to date")
    patience_minutes: float = setting(
        55.0, "how long a run may wait in all for a source to allow more requests", least=0
    )


@dataclass(frozen=True)
class Build:
    """What computes, and how much memory it may take."""

    engine: str = setting("local", "what scores posts in segments: local or ray", pattern=r"local|ray")
    memory_gb: float = setting(2.0, "memory that loading, tagging and building may take", least=0.5)

    @property
    def memory(self) -> int:
        """The memory in bytes."""
        return int(self.memory_gb * 2**30)


@dataclass(frozen=True)
class Schedule:
    """When the daily run is meant to start: `emotape schedule` prints it for a machine, `status` shows it."""

    time: str = setting("06:30", "hour and minute of each day", pattern=r"([01]\d|2[0-3]):[0-5]\d")
    zone: str = setting("America/New_York", "the time zone of that hour")


@dataclass(frozen=True)
class Freshness:
    """From which age on a source is late (warn) and stale (error: `emotape status` exits with 1)."""

    posts_warn_hours: float = setting(26.0, "since posts were last asked for with success", least=0)
    posts_error_hours: float = setting(50.0, "since posts were last asked for with success", least=0)
    prices_warn_hours: float = setting(
        18.0, "since the close of the first session that has no prices", least=0
    )
    prices_error_hours: float = setting(
        66.0, "since the close of the first session that has no prices", least=0
    )


@dataclass(frozen=True)
class Retention:
    """What `emotape vacuum` keeps. Zero is for ever."""

    versions: int = setting(3, "published versions", least=2)
    raw_days: int = setting(0, "days that the original record of a post is kept beside its values", least=0)
    quarantine_days: int = setting(0, "days that refused rows are kept", least=0)
    done_days: int = setting(90, "days that files stay in done/ and failed/", least=0)
    journal_days: int = setting(730, "days that runs are remembered", least=0)


@dataclass(frozen=True)
class Webhook:
    """Who is told when a run fails."""

    url: str = setting("", "gets a JSON POST when a run fails or is partial", secret=True)
    timeout_seconds: float = setting(10.0, "how long it may take", least=0.1)


@dataclass(frozen=True)
class Fetch:
    """Where `emotape fetch` finds public data."""

    base_url: str = setting("https://raw.githubusercontent.com", "the home of its files", pattern=URL)
    timeout_seconds: float = setting(30.0, "how long a part of a file may take", least=0.1)


@dataclass(frozen=True)
class Feed:
    """A JSON feed of posts: an address a symbol, and where in its answer things stand.

    In `emotape.toml` each is a table `[feeds.NAME]`; posts are stored with NAME as their source.
    """

    url: str = setting("", "the address, with {symbol} where the symbol goes", pattern=URL)
    items: str = setting("", "where the list of posts is in the answer: `data.posts`; empty is the answer")
    next: str = setting("", "where the address of the next older page is; empty: the feed has one page")
    fields: tuple[str, ...] = setting([], "FIELD=PATH for what the feed calls otherwise: body=content.text")
    requests_per_hour: int = setting(120, "requests in any hour", least=1)
    timeout_seconds: float = setting(20.0, "how long an answer may take", least=0.1)
    attempts: int = setting(4, "how often a request is tried", least=1, most=20)
    pages_per_symbol: int = setting(20, "the most pages a symbol and run; the next run goes on", least=1)
    backfill_days: int = setting(7, "how far back the first refresh of a symbol goes", least=0)
    breaker_minutes: float = setting(15.0, "how long it is left alone after it refused (403)", least=0)
    token: str = setting("", "sent as a bearer token", secret=True)


@dataclass(frozen=True)
class Settings:
    """All settings of a home, by section."""

    watchlist: Watchlist = field(default_factory=Watchlist)
    stocktwits: StockTwits = field(default_factory=StockTwits)
    yahoo: Yahoo = field(default_factory=Yahoo)
    inbox: Inbox = field(default_factory=Inbox)
    refresh: Refresh = field(default_factory=Refresh)
    build: Build = field(default_factory=Build)
    schedule: Schedule = field(default_factory=Schedule)
    freshness: Freshness = field(default_factory=Freshness)
    retention: Retention = field(default_factory=Retention)
    webhook: Webhook = field(default_factory=Webhook)
    fetch: Fetch = field(default_factory=Fetch)
    feeds: dict[str, Feed] = field(default_factory=dict)
