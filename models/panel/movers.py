"""Movers: which symbols are farthest from their own history, and how many would be so by chance alone."""

import math
from collections.abc import Sequence

import polars as pl

MEASURES = ("fear", "anger", "happy", "sad", "valence", "posts")
EVERY = "any"
FAR = 3.0  # SD


def rank_movers(symbols: pl.DataFrame, measure: str, least: int) -> pl.DataFrame:
    """Sort the symbols of a session by how far a measure is from its history, either way; farthest first.

    Parameters
    ----------
    symbols
        One row a `ticker`: `n_posts`, and for each of `MEASURES` its value (`n_posts` of posts), `usual_` and
        `z_`, the distance from its mean in standard deviations.
    measure
        One of `MEASURES`, or `any`: the one that is farthest, which may differ from symbol to symbol.
    least
        Symbols with fewer posts are left out, as are those without a history.

    Returns
    -------
    pl.DataFrame
        The columns of `symbols`, and `measure`, `z`, `value` and `usual` of the measure.
    """
    measures = MEASURES if measure == EVERY else (measure,)
    valued = symbols.with_columns(posts=pl.col("n_posts").cast(pl.Float64))
    each = [
        valued.with_columns(
            measure=pl.lit(name),
            z=pl.col(f"z_{name}").cast(pl.Float64),
            value=pl.col(name).cast(pl.Float64),
            usual=pl.col(f"usual_{name}").cast(pl.Float64),
        )
        for name in measures
    ]
    return (
        pl.concat(each)
        .filter(pl.col("z").is_not_null(), pl.col("n_posts") >= least)
        .sort(pl.col("z").abs(), "n_posts", "ticker", descending=[True, True, False], maintain_order=True)
        .unique("ticker", keep="first", maintain_order=True)
    )


def count_far(symbols: pl.DataFrame, measures: Sequence[str], least: int) -> tuple[int, int, float]:
    """Count the distances beyond `FAR`, all of them, and those that chance would put there.

    Returns
    -------
    tuple of int, int, float
        How many lie beyond, of how many, and the sum of `share_by_chance` over all: what to expect if no
        symbol were unusual. An expectation needs no independence, so it holds for correlated measures.
    """
    enough = symbols.filter(pl.col("n_posts") >= least)
    far, tested, expected = 0, 0, 0.0
    for name in measures:
        sessions = "n_before_whole" if name == "posts" else "n_before"
        known = enough.filter(pl.col(f"z_{name}").is_not_null())
        far += known.filter(pl.col(f"z_{name}").abs() > FAR).height
        tested += known.height
        for length, count in known.group_by(sessions).len().iter_rows():
            expected += count * share_by_chance(FAR, length)
    return far, tested, expected


def share_by_chance(z: float, sessions: int) -> float:
    r"""Return how often a further normal value lies more than z sample SD from the mean of n before it.

    .. math:: \Pr\left(|t_{n-1}| > z / \sqrt{1 + 1/n}\right)

    since :math:`(x - \bar x) / (s \sqrt{1 + 1/n})` of independent normal values has Student's t law with
    n - 1 degrees of freedom (the prediction interval; Geisser 1993, Predictive Inference, chapter 2).
    """
    from scipy import stats

    return float(2 * stats.t.sf(z / math.sqrt(1 + 1 / sessions), sessions - 1))
