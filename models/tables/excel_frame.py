"""A frame on a sheet: a head that stays, filters, and every number in full."""

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from models.tables.excel_book import Formats, write_text
from models.tables.numbers import MISSING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (8, 36)  # least and most width of a column, in signs
_LOOKED_AT = 50  # rows, for the widths
_EXACT_UP_TO = 10**15  # Excel keeps 15 digits


def write_frame(sheet: "Worksheet", frame: pl.DataFrame, formats: Formats) -> None:
    """Write a frame with its names in the first row; nulls are empty, what is not finite "n/a"."""
    plain = formats()
    for column, name in enumerate(frame.columns):
        write_text(sheet, 0, column, name, formats(bold=True, bottom=1))
        values = frame[name].to_list()
        day = formats(num_format="yyyy-mm-dd", align="left")
        for at, value in enumerate(values, start=1):
            _write_value(sheet, at, column, value, plain, day)
        lengths = [len(str(value)) for value in values[:_LOOKED_AT] if value is not None]
        width = min(max([_WIDTHS[0], len(name) + 3, *lengths]), _WIDTHS[1])
        sheet.set_column(column, column, width)
    if frame.width:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, frame.height), frame.width - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4


def _write_value(
    sheet: "Worksheet", at: int, column: int, value: Any, plain: "Format", day: "Format"
) -> None:
    match value:
        case None:
            pass
        case bool():
            sheet.write_boolean(at, column, value, plain)
        case int() if abs(value) < _EXACT_UP_TO:
            sheet.write_number(at, column, value, plain)
        case float() if math.isfinite(value):
            sheet.write_number(at, column, value + 0.0, plain)  # adding 0 makes -0.0 plain
        case float():
            write_text(sheet, at, column, MISSING, plain)
        case date() if not isinstance(value, datetime) and value.year >= 1900:
            sheet.write_datetime(at, column, value, day)
        case _:
            write_text(sheet, at, column, str(value), plain)
