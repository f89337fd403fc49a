"""The line of filters. Each is part of the URL: see `state.py`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import streamlit as st

from dashboard import state
from dashboard.words import WINDOWS, inert
from models.emotions import EMOTIONS

SPANS = {"21": "1 month", "63": "3 months", "252": "1 year", "all": "All"}  # sessions
UNITS = {"sd": "per SD", "unit": "per unit"}
LEAST = ("1", "3", "5", "10", "20", "50", "100")
ANY = "any"
EVERY_SESSION = 1_000_000
NARROW = 120  # pixels; the filters of a page stand in one line


def choose_window() -> str:
    """Choose whose posts count: pre_open, intraday or both."""
    return _segments(
        "window",
        "Posts",
        WINDOWS,
        "both",
        "Before the open: from the close of the session before to one second before the open. "
        "During the session: from the open to one second before the close.",
    )


def choose_span() -> int:
    """Choose how many sessions are shown."""
    chosen = _segments("period", "Period", SPANS, "63")
    return EVERY_SESSION if chosen == "all" else int(chosen)


def choose_until(first: date, last: date, default: date) -> date:
    """Choose the last session shown."""
    asked = st.query_params.get("until", "")
    try:
        within = first <= date.fromisoformat(asked) <= last
    except ValueError:
        within = False
    valid = {default.isoformat(), *([asked] if within else [])}
    chosen = date.fromisoformat(state.recall("until", valid, default.isoformat()))
    st.session_state[state.widget_key("until")] = chosen
    st.date_input(
        "Up to session",
        min_value=first,
        max_value=last,
        format="YYYY-MM-DD",
        width=NARROW,
        **_widget("until"),
    )
    return chosen


def choose_tagger(taggers: Sequence[str]) -> str:
    """Choose whose emotions are shown; nothing is asked where there is one tagger."""
    if len(taggers) == 1:
        return taggers[0]
    default = "linear" if "linear" in taggers else taggers[0]
    return choose_one("tagger", "Tagger", taggers, default, width=NARROW)


def choose_symbol(symbols: Sequence[str]) -> str:
    """Choose a ticker among those that the version knows; another one in the URL is refused with a word."""
    chosen = choose_one(
        "symbol", "Symbol", symbols, symbols[0], tip="Most posted symbols first.", width=NARROW
    )
    if asked := state.refused("symbol", set(symbols)):
        st.warning(f"There is no symbol {inert(asked)} here.")
    return chosen


def choose_emotion() -> str:
    """Choose the emotion of the posts that are listed, or any."""
    return choose_one(
        "emotion",
        "Emotion",
        [ANY, *EMOTIONS],
        ANY,
        show=lambda name: "Any emotion" if name == ANY else name.capitalize(),
    )


def choose_driven(default: str) -> str:
    """Choose the emotion whose words are shown."""
    return choose_one("driven", "Words for", EMOTIONS, default, show=str.capitalize, width=NARROW)


def choose_heat(default: str) -> str:
    """Choose the measure of the heat map."""
    return choose_one("heat", "Colour by", [*EMOTIONS, "valence"], default, show=str.capitalize, width=NARROW)


def choose_moved(measures: Sequence[str]) -> str:
    """Choose by which measure the movers are ranked, or by whichever is farthest."""
    return choose_one(
        "moved",
        "Rank by",
        [ANY, *measures],
        ANY,
        show=lambda name: "Farthest of all" if name == ANY else name.capitalize(),
        tip="Farthest of all: each symbol by the measure that is farthest from its own history.",
        width=150,
    )


def choose_least() -> int:
    """Choose how many posts a symbol needs in a session for its mood to count."""
    return int(
        choose_one(
            "least",
            "Minimum posts",
            LEAST,
            "5",
            tip="Of a symbol in a session, in the window chosen. With fewer it is no mover, a grey dash in "
            "the heat map, and pale on the page of its ticker: a share of three posts says little.",
            width=NARROW,
        )
    )


def asked_session(sessions: Sequence[date]) -> date | None:
    """Return the session that the URL asks for, if it is among these, before its filter is shown."""
    asked = st.query_params.get("session")
    return next((session for session in sessions if session.isoformat() == asked), None)


def choose_session(sessions: Sequence[date]) -> date | None:
    """Choose one of the sessions in the figure, or None for all of them."""
    chosen = choose_one(
        "session",
        "Session",
        [ANY, *(session.isoformat() for session in sessions)],
        ANY,
        show=lambda name: "All sessions" if name == ANY else name,
    )
    return None if chosen == ANY else date.fromisoformat(chosen)


def choose_unit() -> str:
    """Choose the unit of coefficients: sd or unit."""
    return _segments(
        "unit",
        "Basis points",
        UNITS,
        "sd",
        "Per SD: for a rise of one standard deviation within firms. Per unit: for a share that goes "
        "from 0 to 1.",
    )


def choose_controls() -> bool:
    """Choose whether the controls are drawn too."""
    chosen = state.recall("controls", ("True", "False"), "False") == "True"
    st.session_state[state.widget_key("controls")] = chosen
    st.toggle("Controls", **_widget("controls"))
    return chosen


def choose_one(
    key: str,
    label: str,
    options: Sequence[str],
    default: str,
    show: Callable[[str], str] = str,
    tip: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """Choose one of several values; `show` words them."""
    chosen = state.recall(key, frozenset(options), default)
    st.selectbox(label, options, format_func=show, help=tip, width=width, **_widget(key))
    return chosen


def _segments(key: str, label: str, words: Mapping[str, str], default: str, tip: str | None = None) -> str:
    chosen = state.recall(key, words, default)
    st.segmented_control(
        label, list(words), required=True, format_func=words.__getitem__, help=tip, wrap=True, **_widget(key)
    )
    return chosen


def _widget(key: str) -> dict[str, Any]:
    return {"key": state.widget_key(key), "on_change": state.keep, "args": (key,)}
