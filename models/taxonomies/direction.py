"""How well valence tells Bullish from Bearish."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class DirectionEvaluation:
    """Figures of valence on posts labelled with a direction.

    Parameters
    ----------
    n_posts, n_bullish
        Posts in all, and those whose label says up.
    accuracy
        Share of posts where "valence above zero" agrees with "up".
    f1, macro_f1
        Of "up", and the mean over "up" and "down" (those that occur among the labels).
    auc
        Probability that a post labelled up has a higher valence than one labelled down, ties counting
        half. None where only one direction occurs.
    """

    n_posts: int
    n_bullish: int
    accuracy: float
    f1: float
    macro_f1: float
    auc: float | None


def evaluate_direction(valence: NDArray[np.floating], signs: NDArray[np.integer]) -> DirectionEvaluation:
    """Say how well valence (n, -1 to 1) tells the labelled signs (n, 1 or -1).

    Raises
    ------
    ValueError
        There is no post, or the two are not of one length.
    """
    if not len(signs):
        raise ValueError("there is no labelled post.")
    if len(valence) != len(signs):
        raise ValueError(f"there are {len(valence)} valences and {len(signs)} labels; expected as many.")
    up, guess = np.asarray(signs) > 0, np.asarray(valence) > 0
    of_up, of_down = _f1(guess, up), _f1(~guess, ~up)
    occurring = [f1 for f1, occurs in ((of_up, up.any()), (of_down, (~up).any())) if occurs]
    return DirectionEvaluation(
        n_posts=len(up),
        n_bullish=int(up.sum()),
        accuracy=float((guess == up).mean()),
        f1=of_up,
        macro_f1=float(np.mean(occurring)),
        auc=_auc(valence, up),
    )


def _f1(guess: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float(2 * (guess & truth).sum() / max(guess.sum() + truth.sum(), 1))


def _auc(valence: NDArray[np.floating], up: NDArray[np.bool_]) -> float | None:
    n_up, n_down = int(up.sum()), int((~up).sum())
    if not n_up or not n_down:
        return None
    ranks = pl.Series(np.asarray(valence, float)).rank("average").to_numpy()
    return float((ranks[up].sum() - n_up * (n_up + 1) / 2) / (n_up * n_down))
