"""A stream of posts in memory, which answers as a platform does, fails when told to, and forgets nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl

from etl.live.posts import Mark, Page
from etl.live.traffic import Traffic
from etl.sources.posts import Collector

PAGE = 5
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


class MemoryStream:
    """Posts of one symbol, one a minute from `START`; `now` says how many of them there are yet."""

    name = "memory"
    symbols_are_complete = True
    pages_per_symbol = 1000
    backfill_days = 7

    def __init__(self, page_size: int = PAGE) -> None:
        self.traffic = Traffic()
        self.now = 0  # minutes since the start
        self.removed: set[int] = set()
        self.before_page: Callable[[int], Page | None] = lambda number: None
        self.page_size = page_size

    def visible(self) -> list[int]:
        return [minute for minute in range(self.now) if minute not in self.removed]

    def page(self, symbol: str, cursor: str | None, floor: Mark) -> Page:
        self.traffic.requests += 1
        if (other := self.before_page(self.traffic.requests)) is not None:
            return other
        below = [m for m in self.visible() if cursor is None or m < int(cursor)]
        minutes = sorted(below, reverse=True)[: self.page_size]
        return self.as_page(symbol, minutes, floor, more=len(below) > len(minutes))

    def as_page(self, symbol: str, minutes: list[int], floor: Mark, *, more: bool) -> Page:
        rows = Collector()
        for line, minute in enumerate(minutes, 1):
            rows.add(
                line,
                {
                    "post_id": str(minute),
                    "created_at": moment(minute),
                    "body": f"post {minute}",
                    "symbols": [symbol],
                },
            )
        marks = [Mark(str(minute), moment(minute)) for minute in minutes]
        reached = bool(marks) and (
            not more
            or any(
                mark.at <= floor.at if floor.post_id is None else int(mark.post_id or 0) <= int(floor.post_id)
                for mark in marks
            )
        )
        return Page(
            batch=rows.flush(),
            address=f"memory:{symbol}",
            asked_at=moment(self.now),
            newest=marks[0] if marks else None,
            oldest=marks[-1] if marks else None,
            older=str(minutes[-1]) if minutes and more else None,
            reached=reached,
        )


def moment(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def empty_page(asked_at: datetime) -> Page:
    return Page(batch=Collector().flush(), address="memory:empty", asked_at=asked_at)


def broken_page(asked_at: datetime) -> Page:
    rows = Collector()
    rows.reject(1, "no list of messages", '{"messages": {}}')
    return Page(batch=rows.flush(), address="memory:broken", asked_at=asked_at, broken="no list of messages")


def stored_minutes(posts: pl.DataFrame) -> list[int]:
    return sorted(int(post_id) for post_id in posts["post_id"])
