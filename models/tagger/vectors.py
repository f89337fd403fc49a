r"""Vectors of words and emoji from unlabelled posts: what stands in like company means alike.

A word's row of the matrix of positive pointwise mutual information with the words around it,

.. math:: \max\left(0, \log\frac{p(w, c)}{p(w)\, p(c)^{0.75} / \sum_c p(c)^{0.75}}\right),

is reduced by a truncated singular value decomposition and scaled to length one. Source: Levy,
Goldberg and Dagan, "Improving distributional similarity with lessons learned from word embeddings"
(TACL 2015).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOW = 5  # tokens to each side; a neighbour at distance k counts 1 / k
SMOOTHING = 0.75


@dataclass(frozen=True)
class Vectors:
    """One vector of length one for each form: `rows` (n forms, k dimensions), `index` form -> row."""

    index: dict[str, int]
    rows: NDArray[np.float32]


def fit_vectors(posts: Sequence[Sequence[str]], dimensions: int, min_count: int, seed: int) -> Vectors:
    """Fit vectors of the forms that occur at least `min_count` times in tokenised posts."""
    from scipy import sparse
    from scipy.sparse.linalg import svds

    counts = Counter(form for post in posts for form in post)
    kept = sorted((form for form, n in counts.items() if n >= min_count), key=lambda f: (-counts[f], f))
    index = {form: row for row, form in enumerate(kept)}
    if len(kept) <= dimensions:
        return Vectors({}, np.zeros((0, dimensions), np.float32))
    # A gap of WINDOW between posts keeps neighbours within a post.
    stream = np.concatenate(
        [np.array([index.get(form, -1) for form in post] + [-1] * WINDOW, np.int64) for post in posts]
    )
    together = sparse.csr_matrix((len(kept), len(kept)))
    for distance in range(1, WINDOW + 1):
        left, right = stream[:-distance], stream[distance:]
        both = (left >= 0) & (right >= 0)
        weight = np.full(int(both.sum()), 1 / distance)
        together = together + sparse.csr_matrix((weight, (left[both], right[both])), shape=together.shape)
    together = (together + together.T).tocoo()
    of_word = np.asarray(together.sum(axis=1)).ravel()
    of_context = np.asarray(together.sum(axis=0)).ravel() ** SMOOTHING
    of_context /= of_context.sum()
    information = np.log(together.data / (of_word[together.row] * of_context[together.col]))
    positive = information > 0
    matrix = sparse.csr_matrix(
        (information[positive], (together.row[positive], together.col[positive])), shape=together.shape
    )
    left_vectors, values, _ = svds(matrix, k=dimensions, random_state=seed)
    rows = left_vectors * np.sqrt(values)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return Vectors(index, rows.astype(np.float32))
