"""Volatility: whether emotions before the open go with it beyond its own past, and with volume."""

import polars as pl
import streamlit as st

from dashboard import charts, evidence, filters, queries, words
from dashboard.words import evidence as said
from models.tables.answers import measure_of, strongest, tally_joint_tests
from models.tables.units import choose_unit

edition = queries.current_edition()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    tagger = evidence.choose_tagger(edition, ["volatility", "volume"])
    found = evidence.require(edition, "volatility", tagger, "Volatility")
    headings = words.column_headings(found.models)
    column = filters.choose_one(
        "measure", "Measure of volatility", list(headings), "1", show=headings.__getitem__, width=260,
        tip="Garman-Klass, Parkinson and Rogers-Satchell: log variance of a session from its open, high, low "
        "and close. Absolute return: from open to close, without its sign.",
    )  # fmt: skip
    unit = evidence.choose_unit()
shown = found.models.filter(pl.col("column_no") == int(column))
model = shown.row(0, named=True)
strong = strongest(found.terms.filter(pl.col("result_id") == model["result_id"]))

title.title(said.volatility_title(tally_joint_tests(found.models)))
title.caption(f"{found.question} Past day, week and month of the measure are held fixed.")
figure, numbers = st.columns([3, 1])
with figure:
    evidence.show_figure(
        charts.draw_column(shown, found.terms, unit == "sd", controls=False),
        "volatility",
        f"Estimates of six emotions with 95 % intervals: {headings[column]}",
        "Points are estimates, bars their 95 % intervals, each by itself; a bar across zero cannot be told "
        "from zero. It does not show what moves volatility: news may stir both people and prices.",
        evidence.estimates_of(evidence.of_column(found, int(column))),
    )
with numbers:
    measure = measure_of(strong["term"]) if strong else ""
    evidence.show_numbers(said.fit_numbers(model, strong, measure, choose_unit([model])))
st.markdown(words.test_sentence(model))
evidence.show_table(found, leads=True)

volume = evidence.part(edition, "volume", tagger, "And the volume of trading?")
if volume:
    evidence.show_columns(
        volume,
        "Each interval by itself; a bar across zero cannot be told from zero. It does not show whether "
        "people who write trade, or people who trade write.",
    )
st.page_link("views/trading.py", label="Do emotions make forecasts of volatility better?")
