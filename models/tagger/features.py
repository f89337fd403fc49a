"""The features that the weights are fitted on: words, their parts, pairs of words, and vectors.

All are counts divided by `models.tagger.tokens.divisor` of the post's number of tokens, and weighted by
inverse document frequency, so that a post's score is a sum of what each token and pair contributes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.tagger.tokens import divisor, parts
from models.tagger.vectors import Vectors

START, END = "<start>", "<end>"  # the edges of a post, as neighbours; no text gives these tokens

# How much each kind counts before fitting: the best of a few tried in cross-validation, none by much.
SCALE_OF_WORDS = 1.0
SCALE_OF_PARTS = 0.5
SCALE_OF_PAIRS = 0.6
SCALE_OF_VECTORS = 0.7

MIN_POSTS_OF_A_PART = 2
MIN_POSTS_OF_A_PAIR = 2


def pairs(post: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return the neighbours of a post, its edges included."""
    return zip([START, *post], [*post, END], strict=True)


@dataclass(frozen=True)
class Features:
    """Which words, parts and pairs are counted, and what one of each weighs.

    `words`, `parts` and `pairs` map their members to columns, each kind's from 0; `weight_of_...` holds
    what one occurrence weighs before it is divided by the post's length.
    """

    words: dict[str, int]
    parts: dict[str, int]
    pairs: dict[tuple[str, str], int]
    weight_of_word: NDArray[np.float64]
    weight_of_part: NDArray[np.float64]
    weight_of_pair: NDArray[np.float64]
    vectors: Vectors
    weight_of_vector: NDArray[np.float64]  # by row of the vectors

    @classmethod
    def choose(cls, posts: Sequence[Sequence[str]], vectors: Vectors) -> "Features":
        """Choose the features that occur in tokenised posts, and weigh them."""
        n = len(posts)
        of_word = Counter(form for post in posts for form in set(post))
        of_pair = Counter(pair for post in posts for pair in set(pairs(post)))
        of_part: Counter[str] = Counter()
        for post in posts:
            of_part.update({part for form in set(post) for part in parts(form)})
        words = sorted(of_word)
        kept_parts = sorted(part for part, count in of_part.items() if count >= MIN_POSTS_OF_A_PART)
        kept_pairs = sorted(pair for pair, count in of_pair.items() if count >= MIN_POSTS_OF_A_PAIR)
        unscaled = cls(
            words={form: i for i, form in enumerate(words)},
            parts={part: i for i, part in enumerate(kept_parts)},
            pairs={pair: i for i, pair in enumerate(kept_pairs)},
            weight_of_word=SCALE_OF_WORDS * _inverse_frequency(n, [of_word[w] for w in words]),
            weight_of_part=SCALE_OF_PARTS * _inverse_frequency(n, [of_part[p] for p in kept_parts]),
            weight_of_pair=SCALE_OF_PAIRS * _inverse_frequency(n, [of_pair[p] for p in kept_pairs]),
            vectors=vectors,
            weight_of_vector=_inverse_frequency(n, [of_word[w] for w in vectors.index]),
        )
        return unscaled._scaled(posts)

    def _scaled(self, posts: Sequence[Sequence[str]]) -> "Features":
        """Scale so that the mean squared length of posts is one, and that of their vectors as set above."""
        counts, dense = self._counts(posts), self._sums(posts)
        length = np.sqrt(counts.multiply(counts).sum() / len(posts)) or 1.0
        dense_length = np.sqrt((dense**2).sum() / len(posts)) or 1.0
        return Features(
            self.words,
            self.parts,
            self.pairs,
            self.weight_of_word / length,
            self.weight_of_part / length,
            self.weight_of_pair / length,
            self.vectors,
            self.weight_of_vector * SCALE_OF_VECTORS / dense_length,
        )

    def matrix(self, posts: Sequence[Sequence[str]]) -> Any:
        """Return the features of tokenised posts, sparse (n posts, n words + parts + pairs + dimensions)."""
        from scipy import sparse

        return sparse.hstack([self._counts(posts), sparse.csr_matrix(self._sums(posts))]).tocsr()

    def _counts(self, posts: Sequence[Sequence[str]]) -> Any:
        from scipy import sparse

        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        after_words, after_parts = len(self.words), len(self.words) + len(self.parts)
        of_form: dict[str, tuple[list[int], list[float]]] = {}
        for row, post in enumerate(posts):
            share = 1 / divisor(len(post))
            for form in post:
                if form not in of_form:
                    of_form[form] = self._features_of(form)
                found, weights = of_form[form]
                columns += found
                values += [weight * share for weight in weights]
            known = [self.pairs[pair] for pair in pairs(post) if pair in self.pairs]
            columns += [after_parts + pair for pair in known]
            values += [self.weight_of_pair[pair] * share for pair in known]
            rows += [row] * (len(columns) - len(rows))
        width = after_words + len(self.parts) + len(self.pairs)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(posts), width))

    def _features_of(self, form: str) -> tuple[list[int], list[float]]:
        word = self.words.get(form)
        found = [] if word is None else [word]
        weights = [] if word is None else [float(self.weight_of_word[word])]
        for part in parts(form):
            if part in self.parts:
                found.append(len(self.words) + self.parts[part])
                weights.append(float(self.weight_of_part[self.parts[part]]))
        return found, weights

    def _sums(self, posts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        sums = np.zeros((len(posts), self.vectors.rows.shape[1]))
        for row, post in enumerate(posts):
            known = [self.vectors.index[form] for form in post if form in self.vectors.index]
            if known:
                weighted = self.weight_of_vector[known] @ self.vectors.rows[known]
                sums[row] = weighted / divisor(len(post))
        return sums


def _inverse_frequency(n_posts: int, counts: Sequence[int]) -> NDArray[np.float64]:
    return np.asarray(np.log((1 + n_posts) / (1 + np.array(counts, dtype=float))) + 1)
