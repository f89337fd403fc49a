r"""A tagger of a word list: our own list of words, emoji and emoticons, and one rule of negation.

.. math:: P(e \mid post) = \frac{a_e + \sum_{i=1}^{n} s_e(t_i)}{\sum_k a_k + \sum_{k, i} s_k(t_i)}

with n tokens t, the strength s that the list gives a term for its one emotion (1 weak, 2 plain,
3 strong), and a prior a of 1 for neutral and 0.1 for each other emotion. So a post without any term of
the list is neutral with probability 0.625, and one plain word takes it to another emotion. Neither the
list nor the prior was fitted to posts: it is a yardstick that can be read, not the best tagger.

A word of an emotion counts nothing when one of the three tokens before it denies it (`not`, `never`,
`n't`, ...): "not happy" is neutral, not sad. Emoji and emoticons cannot be denied.

The list also names neutral terms, those of filings, charts and announcements. They add to neutral's sum
like any other term, denied or not: "no dividend" is as factual as "dividend".
"""

import hashlib
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import BASELINE, EMOTIONS
from models.tagger.denial import DENIALS, REACH, find_denied, is_denial
from models.tagger.tokenised import tokenise_posts
from models.tagger.tokens import canonical

BATCH_POSTS = 20_000
PRIOR = np.array([1.0 if emotion == BASELINE else 0.1 for emotion in EMOTIONS])
RULES = "2"  # of scoring; counts up when the same list gives other probabilities
_STRETCHED = re.compile(r"(\w)\1{2,}")
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class LexiconTagger:
    """Scores posts by the word list that the package holds."""

    name: str = field(default="lexicon", init=False)
    classes_: tuple[str, ...] = field(default=EMOTIONS, init=False)

    @cached_property
    def _content(self) -> bytes:
        return (files("models.tagger") / "lexicon.csv").read_bytes()

    @cached_property
    def terms(self) -> dict[str, tuple[int, float]]:
        """Each term's emotion, as its place in `EMOTIONS`, and its strength."""
        rows = pl.read_csv(io.BytesIO(self._content), schema_overrides={"strength": pl.Float64})
        return {term: (EMOTIONS.index(emotion), strength) for term, emotion, strength in rows.rows()}

    @cached_property
    def version(self) -> str:
        """Hash of the list and the rules."""
        settings = f"{RULES} {REACH} {PRIOR.tolist()} {sorted(DENIALS)}".encode()
        return hashlib.sha256(self._content + settings).hexdigest()[:12]

    def predict_proba(self, texts: pl.Series) -> Matrix:
        """Return the probability of each emotion, (n texts, 7), in the order of `classes_`.

        Any text can be scored; an empty or null one has the prior's shares.
        """
        batches = [
            self._proba(texts[start : start + BATCH_POSTS]) for start in range(0, len(texts), BATCH_POSTS)
        ]
        return np.concatenate(batches) if batches else np.zeros((0, len(EMOTIONS)), np.float32)

    def _proba(self, texts: pl.Series) -> Matrix:
        posts = tokenise_posts(texts)
        entries = [self._entry(token) for token in posts.distinct.to_list()]
        found = np.array(entries, np.float64).reshape(len(entries), 4)[posts.ids]
        emotion, strength = found[:, 0].astype(np.int64), found[:, 1]
        denials, is_word = found[:, 2] > 0, found[:, 3] > 0
        lengths, of_post = posts.lengths, posts.of_post
        deniable = is_word & (emotion != EMOTIONS.index(BASELINE))
        strength = np.where(deniable & find_denied(denials, of_post), 0.0, strength)
        cells = np.bincount(
            of_post * len(EMOTIONS) + emotion, weights=strength, minlength=len(lengths) * len(EMOTIONS)
        )
        sums = cells.reshape(len(lengths), len(EMOTIONS)) + PRIOR
        return np.asarray(sums / sums.sum(axis=1, keepdims=True), dtype=np.float32)

    def _entry(self, token: str) -> tuple[int, float, bool, bool]:
        """Return a token's emotion, its strength, whether it denies, and whether it is a word."""
        form = canonical(token)
        # `looove` is `love`, `gooood` is `good`.
        forms = (form, _STRETCHED.sub(r"\1", form), _STRETCHED.sub(r"\1\1", form))
        emotion, strength = next((self.terms[f] for f in forms if f in self.terms), (0, 0.0))
        denies = any(is_denial(f) for f in forms)
        return emotion, strength, denies, form[0].isalpha()
