"""What the page of initial public offerings asks."""

import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_listings(edition: Edition, tagger: str) -> pl.DataFrame:
    """Return one row an offering: its first day, what was known before, its long run."""
    return ask(edition, "listings", tagger=tagger)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading listings …")
def read_listing_paths(edition: Edition, tagger: str) -> pl.DataFrame:
    """Return one row an offering and session from its first on: what it returned, and the market."""
    return ask(edition, "listing_paths", tagger=tagger)
