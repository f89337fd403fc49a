r"""The default tagger: a post's emotions are a sum of what its words, emoji and pairs contribute.

.. math:: P(e \mid post) = \mathrm{softmax}_e\left(b_e + \frac{1}{\sqrt{n + 2}}
          \left(\sum_{i=1}^{n} w_{e}(t_i) + \sum_{i=0}^{n} u_{e}(t_i, t_{i+1})\right)\right)

with n tokens t; two more are counted, so that a post of one word is not taken for certain. The
contribution w of a word holds those of the word itself, of the letters within it and of its vector,
added up when the weights were fitted; a word that was not seen then has those of its letters. A word
of feeling within three tokens after a denial counts as another word. So scoring is tokenising and
looking up.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.denial import MARK, find_denied, is_denial
from models.tagger.tokenised import TokenisedPosts, tokenise_posts
from models.tagger.tokens import canonical, divisor, parts

BATCH_POSTS = 50_000
ENOUGH_KNOWN = 0.5  # share of a post's words; below it the scores are trusted less
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
class _Found:
    """Tokens looked up: rows (n tokens), contributions of unseen words (n unseen, 7), which are words."""

    ids: NDArray[np.int64]
    unseen: Matrix
    is_word: NDArray[np.bool_]


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
    _pair_sieve: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    _denied_rows: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = self._key(self.weights.pairs[:, 0], self.weights.pairs[:, 1])
        order = np.argsort(keys, kind="stable")
        index = {word: row for row, word in enumerate(self.weights.words)}
        derived = {
            "_word_index": index,
            "_denied_rows": np.array([index.get(MARK + word, row) for word, row in index.items()], np.int64),
            "_part_index": {part: row for row, part in enumerate(self.weights.parts)},
            "_pair_keys": keys[order],
            "_pair_order": order,
            "_pair_sieve": _sieve(keys),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def predict_proba(self, texts: pl.Series) -> Matrix:
        """Return the probability of each emotion, (n texts, 7), in the order of `classes_`.

        Any text can be scored. Where fewer than half of a post's words are known, as in other languages,
        the probabilities are drawn towards one seventh each, by as much as is missing; an empty or null
        text has one seventh each. Works in batches, so that memory does not grow with the number of texts
        beyond the result.
        """
        batches = [
            self._proba(texts[start : start + BATCH_POSTS]) for start in range(0, len(texts), BATCH_POSTS)
        ]
        return np.concatenate(batches) if batches else np.zeros((0, len(self.classes_)), np.float32)

    def _proba(self, texts: pl.Series) -> Matrix:
        logits, known = self._score(texts)
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        trust = np.minimum(known / ENOUGH_KNOWN, 1)[:, None].astype(np.float32)
        return np.asarray(trust * logits + (1 - trust) / len(self.classes_), dtype=np.float32)

    def logits(self, texts: pl.Series) -> Matrix:
        """Return the logits before the soft-max, (n texts, 7)."""
        return self._score(texts)[0]

    def _score(self, texts: pl.Series) -> tuple[Matrix, NDArray[np.float64]]:
        """Return the logits (n texts, 7), and the share of each text's words that are known (n)."""
        from scipy import sparse

        tokens = tokenise_posts(texts)
        lengths, of_post = tokens.lengths, tokens.of_post
        found = self._look_up(tokens)
        table = np.concatenate([self.weights.of_word, found.unseen])
        starts = tokens.starts
        posts = sparse.csr_matrix(
            (np.ones(len(found.ids), np.float32), found.ids, starts),
            shape=(len(lengths), len(table)),
            copy=False,
        )
        sums = posts @ table + self._pair_sums(found.ids, starts)
        logits = np.asarray(sums / divisor(lengths)[:, None] + self.weights.bias, dtype=np.float32)
        n_words = np.bincount(of_post[found.is_word], minlength=len(lengths))
        is_known = found.is_word & (found.ids < len(self.weights.words))
        n_known = np.bincount(of_post[is_known], minlength=len(lengths))
        # A post of emoji alone is known; a post of nothing is not.
        return logits, np.where(n_words > 0, n_known / np.maximum(n_words, 1), lengths > 0)

    def _look_up(self, tokens: TokenisedPosts) -> "_Found":
        """Find each token's row in the table of words, continued by rows for words not seen before.

        A word that is denied has the row of its denied form, where there is one.
        """
        forms = [canonical(token) for token in tokens.distinct.to_list()]
        unseen: dict[str, int] = {}
        rows = [
            self._word_index[form]
            if form in self._word_index
            else unseen.setdefault(form, len(self.weights.words) + len(unseen))
            for form in forms
        ]
        ids = np.array(rows, np.int64)[tokens.ids]
        denials = np.array([is_denial(form) for form in forms], bool)[tokens.ids]
        denied = np.flatnonzero(find_denied(denials, tokens.of_post))
        denied = denied[ids[denied] < len(self.weights.words)]
        ids[denied] = self._denied_rows[ids[denied]]
        new = [self.contribution_of_parts(form) for form in unseen]
        return _Found(
            ids=ids,
            unseen=np.array(new, np.float32).reshape(len(new), len(self.classes_)),
            is_word=np.array([form[0].isalpha() for form in forms], bool)[tokens.ids],
        )

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
        before, after = stream[:-1], stream[1:]
        keys = np.where((before <= n_words) & (after <= n_words + 1), self._key(before, after), -1)
        # A word seen for the first time has a row beyond the edges' rows, hence no pair. Its row may
        # equal an edge's, so words are told apart from edges by their place.
        unseen = np.zeros(len(stream), bool)
        unseen[place] = ids >= n_words
        keys[unseen[:-1] | unseen[1:]] = -1
        likely = np.flatnonzero(self._pair_sieve[_slots(keys)])
        found = np.minimum(np.searchsorted(self._pair_keys, keys[likely]), len(self._pair_keys) - 1)
        right = self._pair_keys[found] == keys[likely]
        hit, rows = likely[right], self._pair_order[found[right]]
        owner = np.searchsorted(starts[1:] + 2 * np.arange(1, n_posts + 1), hit, side="right")
        from scipy import sparse

        counts = sparse.csr_matrix(
            (np.ones(len(hit), np.float32), (owner, rows)),
            shape=(n_posts, len(self.weights.of_pair)),
        )
        return np.asarray(counts @ self.weights.of_pair, dtype=np.float32)


SIEVE_BITS = 22


def _slots(keys: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the place of each key in the sieve, by Fibonacci hashing."""
    return (keys.view(np.uint64) * np.uint64(11400714819323198485)) >> np.uint64(64 - SIEVE_BITS)


def _sieve(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where keys may be: most pairs of a post have no weight, and here it is seen at once."""
    sieve = np.zeros(1 << SIEVE_BITS, bool)
    sieve[_slots(keys)] = True
    return sieve
