"""How many requests a source still allows: a token bucket in the journal, shared by all runs of a home."""

import math
import sqlite3

from etl.journal import Journal

HOUR = 3600.0
BURST = 0.5
"""The share of an hour's requests that may be made at once.

A bucket that holds C requests and gains r an hour lets C + r through in the worst hour, so the two share what
is allowed. A large C lets a daily run of many quiet symbols be done at once; a small one makes a long
backfill faster, which goes at r an hour. With a half, ninety symbols need no wait; a backfill, which happens
once, takes twice the time.
"""
LONGEST_HOLD = 24 * HOUR
"""The longest that a source is believed when it says how long to wait, in seconds."""
_TICK = 0.01  # waits are rounded up to it, so that no wait is too short for a clock to notice
_ALMOST = 1 - 1e-6  # a token, but for rounding


class Allowance:
    """The requests that a source allows in any hour.

    The time of day may be set while it is in use. Backwards, nothing is gained and nobody waits longer than
    the bucket takes to fill. Forwards, this process gains no more than what its own steady clock says has
    passed, since otherwise one correction would allow a second hour's burst.

    Parameters
    ----------
    source
        Whose requests they are: all processes that name it share them.
    requests_per_hour
        No window of an hour sees more than so many.
    """

    def __init__(self, journal: Journal, source: str, requests_per_hour: int) -> None:
        self.source = source
        self.capacity = max(1.0, BURST * requests_per_hour)
        # Requests are whole, so less than one more than allowed lets through no more than allowed; without
        # that, an allowance of a single request would never be renewed.
        self.per_second = (requests_per_hour - self.capacity + 0.9) / HOUR
        self._journal = journal
        self._clock = journal.clock
        self._last_seen: float | None = None

    def take(self) -> float:
        """Take a request: returns 0 where it may be made now, else the seconds until one may be.

        Raises
        ------
        EmotapeError
            The journal cannot be written.
        """
        with self._journal.writing() as cursor:
            tokens = self._fill(cursor)
            is_taken = tokens >= _ALMOST
            self._store(cursor, tokens - 1 if is_taken else tokens)
        return 0.0 if is_taken else math.ceil((1 - tokens) / self.per_second / _TICK) * _TICK

    def hold(self, seconds: float) -> None:
        """Allow nothing for so long, to this process and all others: the source said so.

        Raises
        ------
        EmotapeError
            The journal cannot be written.
        """
        with self._journal.writing() as cursor:
            self._store(cursor, min(self._fill(cursor), 1 - self.per_second * min(seconds, LONGEST_HOLD)))

    def _fill(self, cursor: sqlite3.Cursor) -> float:
        """Return the tokens as of now."""
        cursor.execute("select tokens, at from allowances where source = ?", (self.source,))
        row = cursor.fetchone()
        if row is None:
            return self.capacity
        tokens, at = float(row[0]), float(row[1])
        passed = self._clock.now().timestamp() - at
        if self._last_seen is not None:
            passed = min(passed, self._clock.elapsed() - self._last_seen)
        # A bucket from before a change of the settings may hold more, or owe more, than it now can.
        least = 1 - self.per_second * LONGEST_HOLD
        return min(max(tokens, least) + max(passed, 0.0) * self.per_second, self.capacity)

    def _store(self, cursor: sqlite3.Cursor, tokens: float) -> None:
        self._last_seen = self._clock.elapsed()
        cursor.execute(
            "insert into allowances values (?, ?, ?)"
            " on conflict (source) do update set tokens = excluded.tokens, at = excluded.at",
            (self.source, tokens, self._clock.now().timestamp()),
        )
