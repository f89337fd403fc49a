"""Initial public offerings from files: who listed when, at what price. Bad rows are refused with a reason."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from etl.errors import BadInput
from etl.sources.fields import FieldError, canonical_symbol, read_day
from etl.sources.rows import REJECT_SCHEMA, Row, RowBatch, open_rows

IPO_SCHEMA = {
    "ticker": pl.String,
    "first_trade": pl.Date,
    "offer_price": pl.Float64,  # dollars
    "proceeds": pl.Float64,  # dollars
    "founded": pl.Int32,  # year
    "venture": pl.Boolean,
    "industry": pl.String,
    "name": pl.String,
}
# Of several columns for one field, a row's first filled one counts. A date announced by the exchange
# goes before the first date of somebody's price file.
COLUMN_NAMES = {
    "ticker": ("ticker", "symbol"),
    "first_trade": (
        "first_trade",
        "first_trade_date",
        "ipo_date",
        "listed_on",
        "listing_date",
        "trade_date",
        "first_date",
        "date",
    ),
    "offer_price": ("offer_price", "offer", "ipo_price", "price"),
    "proceeds": ("proceeds", "gross_proceeds", "amount_raised", "deal_size"),
    "founded": ("founded", "founding", "founding_year", "year_founded", "founded_year"),
    "age": ("age", "firm_age", "age_years"),
    "venture": ("venture", "vc", "venture_backed", "vc_backed"),
    "industry": ("industry", "sector", "industry_group"),
    "name": ("name", "company", "company_name", "issuer"),
}
MISSING = {"", ".", "na", "n/a", "nan", "null", "none", "-", "-9", "-99"}
# Ritter codes 1 for venture capital and 2 for growth capital: only the first is venture backing.
VENTURE = {"1": True, "true": True, "yes": True, "y": True, "0": False, "false": False, "no": False} | {
    "n": False,
    "2": False,
}
FIRST_YEAR = 1600
EARLIEST = date(1990, 1, 2)


def read_ipos(path: Path) -> RowBatch:
    """Read a file of offerings: those that can be stored, and the rows that cannot, with the reason.

    A row needs a ticker and a first trade date. An offer price, proceeds (dollars), the year of
    founding (or the age in years), venture backing, industry and name may be missing: an empty cell,
    ".", or Ritter's -9 and -99.

    Returns
    -------
    RowBatch
        Rows as `IPO_SCHEMA`, and refused rows.

    Raises
    ------
    BadInput
        A column of tickers or of dates is missing.
    """
    good: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    seen: set[str] = set()
    with open_rows(path) as (present, rows):
        columns = _choose_columns(present, path)
        for row in rows:
            try:
                record = _read_row(row, columns, seen)
            except FieldError as error:
                rejects.append({"line": row.line, "reason": str(error), "raw": row.raw})
                continue
            seen.add(record["ticker"])
            good.append(record)
    return RowBatch(
        pl.DataFrame(good, schema=IPO_SCHEMA, orient="row"),
        pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row"),
    )


def _choose_columns(present: list[str], path: Path) -> dict[str, list[str]]:
    by_name = {column.strip().lower().replace(" ", "_"): column for column in present}
    chosen = {
        field: [by_name[name] for name in names if name in by_name] for field, names in COLUMN_NAMES.items()
    }
    if missing := [field for field in ("ticker", "first_trade") if not chosen[field]]:
        raise BadInput(
            f"{path.name} has no column {' or '.join(missing)}; it has: {', '.join(present)}. Expected "
            "ticker and first_trade (also called ipo_date or listed_on), and where known offer_price, "
            "proceeds, founded or age, venture, industry, name."
        )
    return chosen


def _read_row(row: Row, columns: dict[str, list[str]], seen: set[str]) -> dict[str, Any]:
    if row.error:
        raise FieldError(row.error)
    values = {field: _first_filled(row, names) for field, names in columns.items()}
    # As it stands: NA is a symbol (Nano Labs) before it is a missing value.
    symbol = row.values[columns["ticker"][0]]
    ticker = canonical_symbol(str(symbol or ""))
    if ticker is None:
        raise FieldError(f"no symbol: {str(symbol)[:30]!r}")
    if ticker in seen:
        raise FieldError("duplicate: the symbol came before in this file")
    first_trade = read_day(values["first_trade"])
    if first_trade < EARLIEST:
        raise FieldError(f"first trade {first_trade} is before {EARLIEST}")
    return {
        "ticker": ticker,
        "first_trade": first_trade,
        "offer_price": _read_positive(values["offer_price"], "offer price"),
        "proceeds": _read_positive(values["proceeds"], "proceeds"),
        "founded": _read_founded(values["founded"], values["age"], first_trade.year),
        "venture": _read_venture(values["venture"]),
        "industry": _read_text(values["industry"]),
        "name": _read_text(values["name"]),
    }


def _first_filled(row: Row, names: list[str]) -> object:
    values = (row.values[name] for name in names)
    return next((v for v in values if str(v if v is not None else "").strip().lower() not in MISSING), None)


def _read_number(value: object, what: str) -> float | None:
    if value is None:
        return None
    try:
        number = float(str(value).replace(",", "").replace("$", ""))
    except ValueError as error:
        raise FieldError(f"{what} is no number: {str(value)[:30]!r}") from error
    if not abs(number) < float("inf"):
        raise FieldError(f"{what} is no number: {str(value)[:30]!r}")
    return number


def _read_positive(value: object, what: str) -> float | None:
    number = _read_number(value, what)
    if number is not None and number <= 0:
        raise FieldError(f"{what} is {number:g}; expected dollars above zero")
    return number


def _read_founded(founded: object, age: object, listed: int) -> int | None:
    year = _read_number(founded, "year of founding")
    if year is None:
        years = _read_number(age, "age")
        year = None if years is None else listed - round(years)
    if year is None:
        return None
    if not FIRST_YEAR <= year <= listed:
        raise FieldError(f"year of founding {year:g} is not between {FIRST_YEAR} and that of the listing")
    return int(year)


def _read_venture(value: object) -> bool | None:
    if value is None:
        return None
    text = str(value).strip().lower().removesuffix(".0")
    if text not in VENTURE:
        raise FieldError(f"venture backing is {str(value)[:30]!r}; expected yes or no, 1 or 0")
    return VENTURE[text]


def _read_text(value: object) -> str | None:
    return str(value).strip() if value is not None else None
