"""What the page of the tagger asks."""

import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_tagger_versions(edition: Edition) -> pl.DataFrame:
    """Return one row a tagger and version of it: how many posts it scored."""
    return ask(edition, "tagger_versions")


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Setting scores beside the authors' tags …")
def read_tag_agreement(edition: Edition, tagger: str) -> pl.DataFrame:
    """Return one row a tag and bin of valence's distance from 0: tagged posts, and those that agree."""
    return ask(edition, "tag_agreement", tagger=tagger)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading posts …")
def read_contrary_posts(edition: Edition, tagger: str, sentiment: str) -> pl.DataFrame:
    """Return one row a post whose valence is against its author's tag, strongest first, at most 500."""
    return ask(edition, "contrary_posts", tagger=tagger, sentiment=sentiment)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Setting taggers side by side …")
def read_tagger_pairs(edition: Edition) -> pl.DataFrame:
    """Return one row a pair of taggers and pair of emotions: on how many posts."""
    return ask(edition, "tagger_pairs")


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_planted_confusion(edition: Edition, tagger: str) -> pl.DataFrame:
    """Return one row a true emotion and emotion given, of posts that the simulated market wrote."""
    return ask(edition, "confusion", tagger=tagger)
