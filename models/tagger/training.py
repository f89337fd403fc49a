"""Fitting the default tagger: two logistic regressions, pooled and collapsed into what is looked up.

One is fitted to the posts as they are, so that its probabilities are calibrated; one gives the rare
emotions the same weight as the common ones, so that they are found. Their logits are averaged.
Training needs scikit-learn; scoring does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.denial import mark_denied
from models.tagger.features import END, START, Features
from models.tagger.knowledge import deniable_words, fit_associations, join_vectors, lexicon_vectors
from models.tagger.linear import Weights
from models.tagger.tokens import canonical, parts, tokenise
from models.tagger.vectors import Vectors, fit_vectors


@dataclass(frozen=True)
class Recipe:
    """How the weights are fitted.

    Parameters
    ----------
    dimensions, min_count
        Of the word vectors: their length, and how often a word must occur in the unlabelled posts.
    weight_of_associations, weight_of_lexicon
        Of those vectors beside the words' own, which have length one.
    inverse_penalty
        C of scikit-learn's logistic regression: larger is freer.
    balanced_share
        Weight of the balanced fit in the pooled logits, 0 to 1.
    """

    dimensions: int = 200
    min_count: int = 4
    weight_of_associations: float = 0.5
    weight_of_lexicon: float = 1.5
    inverse_penalty: float = 4.0
    balanced_share: float = 0.3
    seed: int = 20161103


def to_forms(texts: pl.Series) -> list[list[str]]:
    """Return the canonical tokens of each text, denied words marked."""
    deniable = deniable_words()
    posts = ([canonical(token) for token in post] for post in tokenise(texts).to_list())
    return [mark_denied(post, deniable) for post in posts]


def fit_weights(
    posts: Sequence[Sequence[str]], labels: Sequence[str], vectors: Vectors, recipe: Recipe
) -> Weights:
    """Fit the look-up tables on tokenised, labelled posts.

    Raises
    ------
    ValueError
        A label is no emotion, or an emotion has no post.
    """
    if unknown := sorted(set(labels) - set(EMOTIONS)):
        raise ValueError(f"the labels {unknown} are no emotions; expected {', '.join(EMOTIONS)}.")
    if missing := sorted(set(EMOTIONS) - set(labels)):
        raise ValueError(f"no post is labelled {', '.join(missing)}; every emotion needs posts.")
    features = Features.choose(posts, vectors)
    matrix = features.matrix(posts)
    target = np.array([EMOTIONS.index(label) for label in labels])
    plain, plain_bias = _fit(matrix, target, recipe, None)
    coefficients, bias = plain, plain_bias
    if recipe.balanced_share:
        balanced, balanced_bias = _fit(matrix, target, recipe, "balanced")
        share = recipe.balanced_share
        coefficients = (1 - share) * plain + share * balanced
        bias = (1 - share) * plain_bias + share * balanced_bias
    return _collapse(features, coefficients, bias)


def _fit(
    matrix: object, target: NDArray[np.int64], recipe: Recipe, class_weight: str | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coefficients (n features, 7) and intercepts (7) of a multinomial logistic regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=recipe.inverse_penalty, class_weight=class_weight, max_iter=400, tol=1e-3)
    model.fit(matrix, target)
    return model.coef_.T, model.intercept_


def _collapse(features: Features, coefficients: NDArray[np.float64], bias: NDArray[np.float64]) -> Weights:
    """Add up, for each known word, what it, its parts and its vector contribute."""
    sizes = np.cumsum([len(features.words), len(features.parts), len(features.pairs)])
    by_word, by_part, by_pair, by_dimension = np.split(coefficients, sizes)
    of_part = by_part * features.weight_of_part[:, None]
    vectors = features.vectors
    words = sorted({*features.words, *vectors.index})
    of_word = np.zeros((len(words), len(EMOTIONS)))
    for row, form in enumerate(words):
        known = [features.parts[part] for part in parts(form) if part in features.parts]
        of_word[row] = of_part[known].sum(axis=0)
        if form in features.words:
            column = features.words[form]
            of_word[row] += features.weight_of_word[column] * by_word[column]
        if form in vectors.index:
            vector = vectors.index[form]
            of_word[row] += features.weight_of_vector[vector] * (vectors.rows[vector] @ by_dimension)
    index = {form: row for row, form in enumerate(words)} | {START: len(words), END: len(words) + 1}
    # The edges are no words, even where a post holds their sign.
    index_of_pairs = [(index[left], index[right]) for left, right in features.pairs]
    return Weights(
        words=tuple(words),
        of_word=of_word.astype(np.float32),
        parts=tuple(features.parts),
        of_part=of_part.astype(np.float32),
        pairs=np.array(index_of_pairs, np.int32).reshape(len(index_of_pairs), 2),
        of_pair=(by_pair * features.weight_of_pair[:, None]).astype(np.float32),
        bias=bias.astype(np.float32),
    )


def fit_word_vectors(
    unlabelled: Sequence[Sequence[str]],
    related: Sequence[tuple[Sequence[Sequence[str]], Sequence[str]]],
    recipe: Recipe,
) -> Vectors:
    """Fit what is known of words beside the labelled posts: company, associations, and our word list.

    Parameters
    ----------
    unlabelled
        Tokenised posts.
    related
        Collections of tokenised posts with labels of other kinds: (posts, labels).
    """
    company = fit_vectors(unlabelled, recipe.dimensions, recipe.min_count, recipe.seed)
    associations = [(fit_associations(*each), recipe.weight_of_associations) for each in related]
    return join_vectors([(company, 1.0), *associations, (lexicon_vectors(), recipe.weight_of_lexicon)])
