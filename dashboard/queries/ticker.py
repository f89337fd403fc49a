"""What pages ask of one ticker and of its posts."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask


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


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading posts …")
def read_ticker_posts(
    edition: Edition, tagger: str, ticker: str, window: str, emotion: str, first: date, last: date
) -> pl.DataFrame:
    """Return one row a post that names the ticker, newest first, at most 500; text cut for display."""
    return ask(
        edition,
        "ticker_posts",
        tagger=tagger,
        ticker=ticker,
        window_name=window,
        emotion=emotion,
        first=first,
        last=last,
    )


def read_post_text(edition: Edition, tagger: str, source: str, post_id: str) -> dict[str, Any]:
    """Return a post's whole text, its emotion and the version of the tagger that named it."""
    return ask(edition, "post_text", tagger=tagger, source=source, post_id=post_id).row(0, named=True)


def read_session_texts(
    edition: Edition, tagger: str, ticker: str, window: str, session: date
) -> pl.DataFrame:
    """Return one row a post that names the ticker in a session, whole, at most 10,000; never cached."""
    return ask(edition, "session_texts", tagger=tagger, ticker=ticker, window_name=window, session=session)
