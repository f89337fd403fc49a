"""Symbols that StockTwits calls trending, beside those that are followed anyway."""

from collections.abc import Sequence

from etl.configuration import Settings
from etl.live.posts import PostStream
from etl.live.stocktwits import StockTwitsStream
from etl.refresh.recorder import Recorder

MOST = 30


def with_trending(
    symbols: Sequence[str], settings: Settings, streams: Sequence[PostStream], recorder: Recorder
) -> list[str]:
    """Return the symbols to follow, those that trend today behind the others, each once."""
    wanted = list(symbols)
    stream = next((stream for stream in streams if isinstance(stream, StockTwitsStream)), None)
    if not settings.watchlist.trending or stream is None:
        return wanted
    requests, retries = stream.traffic.requests, stream.traffic.retries
    with recorder.step("trending", stream.name) as step:
        try:
            trending = stream.trending(MOST)
        finally:
            step.counts.requests = stream.traffic.requests - requests
            step.counts.retries = stream.traffic.retries - retries
        step.subject = ", ".join(trending)
        wanted += trending
    return list(dict.fromkeys(wanted))
