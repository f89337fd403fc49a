"""Other symbols beside the one that is shown: chosen in the URL, drawn on one axis of sessions."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboard import charts, queries, state, words
from dashboard.figures import Numbers, show_figure
from dashboard.queries import Edition

KEY = "compare"
MOST = 3
COLUMNS = {
    "session": st.column_config.DateColumn("Session", format="YYYY-MM-DD"),
    "ticker": st.column_config.TextColumn("Symbol"),
    "price_index": st.column_config.NumberColumn("Price, start = 100", format="%.2f"),
    "valence": st.column_config.NumberColumn("Valence", format="%+.3f"),
    "n_posts": st.column_config.NumberColumn("Posts", format="localized"),
    "valence_week": st.column_config.NumberColumn("Valence, 5 sessions", format="%+.3f"),
    "posts_week": st.column_config.NumberColumn("Posts, 5 sessions", format="localized"),
    "coverage": st.column_config.NumberColumn("Observed", format="percent"),
}


def show_comparison(
    edition: Edition, tagger: str, ticker: str, window: str, symbols: Sequence[str], sessions: pl.Series
) -> None:
    """Let up to three symbols be chosen, and set their prices, valence and posts beside the ticker's."""
    heading = st.container()
    others = _choose_others(ticker, symbols)
    if not others:
        heading.subheader("Beside other symbols")
        st.caption(
            f"Choose up to three symbols to see their prices from a common start, their valence and "
            f"their posts beside {words.inert(ticker)}'s."
        )
        return
    compared = queries.read_ticker_comparison(
        edition, tagger, (ticker, *others), window, sessions[0], sessions[-1]
    )
    heading.subheader(words.comparison_title(compared))
    show_figure(
        charts.draw_comparison(compared),
        "comparison",
        f"Prices from a common start, valence and posts of {words.plain(', '.join((ticker, *others)), 80)}.",
        f"{words.comparison_facts(compared)} Valence and posts are of five "
        f"sessions together, dotted pale where they have fewer than {words.THIN} posts. "
        "Symbols that move together may share a cause; nothing here says that one moves the other.",
        Numbers(compared.sort("session", descending=True, maintain_order=True), COLUMNS, "the comparison"),
    )


def _choose_others(ticker: str, symbols: Sequence[str]) -> list[str]:
    """Return the other symbols that the URL names, at most three; what is no symbol counts for nothing."""
    options = [symbol for symbol in symbols if symbol != ticker]
    known = set(options)
    asked = dict.fromkeys(filter(None, st.query_params.get(KEY, "").split(",")))
    if strangers := [name for name in asked if name not in known and name != ticker]:
        st.warning(f"There is no symbol {words.inert(strangers[0])} here.")
    others = [symbol for symbol in asked if symbol in known][:MOST]
    st.session_state[state.widget_key(KEY)] = others
    st.multiselect(
        "Compare with",
        options,
        max_selections=MOST,
        key=state.widget_key(KEY),
        on_change=_keep,
        placeholder="Up to three symbols",
        help="Most posted symbols first. The choice is part of the address of this page.",
        width=420,
    )
    return others


def _keep() -> None:
    chosen = st.session_state[state.widget_key(KEY)]
    if chosen:
        st.query_params[KEY] = ",".join(chosen)
    else:
        st.query_params.pop(KEY, None)
