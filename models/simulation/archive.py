r"""A simulated archive: posts and prices of any number, a block of sessions at a time.

The equations are those of `market.py`, with four differences. The number of posts is given, not drawn: it
is dealt to sessions, windows and firms by chance. Popularity is heavy-tailed, so that the most popular firms
have most posts. No firm lists during the sample. And what is held at one time does not grow with the number
of posts: moods go on from the block before, posts are forgotten once they are given out, and only returns
(firms x sessions) stay, from which prices are printed at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS, valence
from models.simulation import market, moods
from models.simulation.posts import (
    Draw,
    count_emotions,
    draw_heavy_tailed_popularity,
    fill_counts,
    share_emotions,
)
from models.simulation.prices import draw_start_prices, print_prices
from models.simulation.tickers import invent_tickers

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

FILE_POSTS = 500_000  # about as many posts as a file of the public archive has
MOST_A_SESSION = 1_000_000  # posts; a block is at least a session, and a block is held
FIRM_DAYS_AT_ONCE = 500_000  # moods of a block are held
ACTIVITY_SD = 0.20  # of the logarithm of a session's share of the posts
_PRICED_AT_ONCE = 250  # firms


@dataclass(frozen=True)
class ArchiveSize:
    """What determines a simulated archive.

    Parameters
    ----------
    firms, sessions, posts
        How many; the last session is that of 2024-12-31, and prices begin 200 sessions before the posts.
    seed
        Not negative.
    """

    firms: int
    sessions: int
    posts: int
    seed: int


@dataclass(frozen=True)
class Block:
    """The posts of consecutive sessions.

    Parameters
    ----------
    number
        From 0.
    first_post
        How many posts came in the blocks before.
    sessions
        One row a session: see `models.sessions.exchange_sessions`.
    before, during
        The posts before each open and during each session; their sessions are rows of `sessions`.
    """

    number: int
    first_post: int
    sessions: pl.DataFrame
    before: Draw
    during: Draw


class ArchiveMarket:
    """A market whose posts are given out in blocks, and then its prices.

    Parameters
    ----------
    size
        Equal sizes give equal markets.

    Raises
    ------
    ValueError
        A number is below 1, or a session would have more than a million posts.
    """

    def __init__(self, size: ArchiveSize) -> None:
        if size.firms < 1 or size.sessions < 1 or size.posts < 1:
            raise ValueError(
                f"firms is {size.firms}, sessions {size.sessions} and posts {size.posts}; expected positive "
                "numbers."
            )
        if size.posts > MOST_A_SESSION * size.sessions:
            raise ValueError(
                f"{size.posts:,} posts in {size.sessions:,} sessions are more than {MOST_A_SESSION:,} a "
                "session; ask for more sessions."
            )
        self.size = size
        self.tickers = invent_tickers(size.firms)
        self._calendar = market.find_sessions(size.sessions + market.HISTORY)
        streams = np.random.default_rng(size.seed).spawn(6)
        self._for_firms, self._for_moods, self._for_posts, self._for_returns, self._for_prices, counts = (
            streams
        )
        self._popularity = draw_heavy_tailed_popularity(self._for_firms, size.firms)
        self._session_posts = self._deal_posts(counts)
        shape = (size.firms, market.HISTORY + size.sessions)
        self._intraday, self._news_sd = self._draw_news(shape)
        self._firm_means = self._for_returns.normal(0, market.FIRM_SD, (size.firms, 1))
        self._intraday[:, : market.HISTORY] += self._firm_means
        self._overnight = market.draw_nights(self._for_returns, shape)

    @property
    def blocks(self) -> list[range]:
        """The sessions of each block: about half a million posts, or fewer where there are few a firm-day."""
        by_posts = FILE_POSTS * self.size.sessions // self.size.posts
        length = max(1, min(by_posts, FIRM_DAYS_AT_ONCE // self.size.firms))
        starts = range(0, self.size.sessions, length)
        return [range(start, min(start + length, self.size.sessions)) for start in starts]

    @property
    def block_posts(self) -> list[int]:
        """The number of posts of each block."""
        return [int(self._session_posts[block.start : block.stop].sum()) for block in self.blocks]

    @property
    def sessions(self) -> pl.DataFrame:
        """The sessions that have posts: see `models.sessions.exchange_sessions`."""
        return self._calendar.tail(self.size.sessions)

    def draw_blocks(self) -> Iterator[Block]:
        """Yield the posts, block by block, once; prices follow what was yielded."""
        path = moods.MoodPath(self._for_moods, self.size.firms)
        first_post = 0
        for number, sessions in enumerate(self.blocks):
            block = self._draw_block(number, first_post, sessions, path.draw(len(sessions)))
            yield block
            first_post += int(self._session_posts[sessions.start : sessions.stop].sum())

    def print_prices(self) -> Iterator[pl.DataFrame]:
        """Yield the prices of some firms at a time, by ticker and date; all blocks must have been drawn."""
        start = draw_start_prices(self._for_prices, self.size.firms)
        for first in range(0, self.size.firms, _PRICED_AT_ONCE):
            some = slice(first, first + _PRICED_AT_ONCE)
            yield print_prices(
                self._for_prices,
                self.tickers[some],
                self._calendar["session"],
                start[some],
                self._overnight[some],
                self._intraday[some],
                np.ones_like(self._intraday[some], dtype=bool),
            )

    def _deal_posts(self, rng: np.random.Generator) -> Codes:
        """Deal the posts to sessions: (sessions,)."""
        activity = rng.lognormal(0, ACTIVITY_SD, self.size.sessions)
        dealt: Codes = rng.multinomial(self.size.posts, activity / activity.sum())
        return dealt

    def _draw_news(self, shape: tuple[int, int]) -> tuple[Array, Array]:
        """Draw what of the returns from open to close is news, and its standard deviation, (firms, 1)."""
        rng = self._for_returns
        sd = market.NOISE_SD * rng.lognormal(0, market.NOISE_SPREAD, (shape[0], 1))
        session = rng.normal(market.SESSION_MEAN, market.SESSION_SD, (1, shape[1]))
        news: Array = session + sd * rng.normal(size=shape)
        return news, np.hypot(sd, market.SESSION_SD)

    def _draw_block(self, number: int, first_post: int, sessions: range, latent: Array) -> Block:
        firms, n = self.size.firms, len(sessions)
        everyone = np.ones((firms, n), dtype=bool)
        columns = slice(market.HISTORY + sessions.start, market.HISTORY + sessions.stop)
        totals = self._session_posts[sessions.start : sessions.stop]
        early = self._for_posts.binomial(totals, market.PRE_OPEN_PART)

        weights = np.broadcast_to(self._popularity[:, None], (firms, n))
        counts = self._deal_to_firms(early, weights)
        before = fill_counts(self._for_posts, counts, everyone, moods.probabilities(latent))
        slopes = np.array([market.PLANTED.get(emotion, 0.0) for emotion in EMOTIONS])
        news = self._intraday[:, columns]  # nothing else is in it yet
        z = news / self._news_sd
        associated = share_emotions(count_emotions(before, firms, n)) @ slopes
        # A loss of more than half within a day would be another model.
        self._intraday[:, columns] = np.maximum(self._firm_means + news + associated, -0.5)

        size = 0.75 + 0.25 * np.abs(z) / market.USUAL_SIZE
        counts = self._deal_to_firms(totals - early, weights * size)
        answering = moods.probabilities(moods.follow_returns(latent, z))
        during = fill_counts(self._for_posts, counts, everyone, answering)
        by_emotion = np.array([valence({e: float(e == emotion) for e in EMOTIONS}) for emotion in EMOTIONS])
        felt = share_emotions(count_emotions(during, firms, n)) @ by_emotion
        nights = slice(columns.start + 1, columns.stop + 1)
        following = self._overnight[:, nights]
        following += market.NIGHT_PER_VALENCE * felt[:, : following.shape[1]]
        frame = self._calendar.slice(columns.start, n)
        return Block(number, first_post, frame, before, during)

    def _deal_to_firms(self, totals: Codes, weights: Array) -> Codes:
        """Deal each session's posts to firms: (firms, sessions), given (sessions,) and (firms, sessions)."""
        chances = (weights / weights.sum(axis=0)).T
        dealt: Codes = self._for_posts.multinomial(totals, chances).T
        return dealt
