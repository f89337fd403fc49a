"""Broken rows for a simulated archive: lines that an importer must refuse, each for one reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.simulation.archive_rows import ID_STEP
from models.simulation.market import FIRST_POST_ID

File = Literal["features", "messages"]

_TIME = "2024-12-31T12:00:00Z"
# Kind -> the file that it lies in, and its line. Each breaks one row and no other: a feature row that cannot
# be read has no message, and a message that cannot be read has no feature row.
KINDS: dict[str, tuple[File, Callable[[int, str], str]]] = {
    "feature row with too few fields": ("features", lambda key, ticker: f"{key},7000001"),
    "feature row with a bad time": (
        "features",
        lambda key, ticker: f"{key},7000001,2024-13-45T99:00:00Z,,,,['{ticker}']",
    ),
    "feature row whose id is no number": (
        "features",
        lambda key, ticker: f"n/a,7000001,{_TIME},,,,['{ticker}']",
    ),
    "feature row without a message": (
        "features",
        lambda key, ticker: f"{key},7000001,{_TIME},,,,['{ticker}']",
    ),
    "message with too few fields": ("messages", lambda key, ticker: f"{key}"),
    "message whose id is no number": ("messages", lambda key, ticker: f"n/a,watching ${ticker}"),
    "message without a feature row": ("messages", lambda key, ticker: f"{key},watching ${ticker}"),
}


@dataclass(frozen=True)
class BrokenRow:
    """A line, and before which row of a block's file it stands."""

    file: File
    place: int
    line: str


def count_broken(n: int) -> dict[str, int]:
    """Share n broken rows out among the kinds, as evenly as it goes: kind -> number."""
    return {kind: n // len(KINDS) + (k < n % len(KINDS)) for k, kind in enumerate(KINDS)}


def draw_broken_rows(
    seed: int, n: int, block_posts: list[int], tickers: list[str]
) -> dict[int, list[BrokenRow]]:
    """Draw where broken rows stand.

    Parameters
    ----------
    seed
        Not negative.
    n
        How many in all, at most as many as there are posts.
    block_posts
        The number of posts of each block, whose sum bounds `n`.
    tickers
        The firms that they name.

    Returns
    -------
    dict
        Block -> its broken rows, by place.
    """
    rng = np.random.default_rng([seed, len(block_posts), n])
    posts = np.sort(rng.choice(sum(block_posts), n, replace=False, shuffle=False))
    firsts = np.concatenate([[0], np.cumsum(block_posts)])
    blocks = np.searchsorted(firsts, posts, side="right") - 1
    kinds = rng.permutation(np.repeat(np.arange(len(KINDS)), list(count_broken(n).values())))
    named = rng.integers(0, len(tickers), n)
    rows: dict[int, list[BrokenRow]] = {}
    for post, block, kind, ticker in zip(
        posts.tolist(), blocks.tolist(), kinds.tolist(), named.tolist(), strict=True
    ):
        file, write = list(KINDS.values())[kind]
        line = write(FIRST_POST_ID + ID_STEP * post + ID_STEP - 1, tickers[ticker])
        rows.setdefault(block, []).append(BrokenRow(file, post - int(firsts[block]), line))
    return rows
