"""What is published about a firm: each figure with the day it describes and the day it became known.

A figure without the second day is of no use to a test of forecasts: short interest settles one to three
weeks before anyone can read it, holdings of a quarter are filed up to 45 days after it ends. So the day is
read from the file, or the user says how many days after the first it may be taken to be known; it is never
the day described.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from etl.errors import BadInput
from etl.sources.fields import FieldError, canonical_symbol, read_day, read_number
from etl.sources.rows import BATCH_ROWS, REJECT_SCHEMA, Row, RowBatch, choose_columns, open_rows

# GameStop's short interest was 1.42 of its float in December 2020; ten times the float was never borrowed.
MOST_SHORT = 10.0
MOST_OWNED = 1.5  # institutions can report above 1, as lent shares are reported twice

Values = dict[str, float | None]


@dataclass(frozen=True)
class FactFile:
    """A kind of file: what its columns may be called, and what its figures must be.

    Attributes
    ----------
    kind
        The store's table is `raw_<kind>`.
    described
        What the table calls the day that a row describes.
    columns
        Names by which files call a field, in lower case: `ticker`, `described`, `known`, and the figures.
    figures
        The figures among the fields, in the table's order.
    optional
        Fields that a file may lack.
    check
        Raises `FieldError` where the figures cannot be true.
    advice
        When such figures become known, for people whose file does not say.
    """

    kind: str
    described: str
    columns: dict[str, tuple[str, ...]]
    figures: tuple[str, ...]
    check: Callable[[Values], None]
    advice: str
    optional: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """Columns and types of the rows that are read."""
        days = {"ticker": pl.String, self.described: pl.Date, "known_on": pl.Date, "known_after": pl.Int64}
        return {**days, **dict.fromkeys(self.figures, pl.Float64)}


def _check_short_interest(values: Values) -> None:
    short = _needed(values, "shares_short")
    if short < 0:
        raise FieldError("shares_short is negative")
    for field in ("float_shares", "shares_outstanding"):
        number = values[field]
        if number is not None and number <= 0:
            raise FieldError(f"{field} is zero or negative")
    whole = values["float_shares"] or values["shares_outstanding"]
    if whole and short > MOST_SHORT * whole:
        raise FieldError(f"shares_short is more than {MOST_SHORT:.0f} times the float or shares outstanding")


def _check_ownership(values: Values) -> None:
    share = _needed(values, "inst_own")
    if share < 0:
        raise FieldError("inst_own is negative")
    if share > MOST_OWNED:
        raise FieldError(f"inst_own is above {MOST_OWNED}: is it in percent? a share of 1 is expected")


def _check_shares(values: Values) -> None:
    if _needed(values, "shares_outstanding") <= 0:
        raise FieldError("shares_outstanding is zero or negative")


def _needed(values: Values, field: str) -> float:
    number = values[field]
    if number is None:
        raise FieldError(f"no {field}")
    return number


_TICKER = ("ticker", "symbol", "symbolcode")
_KNOWN = (
    "known_on",
    "published_on",
    "publication_date",
    "dissemination_date",
    "snapshot_date",
    "filed_on",
    "filing_date",
    "filed",
)
_SHARES = ("shares_outstanding", "outstanding_shares", "common_shares_outstanding")

SHORT_INTEREST = FactFile(
    kind="short_interest",
    described="settled_on",
    columns={
        "ticker": _TICKER,
        "described": ("settled_on", "settlement_date", "settlement date", "settlementdate"),
        "known": _KNOWN,
        "shares_short": (
            "shares_short",
            "shares_sold_short",
            "current_short_position",
            "currentshortpositionquantity",
        ),
        "float_shares": ("float_shares", "public_float", "float", "shares_float"),
        "shares_outstanding": _SHARES,
    },
    figures=("shares_short", "float_shares", "shares_outstanding"),
    check=_check_short_interest,
    advice="FINRA publishes about 8 business days after settlement: --known-after 14 is cautious",
    optional=("known", "float_shares", "shares_outstanding"),
)
OWNERSHIP = FactFile(
    kind="ownership",
    described="described_on",
    columns={
        "ticker": _TICKER,
        "described": ("described_on", "quarter_end", "period_end", "period_of_report", "rdate", "date"),
        "known": (*_KNOWN, "fdate"),
        "inst_own": ("inst_own", "institutional_ownership", "instown", "instown_perc"),
    },
    figures=("inst_own",),
    check=_check_ownership,
    advice="institutions file form 13F up to 45 days after the quarter's end: --known-after 45",
    optional=("known",),
)
SHARES = FactFile(
    kind="shares",
    described="described_on",
    columns={
        "ticker": _TICKER,
        "described": ("described_on", "as_of", "period_end", "end", "date"),
        "known": _KNOWN,
        "shares_outstanding": (*_SHARES, "shares"),
    },
    figures=("shares_outstanding",),
    check=_check_shares,
    advice="quarterly reports are filed up to 45 days after the quarter's end: --known-after 45",
    optional=("known",),
)


def read_facts(path: Path, wanted: FactFile, known_after: int | None) -> Iterator[RowBatch]:
    """Yield the rows of a table in batches, as `wanted.schema`.

    Parameters
    ----------
    known_after
        Calendar days from the day described to the day known, for a file that has no column of it.
        The rows record it; it is null in rows whose file says when they became known.

    Raises
    ------
    BadInput
        A needed column is missing, nobody says when the figures became known, both the file and
        `known_after` do, or most figures look like percent.
    """
    with open_rows(path) as (present, rows):
        columns = choose_columns(path, present, wanted.columns, wanted.optional)
        _check_columns(path, wanted, columns, known_after)
        seen: set[tuple[Any, ...]] = set()
        n_good, n_bad = 0, 0
        batch: list[dict[str, Any]] = []
        rejects: list[dict[str, Any]] = []
        for row in rows:
            try:
                record = _read_row(row, wanted, columns, known_after)
                key = (record["ticker"], record[wanted.described], record["known_on"])
                if key in seen:
                    raise FieldError("duplicate: the symbol and both days came before in this file")
                seen.add(key)
                batch.append(record)
            except FieldError as error:
                n_bad += "in percent" in str(error)
                rejects.append({"line": row.line, "reason": str(error), "raw": row.raw})
            if len(batch) + len(rejects) >= BATCH_ROWS:
                n_good += len(batch)
                yield _batch(wanted, batch, rejects)
                batch, rejects = [], []
        n_good += len(batch)
        # Its small values would pass for shares of one: 1.2 percent for 120.
        if n_bad > n_good:
            raise BadInput(
                f"{path.name}: {n_bad:,} of its figures are above {MOST_OWNED}, so they look like percent; "
                "shares of 1 are expected (0.62, not 62). Divide the column by 100; nothing was stored."
            )
        yield _batch(wanted, batch, rejects)


def _check_columns(path: Path, wanted: FactFile, columns: dict[str, str], known_after: int | None) -> None:
    if "known" in columns and known_after is not None:
        raise BadInput(
            f"{path.name} says in its column {columns['known']} when each row became known; "
            "--known-after is for files that do not. Leave it out."
        )
    if wanted is SHORT_INTEREST and not columns.keys() & {"float_shares", "shares_outstanding"}:
        raise BadInput(
            f"{path.name} has neither public_float nor shares_outstanding, of which short interest is a "
            "share; add one of the two columns."
        )
    if "known" not in columns and known_after is None:
        raise BadInput(
            f"{path.name} has no column that says when each row became known (known_on, published_on, "
            "snapshot_date or filing_date), and the day a row describes is not it. Add the column, or say "
            f"how many days later to assume with --known-after DAYS ({wanted.advice})."
        )


def _read_row(row: Row, wanted: FactFile, columns: dict[str, str], known_after: int | None) -> dict[str, Any]:
    if row.error:
        raise FieldError(row.error)
    values = {field: row.values[column] for field, column in columns.items()}
    ticker = canonical_symbol(str(values["ticker"] or ""))
    if ticker is None:
        raise FieldError(f"no symbol: {str(values['ticker'])[:30]!r}")
    described = read_day(values["described"])
    if known_after is None:
        known = read_day(values["known"])
        if known < described:
            raise FieldError("known before the day that it describes")
    else:
        known = described + timedelta(days=known_after)
    figures = {field: read_number(values.get(field)) for field in wanted.figures}
    wanted.check(figures)
    days = {wanted.described: described, "known_on": known, "known_after": known_after}
    return {"ticker": ticker, **days, **figures}


def _batch(wanted: FactFile, batch: list[dict[str, Any]], rejects: list[dict[str, Any]]) -> RowBatch:
    return RowBatch(
        pl.DataFrame(batch, schema=wanted.schema, orient="row"),
        pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row"),
    )
