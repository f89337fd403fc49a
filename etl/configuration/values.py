"""Single values of settings: read from a variable, checked against what was declared, written as TOML."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import Field
from datetime import date, datetime, time
from typing import Any

from etl.errors import BadInput

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    tuple: "a list of texts",
}
_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/@\s]+@")
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")


def default_value(item: "Field[Any]") -> Any:
    """Return a setting's default."""
    return item.default_factory() if callable(item.default_factory) else item.default


def kind_of(hint: Any) -> type:
    """Return what a setting's value must be: bool, int, float, str, or tuple for a list of texts."""
    return hint if hint in {bool, int, float, str} else tuple


def words_of(item: "Field[Any]") -> str:
    """Say what a setting is, with its bounds; that nothing is negative goes without saying."""
    words, limits = str(item.metadata["words"]), _limits(item)
    return words if limits in {"", "at least 0"} else f"{words}; {limits}"


def as_toml(value: object) -> str:
    """Write a value as it stands in a TOML file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(as_toml(part) for part in value)}]"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def without_password(value: object) -> object:
    """Return a value with the password of an address, as in https://name:password@host, left out."""
    return _PASSWORD.sub(r"\1...@", value) if isinstance(value, str) else value


def parse_variable(variable: str, item: "Field[Any]", kind: type, text: str) -> object:
    """Read the value of an environment variable. A list is divided by commas.

    Raises
    ------
    BadInput
        The text is no such value.
    """
    if kind is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is str:
        return text
    word = text.strip().lower()
    if kind is bool and word in (*_YES, *_NO):
        return word in _YES
    if kind is not bool:
        try:
            return kind(word)
        except ValueError:
            pass
    raise BadInput(f"{variable} is {as_toml(text)}; expected {_KINDS[kind]} ({words_of(item)}).")


def check_value(where: str, item: "Field[Any]", kind: type, value: object) -> object:
    """Return a value as its setting wants it.

    Parameters
    ----------
    where
        What the value is called in a message: a file and a dotted name, or a variable.

    Raises
    ------
    BadInput
        It is of another kind, out of its bounds, or not written as it must be.
    """
    facts = item.metadata
    shown = "a secret that is not shown" if facts["secret"] else as_toml(value)
    # TOML has days of its own, so that first_day = 2015-01-01 is right without quotes too.
    if kind is str and isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if kind is tuple and isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    if kind is tuple or not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise BadInput(f"{where} is {shown}; expected {_KINDS[kind]} ({words_of(item)}).")
    if isinstance(value, int | float) and not _within(value, facts["least"], facts["most"]):
        raise BadInput(
            f"{where} is {shown}; expected {_limits(item) or 'a finite number'} ({facts['words']})."
        )
    if isinstance(value, str) and facts["pattern"] and not re.fullmatch(facts["pattern"], value):
        raise BadInput(f"{where} is {shown}; expected {facts['words']}.")
    return value


def _within(value: float, least: float | None, most: float | None) -> bool:
    return math.isfinite(value) and (least is None or value >= least) and (most is None or value <= most)


def _limits(item: "Field[Any]") -> str:
    bounds: Iterable[tuple[str, float | None]] = (
        ("at least", item.metadata["least"]),
        ("at most", item.metadata["most"]),
    )
    return " and ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)
