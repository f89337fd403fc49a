"""The state of a page is its URL: a copied link, a reload and the back button show the same page.

A filter reads its value from the URL, and a choice is written there. The filters that pages share
follow the reader: a page that is reached without any keeps what was chosen on the page before.

Streamlit can bind widgets to the URL by itself, but as of 1.67 going back to another page then
loses what was chosen there.
"""

from collections.abc import Collection

import streamlit as st

SHARED = ("symbol", "window", "period", "until", "tagger", "least", "welcome")
PAGE, CHOSEN = "page_shown", "filters_chosen"


def arrive(page: str) -> None:
    """Note which page is shown, before any filter of it asks for its state."""
    came_from = st.session_state.get(PAGE)
    chosen = st.session_state.setdefault(CHOSEN, {})
    st.session_state[PAGE] = page
    if came_from not in {None, page} and chosen and not st.query_params:
        # At once: each write of its own would be a step of the back button.
        st.query_params.from_dict(chosen)


def recall(key: str, valid: Collection[str], default: str) -> str:
    """Return the value of a filter, from the URL or else the default, and set its widget to it.

    Parameters
    ----------
    key
        Names the filter in the URL; its widget has the key `widget_key(key)`.
    valid
        The values that may be chosen; any other one in the URL counts for nothing.
    """
    asked = st.query_params.get(key)
    value = asked if asked is not None and asked in valid else default
    if key in SHARED:
        chosen = st.session_state.setdefault(CHOSEN, {})
        if value == default:
            chosen.pop(key, None)
        elif asked == value:
            chosen[key] = value
    st.session_state[widget_key(key)] = value
    return value


def refused(key: str, valid: Collection[str]) -> str | None:
    """Return what the URL asks for in vain, if it does."""
    asked = st.query_params.get(key)
    return None if asked is None or asked in valid else asked


def keep(key: str) -> None:
    """Write what was chosen in a filter's widget to the URL (its `on_change`)."""
    chosen = st.session_state[widget_key(key)]
    if chosen is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = str(chosen)


def widget_key(key: str) -> str:
    """Return the key of a filter's widget."""
    return f"filter_{key}"
