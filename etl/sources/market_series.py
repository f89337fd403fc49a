"""Daily series of the whole market: the factors of Fama and French, and Cboe's volatility index."""

import csv
import json
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

import polars as pl

from etl.errors import BadInput
from etl.sources.fields import FieldError, read_day, read_number
from etl.sources.files import open_bytes
from etl.sources.rows import REJECT_SCHEMA, Row, RowBatch, choose_columns, open_rows

FACTORS = ("mkt_rf", "smb", "hml", "rf")
FACTOR_SCHEMA: dict[str, type[pl.DataType]] = {"date": pl.Date, **dict.fromkeys(FACTORS, pl.Float64)}
VIX_SCHEMA: dict[str, type[pl.DataType]] = {"date": pl.Date, "close": pl.Float64}
VIX_COLUMNS = {
    "date": ("date", "observation_date"),
    "close": ("close", "vixcls", "vix", "vix close"),
}
LONGEST_PREAMBLE = 100  # lines before the header
MISSING = -99.0  # the library writes -99.99 or -999 for a return that it lacks
# The market moves by 0.7 percent on a mean day: a mean below this is that of decimals.
LEAST_MEAN_PERCENT = 0.1
_DAY = re.compile(r"\d{8}")
_MONTH = re.compile(r"\d{6}")


def read_factors(path: Path) -> Iterator[RowBatch]:
    """Yield the factors of a daily file of the French library, percent turned into decimals.

    The file has some lines about itself, a header (`,Mkt-RF,SMB,HML,RF`; further factors are left), a
    row a day that begins with YYYYMMDD, and a foot with the copyright, at which reading ends.

    Raises
    ------
    BadInput
        No header, rows by month, a second table after the first, or returns that are not in percent.
    """
    with open_bytes(path) as stream:
        lines = csv.reader(TextIOWrapper(stream, "utf-8-sig", errors="replace", newline=""))
        columns = _find_header(path, lines)
        records: list[dict[str, Any]] = []
        rejects: list[dict[str, Any]] = []
        seen = set()
        for cells in lines:
            first = cells[0].strip() if cells else ""
            if not first[:1].isdigit():
                break  # the foot
            if _MONTH.fullmatch(first):
                raise BadInput(
                    f"{path.name} has a row a month ({first}), and emotape works by day: fetch the daily "
                    "file, F-F_Research_Data_Factors_daily, from the French data library."
                )
            try:
                record = _read_factors(first, cells, columns)
                if record["date"] in seen:
                    raise FieldError("duplicate: the day came before in this file")
                seen.add(record["date"])
                records.append(record)
            except FieldError as error:
                rejects.append({"line": lines.line_num, "reason": str(error), "raw": json.dumps(cells)})
        _refuse_second_table(path, lines)
    frame = pl.DataFrame(records, schema=FACTOR_SCHEMA, orient="row")
    if frame.height >= 20 and fmean(frame["mkt_rf"].abs()) < LEAST_MEAN_PERCENT / 100:
        raise BadInput(
            f"{path.name}: its market returns are tiny for percent, so they look like decimals; the French "
            "library's own file is expected, in percent (0.98, not 0.0098). Nothing was stored."
        )
    yield RowBatch(frame, pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row"))


def _find_header(path: Path, lines: Iterator[list[str]]) -> dict[str, int]:
    for cells in islice(lines, LONGEST_PREAMBLE):
        names = [cell.strip().lower().replace("-", "_") for cell in cells]
        if set(FACTORS) <= set(names):
            return {factor: names.index(factor) for factor in FACTORS}
    raise BadInput(
        f"{path.name} has no header with Mkt-RF, SMB, HML and RF in its first {LONGEST_PREAMBLE} lines; "
        "expected F-F_Research_Data_Factors_daily of the French data library, unzipped."
    )


def _read_factors(first: str, cells: list[str], columns: dict[str, int]) -> dict[str, Any]:
    if not _DAY.fullmatch(first):
        raise FieldError(f"bad day: {first[:60]!r}; YYYYMMDD was expected")
    percents = {f: read_number(cells[at]) if at < len(cells) else None for f, at in columns.items()}
    for factor, percent in percents.items():
        if percent is None or percent <= MISSING:
            raise FieldError(f"no {factor}")
    return {
        "date": read_day(first),
        **{f: percent / 100 for f, percent in percents.items() if percent is not None},
    }


def _refuse_second_table(path: Path, lines: Any) -> None:
    """Refuse rows of days after the foot: the first table was not the whole of it."""
    for cells in lines:
        if cells and _DAY.fullmatch(cells[0].strip()):
            raise BadInput(
                f"{path.name} goes on with rows in line {lines.line_num}, after its table ended; expected "
                "one table. Cut the file after the table of the three factors. Nothing was stored."
            )


def read_vix(path: Path) -> Iterator[RowBatch]:
    """Yield the closing levels of the VIX, from Cboe's file (DATE, OPEN, HIGH, LOW, CLOSE) or another's.

    Raises
    ------
    BadInput
        There is no column of days or of closing levels.
    """
    with open_rows(path) as (present, rows):
        columns = choose_columns(path, present, VIX_COLUMNS, ())
        records: list[dict[str, Any]] = []
        rejects: list[dict[str, Any]] = []
        seen = set()
        for row in rows:
            try:
                record = _read_vix(row, columns)
                if record["date"] in seen:
                    raise FieldError("duplicate: the day came before in this file")
                seen.add(record["date"])
                records.append(record)
            except FieldError as error:
                rejects.append({"line": row.line, "reason": str(error), "raw": row.raw})
    yield RowBatch(
        pl.DataFrame(records, schema=VIX_SCHEMA, orient="row"),
        pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row"),
    )


def _read_vix(row: Row, columns: dict[str, str]) -> dict[str, Any]:
    if row.error:
        raise FieldError(row.error)
    day = read_day(row.values[columns["date"]])
    close = read_number(row.values[columns["close"]])
    if close is None:
        raise FieldError("no closing level")
    if close <= 0:
        raise FieldError("the closing level is zero or negative")
    return {"date": day, "close": close}
