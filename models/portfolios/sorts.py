"""Firms of a session into groups by what was written of them."""

from dataclasses import dataclass

import polars as pl

from models.estimation.results import EstimationError

FEWER_GROUPS = (5, 3, 2)
LEAST_FIRMS_A_GROUP = 2


@dataclass(frozen=True)
class Sorted:
    """Firms in groups.

    Parameters
    ----------
    members
        One row a session and firm in a portfolio, sorted: `session_no, ticker, ret, group` (1 lowest).
    groups
        How many there are.
    n_few, n_tied
        Sessions skipped: with too few firms, and with so many equal values that the top group is empty.
    """

    members: pl.DataFrame
    groups: int
    n_few: int
    n_tied: int


def choose_groups(firms: pl.Series, most: int) -> int:
    """Return the most groups for which at least half of the sessions have two firms a group.

    Parameters
    ----------
    firms
        Firms of each session.
    most
        Groups wished for; else 3 or 2.

    Raises
    ------
    EstimationError
        Not even two groups.
    """
    for groups in (most, *(fewer for fewer in FEWER_GROUPS if fewer < most)):
        if 2 * int((firms >= LEAST_FIRMS_A_GROUP * groups).sum()) >= len(firms):
            return groups
    raise EstimationError(
        f"only {int((firms >= 2 * LEAST_FIRMS_A_GROUP).sum()):,} of {len(firms):,} sessions have the "
        f"{2 * LEAST_FIRMS_A_GROUP} firms with posts that a sort needs; it takes half of them. "
        "Load posts of more firms."
    )


def sort_firms(rows: pl.DataFrame, most: int = 5) -> Sorted:
    r"""Sort the firms of each session by their signal.

    The firm with rank r of n goes to group :math:`\lfloor (r - 1) G / n \rfloor + 1`. Equal values share
    the lowest of their ranks, hence a group: nothing but the signal decides.

    Parameters
    ----------
    rows
        One row a session and firm: `session_no, ticker, signal, ret`.
    """
    counted = rows.sort("session_no", "ticker").with_columns(n=pl.len().over("session_no"))
    groups = choose_groups(counted.unique("session_no")["n"], most)
    rank = pl.col("signal").rank("min").over("session_no").cast(pl.Int64)
    placed = counted.filter(pl.col("n") >= LEAST_FIRMS_A_GROUP * groups).with_columns(
        group=(rank - 1) * groups // pl.col("n").cast(pl.Int64) + 1
    )
    members = placed.filter(pl.col("group").max().over("session_no") == groups)
    total, enough, used = (frame["session_no"].n_unique() for frame in (rows, placed, members))
    if members.is_empty():
        raise EstimationError(
            f"in all {enough} sessions so many firms share the highest value that the top group is empty; "
            "use a tagger with finer probabilities, or more posts a firm (min_posts)."
        )
    return Sorted(
        members.select("session_no", "ticker", "ret", "group"), groups, total - enough, enough - used
    )
