"""What pages ask of one ticker and of its posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask
from models.panel.rebasing import rebase

LISTS_KEPT = 40  # lists of posts; each may take a megabyte


@dataclass(frozen=True)
class Wanted:
    """Which posts are listed; part of a cache key."""

    kind: str = "any"
    originality: str = "any"
    tag: str = "any"  # Bullish, Bearish, none or disagrees
    least: float = 0.0  # confidence of the tagger, 0 to 1


EVERY_POST = Wanted()


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading prices and moods …")
def read_ticker_sessions(
    edition: Edition, tagger: str, ticker: str, window: str, until: date, n_sessions: int
) -> pl.DataFrame:
    """Return one row a session of the exchange: prices and mood of one ticker."""
    return ask(
        edition,
        "ticker_sessions",
        tagger=tagger,
        ticker=ticker,
        window_name=window,
        until=until,
        n_sessions=n_sessions,
    )


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_ticker_events(edition: Edition, ticker: str, first: date, last: date) -> pl.DataFrame:
    """Return one row a split, new figure of short interest or first day of trading."""
    return ask(edition, "ticker_events", ticker=ticker, first=first, last=last)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_ticker_facts(edition: Edition, ticker: str, until: date) -> dict[str, Any] | None:
    """Return what was known of the firm before its last priced session; None where it has no price."""
    facts = ask(edition, "ticker_facts", ticker=ticker, until=until)
    return facts.row(0, named=True) if facts.height else None


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading the others …")
def read_ticker_comparison(
    edition: Edition, tagger: str, tickers: Sequence[str], window: str, first: date, last: date
) -> pl.DataFrame:
    """Return one row a ticker and session: valence, posts, and `price_index` of a common start."""
    return rebase(
        ask(
            edition,
            "ticker_comparison",
            tagger=tagger,
            tickers=list(tickers),
            window_name=window,
            first=first,
            last=last,
        )
    )


@st.cache_data(max_entries=LISTS_KEPT, show_spinner="Reading posts …")
def read_ticker_posts(
    edition: Edition,
    tagger: str,
    ticker: str,
    window: str,
    emotion: str,
    first: date,
    last: date,
    wanted: Wanted = EVERY_POST,
) -> pl.DataFrame:
    """Return one row a post that names the ticker, newest first, at most 2,000; text cut for display."""
    return ask(
        edition,
        "ticker_posts",
        tagger=tagger,
        ticker=ticker,
        window_name=window,
        emotion=emotion,
        first=first,
        last=last,
        kind=wanted.kind,
        originality=wanted.originality,
        tag=wanted.tag,
        least=wanted.least,
    )


def read_post_text(edition: Edition, tagger: str, source: str, post_id: str) -> dict[str, Any]:
    """Return a post's whole text, its time and symbols, its emotion and the tagger's version."""
    return ask(edition, "post_text", tagger=tagger, source=source, post_id=post_id).row(0, named=True)


def read_session_texts(
    edition: Edition, tagger: str, ticker: str, window: str, session: date
) -> pl.DataFrame:
    """Return one row a post that names the ticker in a session, whole, at most 10,000; never cached."""
    return ask(edition, "session_texts", tagger=tagger, ticker=ticker, window_name=window, session=session)
