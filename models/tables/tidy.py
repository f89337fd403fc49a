"""A table as CSV: one row a column and term, numbers in full, text that no spreadsheet runs."""

import polars as pl
import polars.selectors as cs

from models.tables.table import Table

# A spreadsheet takes a cell for a formula by its first sign, some after spaces, some in full width.
_FORMULA = r"^(\s*[=+\-@＝＋－＠]|[\t\r\n])"


def render_csv(table: Table) -> str:
    """Return the tidy rows; numbers are raw decimals and read back as they were stored.

    Text that a spreadsheet would take for a formula begins with an apostrophe. What is null or not a
    number is empty.
    """
    tidy = table.tidy.with_columns(cs.by_dtype(pl.Null).cast(pl.String))
    return tidy.with_columns(
        pl.when(cs.float() == 0).then(0.0).otherwise(cs.float().fill_nan(None)).name.keep(),  # no -0.0
        cs.string().str.replace(_FORMULA, "'${1}"),
    ).write_csv(line_terminator="\n")
