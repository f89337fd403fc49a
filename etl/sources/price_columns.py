"""Prices of many rows at once, for those rows whose reading a column's type or text leaves no doubt about."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from etl.sources.column_batches import ColumnBatch

if TYPE_CHECKING:
    from pyarrow import Array

MISSING = ("", "null")  # what tables write most often where `read_number` finds no number


def read_columns(
    batch: ColumnBatch,
    columns: Mapping[str, str],
    numbers: tuple[str, ...],
    whole_file: str | None,
    read_symbol: Callable[[Any], str | None],
    read_date: Callable[[Any], Any],
) -> pl.DataFrame:
    """Read the columns of a batch as the fields of prices.

    Parameters
    ----------
    columns
        What the table calls each field.
    numbers
        The fields that are numbers.
    whole_file
        Whose prices these are, where the table does not say it.
    read_symbol, read_date
        Read a value; they return None where it says nothing. They are asked once for each value that occurs,
        so they decide here what they decide of a single row.

    Returns
    -------
    pl.DataFrame
        `line`, `ticker`, `date`, the numbers, and `vouched`: whether the row says what its values, read one
        by one, say. Whatever else stands in a row that is not vouched for means nothing.
    """
    height = len(batch.lines)
    found: dict[str, pl.Series] = {"line": batch.lines}
    found["date"] = _read_distinct(batch.columns[columns["date"]], read_date, pl.Date)
    vouched = found["date"].is_not_null()
    if whole_file is None:
        found["ticker"] = _read_distinct(batch.columns[columns["ticker"]], read_symbol, pl.String)
        vouched &= found["ticker"].is_not_null()
    else:
        found["ticker"] = pl.repeat(whole_file, height, dtype=pl.String, eager=True)
    for field in numbers:
        if field in columns:
            found[field], certain = _read_numbers(batch.columns[columns[field]])
            vouched &= certain
        else:
            found[field] = pl.repeat(None, height, dtype=pl.Float64, eager=True)
    return pl.DataFrame(found).with_columns(vouched=vouched)


def _read_distinct(values: "Array", read: Callable[[Any], Any], dtype: type[pl.DataType]) -> pl.Series:
    """Read each value that occurs once; null where there is none, or it says nothing."""
    import pyarrow

    try:
        coded = values.dictionary_encode()
    except pyarrow.ArrowNotImplementedError:
        return pl.repeat(None, len(values), dtype=dtype, eager=True)
    known = pl.Series([None if v is None else read(v) for v in coded.dictionary.to_pylist()], dtype=dtype)
    codes = pl.Series(pl.from_arrow(coded.indices))
    return known.gather(codes) if len(known) else pl.repeat(None, len(values), dtype=dtype, eager=True)


def _read_numbers(values: "Array") -> tuple[pl.Series, pl.Series]:
    """Read numbers (Float64, null where there is none), and say which are certain."""
    from pyarrow import types

    kind = values.type
    certain = pl.repeat(True, len(values), dtype=pl.Boolean, eager=True)
    if types.is_null(kind) or types.is_boolean(kind):
        return pl.repeat(None, len(values), dtype=pl.Float64, eager=True), certain
    if types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind):
        return _finite(pl.Series(pl.from_arrow(values)).cast(pl.Float64)), certain
    if types.is_string(kind) or types.is_large_string(kind):
        text = pl.Series(pl.from_arrow(values))
        number = _finite(text.cast(pl.Float64, strict=False))
        # Python reads more than Polars: thousands, blanks, digits of other scripts. Those are not for here.
        return number, number.is_not_null() | text.is_null() | text.is_in(MISSING)
    return pl.repeat(None, len(values), dtype=pl.Float64, eager=True), ~certain


def _finite(numbers: pl.Series) -> pl.Series:
    return numbers.set(~numbers.is_finite(), None)
