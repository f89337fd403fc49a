"""A table on a sheet of Excel: every number a number that shows the digits of the table."""

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.tables.excel_book import Formats, write_text
from models.tables.excel_numbers import ROOM, number_format, shown_alike
from models.tables.office_text import clean, stands_once
from models.tables.table import Row, Table

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_A4 = 9  # Excel's number for the paper
_MOST_UPRIGHT = 5  # columns; a sheet with more is printed across the page
_LABELS, _COLUMNS = (18, 46), (11, 30)  # least and most width, in digits
_STARS = 3  # room for them, in digits
_LINE, _NOTE_LINE = 15.0, 12.5  # heights in points
_TALLEST = 409.0  # points that a row of Excel may have
_SIGNS_A_DIGIT = 1.25  # a mean letter of Times is narrower than a digit of Calibri
_NOTE_SIGNS_A_DIGIT = 1.55  # and those of notes smaller
_THIN, _MEDIUM = 1, 2  # Excel's numbers for rules
_WORDS = f"General;General;General;@{ROOM[0]}"  # text that ends where the digits of its column do


class _Sheet:
    """A sheet on which a table is written downwards."""

    def __init__(self, sheet: "Worksheet", table: Table, formats: Formats) -> None:
        self.sheet, self.table, self.formats = sheet, table, formats
        self.widths = _measure(table)
        self.last = len(self.widths) - 1
        self.at = 0

    def write_title(self) -> None:
        looks = self.formats(bold=True, text_wrap=True)
        self._across(self.table.title, looks_height=_LINE, signs=_SIGNS_A_DIGIT - 0.1, looks=looks)

    def write_head(self) -> None:
        heads = [[h.number for h in self.table.headings], [h.title for h in self.table.headings]]
        shown = [head for head in heads if any(head)] or heads[:1]
        first = self.at
        for i, head in enumerate(shown):
            looks = self.formats(
                align="right",
                valign="bottom",
                text_wrap=True,
                num_format=_WORDS,
                top=_MEDIUM if i == 0 else 0,
                bottom=_THIN if i == len(shown) - 1 else 0,
            )
            for column, text in enumerate(["", *head]):
                write_text(self.sheet, self.at, column, text, looks)
            self._next(self._height(["", *head]))
        # Under many notes a head that stays would fill the screen.
        self.sheet.freeze_panes(0 if self.table.notes_above else self.at, 1)
        self.sheet.repeat_rows(first, self.at - 1)

    def write_groups(self) -> None:
        for group in self.table.groups:
            looks = self.formats(italic=True, valign="bottom")
            write_text(self.sheet, self.at, 0, group.heading, looks)
            self._next(1.4 * _LINE)
            for row in group.rows:
                self._write_row(row)

    def write_end(self) -> None:
        for column in range(self.last + 1):
            self.sheet.write_blank(self.at, column, None, self.formats(top=_MEDIUM))
        self._next(_LINE / 3)

    def write_notes(self) -> None:
        looks = self.formats(text_wrap=True, font_size=9)
        for note in self.table.notes:
            self._across(note, looks_height=_NOTE_LINE, signs=_NOTE_SIGNS_A_DIGIT, looks=looks)

    def _write_row(self, row: Row) -> None:
        texts = [clean(cell.text) for cell in row.cells]
        two = any(cell.below for cell in row.cells)
        write_text(self.sheet, self.at, 0, row.label, self.formats(text_wrap=True))
        if not two and stands_once(texts):
            # Across the columns without merging them: each can still be picked.
            for column, text in enumerate([texts[0], *[""] * (len(texts) - 1)], start=1):
                write_text(self.sheet, self.at, column, text, self.formats(align="center_across"))
            self._next(self._height([row.label]))
            return
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True), start=1):
            self._write_shown(column, text, cell.value, cell.stars)
        self._next(self._height([row.label, *texts]))
        if two:
            for column, cell in enumerate(row.cells, start=1):
                # The two ends of an interval are words here; among the terms they stand in full.
                single = cell.below_values[0] if len(cell.below_values) == 1 else None
                self._write_shown(column, clean(cell.below), single)
            self._next(self._height(["", *(clean(cell.below) for cell in row.cells)]))

    def _write_shown(self, column: int, text: str, value: float | None, stars: int = 0) -> None:
        shape = number_format(text, stars)
        if shape and value is not None and math.isfinite(value):
            looks = self.formats(align="right", num_format=shape)
            self.sheet.write_number(self.at, column, shown_alike(value, text), looks)
        elif text:
            looks = self.formats(align="right", text_wrap=True, num_format=_WORDS)
            write_text(self.sheet, self.at, column, text + "*" * stars, looks)

    def _across(self, text: str, *, looks_height: float, signs: float, looks: object) -> None:
        """Write text over the whole table's width, in as many lines as it needs."""
        lines = _count_lines(clean(text), sum(self.widths) * signs)
        self.sheet.merge_range(self.at, 0, self.at, self.last, "", looks)
        write_text(self.sheet, self.at, 0, text, looks)
        self._next(min(_TALLEST, looks_height * lines + 2))

    def _height(self, texts: Sequence[str]) -> float:
        pairs = zip(texts, self.widths, strict=False)
        return _LINE * max(_count_lines(text, width * _SIGNS_A_DIGIT) for text, width in pairs)

    def _next(self, height: float) -> None:
        if height != _LINE:
            self.sheet.set_row(self.at, min(_TALLEST, height))
        self.at += 1


def write_sheet(sheet: "Worksheet", table: Table, formats: Formats) -> None:
    """Write a table on an empty sheet and set the sheet up for one page's width."""
    writing = _Sheet(sheet, table, formats)
    for i, width in enumerate(writing.widths):
        sheet.set_column(i, i, width)
    writing.write_title()
    if table.notes_above:
        writing.write_notes()
    writing.write_head()
    writing.write_groups()
    writing.write_end()
    if not table.notes_above:
        writing.write_notes()
    sheet.hide_gridlines(2)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C&P of &N")
    if len(table.headings) > _MOST_UPRIGHT:
        sheet.set_landscape()


def _measure(table: Table) -> list[float]:
    """Return the widths of the columns: numbers whole, words in up to three lines."""
    labels = [clean(row.label) for group in table.groups for row in group.rows]
    widths = [_between(max(map(len, labels), default=0) / _SIGNS_A_DIGIT, _LABELS)]
    for i, heading in enumerate(table.headings):
        needed = [_narrowest(heading.number), _narrowest(heading.title)]
        for group in table.groups:
            for row in group.rows:
                if not stands_once([cell.text for cell in row.cells]):
                    needed += [_narrowest(row.cells[i].text), _narrowest(row.cells[i].below)]
        widths.append(_between(max(needed) + _STARS, _COLUMNS))
    return widths


def _narrowest(text: str) -> float:
    if text[:1] in {*"0123456789-−<([", ""}:
        return len(text)
    return max(*map(len, text.split()), len(text) / 3) if text.split() else 0


def _between(width: float, ends: tuple[int, int]) -> float:
    return float(min(max(math.ceil(width), ends[0]), ends[1]))


def _count_lines(text: str, width: float) -> int:
    return max(1, len(textwrap.wrap(text, max(1, int(width)))))
