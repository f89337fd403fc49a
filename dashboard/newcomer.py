"""For newcomers: the demo explains itself on its first page, and an empty warehouse says how to begin."""

import streamlit as st

from dashboard import state
from dashboard.words import newcomer as said

KEY = "welcome"


def show_welcome() -> None:
    """Show what is simulated, what to click first, and how to bring one's own data; folded if so chosen."""
    is_open = state.recall(KEY, ("True", "False"), "True") == "True"
    st.session_state[state.widget_key(KEY)] = is_open
    with st.expander(
        said.WELCOME,
        icon=":material/waving_hand:",
        key=state.widget_key(KEY),
        on_change=state.keep,
        args=(KEY,),
    ):
        told, steps, own = st.columns([3, 3, 4])
        with told:
            st.markdown(said.SIMULATED)
            st.caption(said.FOLD)
        with steps:
            st.markdown(said.CLICKS)
            for page, words, icon in said.STEPS:
                st.page_link(f"views/{page}.py", label=words, icon=icon)
        with own:
            st.markdown(said.OWN)
            st.code(said.COMMANDS, language="bash")
            st.caption(said.OWN_NOTE)


def show_start() -> None:
    """Show how to begin, where nothing is published."""
    st.title(said.EMPTY_TITLE)
    st.markdown(said.EMPTY)
    for place, (name, words, commands) in zip(st.columns(len(said.WAYS)), said.WAYS, strict=True):
        with place, st.container(border=True):
            st.subheader(name)
            st.markdown(words)
            st.code(commands, language="bash")
    st.caption(said.EMPTY_NOTE)
