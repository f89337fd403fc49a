"""Followed streams in the store: up to where a symbol's posts are stored, and which stretches are missing.

A page's posts and the marks that follow from them are committed together, so a run may die anywhere: the
next one reads here what is still to be asked for.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from etl.live.posts import Mark, Page
from etl.sources.posts import PostOrigin
from etl.warehouse.incoming import LoadCount
from etl.warehouse.load_live import load_page
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import transaction

MOST_TRIES = 3  # runs in which a source may give nothing for a gap before it is taken for unreachable


@dataclass(frozen=True)
class Followed:
    """A symbol that is followed: all its posts from `begin_at` to `checked_at` are stored, but for its gaps.

    `newest` is None where it never had a post; `older` is the source's cursor below `begin_at`.
    """

    begin_at: datetime
    checked_at: datetime
    newest: Mark | None
    older: str | None


@dataclass(frozen=True)
class Gap:
    """A stretch whose posts are missing, from its floor up to its ceiling; `cursor` is where to go on."""

    floor: Mark
    ceiling_at: datetime
    cursor: str | None
    n_tries: int
    reachable: bool


def read_followed(store: duckdb.DuckDBPyConnection, source: str, ticker: str) -> Followed | None:
    """Return the mark of a symbol; None where it is not followed yet."""
    rows = store.execute(
        read_sql("queries", "stream_mark").text, {"source": source, "ticker": ticker}
    ).fetchall()
    if not rows:
        return None
    ((begin_at, older, checked_at, newest_id, newest_at),) = rows
    newest = None if newest_id is None else Mark(newest_id, _aware(newest_at))
    return Followed(_aware(begin_at), _aware(checked_at), newest, older)


def read_gaps(store: duckdb.DuckDBPyConnection, source: str, ticker: str) -> list[Gap]:
    """Return the gaps of a symbol, the newest first."""
    rows = store.execute(
        read_sql("queries", "stream_gaps").text, {"source": source, "ticker": ticker}
    ).fetchall()
    return [
        Gap(Mark(floor_id, _aware(floor_at)), _aware(ceiling_at), cursor, n_tries, reachable)
        for floor_at, floor_id, ceiling_at, cursor, n_tries, reachable in rows
    ]


def store_newest(
    store: duckdb.DuckDBPyConnection,
    stream: PostOrigin,
    ticker: str,
    page: Page,
    before: Followed | None,
    floor: Mark,
) -> LoadCount:
    """Store the newest page of a symbol; what lies between it and the floor becomes a gap.

    Parameters
    ----------
    before
        The symbol's mark before this page; None where it was not followed yet.
    floor
        Down to where the page was asked for.
    """
    newest, oldest = page.newest, page.oldest
    if newest is None or oldest is None:
        raise ValueError("an empty page says nothing of what came before it")
    if before is not None and before.newest is not None and before.newest.at > newest.at:
        newest = before.newest  # the newest post was taken down by its author
    begin_at = before.begin_at if before else floor.at
    # A clock that went backwards must not make what is known unknown.
    checked_at = max(page.asked_at, before.checked_at) if before else page.asked_at
    older = before.older if before else (page.older if page.reached else None)

    def move_marks() -> None:
        named = {"source": stream.name, "ticker": ticker}
        store.execute("delete from stream_marks where source = $source and ticker = $ticker", named)
        store.execute(
            "insert into stream_marks by name select $source as source, $ticker as ticker,"
            " $begin_at::timestamp as begin_at, $older as older, $checked_at::timestamp as checked_at,"
            " $newest_id as newest_id, $newest_at::timestamp as newest_at",
            {
                **named,
                "begin_at": _naive(begin_at),
                "older": older,
                "checked_at": _naive(checked_at),
                "newest_id": newest.post_id,
                "newest_at": _naive(newest.at),
            },
        )
        if not page.reached:
            # Two gaps with one floor are one: the newer begins higher and goes down over the other.
            same = (gap.floor for gap in read_gaps(store, stream.name, ticker) if gap.floor.at == floor.at)
            _put_gap(store, stream.name, ticker, Gap(next(same, floor), oldest.at, page.older, 0, True))

    return load_page(store, stream, page.batch, page.address, move_marks)


def store_older(
    store: duckdb.DuckDBPyConnection, stream: PostOrigin, ticker: str, page: Page, gap: Gap
) -> tuple[LoadCount, Gap | None]:
    """Store a page of a gap; return what is left of the gap, None where it is closed."""
    oldest = page.oldest
    left: Gap | None = None
    if not page.reached:
        ceiling = gap.ceiling_at if oldest is None else min(oldest.at, gap.ceiling_at)
        left = Gap(gap.floor, ceiling, page.older or gap.cursor, gap.n_tries, gap.reachable)

    def move_marks() -> None:
        if left is None:
            _drop_gap(store, stream.name, ticker, gap)
            # Where the lowest gap is closed, its last cursor is where an earlier backfill would go on.
            store.execute(
                "update stream_marks set older = $older"
                " where source = $source and ticker = $ticker and begin_at = $floor_at::timestamp",
                {
                    "older": page.older,
                    "source": stream.name,
                    "ticker": ticker,
                    "floor_at": _naive(gap.floor.at),
                },
            )
        else:
            _put_gap(store, stream.name, ticker, left)

    return load_page(store, stream, page.batch, page.address, move_marks), left


def note_try(store: duckdb.DuckDBPyConnection, source: str, ticker: str, gap: Gap) -> Gap:
    """Note that a run got nothing for a gap; after some runs it is not asked for any more."""
    tried = Gap(gap.floor, gap.ceiling_at, gap.cursor, gap.n_tries + 1, gap.n_tries + 1 < MOST_TRIES)
    _put_gap(store, source, ticker, tried)
    return tried


def extend_back(
    store: duckdb.DuckDBPyConnection, source: str, ticker: str, followed: Followed, since: datetime
) -> None:
    """Follow a symbol from an earlier moment: the stretch before becomes a gap that is still to be filled."""
    gap = Gap(Mark(None, since), followed.begin_at, followed.older, 0, True)
    with transaction(store):
        _put_gap(store, source, ticker, gap)
        store.execute(
            "update stream_marks set begin_at = $since::timestamp, older = null"
            " where source = $source and ticker = $ticker",
            {"since": _naive(since), "source": source, "ticker": ticker},
        )


def _put_gap(store: duckdb.DuckDBPyConnection, source: str, ticker: str, gap: Gap) -> None:
    _drop_gap(store, source, ticker, gap)
    store.execute(
        "insert into stream_gaps by name select $source as source, $ticker as ticker,"
        " $floor_at::timestamp as floor_at, $floor_id as floor_id, $ceiling_at::timestamp as ceiling_at,"
        " $cursor as cursor, $n_tries as n_tries, $reachable as reachable",
        {
            "source": source,
            "ticker": ticker,
            "floor_at": _naive(gap.floor.at),
            "floor_id": gap.floor.post_id,
            "ceiling_at": _naive(gap.ceiling_at),
            "cursor": gap.cursor,
            "n_tries": gap.n_tries,
            "reachable": gap.reachable,
        },
    )


def _drop_gap(store: duckdb.DuckDBPyConnection, source: str, ticker: str, gap: Gap) -> None:
    store.execute(
        "delete from stream_gaps"
        " where source = $source and ticker = $ticker and floor_at = $floor_at::timestamp",
        {"source": source, "ticker": ticker, "floor_at": _naive(gap.floor.at)},
    )


def _naive(moment: datetime) -> datetime:
    """Write a moment as the store keeps it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
