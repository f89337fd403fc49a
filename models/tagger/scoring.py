"""From probabilities to the columns that are stored: the one way to score posts, whatever the tagger."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS, valence

# What scoring adds to a post, in order.
SCORES = ("emotion", *EMOTIONS, "valence", "confidence")


class Tagger(Protocol):
    """What scores posts: texts in, probabilities out."""

    @property
    def name(self) -> str:
        """How it is called on the command line and in tables."""

    @property
    def version(self) -> str:
        """What changes whenever its probabilities may."""

    @property
    def classes_(self) -> tuple[str, ...]:
        """The emotions, in the order of the columns of `predict_proba`."""

    def predict_proba(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return the probability of each emotion, (n texts, n classes); rows sum to one."""


def score(tagger: Tagger, texts: pl.Series) -> pl.DataFrame:
    """Score texts.

    Returns
    -------
    pl.DataFrame
        A row a text: `emotion` (the likeliest), the probability of each emotion (Float32, summing to
        one), `valence` (happy less the four negative emotions, -1 to 1) and `confidence` (the
        probability of `emotion`).
    """
    proba = tagger.predict_proba(texts)
    likeliest = proba.argmax(axis=1)
    shares = pl.DataFrame(proba, schema=dict.fromkeys(tagger.classes_, pl.Float32))
    return shares.select(
        pl.Series("emotion", np.array(tagger.classes_)[likeliest], dtype=pl.String),
        *EMOTIONS,
        valence=valence({emotion: pl.col(emotion) for emotion in EMOTIONS}),
        confidence=pl.Series(proba.max(axis=1) if len(proba) else np.zeros(0), dtype=pl.Float32),
    )


def as_texts(values: Iterable[object]) -> pl.Series:
    """Return texts as a series, whatever they hold: lone surrogates become question marks."""
    texts = [None if v is None else str(v).encode("utf-8", "replace").decode() for v in values]
    return pl.Series(texts, dtype=pl.String)
