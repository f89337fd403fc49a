"""Posts as rows of distinct tokens, so that a question is put to each token once and counted by post."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.tagger.tokens import TOKEN, clean

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class TokenisedPosts:
    """Posts, split into tokens once for all questions.

    `texts` (n posts) as `clean` gives them; `distinct` (n distinct tokens); `ids` (n tokens), the row in
    `distinct` of each token of each post in order; `starts` (n posts + 1), where each post's tokens
    begin in `ids`.
    """

    texts: pl.Series
    distinct: pl.Series
    ids: NDArray[np.int32]
    starts: NDArray[np.int64]

    @property
    def lengths(self) -> Counts:
        """How many tokens each post has, (n posts)."""
        return np.diff(self.starts)

    @property
    def of_post(self) -> Counts:
        """The number of each token's post, (n tokens)."""
        return np.repeat(np.arange(len(self.texts)), self.lengths)

    def where(self, question: Callable[[pl.Series], pl.Series]) -> Flags:
        """Answer a question (distinct tokens in, booleans out) for each token of each post, (n tokens)."""
        answers: Flags = question(self.distinct).to_numpy().astype(bool)[self.ids]
        return answers

    def count(self, flags: Flags) -> Counts:
        """Return how many tokens of each post are flagged, (n posts)."""
        so_far = np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])
        counts: Counts = so_far[self.starts[1:]] - so_far[self.starts[:-1]]
        return counts

    def count_distinct(self, flags: Flags) -> Counts:
        """Return how many different tokens of each post are flagged, (n posts)."""
        tokens = np.flatnonzero(flags)
        posts = np.searchsorted(self.starts[1:], tokens, side="right")
        pairs = np.unique(posts * max(len(self.distinct), 1) + self.ids[tokens])
        return np.bincount(pairs // max(len(self.distinct), 1), minlength=len(self.texts)).astype(np.int64)


def tokenise_posts(texts: pl.Series) -> TokenisedPosts:
    """Split posts into tokens; nulls are empty posts."""
    cleaned = clean(texts)
    tokens = cleaned.str.extract_all(TOKEN)
    lengths = tokens.list.len().to_numpy().astype(np.int64)
    flat = tokens.explode(empty_as_null=False).drop_nulls()
    distinct = flat.unique(maintain_order=True)
    rows = pl.Series(np.arange(len(distinct), dtype=np.int32))
    ids = flat.replace_strict(distinct, rows).to_numpy() if len(flat) else np.zeros(0, np.int32)
    return TokenisedPosts(cleaned, distinct, ids, np.concatenate([[0], np.cumsum(lengths)]))
