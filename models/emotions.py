"""The EmTract taxonomy: seven emotions, their order, and what follows from it.

The order of `EMOTIONS` is the order of every probability vector in emotape: columns of the tagger,
of the warehouse and of every table. Source: Vamossy and Skog, "EmTract" (arXiv 2112.03868): Ekman's
six basic emotions plus neutral.
"""

from collections.abc import Mapping
from typing import TypeVar

import polars as pl

EMOTIONS = ("neutral", "happy", "sad", "anger", "disgust", "surprise", "fear")

# The seven probabilities sum to one, so every regression leaves one out. Always this one.
BASELINE = "neutral"
SIX = tuple(emotion for emotion in EMOTIONS if emotion != BASELINE)

POSITIVE = ("happy",)
NEGATIVE = ("sad", "anger", "disgust", "fear")

# On every screen and on paper; safe for colour-blind readers (after Okabe and Ito).
COLOURS = {
    "neutral": "#8C8C8C",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "anger": "#D55E00",
    "disgust": "#009E73",
    "surprise": "#56B4E9",
    "fear": "#CC79A7",
}

Number = TypeVar("Number", float, pl.Expr)


def valence(share: Mapping[str, Number]) -> Number:
    """One-dimensional sentiment: happy - (sad + anger + disgust + fear), in [-1, 1].

    Surprise and neutral count nothing. `share` maps each emotion to its probability (a number) or to
    the Polars expression that holds it.
    """
    return share["happy"] - share["sad"] - share["anger"] - share["disgust"] - share["fear"]
