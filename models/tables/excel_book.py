"""What all sheets of a workbook share: their names, formats and the writing of text."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from models.tables.office_text import clean
from models.tables.table import Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_LONGEST_NAME = 31  # signs, an emoji counts as two
_LONGEST_TEXT = 32_000  # Excel takes 32,767
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_EXCELS_OWN = "history"  # a name that Excel keeps for itself


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **looks: Any) -> "Format":
        """Return the format with these looks."""
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, **looks})
        return self._made[key]


def write_text(sheet: "Worksheet", at: int, column: int, text: str, looks: "Format") -> None:
    """Write text as text, whatever it begins with: never a formula, a link or a number."""
    words = clean(text)
    shown = words if len(words) <= _LONGEST_TEXT else words[:_LONGEST_TEXT] + "…"
    if shown:
        sheet.write_string(at, column, shown, looks)
    else:
        sheet.write_blank(at, column, None, looks)


def name_sheets(tables: Sequence[Table], reserved: Collection[str]) -> list[str]:
    """Return a name a table that Excel takes, each once; tables of one name have their tagger behind it."""
    named = Counter(table.name for table in tables)
    taken = {_EXCELS_OWN, *(name.casefold() for name in reserved)}
    names = []
    for table in tables:
        wished = f"{table.name} {_tagger(table)}" if named[table.name] > 1 else table.name
        safe = _NOT_IN_NAMES.sub("-", clean(wished)).strip("' ") or "table"
        name, n = _cut(safe, _LONGEST_NAME), 2
        while name.casefold() in taken:
            name = _cut(safe, _LONGEST_NAME - len(f" {n}")) + f" {n}"
            n += 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _tagger(table: Table) -> str:
    return str(table.tidy["tagger"][0]) if "tagger" in table.tidy.columns and table.tidy.height else ""


def _cut(name: str, length: int) -> str:
    """Cut a name to a length as Excel counts it, in units of UTF-16."""
    return name.encode("utf-16-le")[: 2 * length].decode("utf-16-le", errors="ignore").rstrip("' ")
