"""How a table lies on a page in Word: upright or across, in which size, with how wide columns."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from models.tables.office_text import clean, stands_once
from models.tables.table import Table

# A4 in twentieths of a point, as Word counts.
SHORT_SIDE, LONG_SIDE, MARGIN = 11_906, 16_838, 1_300
MOST_UPRIGHT = 5  # columns; a table with more lies across the page
SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # points
SMALLEST_COMFORTABLE = 9.0
PADDING = 60  # on either side of a cell
# Widths in ems of Times New Roman; a sign's has some room, since another face may stand in for it.
SIGN, STAR, BRACKET = 0.53, 0.34, 0.34
_LABEL_SHARE = 0.4  # of the page, at most, before labels break into lines


@dataclass(frozen=True)
class Layout:
    """A page and a table on it; lengths in twentieths of a point.

    Parameters
    ----------
    across
        Whether the page lies on its long side.
    size
        Of the letters, in points.
    widths
        Of the labels' column and the others.
    hang
        The room to the right of the digits in which stars and closing brackets hang.
    """

    across: bool
    size: float
    widths: tuple[int, ...]
    hang: int

    def em(self, ems: float) -> int:
        """Return a length in ems as twentieths of a point."""
        return round(ems * self.size * 20)


def lay_out(table: Table) -> Layout:
    """Choose the largest size in which nothing breaks, else the largest in which no word or number does."""
    labels = [clean(row.label) for group in table.groups for row in group.rows]
    columns = [list(_column(table, i)) for i in range(len(table.headings))]
    hang = _hang(table)
    needed = [max([3.0, *(_longest_word(text) for text in column)]) + hang for column in columns]
    wished = [max([4.0, *(_comfortable(text) for text in column)]) + hang for column in columns]
    longest = max([1.0, *(SIGN * len(text) for text in labels)])
    widest_word = max([1.0, *(_longest_word(text) for text in labels)])
    sides = (False, True) if len(columns) <= MOST_UPRIGHT else (True,)
    for across in sides:
        room = (LONG_SIDE if across else SHORT_SIDE) - 2 * MARGIN
        for size in (size for size in SIZES if size >= SMALLEST_COMFORTABLE):
            em = size * 20
            label = max(min(longest * em, _LABEL_SHARE * room), widest_word * em) + 2 * PADDING
            own = [width * em + 2 * PADDING for width in wished]
            # Columns of one width where the page has room for that, else each its own.
            for widths in ([max(own, default=0.0)] * len(own), own):
                if label + sum(widths) <= room:
                    return Layout(across, size, _rounded(label, widths), round(hang * em))
    room = LONG_SIDE - 2 * MARGIN
    for size in SIZES:
        em = size * 20
        label = max(min(longest * em, 0.22 * room), widest_word * em) + 2 * PADDING
        least = [width * em + 2 * PADDING for width in needed]
        if (left := room - label - sum(least)) >= 0 or size == SIZES[-1]:
            break
    # What is left goes where lines would break, to each by what it lacks.
    lacking = [(wish - need) * em for wish, need in zip(wished, needed, strict=True)]
    share = min(1.0, max(0.0, left) / (sum(lacking) or 1.0))
    widths = [width + share * lack for width, lack in zip(least, lacking, strict=True)]
    # Where not even the smallest size has room, words break: nothing may leave the page.
    shrink = min(1.0, room / (label + sum(widths)))
    return Layout(True, size, _rounded(label * shrink, [w * shrink for w in widths]), round(hang * em))


def _column(table: Table, i: int) -> Iterator[str]:
    """Give the texts of a column; those that stand once over all columns need no room in one."""
    yield from (clean(table.headings[i].number), clean(table.headings[i].title))
    for group in table.groups:
        for row in group.rows:
            if not stands_once([cell.text for cell in row.cells]):
                yield from (clean(row.cells[i].text), clean(row.cells[i].below))


def _hang(table: Table) -> float:
    cells = [cell for group in table.groups for row in group.rows for cell in row.cells]
    stars = max((cell.stars for cell in cells), default=0)
    return max(STAR * stars, BRACKET * any(cell.below for cell in cells))


def _longest_word(text: str) -> float:
    return SIGN * max((len(word) for word in text.split()), default=0)


def _comfortable(text: str) -> float:
    """Return the width in which numbers stay on one line and words take three at most."""
    if text[:1].isdigit() or text[:1] in {"-", "−", "<", "(", "["}:
        return SIGN * len(text)
    return max(_longest_word(text), SIGN * 1.2 * math.ceil(len(text) / 3))


def _rounded(label: float, widths: list[float]) -> tuple[int, ...]:
    return (int(label), *(int(width) for width in widths))
