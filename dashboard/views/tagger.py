"""The tagger: try a post, and how far to trust what it says."""

import polars as pl
import streamlit as st

from dashboard import explained, filters, queries
from dashboard import tagger_tables as tables
from dashboard.charts import tagger as charts
from dashboard.figures import Numbers, show_figure
from dashboard.queries import tagger as asked
from dashboard.words import tagger as said
from models.emotions import EMOTIONS
from models.figures.reliability import read_card
from models.measurement.confusion import cross_table, row_shares, shipped_confusion
from models.tagger.agreement import agreement_of_counts
from models.tagger.evaluation import accuracy_and_macro_f1
from models.tagger.linear import LinearTagger
from models.tagger.self_tags import summarise_tags
from models.tagger.vocabulary import look_through


@st.fragment
def try_a_post(tagger: LinearTagger) -> None:
    """Score what a reader writes; only this part of the page is drawn anew."""
    written, scored = st.columns(2)
    with written:
        text = st.text_area(
            "Try a post",
            said.EXAMPLE,
            max_chars=said.LONGEST,
            height=110,
            key="tried",
            help=said.TRY_HELP,
        )
        st.markdown(said.vocabulary_sentence(look_through(tagger, text or "")))
        st.caption(said.NOT_KEPT)
    shares = tagger.predict_proba(pl.Series([text or ""]))[0].tolist()
    told = pl.DataFrame({"emotion": EMOTIONS, "probability": shares})
    with scored:
        show_figure(
            charts.draw_probabilities(told),
            "tried_bars",
            said.probabilities_heard(told),
            said.likeliest_sentence(told),
            Numbers(told, tables.PROBABILITIES, "the probabilities"),
        )
    st.subheader("What made it", help=said.CONTRIBUTION_HELP)
    emotion = filters.choose_driven(EMOTIONS[shares.index(max(shares))])
    explained.show_text(tagger, text or "", emotion)


edition = queries.current_edition()
versions = asked.read_tagger_versions(edition)
installed = explained.shipped()

title = st.container()
tagger = filters.choose_tagger(versions["tagger"].unique().sort().to_list() or ["linear"])
counts = shipped_confusion(tagger)
accuracy, macro_f1 = (None, None) if counts is None else accuracy_and_macro_f1(cross_table(counts))
agreement = summarise_tags(asked.read_tag_agreement(edition, tagger))

title.title(said.tagger_title(tagger, accuracy, agreement))
title.caption(said.HOW_FAR)
scored_by = versions.filter(pl.col("tagger") == tagger)["tagger_version"].to_list()
if installed and tagger == installed.name and scored_by and scored_by != [installed.version]:
    st.info(said.weights_differ(scored_by, installed.version))

trial, numbers = st.columns([4, 1])
with numbers:
    for label, value, below, tip in said.trust_numbers(accuracy, macro_f1, agreement):
        st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True, help=tip)
if installed:
    with trial:
        try_a_post(installed)

sure, mixed = st.columns(2)
with sure:
    st.subheader("Is it right as often as it is sure?", help=said.CONFIDENCE_HELP)
    bins = read_card(installed.version) if installed and counts is not None else pl.DataFrame()
    if bins.is_empty():
        st.info(said.no_figures(tagger))
    else:
        show_figure(
            charts.draw_card_reliability(bins),
            "reliability",
            said.RELIABILITY_ALT,
            said.RELIABILITY_NOTE,
            Numbers(bins.with_columns(pl.col("confidence", "accuracy") * 100), tables.RELIABILITY),
        )
with mixed:
    st.subheader("What it takes for what", help=said.CONFUSION_HELP)
    planted = asked.read_planted_confusion(edition, tagger)
    counted = {said.HAND: counts, said.HERE: None if tagger == "truth" else planted}
    known = {name: found for name, found in counted.items() if found is not None and not found.is_empty()}
    if not known:
        st.info(said.no_figures(tagger))
    tabs = st.tabs(list(known)) if known else []
    for tab, (name, found) in zip(tabs, known.items(), strict=True):
        table = cross_table(found)
        shares = row_shares(table)
        with tab:
            show_figure(
                charts.draw_confusion(shares, table, dark=st.context.theme.type == "dark"),
                f"confusion {name}",
                said.confusion_heard(shares.diagonal()),
                said.confusion_note(name, int(table.sum()), shares.diagonal()),
                Numbers(found, tables.CONFUSION),
            )

st.subheader("Beside the authors’ own tags", help=said.TAG_HELP)
if agreement is None:
    st.info(said.NO_TAGS)
else:
    st.markdown(said.agreement_sentence(agreement))
    by_strength, listed = st.columns([2, 3])
    with by_strength:
        in_percent = pl.col("share", "low", "high") * 100
        show_figure(
            charts.draw_tag_agreement(agreement.by_strength),
            "tags",
            said.TAG_ALT,
            said.TAG_NOTE,
            Numbers(agreement.by_strength.with_columns(in_percent), tables.AGREEMENT),
        )
    with listed:
        tag = filters.choose_one(
            "tagged", "Text and tag differ", list(said.TAGS), "any", show=said.TAGS.__getitem__
        )
        contrary = asked.read_contrary_posts(edition, tagger, tag)
        if contrary.is_empty():
            st.info("No post differs from its author’s tag.")
        else:
            st.caption(said.contrary_shown(contrary.height, contrary["n_matching"][0], agreement))
            chosen = st.dataframe(
                contrary.with_columns(pl.col("emotion").str.to_titlecase()),
                column_order=list(tables.CONTRARY),
                column_config=tables.CONTRARY,
                hide_index=True,
                placeholder="–",
                height=300,
                on_select="rerun",
                selection_mode="single-row",
                key=f"contrary {edition.number} {tagger} {tag}",
            )
            if rows := chosen.selection.rows:
                explained.show_post(edition, tagger, contrary.row(rows[0], named=True))
            else:
                st.caption("Tick a row to see which words made its emotion.")

st.subheader("Where taggers agree", help=said.KAPPA_HELP)
several = versions["tagger"].n_unique() > 1
pairs = agreement_of_counts(asked.read_tagger_pairs(edition)) if several else pl.DataFrame()
if pairs.is_empty():
    st.info(said.ONE_TAGGER)
else:
    named = pl.col("tagger_a", "tagger_b").map_elements(said.tagger_name, return_dtype=pl.String)
    st.dataframe(pairs.with_columns(named, pl.col("same") * 100), column_config=tables.PAIRS, hide_index=True)
    st.caption(said.kappa_note(max(pairs["n_posts"])))

with st.expander("The model card of the tagger linear"):
    st.markdown(said.model_card())
