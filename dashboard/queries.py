"""The dashboard's questions to the published version, one function a query.

Answers are cached by version and parameters. A published version never changes, so a cached answer
is never stale: a newer version is a new key.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import streamlit as st

from etl.errors import EmotapeError
from etl.settings import open_home
from etl.warehouse.published import Parameter, Published
from etl.warehouse.versions import Version, current_version

ROUND_TRIPS = 200  # answers kept a query


class VersionUnreadable(EmotapeError):
    """A published version is damaged or gone."""


@dataclass(frozen=True)
class Edition:
    """The version that a page shows; part of every cache key.

    `written` (modification times) tells a version from the same number of a home made anew.
    """

    folder: str
    number: int
    written: tuple[int, int]


def current_edition() -> Edition:
    """Return the version that the pointer names now.

    Raises
    ------
    NothingPublished
        Nothing was built yet.
    VersionUnreadable
        The pointer names a version that is not there.
    """
    version = current_version(open_home(None))
    try:
        written = version.market.stat().st_mtime_ns
        estimated = version.results.stat().st_mtime_ns if version.results.exists() else 0
        return Edition(str(version.folder), version.number, (written, estimated))
    except (OSError, ValueError) as error:
        raise _unreadable(version.folder.name) from error


def _unreadable(name: str | int) -> VersionUnreadable:
    return VersionUnreadable(
        f"Version {name} cannot be read: its files are damaged or were removed. "
        "Run `emotape build` to publish a new one; loaded posts and prices are kept."
    )


@st.cache_resource(max_entries=3, show_spinner=False, on_release=Published.close)
def _open(edition: Edition) -> Published:
    """Open a version once, for all readers."""
    return Published(Version(Path(edition.folder)))


def _ask(edition: Edition, name: str, **parameters: Parameter) -> pl.DataFrame:
    try:
        return _open(edition).query(name, **parameters)
    except duckdb.Error as error:
        raise _unreadable(edition.number) from error


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_publication(edition: Edition) -> dict[str, object]:
    """Return what the version holds, as of when: one row of `publication`."""
    return _ask(edition, "publication").row(0, named=True)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_posted_span(edition: Edition) -> dict[str, date | None]:
    """Return the first and last session with posts, and the last with a price."""
    return _ask(edition, "posted_span").row(0, named=True)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_taggers(edition: Edition) -> list[str]:
    """Return the names of the taggers that scored posts."""
    return _ask(edition, "taggers")["tagger"].to_list()


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_symbols(edition: Edition) -> pl.DataFrame:
    """Return one row a ticker: how many posts and prices, from when to when."""
    return _ask(edition, "symbols")


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading the market's mood …")
def read_mood(edition: Edition, tagger: str, window: str, until: date, n_sessions: int) -> pl.DataFrame:
    """Return one row a session and measure: share, month before it, distance in SD."""
    return _ask(
        edition,
        "market_mood_history",
        tagger=tagger,
        window_name=window,
        until=until,
        n_sessions=n_sessions,
    )


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_most_posted(edition: Edition, tagger: str, window: str, until: date) -> pl.DataFrame:
    """Return one row a ticker of the last session up to `until`, most posts first."""
    return _ask(edition, "most_posted", tagger=tagger, window_name=window, until=until)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading prices and moods …")
def read_ticker_sessions(
    edition: Edition, tagger: str, ticker: str, window: str, until: date, n_sessions: int
) -> pl.DataFrame:
    """Return one row a session of the exchange: prices and mood of one ticker."""
    return _ask(
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
    return _ask(
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
    return _ask(edition, "post_text", tagger=tagger, source=source, post_id=post_id).row(0, named=True)


def read_session_texts(
    edition: Edition, tagger: str, ticker: str, window: str, session: date
) -> pl.DataFrame:
    """Return one row a post that names the ticker in a session, whole, at most 10,000; never cached."""
    return _ask(edition, "session_texts", tagger=tagger, ticker=ticker, window_name=window, session=session)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_models(edition: Edition) -> pl.DataFrame:
    """Return one row an estimated model; no rows and no columns where nothing was estimated."""
    return _read_results(edition, "models")


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_terms(edition: Edition) -> pl.DataFrame:
    """Return one row a model and term; no rows and no columns where nothing was estimated."""
    return _read_results(edition, "terms")


def _read_results(edition: Edition, name: str) -> pl.DataFrame:
    try:
        has_results = _open(edition).has_results
    except duckdb.Error as error:
        raise _unreadable(edition.number) from error
    return _ask(edition, name) if has_results else pl.DataFrame()
