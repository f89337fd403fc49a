"""Reading single values that sources write in many ways: times, symbols, self-tags, counts, text."""

import html
import math
import re
from datetime import UTC, date, datetime
from typing import Any

# Entities must end in a semicolon here: in a link, `&copy=1` is a parameter and no sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_TWICE = re.compile(r"&amp;(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMPACT_DATE = re.compile(r"\d{8}")
_AMERICAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=_-]{0,19}")
_SYMBOL_SEPARATORS = re.compile(r"[\s,;|\[\]()'\"]+")
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[-/]([A-Z])")

# Seconds, milliseconds, microseconds since 1970: told apart by size for years 2000 to 2100.
_EPOCH_UNITS = ((4.2e9, 1.0), (4.2e12, 1e3), (4.2e15, 1e6))
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)

_SENTIMENTS = {"bullish": "Bullish", "bearish": "Bearish", "1": "Bullish", "-1": "Bearish"}


class FieldError(ValueError):
    """A value that makes its row unusable; the message is the reason for the quarantine."""


def clean_text(text: str, *, entities: bool = False) -> str:
    """Return text that can be stored as UTF-8: surrogate pairs joined, lone surrogates replaced.

    With `entities`, HTML entities are decoded once, and once more where they were escaped twice
    (`&amp;#39;`).
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if entities and "&" in text:
        twice = _ESCAPED_TWICE.search(text) is not None
        text = _ENTITY.sub(_decode_entity, text)
        if twice:
            text = _ENTITY.sub(_decode_entity, text)
    return text


def _decode_entity(match: re.Match[str]) -> str:
    decoded = html.unescape(match.group())
    return match.group() if _SURROGATE.search(decoded) else decoded


def read_time(value: object) -> tuple[datetime | None, date | None]:
    """Read a moment (UTC) or a day: exactly one of the two is returned.

    Text in ISO 8601 (a time without offset is UTC), a `datetime` (naive is UTC), a `date`, or a
    number of seconds, milliseconds or microseconds since 1970.

    Raises
    ------
    FieldError
        The value is missing, unreadable, or outside the years 2000 to 2100.
    """
    if value is None or value == "":
        raise FieldError("no time")
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        return None, value
    elif isinstance(value, bool):
        pass
    elif isinstance(value, int | float):
        moment = _from_epoch(float(value))
    elif isinstance(value, str):
        text = value.strip()
        if _DATE.fullmatch(text):
            return None, _day(text)
        moment = _from_text(text)
    if moment is None:
        raise FieldError(f"bad time: {str(value)[:60]!r}")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if not _EARLIEST <= moment < _LATEST:
        raise FieldError(f"bad time: {str(value)[:60]!r} is outside the years 2000 to 2100")
    return moment, None


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise FieldError(f"bad time: {text!r}") from error
    if not _EARLIEST.year <= day.year < _LATEST.year:
        raise FieldError(f"bad time: {text!r} is outside the years 2000 to 2100")
    return day


def _from_epoch(number: float) -> datetime | None:
    if not math.isfinite(number) or number <= 0:
        return None
    for limit, unit in _EPOCH_UNITS:
        if number < limit:
            return datetime.fromtimestamp(number / unit, tz=UTC)
    return None


def _from_text(text: str) -> datetime | None:
    # A run of digits is a moment since 1970, but YYYYMMDD must not be read as seconds of 1970.
    if text.isascii() and text.isdigit():
        return None if _COMPACT_DATE.fullmatch(text) else _from_epoch(float(text))
    for candidate in (text, text.replace(" UTC", "+00:00"), text.replace(" +", "+")):
        try:
            return datetime.fromisoformat(candidate)
        except ValueError:
            continue
    return None


def read_symbols(value: object) -> list[str]:
    """Read the symbols a post names: a list (of texts or of `{symbol: ...}`) or a text of several.

    Order is kept, repeats are dropped, and each symbol is written as `canonical_symbol` does. What
    cannot be a symbol is left out; the raw record still has it.
    """
    if value is None:
        return []
    items: list[Any] = value if isinstance(value, list) else _SYMBOL_SEPARATORS.split(str(value))
    symbols: dict[str, None] = {}
    for item in items:
        text = item.get("symbol") if isinstance(item, dict) else item
        if isinstance(text, str) and (symbol := canonical_symbol(text)):
            symbols[symbol] = None
    return list(symbols)


def canonical_symbol(text: str) -> str | None:
    """Write a symbol the one way emotape writes it: upper case, no cashtag, share class by a dot.

    Yahoo's `BRK-B` and StockTwits' `BRK.B` are one firm: `BRK.B`. Returns None for what cannot be a
    symbol.
    """
    symbol = text.strip().lstrip("$").upper()
    if share_class := _SHARE_CLASS.fullmatch(symbol):
        return f"{share_class[1]}.{share_class[2]}"
    return symbol if _SYMBOL.fullmatch(symbol) else None


def read_sentiment(value: object) -> str | None:
    """Read the author's own tag: Bullish, Bearish, or None where there is none.

    The public archive writes it as 1 and -1.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _SENTIMENTS.get(str(value).strip().lower().removesuffix(".0")) if value is not None else None


def read_count(value: object) -> int | None:
    """Read a number that counts something; missing, negative or unreadable is unknown (None)."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) and 0 <= number < 2**63 else None


def read_number(value: object) -> float | None:
    """Read a finite number; Yahoo writes `null` and some writers NaN for what is missing (None)."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(str(value).replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_day(value: object) -> date:
    """Read a day: a `date`, a `datetime` (its day), ISO 8601, YYYYMMDD, or MM/DD/YYYY as Americans write it.

    Raises
    ------
    FieldError
        The value is missing, unreadable, or outside the years 1900 to 2100.
    """
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        text = "" if value is None else str(value).strip()
        if not text:
            raise FieldError("no day")
        if american := _AMERICAN_DATE.fullmatch(text):
            text = f"{american[3]}-{american[1]:0>2}-{american[2]:0>2}"
        try:
            day = date.fromisoformat(text if _COMPACT_DATE.fullmatch(text) else text[:10])
        except ValueError as error:
            raise FieldError(f"bad day: {str(value)[:60]!r}") from error
    if not 1900 <= day.year < 2100:
        raise FieldError(f"bad day: {str(value)[:60]!r} is outside the years 1900 to 2100")
    return day


def read_flag(value: object) -> bool | None:
    """Read yes or no as sources write it; anything else is unknown (None)."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip().lower())
