"""Tables as one Excel workbook: a sheet a table, then what they were made from."""

import io
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from models.tables.excel_book import Formats, name_sheets
from models.tables.excel_frame import write_frame
from models.tables.excel_table import write_sheet
from models.tables.stored import NOT_IN_FILES
from models.tables.table import Table

SPECS, TERMS = "specs", "terms"
KEYS = ("family", "tagger", "column_no", "title", "outcome", "result_id")
# A workbook says when it was made; a day of today would make two books of equal tables differ.
_MADE = datetime(2000, 1, 1)


def write_workbook(tables: Sequence[Table], specs: pl.DataFrame) -> bytes:
    """Return a workbook with a sheet a table, then "specs" and "terms"; equal inputs give equal bytes.

    Parameters
    ----------
    tables
        In the order of their sheets.
    specs
        One row a stored model: all that is known of it.
    """
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    # Text is text, whatever it begins with: nothing that was read in a post may run or link.
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(stream, {"in_memory": True, **safe})
    book.set_properties({"title": "Tables by emotape", "author": "emotape", "created": _MADE})
    formats = Formats(book)
    names = name_sheets(tables, (SPECS, TERMS))
    for name, table in zip(names, tables, strict=True):
        write_sheet(book.add_worksheet(name), table, formats)
    write_frame(book.add_worksheet(SPECS), specs.drop(NOT_IN_FILES, strict=False), formats)
    write_frame(book.add_worksheet(TERMS), _stack(names, tables, specs), formats)
    book.close()
    return stream.getvalue()


def _stack(names: Sequence[str], tables: Sequence[Table], specs: pl.DataFrame) -> pl.DataFrame:
    """Return the terms of all tables, each with its sheet; what `specs` tells of models is left there."""
    frames = [
        table.tidy.drop(set(specs.columns) - set(KEYS), strict=False).select(
            pl.lit(name).alias("sheet"), pl.all()
        )
        for name, table in zip(names, tables, strict=True)
    ]
    return pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()
