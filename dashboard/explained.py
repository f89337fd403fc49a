"""Why: the words and signs that made a post's emotion, and those that drove a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard import charts, filters, queries, words
from dashboard.figures import Numbers, show_figure
from dashboard.queries import Edition
from models.emotions import SIX
from models.tagger import load_tagger
from models.tagger.explanation import drivers, explain, explain_many, leading
from models.tagger.linear import LinearTagger

WORDS_OF_A_POST = 8
SMALLEST = 0.01  # of a logit; less would be drawn as nothing
WORDS_OF_A_DAY = 12
DAYS_KEPT = 50


@st.cache_resource(show_spinner=False)
def shipped() -> LinearTagger | None:
    """Return the tagger whose weights lie here, if its sums can be taken apart."""
    tagger = load_tagger("linear")
    return tagger if isinstance(tagger, LinearTagger) else None


def _explainer(tagger: str, versions: set[str]) -> LinearTagger | None:
    """Return the tagger that gave these scores, where it is the one that can explain them."""
    here = shipped()
    return here if here and tagger == here.name and versions == {here.version} else None


def show_post(edition: Edition, tagger: str, post: Mapping[str, Any]) -> None:
    """Show a post whole, and what speaks most for and against its emotion; `post` names it."""
    told = queries.read_post_text(edition, tagger, post["source"], post["post_id"])
    with st.container(border=True):
        st.caption(words.post_links(told))
        st.text(words.whole_text(told["body"]))  # as text: a body is never Markdown and never HTML
    explainer = _explainer(tagger, {told["tagger_version"]})
    if explainer is None:
        st.caption(words.cannot_explain(tagger))
        return
    rows = leading(explain(explainer, told["body"]), told["emotion"], WORDS_OF_A_POST, SMALLEST)
    if rows.is_empty():
        st.caption("No word or sign of this post speaks for or against it: it is scored like posts at large.")
        return
    show_figure(
        charts.draw_contributions(rows, told["emotion"]),
        "contributions",
        f"Bars: what each word, sign and pair of neighbours adds to the logit of {told['emotion']}.",
        f"Why this post is tagged {told['emotion']}: what its words, signs and pairs of neighbours add to "
        "the logit of that emotion, less what they add to all seven alike. With the smaller ones left "
        "out here and the tagger's bias, they are all there is to its score.",
        _numbers(rows, told["emotion"], "why this post is tagged so"),
    )


def show_text(explainer: LinearTagger, text: str, emotion: str) -> None:
    """Show what speaks most for and against an emotion of a text that a reader wrote."""
    rows = leading(explain(explainer, text), emotion, WORDS_OF_A_POST, SMALLEST)
    if rows.is_empty():
        st.caption(f"No word or sign of this text speaks for or against {emotion}.")
        return
    show_figure(
        charts.draw_contributions(rows, emotion),
        "contributions_of_text",
        f"Bars: what each word, sign and pair of neighbours adds to the logit of {emotion}.",
        f"What words, signs and pairs of neighbours add to the logit of {emotion}, less what they add to all "
        "seven alike. It is the tagger's own sum taken apart, not what an author meant.",
        _numbers(rows, emotion, "what made it"),
    )


def show_day(edition: Edition, tagger: str, ticker: str, window: str, said: Mapping[str, Any]) -> None:
    """Show which words and signs drove an emotion of a session; `said` is its row of `ticker_sessions`."""
    session = said["session"]
    st.subheader("What drove the day")
    emotion = filters.choose_driven(max(SIX, key=lambda name: said[name]))
    rows, n_posts, n_matching = _read_drivers(edition, tagger, ticker, window, session, emotion)
    if rows is None:
        st.caption(words.cannot_explain(tagger))
        return
    if rows.is_empty():
        st.caption(f"The posts of {words.day(session)} have no words and no signs.")
        return
    show_figure(
        charts.draw_contributions(rows, emotion),
        "drivers",
        f"Bars: what each word or sign of {words.day(session)} adds to the logit of {emotion}.",
        f"{words.day(session)}, {words.posts_summed(n_posts, n_matching)}: what each word or sign, of all "
        f"posts together, adds to the logit of {emotion}, less what it adds to all seven emotions alike. "
        "Common words add up; they need not be unusual.",
        _numbers(rows, emotion, "the bars"),
    )


def _numbers(rows: pl.DataFrame, emotion: str, of: str) -> Numbers:
    columns = {
        "token": st.column_config.TextColumn("Word or sign"),
        "name": st.column_config.TextColumn("Name"),
        "count": st.column_config.NumberColumn("Times", format="localized"),
        "contribution": st.column_config.NumberColumn(f"Adds to {emotion}, logit", format="%+.3f"),
    }
    return Numbers(rows, columns, of)


@st.cache_data(max_entries=DAYS_KEPT, show_spinner="Adding up words …")
def _read_drivers(
    edition: Edition, tagger: str, ticker: str, window: str, session: date, emotion: str
) -> tuple[pl.DataFrame | None, int, int]:
    """Return a day's drivers (None: nobody here can say), of how many posts, and how many there are."""
    posts = queries.read_session_texts(edition, tagger, ticker, window, session)
    if posts.is_empty():
        return pl.DataFrame(), 0, 0
    explainer = _explainer(tagger, set(posts["tagger_version"]))
    if explainer is None:
        return None, posts.height, posts["n_matching"][0]
    told = drivers(explain_many(explainer, posts["body"]), emotion, WORDS_OF_A_DAY)
    return told, posts.height, posts["n_matching"][0]
