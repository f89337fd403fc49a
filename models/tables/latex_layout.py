"""How a table lies on a page in LaTeX: upright or across, in which size, in one piece or over pages."""

import math
import re
from dataclasses import dataclass

from models.tables.office_text import stands_once
from models.tables.table import Table

# A4 with margins of 2.5 cm, in points.
WIDTH, HEIGHT = 455, 700
# Of Computer Modern, in ems; lines are 1.2 of the letters.
SIGN, LINE = 0.5, 1.2
SIZES = ((9, r"\small"), (8, r"\footnotesize"), (7, r"\scriptsize"), (5, r"\tiny"))
_LETTERS = re.compile(r"[^\W\d_]{3}")
MOST_OF_LABELS = 0.45  # of the width, before labels break into lines
GAP = 6.0  # between columns


@dataclass(frozen=True)
class Layout:
    """A page and a table on it.

    Parameters
    ----------
    across
        Whether the page lies on its side.
    long
        Whether the table goes on over pages.
    size
        The command for the size of letters.
    columns
        What stands in the braces of `tabular`.
    """

    across: bool
    long: bool
    size: str
    columns: str


def lay_out(table: Table) -> Layout:
    """Choose the largest letters with which all columns fit, upright if they can be read so."""
    n = len(table.headings)
    rows = [row for group in table.groups for row in group.rows]
    label = SIGN * max([1, *(len(row.label) for row in rows)])
    natural = [_widest(table, i, 1, 1) for i in range(n)]
    # Words break before letters shrink; p-values divided by strokes break only where nothing else helps.
    broken = [_widest(table, i, 3, 1) for i in range(n)]
    tight = [_widest(table, i, 3, 3) for i in range(n)]
    options = [
        *((False, size, broken) for size in SIZES[:3]),
        *((True, size, broken) for size in SIZES[:2]),
        *((True, size, tight) for size in SIZES),
    ]
    for across, (points, command), columns in options:
        room = (HEIGHT if across else WIDTH) - 2 * GAP * n
        if points * (label + sum(natural)) <= room:
            return Layout(across, _is_long(table, across, points), command, f"l*{{{n}}}{{c}}")
        labels = min(points * label, MOST_OF_LABELS * room)
        widths = [points * width / room for width in columns]
        if labels / room + sum(widths) <= 1:
            break
    # Where not even the last choice has room, columns are narrowed alike and words leave them.
    paragraphs = _paragraphs(labels / room, widths, n, room)
    return Layout(across, _is_long(table, across, points), command, paragraphs)


def _paragraphs(label: float, widths: list[float], n: int, room: float) -> str:
    """Return columns of shares of the line, which break lines; what is too wide is narrowed alike."""
    line = room + 2 * GAP * n
    share = room / line / max(1.0, label + sum(widths))
    parts = [rf">{{\raggedright\arraybackslash}}p{{{label * share:.3f}\linewidth}}"]
    parts += [rf">{{\centering\arraybackslash}}p{{{width * share:.3f}\linewidth}}" for width in widths]
    return "".join(parts)


def _is_long(table: Table, across: bool, points: float) -> bool:
    width, height = (HEIGHT, WIDTH) if across else (WIDTH, HEIGHT)
    rows = sum(1 + sum(1 + row.has_below for row in group.rows) for group in table.groups) + 6
    notes = sum(math.ceil(len(note) * SIGN * 0.92 * points / width) for note in table.notes)
    return (rows + notes) * LINE * points > height


def _widest(table: Table, i: int, lines: int, lines_of_numbers: int) -> float:
    """Return the width of a column in ems where words may take so many lines, and rows of numbers so many.

    What stands once over all columns needs no room in one.
    """
    signs = [float(len(table.headings[i].number)), _longest(table.headings[i].title, lines)]
    for group in table.groups:
        for row in group.rows:
            if stands_once([cell.text for cell in row.cells]):
                continue
            cell = row.cells[i]
            breaks = lines if _LETTERS.search(cell.text) else lines_of_numbers
            signs += [_longest(cell.text, breaks) + 0.8 * cell.stars, float(len(cell.below))]
    return SIGN * max(signs)


def _longest(text: str, lines: int) -> float:
    """Return the signs of the longest line of a text broken into lines at its spaces."""
    if lines == 1:
        return float(len(text))
    return max([*(len(word) for word in text.split()), 1.15 * math.ceil(len(text) / lines)])
