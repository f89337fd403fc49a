r"""Initial public offerings: some firms list during the sample, and enthusiasm moves their first prices.

For a firm that lists on session L, with E the mean valence (happy less sad, anger, disgust and fear;
between -1 and 1) of the posts that name it from 20 sessions before L up to the open of L,

.. math::
    open_L / offer - 1 &= 0.15 + 0.40\, E + \omega, \quad \omega \sim N(0, 0.06^2) \\
    E[ret\_co_{L+j}] &= \dots - 0.15\, E / 60, \quad j = 1, \dots, 60

so that enthusiasm goes with a higher first-day return (offer to first close) and a worse following
quarter. The drift lies overnight: it leaves the planted association of the return from open to close
alone. All in decimals.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS, valence

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

SHARE_OF_FIRMS = 0.10
TALK_SESSIONS = 20  # sessions before the listing in which posts name the firm already
HYPE_SD = 0.9  # in logits: how differently firms are awaited

USUAL_JUMP, JUMP_PER_ENTHUSIASM, JUMP_SD = 0.15, 0.40, 0.06
DRIFT_SESSIONS, DRIFT_PER_ENTHUSIASM = 60, -0.15

OFFER_LOW, OFFER_HIGH = 10, 35  # dollars


@dataclass(frozen=True)
class Listings:
    """Which firms list, and when. All arrays are (listings,)."""

    firm: Codes
    session: Codes  # of the sessions with posts, from 0
    offer: Array  # dollars
    hype: Array  # logits added to happy, and taken from the four negative emotions by half


def draw_listings(rng: np.random.Generator, firms: int, sessions: int) -> Listings:
    """Draw a tenth of the firms and their first sessions, in the middle three fifths of the sample."""
    n = round(SHARE_OF_FIRMS * firms)
    return Listings(
        firm=np.sort(rng.choice(firms, n, replace=False)).astype(np.int64),
        session=rng.integers(sessions // 5, max(4 * sessions // 5, sessions // 5 + 1), n),
        offer=rng.integers(OFFER_LOW, OFFER_HIGH, n).astype(float),
        hype=rng.normal(0, HYPE_SD, n),
    )


def hype_moods(listings: Listings, moods: Array) -> Array:
    """Add each listing's hype to the moods (firms, sessions, 7) up to its first session."""
    loading = np.array([{"happy": 1.0, "neutral": 0.0, "surprise": 0.0}.get(e, -0.5) for e in EMOTIONS])
    hyped = moods.copy()
    for firm, session, hype in zip(listings.firm, listings.session, listings.hype, strict=True):
        hyped[firm, : session + 1] += hype * loading
    return hyped


def mark_talked_about(listings: Listings, firms: int, sessions: int) -> NDArray[np.bool_]:
    """Mark (firms, sessions) with posts: before its listing a firm is talked about for 20 sessions."""
    since = np.zeros(firms, dtype=np.int64)
    since[listings.firm] = listings.session - TALK_SESSIONS
    return np.asarray(np.arange(sessions) >= since[:, None])


def measure_enthusiasm(listings: Listings, pre_open: Array, intraday: Array) -> Array:
    """Compute the mean valence of the posts before each listing: (listings,), NaN without posts.

    Parameters
    ----------
    pre_open, intraday
        (firms, sessions, 7): numbers of posts.
    """
    found = np.full(len(listings.firm), np.nan)
    for i, (firm, session) in enumerate(zip(listings.firm, listings.session, strict=True)):
        counts = pre_open[firm, : session + 1].sum(axis=0) + intraday[firm, :session].sum(axis=0)
        if counts.sum():
            found[i] = valence(dict(zip(EMOTIONS, (counts / counts.sum()).tolist(), strict=True)))
    return found


def mark_priced(listings: Listings, firms: int, sessions: int, history: int) -> NDArray[np.bool_]:
    """Mark (firms, history + sessions) with prices: all of most firms, from its listing on of the others."""
    first = np.zeros(firms, dtype=np.int64)
    first[listings.firm] = listings.session + history
    return np.asarray(np.arange(history + sessions) >= first[:, None])


def react_to_enthusiasm(
    rng: np.random.Generator, listings: Listings, enthusiasm: Array, overnight: Array
) -> Array:
    """Return the overnight returns (firms, sessions) with each listing's jump and drift."""
    reacted = overnight.copy()
    felt = np.nan_to_num(enthusiasm)  # nobody wrote: nobody was enthusiastic
    jumps = USUAL_JUMP + JUMP_PER_ENTHUSIASM * felt + rng.normal(0, JUMP_SD, len(felt))
    for firm, first, jump, e in zip(listings.firm, listings.session, jumps, felt, strict=True):
        reacted[firm, first] = max(jump, -0.5)
        reacted[firm, first + 1 : first + 1 + DRIFT_SESSIONS] += DRIFT_PER_ENTHUSIASM * e / DRIFT_SESSIONS
    return reacted


def tabulate_ipos(
    listings: Listings, enthusiasm: Array, tickers: list[str], prices: pl.DataFrame
) -> pl.DataFrame:
    """Gather one row a listing from the prices as they were printed.

    Returns
    -------
    pl.DataFrame
        `ticker, listed_on, offer_price, first_open, first_close` (dollars), `enthusiasm_true` (-1 to 1,
        null without posts), `first_day_return` (offer to first close) and `return_60` (first close to
        the close 60 sessions later, null where the sample ends sooner), in decimals.
    """
    listed = pl.DataFrame(
        {
            "ticker": [tickers[i] for i in listings.firm],
            "offer_price": listings.offer,
            "enthusiasm_true": pl.Series(enthusiasm, nan_to_null=True),
        },
        schema={"ticker": pl.String, "offer_price": pl.Float64, "enthusiasm_true": pl.Float64},
    )
    firsts = (
        prices.join(listed, on="ticker", how="semi")
        .sort("ticker", "date")
        .group_by("ticker", maintain_order=True)
        .agg(
            listed_on=pl.col("date").first(),
            first_open=pl.col("open").first(),
            first_close=pl.col("close").first(),
            later_close=pl.col("close").get(DRIFT_SESSIONS, null_on_oob=True),
        )
    )
    return (
        listed.join(firsts, on="ticker", how="inner", maintain_order="left")
        .with_columns(
            first_day_return=pl.col("first_close") / pl.col("offer_price") - 1,
            return_60=pl.col("later_close") / pl.col("first_close") - 1,
        )
        .select(
            "ticker",
            "listed_on",
            "offer_price",
            "first_open",
            "first_close",
            "enthusiasm_true",
            "first_day_return",
            "return_60",
        )
    )
