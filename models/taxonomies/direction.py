"""How well valence tells Bullish from Bearish."""

from dataclasses import dataclass

import numpy as np
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
    from sklearn.metrics import f1_score, roc_auc_score

    up, guess = np.asarray(signs) > 0, np.asarray(valence) > 0
    occurring = np.unique(up)
    return DirectionEvaluation(
        n_posts=len(up),
        n_bullish=int(up.sum()),
        accuracy=float((guess == up).mean()),
        f1=float(f1_score(up, guess, zero_division=0)),
        macro_f1=float(f1_score(up, guess, labels=occurring, average="macro", zero_division=0)),
        auc=float(roc_auc_score(up, valence)) if len(occurring) > 1 else None,
    )
