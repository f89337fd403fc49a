"""The next daily run, through changes of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from etl.configuration import Settings


def next_run(settings: Settings, now: datetime) -> datetime:
    """Return the first scheduled moment after `now`, in UTC: one a day, on every day of its zone.

    An hour that the clocks skip in spring is taken as if they had not been changed yet (02:30 becomes 03:30);
    of one that they repeat in autumn the first counts.

    Parameters
    ----------
    now
        Any moment with its zone.
    """
    zone = ZoneInfo(settings.schedule.zone)
    at = time.fromisoformat(settings.schedule.time)
    day = now.astimezone(zone).date()
    # Yesterday's can be still to come where the clocks skipped midnight; tomorrow's always is.
    days = (day + timedelta(days=ahead) for ahead in (-1, 0, 1))
    moments = (datetime.combine(one, at, zone).astimezone(UTC) for one in days)
    return next(moment for moment in moments if moment > now)
