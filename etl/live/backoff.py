"""How long to wait before asking again: what the server says, else longer each time, never in step."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST, LONGEST = 1.0, 60.0  # seconds, after an error of the server or the line
FIRST_REFUSED, LONGEST_REFUSED = 60.0, 900.0  # seconds, after 429
LEAST = 1.0  # seconds, whatever the server says: `Retry-After: 0` is no invitation to hurry
_MOMENTS = 1e9  # a reset above it is a moment since 1970, below it a number of seconds


def pause(attempt: int) -> float:
    """Return seconds to wait after the given attempt (from 1) met an error of the server or the line."""
    return _doubled(FIRST, attempt, LONGEST) * random.uniform(0.5, 1.0)


def pause_after_refusal(attempt: int) -> float:
    """Return seconds to wait after the given attempt (from 1) was one too many: never less than a minute."""
    return _doubled(FIRST_REFUSED, attempt, LONGEST_REFUSED) * random.uniform(1.0, 1.25)


def _doubled(first: float, attempt: int, longest: float) -> float:
    return min(first * 2.0 ** (attempt - 1), longest)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return seconds to wait by `Retry-After`, seconds or a date; None where it cannot be read.

    Parameters
    ----------
    now
        By the server's clock, since its date is by that too.
    """
    text = headers.get("Retry-After", "").strip()
    if _is_number(text):
        return max(float(text), LEAST)
    moment = read_date(text)
    return None if moment is None else max((moment - now).total_seconds(), LEAST)


def rate_limit_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return seconds to wait by `X-RateLimit-Reset`, a moment since 1970 or seconds; None as above."""
    text = headers.get("X-RateLimit-Reset", "").strip()
    if not _is_number(text):
        return None
    number = float(text)
    return max(number - now.timestamp() if number > _MOMENTS else number, LEAST)


def _is_number(text: str) -> bool:
    whole, _, part = text.partition(".")
    return text.isascii() and len(text) < 20 and whole.isdigit() and (not part or part.isdigit())


def read_date(text: str | None) -> datetime | None:
    """Read the date of a header, in UTC; None where there is none or it is none."""
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
