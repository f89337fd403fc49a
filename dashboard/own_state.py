"""The choices of a reader's own regression in the URL: those that differ from the column it starts from.

They are of one column: when another one is chosen above, they count for nothing.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from dashboard import state
from dashboard.words.own import VIEWS

PREFIX = "own_"
OF = f"{PREFIX}of"  # the column that the choices change
EMPTY = "none"
VIEW = "view"


def choose_view() -> Sequence[TabContainer]:
    """Choose between the column as it is stored and one's own; only the one that is open is made."""
    chosen = state.recall(VIEW, VIEWS, next(iter(VIEWS)))
    st.session_state[state.widget_key(VIEW)] = VIEWS[chosen]
    return st.tabs(list(VIEWS.values()), key=state.widget_key(VIEW), on_change=_keep_view)


def widget_key(name: str) -> str:
    """Return the key of a chooser's widget, which is its name in the URL too."""
    return f"{PREFIX}{name}"


def recall(of: str, name: str, valid: Collection[str], default: str) -> str:
    """Return a choice: what the URL asks for, where it is valid and of the column `of`, else the default."""
    asked = _asked(of, name)
    return asked if asked is not None and asked in valid else default


def recall_many(of: str, name: str, valid: Collection[str], default: Sequence[str]) -> list[str]:
    """Return a choice of several, which the URL names one after the other: a,b, or none."""
    asked = _asked(of, name)
    if asked is None:
        return list(default)
    if asked == EMPTY:
        return []
    named = list(dict.fromkeys(asked.split(",")))
    return named if all(one in valid for one in named) else list(default)


def bind(of: str, name: str, default: str, write: Callable[[Any], str] = str) -> dict[str, Any]:
    """Return the arguments by which a widget writes its choice to the URL; the default is left out of it.

    Parameters
    ----------
    write
        Writes what is chosen as the URL has it.
    """
    return {"key": widget_key(name), "on_change": _keep, "args": (of, name, default, write)}


def write_many(chosen: Sequence[str]) -> str:
    """Write a choice of several for the URL."""
    return ",".join(chosen) or EMPTY


def has_choices(of: str) -> bool:
    """Whether anything of a column is changed."""
    return st.query_params.get(OF) == of


def forget() -> None:
    """Go back to the column as it is stored."""
    st.query_params.from_dict(_others())


def _asked(of: str, name: str) -> str | None:
    return st.query_params.get(widget_key(name)) if has_choices(of) else None


def _keep(of: str, name: str, default: str, write: Callable[[Any], str]) -> None:
    chosen = st.session_state[widget_key(name)]
    kept = {key: value for key, value in st.query_params.items() if key.startswith(PREFIX)}
    choices = kept if has_choices(of) else {}
    choices.pop(OF, None)
    choices.pop(widget_key(name), None)
    text = default if chosen is None else write(chosen)
    if text != default:
        choices[widget_key(name)] = text
    # At once: each write of its own would be a step of the back button.
    st.query_params.from_dict(_others() | choices | ({OF: of} if choices else {}))


def _keep_view() -> None:
    shown = st.session_state[state.widget_key(VIEW)]
    chosen = next(name for name, words in VIEWS.items() if words == shown)
    if chosen == next(iter(VIEWS)):
        st.query_params.pop(VIEW, None)
    else:
        st.query_params[VIEW] = chosen


def _others() -> dict[str, str]:
    return {key: value for key, value in st.query_params.items() if not key.startswith(PREFIX)}
