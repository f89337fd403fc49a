"""StockTwits, live: the stream of a symbol a page at a time, and which symbols are trending."""

import json
from typing import Any
from urllib.parse import quote

import polars as pl

from etl.errors import SourceFailed, UnknownSymbol
from etl.live.answers import Answer
from etl.live.http import Requester
from etl.live.pages import Broken, broken_page
from etl.live.posts import Mark, Page
from etl.sources.fields import canonical_symbol
from etl.sources.posts import Batch, Collector
from etl.sources.stocktwits import message_fields

PAGE_SIZE = 30  # the API's default and maximum
TITLE = "StockTwits"
LONGEST_ID = 18  # digits that a 64-bit number holds


class StockTwitsStream:
    """The public API, version 2.

    Newer messages are not asked for by `since`: a page that goes down to a message that is known proves
    that nothing is missing in between, while an empty answer to `since` would look like silence.

    Parameters
    ----------
    base_url
        Where the API is, with its version.
    """

    name = "stocktwits"
    symbols_are_complete = True

    def __init__(
        self, requester: Requester, base_url: str, pages_per_symbol: int, backfill_days: int
    ) -> None:
        self.pages_per_symbol = pages_per_symbol
        self.backfill_days = backfill_days
        self.traffic = requester.traffic
        self._requester = requester
        self._base_url = base_url.rstrip("/")

    def page(self, symbol: str, cursor: str | None, floor: Mark) -> Page:
        """Ask for a page of a symbol's stream: see `etl.live.posts.PostStream`."""
        ticker = canonical_symbol(symbol)
        if ticker is None:
            raise UnknownSymbol(f"{symbol!r} cannot be a symbol; expected one such as AAPL, BRK.B or BTC.X.")
        below = {} if cursor is None else {"max": cursor}
        answer = self._requester.get(
            f"{self._base_url}/streams/symbol/{quote(ticker, safe='')}.json",
            {"limit": PAGE_SIZE, **below},
            ticker,
        )
        try:
            return _read_page(answer, cursor, floor)
        except Broken as error:
            return broken_page(answer, str(error))

    def trending(self, limit: int) -> list[str]:
        """Return the symbols that the platform calls trending now, at most so many.

        Raises
        ------
        SourceRefused, AllowanceSpent, SourceFailed, Stopped
            As `page` does.
        """
        answer = self._requester.get(f"{self._base_url}/trending/symbols.json")
        listed = answer.value.get("symbols") if isinstance(answer.value, dict) else None
        if not isinstance(listed, list):
            found = answer.broken or "its answer has no list of symbols"
            raise SourceFailed(
                f"{TITLE} lists no trending symbols: {found}; the watchlist alone is followed."
            )
        names = [item.get("symbol") if isinstance(item, dict) else None for item in listed]
        spelled = [canonical_symbol(name) for name in names if isinstance(name, str)]
        return list(dict.fromkeys(ticker for ticker in spelled if ticker))[:limit]


def _read_page(answer: Answer, cursor: str | None, floor: Mark) -> Page:
    envelope = answer.value if isinstance(answer.value, dict) else {}
    messages = envelope.get("messages")
    if not isinstance(messages, list):
        raise Broken(answer.broken or "the page has no list of messages")
    if not messages:
        return Page(Collector().flush(), answer.address, answer.at)
    batch, ids = _read_messages(messages)
    marks = _marks(batch.posts)
    if not marks:
        raise Broken(f"none of the page's {len(messages)} messages can be used")
    position = envelope.get("cursor")
    position = position if isinstance(position, dict) else {}
    lowest = _lowest(ids, position.get("max"))
    if cursor is not None and lowest >= int(cursor):
        raise Broken(f"the page does not go below message {cursor}, as was asked")
    is_end = position.get("more") is False
    return Page(
        batch,
        answer.address,
        answer.at,
        newest=marks[0],
        oldest=marks[-1],
        older=None if is_end else str(lowest),
        reached=is_end or _goes_down_to(floor, lowest, marks),
    )


def _read_messages(messages: list[Any]) -> tuple[Batch, list[int]]:
    """Return a page's posts, and the ids of all its messages in their order, refused ones among them."""
    rows, ids = Collector(), []
    for line, message in enumerate(messages, 1):
        raw = json.dumps(message)
        if not isinstance(message, dict):
            rows.reject(line, "not a message: a JSON object was expected", raw)
        elif (number := _id(message.get("id"))) is None:
            rows.reject(line, "no id" if message.get("id") is None else f"bad id: {message['id']!r:.60}", raw)
        else:
            ids.append(number)
            rows.add(line, message_fields(message), raw)
    return rows.flush(), ids


def _id(value: object) -> int | None:
    """Read a message's id: places in the stream are told by it, so that it must be a number."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
    return int(text) or None if is_number else None


def _marks(posts: pl.DataFrame) -> list[Mark]:
    """Return the places of a page's posts, the newest first."""
    timed = posts.filter(pl.col("created_at").is_not_null()).sort(
        pl.col("post_id").cast(pl.Int64), descending=True
    )
    return [Mark(post_id, at) for post_id, at in timed.select("post_id", "created_at").iter_rows()]


def _lowest(ids: list[int], cursor: object) -> int:
    """Return down to where a page shows the stream without holes.

    That is its last message. Where messages are out of order, one may be there for another reason (pinned,
    promoted) and stand for nothing in between: then the server's cursor counts, if it is one of the page's.
    """
    if ids == sorted(ids, reverse=True):
        return ids[-1]
    number = _id(cursor)
    return number if number in ids and number is not None else min(ids)


def _goes_down_to(floor: Mark, lowest: int, marks: list[Mark]) -> bool:
    if floor.post_id is not None:
        return lowest <= int(floor.post_id)
    return any(mark.at <= floor.at for mark in marks if int(mark.post_id or 0) >= lowest)
