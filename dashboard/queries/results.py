"""What pages ask of stored estimates."""

import duckdb
import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask, open_edition, unreadable


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
        has_results = open_edition(edition).has_results
    except duckdb.Error as error:
        raise unreadable(edition.number) from error
    return ask(edition, name) if has_results else pl.DataFrame()
