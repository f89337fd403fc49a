r"""What is known of words beside the labelled posts: where else they occur, and what our word list says.

A word's association with a label c of other posts (an emotion of GoEmotions, an emoji that a tweet
carried, Bullish or Bearish) is the logarithm of how much more often it occurs there than by chance,
shrunk by a = 10 posts:

.. math:: \log \frac{n_{wc} + a\, p_c}{(n_w + a)\, p_c}

with the posts n of the word, and of it with the label, and the label's share p. These enter the fit
as further dimensions of the words' vectors, so the labelled posts decide what they are worth.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.emotions import BASELINE, EMOTIONS
from models.tagger.denial import MARK
from models.tagger.vectors import Vectors

SHRINKAGE = 10.0  # posts
MIN_POSTS = 3


def fit_associations(posts: Sequence[Sequence[str]], labels: Sequence[str]) -> Vectors:
    """Fit each word's association with each label of other posts, scaled to mean squared length one."""
    classes = sorted(set(labels))
    column = {label: i for i, label in enumerate(classes)}
    share = np.array([labels.count(label) for label in classes]) / len(labels)
    counts: dict[str, NDArray[np.float64]] = {}
    of_word: Counter[str] = Counter()
    for post, label in zip(posts, labels, strict=True):
        for form in set(post):
            of_word[form] += 1
            counts.setdefault(form, np.zeros(len(classes)))[column[label]] += 1
    words = sorted(form for form, n in of_word.items() if n >= MIN_POSTS)
    if not words:
        return Vectors({}, np.zeros((0, len(classes)), np.float32))
    n_word = np.array([of_word[form] for form in words])[:, None]
    with_label = np.array([counts[form] for form in words])
    rows = np.log((with_label + SHRINKAGE * share) / ((n_word + SHRINKAGE) * share))
    return Vectors({form: i for i, form in enumerate(words)}, _scaled(rows))


def lexicon_vectors() -> Vectors:
    """Return our word list as vectors: a term's strength under its emotion, denied ones apart.

    The first seven dimensions are those of terms as they stand, the other seven those of denied words.
    """
    terms = _terms()
    denied = {MARK + form: place for form, place in terms.items() if form in deniable_words()}
    rows = np.zeros((len(terms) + len(denied), 2 * len(EMOTIONS)), np.float32)
    for row, (emotion, strength) in enumerate([*terms.values(), *denied.values()]):
        rows[row, emotion + (len(EMOTIONS) if row >= len(terms) else 0)] = strength
    return Vectors({form: row for row, form in enumerate([*terms, *denied])}, rows)


@cache
def deniable_words() -> frozenset[str]:
    """Return the words of feeling, which a denial turns; emoji cannot be denied."""
    neutral = EMOTIONS.index(BASELINE)
    return frozenset(f for f, (emotion, _) in _terms().items() if f[0].isalpha() and emotion != neutral)


def _terms() -> dict[str, tuple[int, float]]:
    from models.tagger.lexicon import LexiconTagger

    return LexiconTagger().terms


def join_vectors(blocks: Sequence[tuple[Vectors, float]]) -> Vectors:
    """Put vectors side by side, each block times its weight; a word that a block lacks has zeros there."""
    words = sorted({form for vectors, _ in blocks for form in vectors.index})
    index = {form: row for row, form in enumerate(words)}
    rows = np.zeros((len(words), sum(vectors.rows.shape[1] for vectors, _ in blocks)), np.float32)
    start = 0
    for vectors, weight in blocks:
        end = start + vectors.rows.shape[1]
        places = [index[form] for form in vectors.index]
        rows[places, start:end] = weight * vectors.rows
        start = end
    return Vectors(index, rows)


def _scaled(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    length = np.sqrt((rows**2).sum(axis=1).mean()) or 1.0
    return np.asarray(rows / length, dtype=np.float32)
