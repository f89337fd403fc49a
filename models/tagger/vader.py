"""VADER (Hutto and Gilbert 2014) as a tagger: only its valence means something.

VADER knows how positive, negative and neutral a text is and nothing of emotions. Its shares become
probabilities so that its valence can stand beside that of the others: neutral stays, positive is happy,
negative is spread evenly over sad, anger, disgust and fear, and surprise has none. Which of the four
negative emotions is the likeliest says nothing: they are equal.
"""

from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version as installed_version
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS, NEGATIVE
from models.tagger.extras import import_extra

# VADER compares words with their neighbours and is quadratic in them: more than anyone writes.
LONGEST_TEXT = 2_000


@dataclass(frozen=True)
class VaderTagger:
    """Scores posts by the package vaderSentiment; its `version` is that of the package.

    Raises
    ------
    MissingExtra
        On use, where the package is not installed.
    """

    name: str = field(default="vader", init=False)
    classes_: tuple[str, ...] = field(default=EMOTIONS, init=False)

    @cached_property
    def _analyser(self) -> Any:
        return import_extra("vaderSentiment.vaderSentiment", "vader", "vader").SentimentIntensityAnalyzer()

    @cached_property
    def version(self) -> str:
        """The package's version."""
        import_extra("vaderSentiment", "vader", "vader")
        return installed_version("vaderSentiment")

    def predict_proba(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return the probability of each emotion, (n texts, 7), in the order of `classes_`.

        A text's first 2,000 characters are read; an empty or null one is neutral.
        """
        proba = np.zeros((len(texts), len(EMOTIONS)), np.float64)
        for row, text in enumerate(texts.cast(pl.String).fill_null("").str.slice(0, LONGEST_TEXT)):
            shares = self._analyser.polarity_scores(text)
            proba[row, EMOTIONS.index("neutral")] = shares["neu"]
            proba[row, EMOTIONS.index("happy")] = shares["pos"]
            for emotion in NEGATIVE:
                proba[row, EMOTIONS.index(emotion)] = shares["neg"] / len(NEGATIVE)
        totals = proba.sum(axis=1, keepdims=True)
        proba[totals[:, 0] == 0, EMOTIONS.index("neutral")] = 1.0
        return np.asarray(proba / np.where(totals == 0, 1.0, totals), dtype=np.float32)
