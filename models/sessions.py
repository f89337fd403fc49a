"""The exchange's sessions: when it opened and closed, holidays and early closes included."""

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

EXCHANGE = "XNYS"

# A post belongs to the session that follows it, and the longest closure since 1914 was a week (2001).
LONGEST_CLOSURE = timedelta(days=14)


def exchange_sessions(start: date, end: date, exchange: str = EXCHANGE) -> pl.DataFrame:
    """Sessions of an exchange that cover `start` to `end`, one row a session, in order.

    Parameters
    ----------
    start, end
        Calendar days, both included. The frame begins with the last session before `start` and ends
        with the first session after `end`, so that every moment between the two has a session
        behind it and one ahead of it. Only the first row has no `previous_close_at`.
    exchange
        ISO 10383 code as exchange-calendars knows it; XNYS is the New York Stock Exchange.

    Returns
    -------
    pl.DataFrame
        `session` (Date), `session_no` (Int32: sessions since 1990-01-01, so that a lag of k sessions
        is a difference of k), `open_at`, `close_at`, `previous_close_at` (Datetime, UTC).
    """
    epoch = date(1990, 1, 1)
    first, last = min(start, epoch) - LONGEST_CLOSURE, max(end, epoch) + LONGEST_CLOSURE
    schedule = calendar_of_years(exchange, first.year, last.year).schedule
    sessions = pl.DataFrame(
        {
            "session": pl.Series(schedule.index.to_numpy(dtype="datetime64[us]")).dt.date(),
            "open_at": _utc(schedule["open"]),
            "close_at": _utc(schedule["close"]),
        }
    )
    before_epoch = sessions.filter(pl.col("session") < epoch).height
    numbered = sessions.with_columns(
        session_no=pl.int_range(pl.len(), dtype=pl.Int32) - before_epoch,
        previous_close_at=pl.col("close_at").shift(1),
    )
    last_before = numbered.filter(pl.col("session") < start)["session"].max()
    first_after = numbered.filter(pl.col("session") > end)["session"].min()
    return numbered.filter(pl.col("session").is_between(last_before, first_after)).select(
        "session", "session_no", "open_at", "close_at", "previous_close_at"
    )


@lru_cache(maxsize=4)
def calendar_of_years(exchange: str, first: int, last: int) -> "ExchangeCalendar":
    """Return an exchange's calendar from the first day of a year to the last of another.

    It takes half a second to make, and whole years make it the same one for most calls of a process.
    """
    import exchange_calendars

    return exchange_calendars.get_calendar(exchange, start=date(first, 1, 1), end=date(last, 12, 31))


def _utc(times: object) -> pl.Series:
    """Convert a pandas series of UTC timestamps to Polars, without going through pyarrow."""
    nanoseconds = times.to_numpy(dtype="datetime64[us]")  # type: ignore[attr-defined]
    return pl.Series(nanoseconds).dt.replace_time_zone("UTC")
