"""A source that refused this address is left alone for a while, by later runs too."""

from datetime import datetime, timedelta

from etl.errors import SourceRefused
from etl.journal import Journal
from etl.journal.journal import parse_time


class Breaker:
    """The breaker of a source: opened when it refuses, closed by time alone.

    Parameters
    ----------
    source
        Whose breaker it is: all processes that name it share it.
    minutes
        How long the source is left alone. A time that lies further ahead, because the clock was set back,
        is shortened to that.
    """

    def __init__(self, journal: Journal, source: str, minutes: float) -> None:
        self.source = source
        self._rest = timedelta(minutes=minutes)
        self._journal = journal

    def check(self) -> None:
        """Pass where the source may be asked.

        Raises
        ------
        SourceRefused
            It refused a while ago and is left alone; the message says why, and until when.
        """
        rows = self._journal.read("breaker", source=self.source)
        if not rows:
            return
        until, reason = parse_time(rows[0]["until"]), str(rows[0]["reason"])
        now = self._journal.clock.now()
        if until is None or until <= now:
            return
        raise self.open(reason) if until > now + self._rest else _refusal(reason, until)

    def open(self, reason: str) -> SourceRefused:
        """Leave the source alone from now on, and return the error that says so.

        Parameters
        ----------
        reason
            What it did, as the beginning of a sentence.

        Raises
        ------
        EmotapeError
            The journal cannot be written.
        """
        now = self._journal.clock.now()
        until = now + self._rest
        with self._journal.writing() as cursor:
            cursor.execute(
                "insert into breakers values (?, ?, ?, ?) on conflict (source) do update set"
                " opened_at = excluded.opened_at, until = excluded.until, reason = excluded.reason",
                (self.source, now.isoformat(timespec="seconds"), until.isoformat(timespec="seconds"), reason),
            )
        return _refusal(reason, until)


def _refusal(reason: str, until: datetime) -> SourceRefused:
    return SourceRefused(
        f"{reason}; it is left alone until {until:%Y-%m-%d %H:%M} UTC, and posts in files can be loaded "
        "meanwhile."
    )
