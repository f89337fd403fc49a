"""What may be chosen on the page of lineage: a firm-day and a post. Each is part of the URL."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import streamlit as st

from dashboard import state
from dashboard.words import inert

FIRM_DAY, POST = "firmday", "post"
LONGEST = 200  # characters of a post's name


def choose_firm_day(rows: pl.DataFrame) -> tuple[str, date]:
    """Return the firm-day that the URL names, if the sample has it, else the first of the rows."""
    default = name_firm_day(rows.row(0, named=True))
    asked = st.query_params.get(FIRM_DAY)
    known = {default, *([asked] if asked is not None and _is_among(rows) else [])}
    ticker, _, session = state.recall(FIRM_DAY, known, default).rpartition(":")
    if refused := state.refused(FIRM_DAY, known):
        st.warning(f"There is no firm-day {inert(refused, 40)} in the sample of this column.")
    return ticker, date.fromisoformat(session)


def read_firm_day() -> tuple[str, date] | None:
    """Return the firm-day that the URL names; None where it names none."""
    ticker, _, session = st.query_params.get(FIRM_DAY, "").rpartition(":")
    try:
        return (ticker, date.fromisoformat(session)) if ticker else None
    except ValueError:
        return None


def name_firm_day(row: dict[str, object]) -> str:
    """Return a firm-day as it stands in the URL: TICKER:2016-03-01."""
    return f"{row['ticker']}:{row['session']}"


def choose_post() -> tuple[str, str] | None:
    """Choose a post by its source and number, SOURCE:ID; None where none is chosen."""
    asked = st.query_params.get(POST, "").strip()[:LONGEST]
    st.session_state[state.widget_key(POST)] = asked
    st.text_input(
        "Post",
        placeholder="SOURCE:ID, such as stocktwits:12345",
        help="The source from which a post was loaded, a colon, and its number there. Ticking a row of the "
        "posts above fills this in.",
        key=state.widget_key(POST),
        on_change=_keep_post,
        width=340,
    )
    source, colon, post_id = asked.partition(":")
    if asked and not (colon and source and post_id):
        st.warning(f"{inert(asked, 40)} is no name of a post; write SOURCE:ID, such as stocktwits:12345.")
    return (source, post_id) if colon and source and post_id else None


def follow(table: str, key: str, names: Sequence[str]) -> None:
    """Write the ticked row of a table to the URL (its `on_select`); none ticked, nothing chosen."""
    ticked = st.session_state[table].selection.rows
    if key == FIRM_DAY:
        st.query_params.pop(POST, None)  # it is a post of another firm-day
    if ticked and ticked[0] < len(names):
        st.query_params[key] = names[ticked[0]]
    else:
        st.query_params.pop(key, None)


def _keep_post() -> None:
    written = st.session_state[state.widget_key(POST)].strip()
    if written:
        st.query_params[POST] = written
    else:
        st.query_params.pop(POST, None)


def _is_among(rows: pl.DataFrame) -> bool:
    named = read_firm_day()
    if named is None:
        return False
    ticker, day = named
    return not rows.filter(pl.col("ticker") == ticker, pl.col("session") == day).is_empty()
