"""Following a symbol: its newest page, then the pages that are missing between it and what is stored.

The newest page is always asked for whole, so that it shows a post that is stored already: that proves
that nothing is missing in between, which an empty answer never does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb

from etl.clock import Clock
from etl.live.posts import Mark, Page, PostStream
from etl.warehouse.incoming import LoadCount
from etl.warehouse.load_live import load_page
from etl.warehouse.streams import (
    Followed,
    Gap,
    extend_back,
    note_try,
    read_followed,
    read_gaps,
    store_newest,
    store_older,
)

OnPage = Callable[[LoadCount], None]


@dataclass
class Following:
    """What came of a symbol: whether it is followed without gaps, and otherwise why not, in sentences."""

    pages: int = 0
    reasons: list[str] = field(default_factory=list)


def follow_newest(
    store: duckdb.DuckDBPyConnection,
    stream: PostStream,
    ticker: str,
    since: datetime | None,
    clock: Clock,
    on_page: OnPage,
) -> Following:
    """Store a symbol's newest page; what lies between it and what is stored becomes a gap.

    Parameters
    ----------
    since
        How far back its posts are wanted; None for the source's own habit, for a symbol that is new.
    on_page
        Told of the page when it is stored.

    Raises
    ------
    SourceFailed
        The source did not answer; what was stored before is kept.
    Stopped
        Somebody asked the run to stop.
    """
    done = Following()
    before = read_followed(store, stream.name, ticker)
    begin_at = since or clock.now() - timedelta(days=stream.backfill_days)
    floor = before.newest if before and before.newest else Mark(None, begin_at)
    page = stream.page(ticker, None, floor)
    done.pages = 1
    if page.broken:
        _keep_broken(store, stream, page, done, on_page)
    elif page.newest is None:
        _doubt_empty(stream, ticker, before, done)
    else:
        on_page(store_newest(store, stream, ticker, page, before, floor))
    followed = read_followed(store, stream.name, ticker)
    if since and followed and since < followed.begin_at:
        extend_back(store, stream.name, ticker, followed, since)
    return done


def fill_gaps(
    store: duckdb.DuckDBPyConnection, stream: PostStream, ticker: str, clock: Clock, on_page: OnPage
) -> Following:
    """Go down a symbol's gaps, the newest first; each page is committed with what is left of its gap.

    Raises
    ------
    SourceFailed
        The source did not answer; the next call goes on from the page after the last one that is stored.
    Stopped
        Somebody asked the run to stop. The page that was asked for is stored.
    """
    done = Following()
    for gap in read_gaps(store, stream.name, ticker):
        if gap.reachable:
            _fill(store, stream, ticker, gap, clock, done, on_page)
    if left := [gap for gap in read_gaps(store, stream.name, ticker) if not gap.reachable]:
        done.reasons.append(
            f"{stream.name} gives no posts of {ticker} between {_say(left[-1].floor.at)} and "
            f"{_say(left[0].ceiling_at)} any more; windows in between are marked as incomplete."
        )
    return done


def has_open_gaps(store: duckdb.DuckDBPyConnection, source: str, ticker: str) -> bool:
    """Tell whether pages of a symbol are still to be asked for."""
    return any(gap.reachable for gap in read_gaps(store, source, ticker))


def _fill(
    store: duckdb.DuckDBPyConnection,
    stream: PostStream,
    ticker: str,
    gap: Gap,
    clock: Clock,
    done: Following,
    on_page: OnPage,
) -> None:
    """Go down a gap page by page, as far as this run may."""
    left: Gap | None = gap
    while left is not None:
        if done.pages >= stream.pages_per_symbol:
            done.reasons.append(
                f"{ticker}: {done.pages} pages of {stream.name} in this run, which is the most; posts from "
                f"{_say(left.floor.at)} to {_say(left.ceiling_at)} follow in the next run."
            )
            return
        page = stream.page(ticker, left.cursor, left.floor)
        done.pages += 1
        if page.broken:
            # The source has these posts, so the gap stays open however often this happens.
            _keep_broken(store, stream, page, done, on_page)
            return
        count, left = store_older(store, stream, ticker, page, left)
        on_page(count)
        if left is not None and (page.newest is None or page.older is None):
            note_try(store, stream.name, ticker, left)
            done.reasons.append(
                f"{stream.name} gave no posts of {ticker} below {_say(left.ceiling_at)}, though those from "
                f"{_say(left.floor.at)} on are wanted; it is asked again in the next runs."
            )
            return
        clock.check()


def _keep_broken(
    store: duckdb.DuckDBPyConnection, stream: PostStream, page: Page, done: Following, on_page: OnPage
) -> None:
    on_page(load_page(store, stream, page.batch, page.address, lambda: None))
    done.reasons.append(f"A page was quarantined whole: {page.broken} ({page.address})")


def _doubt_empty(stream: PostStream, ticker: str, before: Followed | None, done: Following) -> None:
    """Take an empty answer for what it is: no proof that nobody posts."""
    if before is not None:
        done.reasons.append(
            f"{stream.name} answered without any post of {ticker}, of which it had some before: that is no "
            "silence, so nothing is taken for known; it is asked again in the next run."
        )


def _say(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
