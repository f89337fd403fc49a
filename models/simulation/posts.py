"""Posts: how many, on whom, with what emotion, and when."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
Window = Literal["pre_open", "intraday"]

TWO_TICKERS = 1 / 25  # of the posts name a second firm
POPULARITY_SD = 0.6  # of the logarithm of a firm's share of the posts
ZIPF = 0.9  # the exponent of heavy-tailed popularity

EVENING_HOURS, MORNING_HOURS = 5, 2.5
WINDOW_PARTS = (0.35, 0.25, 0.40)  # evening, any time, morning
# No post stands so near an open or a close that reading a boundary the other way would move it.
MARGIN_SECONDS = 5
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Draw:
    """Posts of one window. All arrays are (posts,)."""

    firm: Codes
    other: Codes  # the second firm named, or -1
    session: Codes
    emotion: Codes  # its place in EMOTIONS


def draw_popularity(rng: np.random.Generator, firms: int) -> Array:
    """Draw each firm's number of posts relative to the mean firm's: (firms,), mean 1."""
    raw = rng.lognormal(0, POPULARITY_SD, firms)
    scaled: Array = raw / raw.mean()
    return scaled


def draw_heavy_tailed_popularity(rng: np.random.Generator, firms: int) -> Array:
    r"""Draw each firm's share of the posts: (firms,), sum 1.

    .. math:: q_i \propto rank_i^{-0.9}

    with ranks dealt at random: of 2,000 firms, the first has 8 % of the posts and the last 0.009 %.
    """
    raw = np.arange(1, firms + 1) ** -ZIPF
    dealt: Array = rng.permutation(raw / raw.sum())
    return dealt


def draw_posts(rng: np.random.Generator, rates: Array, shares: Array) -> Draw:
    """Draw the posts of one window.

    Parameters
    ----------
    rates
        (firms, sessions): the expected number of posts; zero where the firm is not talked about.
    shares
        (firms, sessions, 7): the probability of each emotion.

    Returns
    -------
    Draw
        Poisson counts; one post in 25 names another firm too, whoever that is, unless nobody talks
        about it. Its emotion is drawn from the mood of the firm named first.
    """
    return fill_counts(rng, rng.poisson(rates), rates > 0, shares)


def fill_counts(
    rng: np.random.Generator, counts: Codes, talked_about: NDArray[np.bool_], shares: Array
) -> Draw:
    """Draw what each of a number of posts is, as `draw_posts` does.

    Parameters
    ----------
    counts
        (firms, sessions): the number of posts.
    talked_about
        (firms, sessions): which firms a post on another one may name beside it.
    shares
        (firms, sessions, 7): the probability of each emotion.
    """
    firms = counts.shape[0]
    firm, session = (np.repeat(index, counts.ravel()) for index in np.indices(counts.shape).reshape(2, -1))
    n = len(firm)
    cumulative = shares[firm, session].cumsum(axis=1)
    emotion = (rng.random(n)[:, None] > cumulative[:, :-1]).sum(axis=1)
    other = np.full(n, -1, dtype=np.int64)
    if firms > 1:
        another = (firm + rng.integers(1, firms, n)) % firms
        named = (rng.random(n) < TWO_TICKERS) & talked_about[another, session]
        other[named] = another[named]
    return Draw(firm.astype(np.int64), other, session.astype(np.int64), emotion.astype(np.int64))


def count_emotions(draw: Draw, firms: int, sessions: int) -> Array:
    """Count each firm-session's posts by emotion: (firms, sessions, 7).

    As `firm_emotions.sql` does: a post that names two firms counts whole for both.
    """
    k = len(EMOTIONS)
    both = draw.other >= 0
    firm = np.concatenate([draw.firm, draw.other[both]])
    session = np.concatenate([draw.session, draw.session[both]])
    emotion = np.concatenate([draw.emotion, draw.emotion[both]])
    cells = (firm * sessions + session) * k + emotion
    counts = np.bincount(cells, minlength=firms * sessions * k)
    return counts.reshape(firms, sessions, k).astype(np.float64)


def share_emotions(counts: Array) -> Array:
    """Turn counts (..., 7) into shares that sum to one; zeros where there is no post."""
    shares: Array = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    return shares


def place_posts(
    rng: np.random.Generator, draw: Draw, sessions: pl.DataFrame, window: Window
) -> NDArray[np.int64]:
    """Draw when each post is written: (posts,), whole seconds since 1970, UTC.

    Before the open: in the hours after the last close, in the hours before the open, or at any time
    between the two, weekends and holidays included. During a session: more towards its two ends.

    Parameters
    ----------
    sessions
        Row t is the session that `draw.session` calls t: `open_at`, `close_at`, `previous_close_at`.
    """
    before, opening, closing = (
        sessions[name].dt.epoch("s").to_numpy()[draw.session]
        for name in ("previous_close_at", "open_at", "close_at")
    )
    n = len(draw.session)
    if window == "intraday":
        return _between(rng.beta(0.7, 0.7, n), opening, closing)
    part = rng.choice(3, n, p=WINDOW_PARTS)
    start = np.where(part == 2, opening - round(MORNING_HOURS * 3600), before)
    end = np.where(part == 0, before + EVENING_HOURS * 3600, opening)
    return _between(rng.random(n), start, end)


def _between(fraction: Array, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    first, last = start + MARGIN_SECONDS, end - MARGIN_SECONDS
    return (first + np.floor(fraction * (last - first))).astype(np.int64)
