"""The values of an analyst's specs: their types, and how TOML's become those of a spec."""

import math
import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from models.estimation.spec import EFFECTS, Sample, Spec

Reader = Callable[[Any], Any]


def suggest(name: str, expected: Collection[str]) -> str:
    """Return what was probably meant, if anything, and what is expected."""
    close = get_close_matches(name, expected, n=1)
    return (f"did you mean {close[0]}? " if close else "") + f"Expected: {', '.join(expected)}"


def show(value: Any) -> str:
    """Return a value as it may stand in a sentence."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def text(value: Any) -> str:
    """Take one line of text."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"found {show(value)}; expected a line of text in quotation marks")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """Take a list of texts."""
    if not isinstance(value, list) or not all(isinstance(v, str) and v and v.isprintable() for v in value):
        raise ValueError(f'found {show(value)}; expected a list of names such as ["ret_co", "ret_20"]')
    if repeated := sorted({v for v in value if value.count(v) > 1}):
        raise ValueError(f"{show(repeated[0])} stands twice")
    return tuple(value)


def effects(value: Any) -> tuple[str, ...]:
    """Take names of effects."""
    names = texts(value)
    if unknown := [name for name in names if name not in EFFECTS]:
        raise ValueError(f"found {show(unknown[0])}; {suggest(unknown[0], EFFECTS)}")
    return names


def inference(value: Any) -> str:
    """Take a kind of standard errors; the dimensions of clusters are those of effects."""
    word = text(value)
    Spec(family="", column_no=1, title="", outcome="", inference=word)
    kind, _, dimensions = word.partition(":")
    if kind == "cluster" and (unknown := [name for name in dimensions.split("+") if name not in EFFECTS]):
        raise ValueError(f"clusters of {show(unknown[0])} are unknown; {suggest(unknown[0], EFFECTS)}")
    return word


def options(value: Any) -> tuple[tuple[str, Any], ...]:
    """Take settings of an estimator: texts, numbers, or lists of them."""
    if isinstance(value, dict):
        return tuple((name, _setting(name, setting)) for name, setting in value.items())
    raise ValueError(f"found {show(value)}; expected a table such as {{lags = 5}}")


def _setting(name: str, value: Any) -> Any:
    values = value if isinstance(value, list) else [value]
    if all(isinstance(v, str) or _is_number(v) or isinstance(v, bool) for v in values):
        return tuple(values) if isinstance(value, list) else value
    raise ValueError(f"{show(name)}: found {show(value)}; expected text, a number or a list of them")


def window(value: Any) -> Any:
    """Take the window whose posts are counted."""
    return _of_sample("window", text(value))


def min_posts(value: Any) -> Any:
    """Take a number of posts."""
    if isinstance(value, int) and _is_number(value):
        return _of_sample("min_posts", value)
    raise ValueError(f"found {show(value)}; expected a whole number such as 5")


def winsorise(value: Any) -> Any:
    """Take two quantiles, or false for none."""
    if value is False:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
        raise ValueError(f"found {show(value)}; expected two quantiles such as [0.001, 0.999], or false")
    return _of_sample("winsorise", (float(value[0]), float(value[1])))


def part(value: Any) -> Any:
    """Take two shares of the sessions."""
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
        raise ValueError(f"found {show(value)}; expected two shares such as [0.0, 0.5], the first half")
    return _of_sample("part", (float(value[0]), float(value[1])))


def without_most_posted(value: Any) -> Any:
    """Take a number of tickers."""
    if isinstance(value, int) and _is_number(value):
        return _of_sample("without_most_posted", value)
    raise ValueError(f"found {show(value)}; expected a whole number of tickers such as 1")


def price_floor(value: Any) -> Any:
    """Take dollars."""
    if not _is_number(value):
        raise ValueError(f"found {show(value)}; expected dollars such as 5.0")
    return _of_sample("price_floor", float(value))


def min_coverage(value: Any) -> Any:
    """Take a share of a window's time."""
    if not _is_number(value):
        raise ValueError(f"found {show(value)}; expected a share from 0 to 1, such as 0.9")
    return _of_sample("min_coverage", float(value))


def day(value: Any) -> str:
    """Take a day, as TOML's own or as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass  # said below, as of any other value
    raise ValueError(f"found {show(value)}; expected a day such as 2020-01-31")


def _is_number(value: Any) -> bool:
    # Whole numbers beyond 2^53 are no number that was meant, and some are no float.
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 2**53
        and math.isfinite(value)
    )


def _of_sample(key: str, value: Any) -> Any:
    """Let the sample itself say what is wrong."""
    Sample(**{key: value})
    return value


SAMPLE: dict[str, Reader] = {
    "window": window,
    "min_posts": min_posts,
    "winsorise": winsorise,
    "price_floor": price_floor,
    "start": day,
    "end": day,
    "part": part,
    "without": texts,
    "without_most_posted": without_most_posted,
    "min_coverage": min_coverage,
}
COLUMN: dict[str, Reader] = {
    "title": text,
    "outcome": text,
    "regressors": texts,
    "controls": texts,
    "effects": effects,
    "inference": inference,
    "weights": text,
    "winsorised": texts,
    "needs": texts,
    "estimator": text,
    "options": options,
}
