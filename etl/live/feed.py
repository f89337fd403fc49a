"""A JSON feed of posts, described by settings alone: an address a symbol, and where its values stand."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import polars as pl

from etl.configuration import Feed
from etl.errors import BadInput, UnknownSymbol
from etl.live.answers import Answer
from etl.live.http import Requester
from etl.live.pages import Broken, broken_page
from etl.live.posts import Mark, Page
from etl.sources.fields import canonical_symbol, read_symbols
from etl.sources.posts import Batch, Collector
from etl.sources.table import COLUMN_NAMES, SPOKEN


class JsonFeed:
    """A feed whose answers are JSON, the newest posts first.

    Parameters
    ----------
    name
        What its posts are stored under.
    feed
        Its settings, the address without a password.

    Raises
    ------
    BadInput
        The settings name a field that posts do not have.
    """

    # An item may name no symbol at all: it is about the one that was asked for.
    symbols_are_complete = False

    def __init__(self, name: str, feed: Feed, requester: Requester) -> None:
        self.name = name
        self.pages_per_symbol = feed.pages_per_symbol
        self.backfill_days = feed.backfill_days
        self._feed = feed
        self._paths = _paths(name, feed)
        self.traffic = requester.traffic
        self._requester = requester

    def page(self, symbol: str, cursor: str | None, floor: Mark) -> Page:
        """Ask for a page of a symbol's stream: see `etl.live.posts.PostStream`."""
        ticker = canonical_symbol(symbol)
        if ticker is None:
            raise UnknownSymbol(f"{symbol!r} cannot be a symbol; expected one such as AAPL or BRK.B.")
        first = self._feed.url.replace("{symbol}", quote(ticker, safe=""))
        # A cursor from before the feed moved leads to a host that is not to see the token: begin anew.
        is_here = cursor is not None and _origin(cursor) == _origin(first)
        answer = self._requester.get(cursor if cursor and is_here else first, symbol=ticker)
        try:
            return self._read(answer, ticker, floor)
        except Broken as error:
            return broken_page(answer, str(error))

    def _read(self, answer: Answer, ticker: str, floor: Mark) -> Page:
        items = value_at(answer.value, self._feed.items)
        if not isinstance(items, list):
            where = f"at {self._feed.items}" if self._feed.items else "in it"
            raise Broken(answer.broken or f"there is no list of posts {where}")
        older = self._older(answer)
        if not items:
            return Page(Collector().flush(), answer.address, answer.at, older=older)
        batch = self._read_items(items, ticker)
        marks = _marks(batch.posts)
        if not marks:
            raise Broken(f"none of the page's {len(items)} posts can be used")
        by_time = sorted(marks, key=lambda mark: mark.at)
        # A feed that tells where its next page is says by telling none that it has no more.
        is_end = bool(self._feed.next) and older is None
        reached = is_end or _goes_down_to(floor, marks)
        return Page(batch, answer.address, answer.at, by_time[-1], by_time[0], older, reached)

    def _older(self, answer: Answer) -> str | None:
        """Return the address of the next page, which may not lead the token to another host."""
        path = self._feed.next
        told = value_at(answer.value, path) if path else None
        if told is None or told == "":
            return None
        try:
            if not isinstance(told, str):
                raise TypeError
            older = urljoin(answer.address, told)
            origin = _origin(older)
        except (TypeError, ValueError) as error:
            raise Broken(f"{path} is {told!r:.60}; an address was expected") from error
        if origin != (home := _origin(answer.address)):
            raise Broken(
                f"the next page ({path}) is at {origin[1] or 'no host'}; expected {home[1]}, as for the first"
            )
        if older == answer.address:
            raise Broken(f"the next page ({path}) is the page itself")
        return older

    def _read_items(self, items: list[Any], ticker: str) -> Batch:
        rows = Collector()
        for line, item in enumerate(items, 1):
            if isinstance(item, dict):
                record = self._record(item)
                record["symbols"] = [*read_symbols(record.get("symbols")), ticker]
                rows.add(line, record, json.dumps(item))
            else:
                rows.reject(line, "not a post: a JSON object was expected", json.dumps(item))
        return rows.flush()

    def _record(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Name an item's values as posts do: by the settings, else by the names that are usual."""
        record = {field: value_at(item, path) for field, path in self._paths.items()}
        taken = self._paths.values()
        for field, names in COLUMN_NAMES.items():
            if field not in record:
                name = next((name for name in names if name in item and name not in taken), None)
                record[field] = None if name is None else item[name]
        return record


def value_at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path (`data.posts`, `media.0.url`); None where nothing does."""
    for part in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _paths(name: str, feed: Feed) -> dict[str, str]:
    """Return field -> path, as the settings name them."""
    fields = {SPOKEN.get(field, field): field for field in COLUMN_NAMES}
    paths = {}
    for entry in feed.fields:
        field, equals, path = (part.strip() for part in entry.partition("="))
        if not equals or not path or (field not in fields and field not in COLUMN_NAMES):
            raise BadInput(
                f"feeds.{name}.fields has {entry!r}; expected FIELD=PATH, such as body=content.text, where "
                f"FIELD is one of {', '.join(fields)}."
            )
        paths[fields.get(field, field)] = path
    return paths


def _marks(posts: pl.DataFrame) -> list[Mark]:
    """Return the places of a page's posts in the page's order; a day counts as its end, never too early."""
    end_of_day = (pl.col("created_on").cast(pl.Datetime("us", "UTC")) + pl.duration(days=1)).alias("end")
    moments = posts.select("post_id", pl.coalesce("created_at", end_of_day))
    return [Mark(post_id, at) for post_id, at in moments.iter_rows()]


def _goes_down_to(floor: Mark, marks: list[Mark]) -> bool:
    """Tell whether the floor's post is on the page, or one that is older.

    Posts above the newest stand there for another reason than their time (pinned, promoted): what they
    reach says nothing of what lies between. A page in the opposite order is read from its end.
    """
    moments = [mark.at for mark in marks]
    if moments == sorted(moments):
        marks, moments = marks[::-1], moments[::-1]
    stream = marks[moments.index(max(moments)) :]
    return any(mark.at < floor.at or mark.post_id == floor.post_id for mark in stream)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
