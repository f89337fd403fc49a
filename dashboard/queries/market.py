"""What pages ask of the whole market."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_publication(edition: Edition) -> dict[str, object]:
    """Return what the version holds, as of when: one row of `publication`."""
    return ask(edition, "publication").row(0, named=True)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_posted_span(edition: Edition) -> dict[str, date | None]:
    """Return the first and last session with posts, and the last with a price."""
    return ask(edition, "posted_span").row(0, named=True)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_taggers(edition: Edition) -> list[str]:
    """Return the names of the taggers that scored posts."""
    return ask(edition, "taggers")["tagger"].to_list()


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_symbols(edition: Edition) -> pl.DataFrame:
    """Return one row a ticker: how many posts and prices, from when to when."""
    return ask(edition, "symbols")


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading the market's mood …")
def read_mood(edition: Edition, tagger: str, window: str, until: date, n_sessions: int) -> pl.DataFrame:
    """Return one row a session and measure: share, month before it, distance in SD."""
    return ask(
        edition,
        "market_mood_history",
        tagger=tagger,
        window_name=window,
        until=until,
        n_sessions=n_sessions,
    )


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_most_posted(edition: Edition, tagger: str, window: str, session: date) -> pl.DataFrame:
    """Return one row a ticker of a session, most posts first."""
    return ask(edition, "most_posted", tagger=tagger, window_name=window, session=session)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading what moved …")
def read_movers(edition: Edition, tagger: str, window: str, session: date) -> pl.DataFrame:
    """Return one row a ticker with posts in a session: its mood beside its own history."""
    return ask(edition, "movers", tagger=tagger, window_name=window, session=session)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_mover_paths(
    edition: Edition, tagger: str, window: str, session: date, since: date, tickers: Sequence[str]
) -> pl.DataFrame:
    """Return one row a ticker: its last sessions with posts up to one, as lists."""
    return ask(
        edition,
        "mover_paths",
        tagger=tagger,
        window_name=window,
        session=session,
        since=since,
        tickers=list(tickers),
    )


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading the most posted symbols …")
def read_symbol_sessions(
    edition: Edition, tagger: str, window: str, until: date, n_sessions: int, n_symbols: int
) -> pl.DataFrame:
    """Return one row a session and ticker, for the tickers with the most posts over the sessions."""
    return ask(
        edition,
        "symbol_sessions",
        tagger=tagger,
        window_name=window,
        until=until,
        n_sessions=n_sessions,
        n_symbols=n_symbols,
    )


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_volume(edition: Edition, tagger: str, window: str, until: date, n_sessions: int) -> pl.DataFrame:
    """Return one row a session of the exchange: posts of the whole market, usual ones, coverage."""
    return ask(
        edition,
        "market_volume",
        tagger=tagger,
        window_name=window,
        until=until,
        n_sessions=n_sessions,
    )
