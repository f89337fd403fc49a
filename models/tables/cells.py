"""Cells: stored numbers as they are shown, in a unit and a style."""

import math
from collections.abc import Mapping
from typing import Any

from models.tables.numbers import count_stars, show, show_count, show_p
from models.tables.style import Style
from models.tables.table import Cell

Facts = Mapping[str, Any]


def write_estimate(row: Facts | None, scale: float, style: Style) -> Cell:
    """Write a stored term; an estimate that is not known or not finite has no stars.

    What stands below is empty where it was not stored, as for figures without a standard error.
    """
    if row is None:
        return Cell()
    estimate, std_error = row["estimate"], row["std_error"]
    text, value = _number(estimate, scale, style)
    known = value is not None
    stars = count_stars(row["p_value"], std_error) if known and style.stars else 0
    below, below_values = _below(row, scale, style)
    return Cell(text, stars, below, value, below_values)


def write_number(number: float | None, style: Style, scale: float = 1.0) -> Cell:
    """Write a number that is no estimate."""
    text, value = _number(number, scale, style)
    return Cell(text, value=value)


def write_count(number: int | None) -> Cell:
    """Write a count with thousands separated."""
    return Cell(show_count(number), value=None if number is None else float(number))


def write_p(p_value: float | None, style: Style) -> Cell:
    """Write a p-value; one that is shown as a bound is words."""
    text = show_p(p_value, style.digits)
    shown = p_value is not None and math.isfinite(p_value) and not text.startswith("<")
    return Cell(text, value=p_value if shown else None)


def _number(number: float | None, scale: float, style: Style) -> tuple[str, float | None]:
    if number is None or not math.isfinite(number):
        return show(number, style.digits), None
    value = number * scale + 0.0  # a negative zero becomes a zero
    return show(value, style.digits), value


def _below(row: Facts, scale: float, style: Style) -> tuple[str, tuple[float, ...]]:
    """Return what stands below, in its brackets, and its numbers."""
    if style.below == "t":
        # A t has no unit, and no sense where the standard error has none.
        found: list[float | None] = [row.get("statistic") if row["std_error"] else None]
        scale = 1.0
    elif style.below == "interval":
        found = [row.get("conf_low"), row.get("conf_high")]
    else:
        found = [row["std_error"]]
    if any(number is None for number in found):
        return "", ()
    shown = [_number(number, scale, style) for number in found]
    text = ", ".join(text for text, _ in shown)
    values = tuple(math.nan if value is None else value for _, value in shown)
    return (f"[{text}]" if style.below == "interval" else f"({text})"), values
