r"""The default tagger: a post's emotions are a sum of what its words, emoji and pairs contribute.

.. math:: P(e \mid post) = \mathrm{softmax}_e\left(b_e + \frac{1}{\sqrt{n}}
          \left(\sum_{i=1}^{n} w_{e}(t_i) + \sum_{i=0}^{n} u_{e}(t_i, t_{i+1})\right)\right)

with n tokens t. The contribution w of a word holds those of the word itself, of the letters within it
and of its vector, added up when the weights were fitted; a word that was not seen then has those of
its letters. So scoring is tokenising and looking up.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.tokens import canonical, parts, tokenise

BATCH_POSTS = 20_000
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """What is looked up. Contributions are to the logits of the seven emotions, in their order.

    `words` and `of_word` (n words, 7); `parts` and `of_part` (n parts, 7); `pairs` (n pairs, 2: rows of
    `words`, with n words for a post's start and n words + 1 for its end) and `of_pair` (n pairs, 7);
    `bias` (7).
    """

    words: tuple[str, ...]
    of_word: Matrix
    parts: tuple[str, ...]
    of_part: Matrix
    pairs: NDArray[np.int32]
    of_pair: Matrix
    bias: Matrix


@dataclass(frozen=True)
class LinearTagger:
    """Scores posts by look-up; its `version` is that of its weights."""

    weights: Weights
    version: str
    name: str = "linear"
    classes_: tuple[str, ...] = EMOTIONS
    _word_index: dict[str, int] = field(init=False, repr=False, compare=False)
    _part_index: dict[str, int] = field(init=False, repr=False, compare=False)
    _pair_keys: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    _pair_order: NDArray[np.intp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = self._key(self.weights.pairs[:, 0], self.weights.pairs[:, 1])
        order = np.argsort(keys, kind="stable")
        derived = {
            "_word_index": {word: row for row, word in enumerate(self.weights.words)},
            "_part_index": {part: row for row, part in enumerate(self.weights.parts)},
            "_pair_keys": keys[order],
            "_pair_order": order,
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def predict_proba(self, texts: pl.Series) -> Matrix:
        """Return the probability of each emotion, (n texts, 7), in the order of `classes_`.

        Any text can be scored: an empty or null one has the shares of the emotions in the training
        posts. Works in batches, so that memory does not grow with the number of texts beyond the result.
        """
        batches = [
            self._proba(texts[start : start + BATCH_POSTS]) for start in range(0, len(texts), BATCH_POSTS)
        ]
        return np.concatenate(batches) if batches else np.zeros((0, len(self.classes_)), np.float32)

    def _proba(self, texts: pl.Series) -> Matrix:
        logits = self.logits(texts)
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        return logits

    def logits(self, texts: pl.Series) -> Matrix:
        """Return the logits before the soft-max, (n texts, 7)."""
        from scipy import sparse

        tokens = tokenise(texts)
        lengths = tokens.list.len().to_numpy().astype(np.int64)
        ends = np.cumsum(lengths)
        ids, unseen = self._look_up(tokens.explode(empty_as_null=False).drop_nulls())
        table = np.concatenate([self.weights.of_word, unseen]) if len(unseen) else self.weights.of_word
        starts = np.concatenate([[0], ends])
        posts = sparse.csr_matrix(
            (np.ones(len(ids), np.float32), ids, starts), shape=(len(lengths), len(table)), copy=False
        )
        sums = posts @ table + self._pair_sums(ids, starts)
        return np.asarray(
            sums / np.sqrt(np.maximum(lengths, 1))[:, None] + self.weights.bias, dtype=np.float32
        )

    def _look_up(self, tokens: pl.Series) -> tuple[NDArray[np.int64], Matrix]:
        """Return each token's row in the table of words, continued by rows for words not seen before."""
        distinct = tokens.unique()
        rows: list[int] = []
        unseen: dict[str, int] = {}
        new: list[Matrix] = []
        for token in distinct.to_list():
            form = canonical(token)
            row = self._word_index.get(form, unseen.get(form))
            if row is None:
                row = unseen[form] = len(self.weights.words) + len(new)
                new.append(self.contribution_of_parts(form))
            rows.append(row)
        ids = tokens.replace_strict(distinct, pl.Series(rows, dtype=pl.Int64)).to_numpy()
        return ids, np.array(new, np.float32).reshape(len(new), len(self.classes_))

    def contribution_of_parts(self, form: str) -> Matrix:
        """Return what the parts of a word contribute, (7): all there is for one that was never seen."""
        known = [self._part_index[part] for part in parts(form) if part in self._part_index]
        total: Matrix = self.weights.of_part[known].sum(axis=0)
        return total

    def _key(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.int64]:
        return np.asarray(left, np.int64) * (len(self.weights.words) + 2) + right

    def _pair_sums(self, ids: NDArray[np.int64], starts: NDArray[np.int64]) -> Matrix:
        """Return the sum of what the pairs of each post contribute, (n posts, 7)."""
        n_posts, n_words = len(starts) - 1, len(self.weights.words)
        sums = np.zeros((n_posts, len(self.classes_)), np.float32)
        if not len(self._pair_keys):
            return sums
        # Each post gets its start and its end as tokens; pairs across posts are start after end.
        post = np.repeat(np.arange(n_posts), np.diff(starts))
        place = np.arange(len(ids)) + 2 * post + 1
        stream = np.full(len(ids) + 2 * n_posts, n_words, np.int64)
        stream[starts[1:] + 2 * np.arange(n_posts) + 1] = n_words + 1
        stream[place] = ids
        left, right = stream[:-1], stream[1:]
        keys = np.where((left <= n_words) & (right <= n_words + 1), self._key(left, right), -1)
        # A word seen for the first time has a row beyond the edges' rows, hence no pair. Its row may
        # equal an edge's, so words are told apart from edges by their place.
        unseen = np.zeros(len(stream), bool)
        unseen[place] = ids >= n_words
        keys[unseen[:-1] | unseen[1:]] = -1
        found = np.minimum(np.searchsorted(self._pair_keys, keys), len(self._pair_keys) - 1)
        hit = self._pair_keys[found] == keys
        owner = np.searchsorted(starts[1:] + 2 * np.arange(1, n_posts + 1), np.flatnonzero(hit), side="right")
        from scipy import sparse

        counts = sparse.csr_matrix(
            (np.ones(int(hit.sum()), np.float32), (owner, self._pair_order[found[hit]])),
            shape=(n_posts, len(self.weights.of_pair)),
        )
        return np.asarray(counts @ self.weights.of_pair, dtype=np.float32)
