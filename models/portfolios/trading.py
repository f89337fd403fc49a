"""What portfolios earn a session, and how much must be traded for it."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.portfolios.sorts import Sorted

Vector = NDArray[np.float64]
# A dollar bought and sold again, on each of two sides.
ROUND_TRIP = 2.0
BOTH_SIDES = 2.0


@dataclass(frozen=True)
class Traded:
    """Portfolios by session.

    Parameters
    ----------
    session_no
        (T,) sessions in which portfolios were formed, rising.
    returns
        (T, G): mean return of each group, decimals; nan where equal signals leave a middle group empty.
    volume
        (T,): dollars bought and sold for a dollar long in the highest and a dollar short in the lowest
        group.
    replaced
        Share of the firms of the two extreme groups that were not in them the session before; nan
        where no two sessions follow each other.
    """

    session_no: NDArray[np.int64]
    returns: Vector
    volume: Vector
    replaced: float

    @property
    def long_short(self) -> Vector:
        """Return of the highest group less that of the lowest (T,)."""
        return np.asarray(self.returns[:, -1] - self.returns[:, 0])


def trade(firms: Sorted, *, held: bool) -> Traded:
    r"""Form equally weighted groups each session.

    Parameters
    ----------
    held
        False: bought at the open and sold at the close, so each session trades 4 dollars, two a side.
        True: kept from close to close, and at each close traded to the new weights:
        :math:`\sum_i |w_{it} - w_{i,t-1} (1 + r_{it}) / (1 + R_t)|` a side, old weights as returns r have
        moved them, R the side's own return. After a gap the old side was sold and a new one is bought: 2.
    """
    members = firms.members
    session_no, code = np.unique(members["session_no"].to_numpy(), return_inverse=True)
    cell = code * firms.groups + members["group"].to_numpy() - 1
    size = len(session_no) * firms.groups
    counts = np.bincount(cell, minlength=size)
    sums = np.bincount(cell, weights=members["ret"].to_numpy(), minlength=size)
    returns = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
    weighted = members.with_columns(weight=1 / counts[cell], of_group=returns[cell]).filter(
        pl.col("group").is_in([1, firms.groups])
    )
    changes = _match_with_session_before(weighted)
    follows = np.isin(session_no - 1, session_no)
    rebalanced = _sum_by_session((changes["weight"] - changes["before"]).abs(), changes, session_no)
    full = BOTH_SIDES * ROUND_TRIP
    volume = np.where(follows, rebalanced, full) if held else np.full(len(session_no), full)
    new = _sum_by_session(((changes["weight"] > 0) & (changes["before"] == 0)), changes, session_no)
    firms_now = _sum_by_session(changes["weight"] > 0, changes, session_no)
    replaced = float((new[follows] / firms_now[follows]).mean()) if follows.any() else float("nan")
    return Traded(
        session_no=session_no.astype(np.int64),
        returns=returns.reshape(len(session_no), firms.groups),
        volume=volume,
        replaced=replaced,
    )


def _match_with_session_before(weighted: pl.DataFrame) -> pl.DataFrame:
    """Put new weights beside old ones as returns have moved them; absent is 0."""
    keys = ["session_no", "group", "ticker"]
    old = weighted.select(
        pl.col("session_no") + 1,
        "group",
        "ticker",
        before=pl.col("weight") * (1 + pl.col("ret")) / (1 + pl.col("of_group")),
    )
    return (
        weighted.select(*keys, "weight")
        .join(old, on=keys, how="full", coalesce=True)
        .with_columns(pl.col("weight", "before").fill_null(0.0))
        .sort(keys)
    )


def _sum_by_session(values: pl.Series, rows: pl.DataFrame, session_no: NDArray[np.int64]) -> Vector:
    """Sum values over the rows of each formed session (T,)."""
    at = np.searchsorted(session_no, rows["session_no"].to_numpy())
    known = np.isin(rows["session_no"].to_numpy(), session_no)
    weights = values.cast(pl.Float64).to_numpy()[known]
    return np.asarray(np.bincount(at[known], weights=weights, minlength=len(session_no)), dtype=np.float64)
