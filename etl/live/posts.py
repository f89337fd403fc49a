"""What a live source of posts is, whatever the platform: pages of a stream, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from etl.live.traffic import Traffic
from etl.sources.posts import Batch, PostOrigin


@dataclass(frozen=True)
class Mark:
    """A place in a stream: a post and its moment.

    `post_id` is None for a place that is only a moment, such as the day a backfill goes back to.
    """

    post_id: str | None
    at: datetime


@dataclass(frozen=True)
class Page:
    """A page of a symbol's stream.

    Parameters
    ----------
    batch
        Its posts, and the records that cannot be used. A page that breaks the schema has one reject: itself.
    address
        Where it came from, without secrets: the quarantine's `file`.
    asked_at
        When it was asked for, by the clock of the source where it tells the time (UTC): what the stream
        holds up to then is known once all pages are.
    newest, oldest
        Its first and last post; None where it has none.
    older
        The cursor of the next page; None where the source says, or it follows, that there is none.
    reached
        Whether the page goes down to the floor that was asked for, so that nothing is missing above it.
    broken
        A sentence where the page breaks the schema. It is quarantined whole, and nothing follows from it.
    """

    batch: Batch
    address: str
    asked_at: datetime
    newest: Mark | None = None
    oldest: Mark | None = None
    older: str | None = None
    reached: bool = False
    broken: str | None = None


class PostStream(PostOrigin, Protocol):
    """A live source of posts. A new platform is one file with such a class."""

    pages_per_symbol: int
    """The most pages that are asked for a symbol in a run."""

    backfill_days: int
    """How far back the first run goes for a symbol."""

    traffic: Traffic
    """What it has asked so far."""

    def page(self, symbol: str, cursor: str | None, floor: Mark) -> Page:
        """Ask for a page of a symbol's stream: its newest posts, or those below the cursor.

        Parameters
        ----------
        cursor
            `Page.older` of the page above; None for the newest.
        floor
            What is known already; posts at or below it may be left out of the page.

        Raises
        ------
        UnknownSymbol
            The source has no such symbol.
        SourceRefused
            It turned this address away.
        AllowanceSpent
            No request may be made for longer than the run is willing to wait.
        SourceFailed
            It did not answer after all attempts.
        Stopped
            Somebody asked the run to stop while it waited.
        """
        ...
