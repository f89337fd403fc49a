"""Authors: who wrote each post, how the author tagged it, and how many liked it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS, NEGATIVE, POSITIVE

Codes = NDArray[np.int64]

POSTS_PER_AUTHOR = 15
FEWEST_AUTHORS = 25
FIRST_USER_ID = 7_000_001

TAGGED = 0.30  # of the posts carry their author's Bullish or Bearish
# How many of the tagged are Bullish: most, but not all, agree with the emotion's sign.
BULLISH = {e: 0.93 if e in POSITIVE else 0.15 if e in NEGATIVE else 0.65 for e in EMOTIONS}
LIKES_UNKNOWN = 0.40  # of the posts; the API leaves the key out

TEMPERS = (
    "calm", "early", "late", "patient", "stubborn", "sleepy", "lucky", "frugal", "curious", "loud",
    "quiet", "restless", "modest", "salty", "sober", "tall",
)  # fmt: skip
ANIMALS = (
    "otter", "heron", "badger", "lynx", "marmot", "puffin", "gecko", "walrus", "magpie", "newt",
    "ibex", "toad", "stoat", "crane", "mole", "carp",
)  # fmt: skip


def draw_authors(rng: np.random.Generator, emotions: Codes) -> pl.DataFrame:
    """Draw authors, their tags and likes for posts.

    Parameters
    ----------
    emotions
        (posts,): places in EMOTIONS.

    Returns
    -------
    pl.DataFrame
        `user_id` (Int64), `user_name`, `sentiment` (Bullish, Bearish or null), `likes` (Int64 or null),
        one row a post. A few authors write much and most write little (weights 1 / rank ** 0.8).
    """
    n = len(emotions)
    n_authors = max(FEWEST_AUTHORS, n // POSTS_PER_AUTHOR)
    weights = np.arange(1, n_authors + 1) ** -0.8
    author = rng.choice(n_authors, n, p=weights / weights.sum())
    names = [
        f"{TEMPERS[i % len(TEMPERS)]}_{ANIMALS[i // len(TEMPERS) % len(ANIMALS)]}_{i + 1}"
        for i in rng.permutation(n_authors).tolist()
    ]
    bullish = rng.random(n) < np.array([BULLISH[e] for e in EMOTIONS])[emotions]
    tagged = rng.random(n) < TAGGED
    likes, unknown = rng.geometric(0.4, n) - 1, rng.random(n) < LIKES_UNKNOWN
    return pl.DataFrame(
        {
            "user_id": author.astype(np.int64) + FIRST_USER_ID,
            "user_name": pl.Series(names, dtype=pl.String).gather(author),
            "tagged": tagged,
            "bullish": bullish,
            "likes": likes.astype(np.int64),
            "unknown": unknown,
        }
    ).select(
        "user_id",
        "user_name",
        sentiment=pl.when("tagged").then(
            pl.when("bullish").then(pl.lit("Bullish")).otherwise(pl.lit("Bearish"))
        ),
        likes=pl.when(~pl.col("unknown")).then("likes"),
    )
