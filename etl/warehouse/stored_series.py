"""The stored prices of a symbol beside what a live source says now: what to ask, and whether both agree."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from etl.sources.prices import PRICE_SCHEMA, QUOTES

SAME = 1e-5
"""Relative difference up to which two prices are one.

Yahoo sends single-precision numbers (6e-8), and its adjusted closes differ by some 1e-6 between answers;
a dividend of a thousandth of a percent of the price is still seen. A false alarm costs one call, a dividend
that is overlooked a wrong return, so it is rather too small than too large.
"""


@dataclass(frozen=True)
class StoredSeries:
    """The stored prices of a symbol.

    Parameters
    ----------
    prices
        `PRICE_SCHEMA`, by day.
    asked
        Session without a price -> runs that asked for it in vain.
    """

    ticker: str
    prices: pl.DataFrame
    asked: dict[date, int]

    @property
    def days(self) -> list[date]:
        """Days with a price, in order."""
        return self.prices["date"].to_list()


def read_series(store: duckdb.DuckDBPyConnection, ticker: str) -> StoredSeries:
    """Read what the store holds of a symbol."""
    columns = ", ".join(PRICE_SCHEMA)
    prices: pl.DataFrame = store.sql(
        f"select {columns} from raw_prices where ticker = $ticker order by date", params={"ticker": ticker}
    ).pl()
    asked = store.execute(
        "select session, n_asked from missing_prices where ticker = $ticker", {"ticker": ticker}
    ).fetchall()
    return StoredSeries(ticker, prices, dict(asked))


def choose_start(
    stored: StoredSeries, closed: pl.Series, first_day: date, overlap: int, ask_again: int
) -> date | None:
    """Choose the day from which prices are to be asked; None where nothing is missing.

    Parameters
    ----------
    closed
        Sessions (Date) that are over.
    first_day
        Where the history of a symbol begins of which nothing is stored.
    overlap
        Stored sessions before the first missing one that are asked again, to see splits and dividends.
    ask_again
        A session that was asked for in vain is asked for in so many runs more.
    """
    days = stored.days
    if not days:
        return first_day if closed[-1] >= first_day else None
    still_asked = {day for day, n in stored.asked.items() if n <= ask_again}
    expected = set(closed.filter(closed >= days[0]).to_list())
    wanted = (expected - set(days) - stored.asked.keys()) | still_asked
    if not wanted:
        return None
    earliest = min(wanted)
    before = [day for day in days if day < earliest][-overlap:]
    return before[0] if before else earliest


def agrees(stored: StoredSeries, rows: pl.DataFrame) -> bool:
    """Tell whether new prices continue the stored ones: those of the same days are the same.

    Where none is of the same day, nothing shows that they do.
    """
    both = rows.join(stored.prices, on="date", suffix="_stored")
    differs = pl.any_horizontal(
        (pl.col(quote) / pl.col(f"{quote}_stored") - 1).abs() > SAME for quote in QUOTES
    )
    return not both.is_empty() and both.filter(differs).is_empty()


def continue_series(stored: StoredSeries, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the new rows, those of stored days with the stored prices, from which they differ by noise."""
    both = rows.join(stored.prices, on="date", how="left", suffix="_stored", maintain_order="left")
    return both.with_columns(pl.coalesce(f"{quote}_stored", quote).alias(quote) for quote in QUOTES).select(
        list(PRICE_SCHEMA)
    )


def lacking(closed: pl.Series, begin: date, present: Collection[date]) -> list[date]:
    """Return the sessions from a day on of which there is no price."""
    return [day for day in closed.filter(closed >= begin).to_list() if day not in present]
