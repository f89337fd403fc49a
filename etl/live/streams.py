"""The live sources of posts that the settings name."""

from dataclasses import replace

from etl.clock import Clock
from etl.configuration import Settings
from etl.configuration.reading import environment_name
from etl.configuration.sections import Feed, StockTwits
from etl.errors import BadInput
from etl.journal import Journal
from etl.live.allowance import Allowance
from etl.live.breaker import Breaker
from etl.live.feed import JsonFeed
from etl.live.http import Requester, Site
from etl.live.patience import Patience
from etl.live.posts import PostStream
from etl.live.stocktwits import TITLE, StockTwitsStream
from etl.live.traffic import Traffic
from etl.live.wire import Wire, split_login

ANONYMOUS = 200  # requests an hour that the API allows without a token


def open_streams(settings: Settings, journal: Journal, clock: Clock, patience: Patience) -> list[PostStream]:
    """Return the streams that are asked: StockTwits first where it is enabled, then the feeds by name.

    Parameters
    ----------
    journal
        Of the home: what the sources allow is shared there by all its runs.
    patience
        How long the run may wait in all, shared by the streams.

    Raises
    ------
    BadInput
        A feed's settings name a field that posts do not have.
    """
    streams: list[PostStream] = []
    if settings.stocktwits.enabled:
        streams.append(open_stocktwits(settings.stocktwits, journal, clock, patience))
    for name, feed in sorted(settings.feeds.items()):
        site = Site(f"The feed {name}", f"feeds.{name}.url", f"feeds.{name}.token", feed.attempts)
        address, login = split_login(feed.url)
        wire = Wire(feed.timeout_seconds, feed.token, login=login)
        requester = _requester(name, site, wire, feed, journal, clock, patience)
        streams.append(JsonFeed(name, replace(feed, url=address), requester))
    return streams


def open_stocktwits(
    settings: StockTwits, journal: Journal, clock: Clock, patience: Patience
) -> StockTwitsStream:
    """Return the stream of StockTwits, which also knows what is trending.

    Raises
    ------
    BadInput
        More requests are wanted than the API allows without a token.
    """
    if settings.requests_per_hour > ANONYMOUS and not settings.token:
        raise BadInput(
            f"stocktwits.requests_per_hour is {settings.requests_per_hour}, and the API allows more than "
            f"{ANONYMOUS} only with a token; lower it, or give {environment_name('stocktwits.token')} in the "
            "environment."
        )
    site = Site(TITLE, "stocktwits.base_url", "stocktwits.token", settings.attempts)
    address, login = split_login(settings.base_url)
    wire = Wire(settings.timeout_seconds, settings.token, "access_token", login)
    requester = _requester(StockTwitsStream.name, site, wire, settings, journal, clock, patience)
    return StockTwitsStream(requester, address, settings.pages_per_symbol, settings.backfill_days)


def _requester(
    name: str,
    site: Site,
    wire: Wire,
    settings: StockTwits | Feed,
    journal: Journal,
    clock: Clock,
    patience: Patience,
) -> Requester:
    return Requester(
        site,
        wire,
        Allowance(journal, name, settings.requests_per_hour),
        Breaker(journal, name, settings.breaker_minutes),
        patience,
        clock,
        Traffic(),
    )
