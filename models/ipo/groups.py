"""Listings of high and of low enthusiasm: which are used, which are dropped and why."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.results import Data, EstimationError
from models.estimation.spec import Spec
from models.ipo.first_session import LATE, NO_PRICE

Values = NDArray[np.float64]
LEAST_LISTINGS = 2  # of a group: its mean has a standard error


@dataclass(frozen=True)
class Listings:
    """The listings that a spec uses.

    Parameters
    ----------
    rows
        One row a listing with all variables of the spec present, by ticker.
    rules
        In words, how they were chosen and how many were dropped for what.
    dropped
        How many were dropped.
    """

    rows: pl.DataFrame
    rules: str
    dropped: int

    @property
    def facts(self) -> dict[str, object]:
        """Return what the summary of a model says of its sample."""
        return {
            "n_firms": self.rows["ticker"].n_unique(),
            "n_sessions": self.rows["session"].n_unique(),
            "dropped_rows": self.dropped,
            "sample_rules": self.rules,
            "sample_start": self.rows["session"].min(),
            "sample_end": self.rows["session"].max(),
        }


def choose_listings(spec: Spec, data: Data, variables: tuple[str, ...]) -> Listings:
    """Keep the listings in which all variables are known, and count the others by reason.

    Raises
    ------
    EstimationError
        There are no listings, or none is left.
    """
    listings = data.get("listings", pl.DataFrame())
    if listings.is_empty():
        raise EstimationError(
            "there are no initial public offerings: load some with `emotape load ipos`, then run "
            "`emotape build`."
        )
    if absent := [name for name in variables if name not in listings.columns]:
        raise EstimationError(
            f"the listings have no column {', '.join(absent)}; they have: {', '.join(listings.columns)}."
        )
    in_span = _within_dates(spec, listings)
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in variables)
    rows = in_span.filter(known).sort("ticker")
    others = in_span.filter(~known)
    rules = _count_reasons(others, variables)
    if rows.is_empty():
        raise EstimationError(
            f"no listing has {' and '.join(variables)} ({rules}): load prices from the first session on"
            + (", and posts from the 90 days before it." if _needs_posts(variables) else ".")
        )
    return Listings(rows, f"{rows.height:,} of {in_span.height:,} listings; {rules}", others.height)


def _within_dates(spec: Spec, listings: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("session").fill_null(pl.col("first_trade"))
    keep = ~pl.col("ticker").is_in(list(spec.sample.without))
    if spec.sample.start:
        keep &= day >= pl.lit(spec.sample.start).str.to_date()
    if spec.sample.end:
        keep &= day <= pl.lit(spec.sample.end).str.to_date()
    return listings.filter(keep)


def _needs_posts(variables: tuple[str, ...]) -> bool:
    return any(name.startswith("enthusiasm") for name in variables)


def _count_reasons(dropped: pl.DataFrame, variables: tuple[str, ...]) -> str:
    """Say of each dropped listing the first reason that holds."""
    if dropped.is_empty():
        return "none dropped"
    # Long-run returns need no offer price, so that reason and splits count for first-day returns only.
    of_first_day = {"first_day_return", "offer_to_open"} & set(variables)
    first = pl.col("drop_reason")
    if not of_first_day:
        first = pl.when(first.is_in([NO_PRICE, LATE])).then(first)
    unknown = [pl.when(pl.col(name).is_null()).then(pl.lit(_say_missing(name))) for name in variables]
    reason = pl.coalesce(first, *unknown)
    counts = (
        dropped.select(reason=reason).group_by("reason").len().sort("len", "reason", descending=[True, False])
    )
    return "dropped: " + ", ".join(f"{n:,} {reason}" for reason, n in counts.iter_rows())


def _say_missing(name: str) -> str:
    if name.startswith("enthusiasm"):
        return "no posts"
    return "no other firm of the industry" if name.startswith("bhar_ind") else f"no {name}"


def split_at_median(rows: pl.DataFrame, by: str) -> NDArray[np.bool_]:
    """Mark the listings above the median; those at it are low.

    Raises
    ------
    EstimationError
        One of the groups has fewer than two listings.
    """
    values = rows[by].to_numpy()
    high: NDArray[np.bool_] = values > np.median(values)
    if min(high.sum(), (~high).sum()) < LEAST_LISTINGS:
        raise EstimationError(
            f"{len(high)} listings with {by} cannot be cut at the median into two groups of at least "
            f"{LEAST_LISTINGS}; load posts about more listings."
        )
    return high
