"""The posts of a block as rows of the public archive: features, messages, and the true emotion of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.simulation.archive import ArchiveSize, Block
from models.simulation.authors import BULLISH, FEWEST_AUTHORS, FIRST_USER_ID, POSTS_PER_AUTHOR, TAGGED
from models.simulation.bodies import write_many_bodies
from models.simulation.grammar_tables import GrammarTables, lay_out
from models.simulation.market import FIRST_POST_ID
from models.simulation.posts import MICROSECONDS, place_posts
from models.simulation.threads import draw_threads

Codes = NDArray[np.int64]

ID_STEP = 4  # ids a post; one of them is its own, and the last is kept for a broken row
SHUFFLED_WITHIN = 50  # a message lies about as far from its place in time
_AUTHOR_POWER = 0.2  # of ranks whose weights are rank ** -0.8


@dataclass(frozen=True)
class ArchiveRows:
    """Rows of a block.

    Parameters
    ----------
    features
        `message_id` (Int64), `user_id` (Int64), `created_at` (Datetime, UTC without zone), `sentiment` (1.0,
        -1.0 or null), `parent_message_id`, `in_reply_to_message_id` (Float64, whole or null), `symbol_list`
        (String, a Python list), in the order of writing.
    messages
        `message_id`, `message_body` (String), shuffled lightly.
    truth
        `message_id`, `emotion` (Enum of EMOTIONS), in the order of writing.
    """

    features: pl.DataFrame
    messages: pl.DataFrame
    truth: pl.DataFrame


class RowWriter:
    """Writes blocks of one archive as rows; the same block gives the same rows whatever was written before.

    Parameters
    ----------
    size
        That of the archive.
    tickers
        The firms that the places in a block mean.
    """

    def __init__(self, size: ArchiveSize, tickers: Sequence[str]) -> None:
        self._size = size
        self._tables: GrammarTables = lay_out(tickers)
        self._alone = pl.Series("alone", [f"['{ticker}" for ticker in tickers])
        self._beside = pl.Series("beside", [*(f"', '{ticker}']" for ticker in tickers), "']"])

    def write(self, block: Block) -> ArchiveRows:
        """Write the rows of a block."""
        streams = np.random.default_rng([self._size.seed, block.number]).spawn(5)
        for_times, for_authors, for_threads, for_texts, for_order = streams
        seconds = np.concatenate(
            [
                place_posts(for_times, block.before, block.sessions, "pre_open"),
                place_posts(for_times, block.during, block.sessions, "intraday"),
            ]
        )
        order = np.argsort(seconds, kind="stable")
        firm, other, emotion = (
            np.concatenate([getattr(draw, name) for draw in (block.before, block.during)])[order]
            for name in ("firm", "other", "emotion")
        )
        ids = number_posts(for_times, block.first_post, len(firm))
        thread, answered = draw_threads(for_threads, firm)
        features = pl.DataFrame(
            {
                "message_id": ids,
                "user_id": self._draw_users(for_authors, len(firm)),
                "created_at": pl.Series(seconds[order] * MICROSECONDS, dtype=pl.Int64).cast(
                    pl.Datetime("us")
                ),
                "sentiment": _draw_sentiment(for_authors, emotion),
                "parent_message_id": _point_at(ids, thread),
                "in_reply_to_message_id": _point_at(ids, answered),
                # Where no second firm is named, the last string closes the list.
                "symbol_list": self._alone.gather(firm) + self._beside.gather(other % len(self._beside)),
            }
        )
        bodies = write_many_bodies(for_texts, self._tables, emotion, firm, other)
        messages = pl.DataFrame({"message_id": ids, "message_body": bodies})
        places = np.arange(len(ids)) + for_order.normal(0, SHUFFLED_WITHIN, len(ids))
        named = pl.Series(EMOTIONS, dtype=pl.Enum(EMOTIONS)).gather(emotion)
        truth = pl.DataFrame({"message_id": ids, "emotion": named})
        return ArchiveRows(features, messages[np.argsort(places, kind="stable")], truth)

    def _draw_users(self, rng: np.random.Generator, n: int) -> Codes:
        r"""Draw authors: (posts,); a few write much, with weights rank ** -0.8.

        By the inverse of the integral of the weights, :math:`r = (1 + u (N^{0.2} - 1))^5`, so that no list
        of authors is held.
        """
        n_authors = max(FEWEST_AUTHORS, self._size.posts // POSTS_PER_AUTHOR)
        furthest = (n_authors + 1) ** _AUTHOR_POWER - 1
        rank = (1 + rng.random(n) * furthest) ** (1 / _AUTHOR_POWER)
        users: Codes = FIRST_USER_ID + np.minimum(rank.astype(np.int64), n_authors) - 1
        return users


def number_posts(rng: np.random.Generator, first_post: int, n: int) -> Codes:
    """Draw ids that grow with time and leave gaps: (n,)."""
    ids: Codes = FIRST_POST_ID + ID_STEP * (first_post + np.arange(n)) + rng.integers(0, ID_STEP - 1, n)
    return ids


def _draw_sentiment(rng: np.random.Generator, emotion: Codes) -> pl.Series:
    """Draw the authors' own tags: 1.0 bullish, -1.0 bearish, null for most."""
    bullish = rng.random(len(emotion)) < np.array([BULLISH[e] for e in EMOTIONS])[emotion]
    tagged = rng.random(len(emotion)) < TAGGED
    return pl.Series(np.where(tagged, np.where(bullish, 1.0, -1.0), np.nan), nan_to_null=True)


def _point_at(ids: Codes, place: Codes) -> pl.Series:
    """Return the ids at places, as the floats that the archive's writer made of whole numbers with gaps."""
    return pl.Series(np.where(place >= 0, ids[place], np.nan), nan_to_null=True)
