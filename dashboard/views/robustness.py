"""Robustness: whether the headline survives other choices, and chance."""

import polars as pl
import streamlit as st

from dashboard import evidence, filters, queries
from dashboard.charts import evidence as drawn
from dashboard.words import evidence as said
from models.tables.answers import (
    compare_choices,
    measure_of,
    name_measures,
    strongest,
    tally_joint_tests,
)

ALL = "all"

edition = queries.current_edition()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    tagger = evidence.choose_tagger(edition, ["robustness", "placebo", "measurement", "whose_and_what"])
    found = evidence.require(edition, "robustness", tagger, "Robustness")
    headline = found.models.filter(pl.col("column_no") == 1)
    strong = strongest(found.terms.filter(pl.col("result_id").is_in(headline["result_id"].to_list())))
    measures = name_measures(found.terms)
    default = measure_of(strong["term"]) if strong else ALL
    chosen = filters.choose_one(
        "emotion", "Emotion", [ALL, *measures], default,
        show=lambda name: "All, side by side" if name == ALL else name.capitalize(), width=260,
        tip="At first the emotion with the smallest p-value in the headline: it has most to lose.",
    )  # fmt: skip
measure = default if chosen == ALL else chosen
tests = tally_joint_tests(found.models.filter(pl.col("column_no") > 1))
agreement = compare_choices(found.models, found.terms, measure)

title.title(said.robustness_title(headline["joint_p"].to_list()[0] if headline.height else None, tests))
title.caption(f"{found.question} Joint tests of six emotions.")
figure, numbers = st.columns([3, 1])
with figure:
    evidence.show_figure(
        drawn.draw_choices(found.models, found.terms, None if chosen == ALL else chosen),
        "choices",
        f"Specification curve of {chosen}: estimates with 95 % intervals under each choice",
        "Each row changes one choice of the headline, which stands on top and whose estimate is the dotted "
        "line. Basis points per within-firm SD, with 95 % intervals; what cannot be told from zero is drawn "
        "like the rest. It does not show choices that nobody thought of.",
        evidence.estimates_of(found),
    )
with numbers:
    evidence.show_numbers([said.choices_number(tests), *said.agreement_numbers(agreement, measure)])
evidence.show_table(found, leads=True)

placebo = evidence.part(edition, "placebo", tagger, "Would emotions dealt out at random do as well?")
if placebo:
    evidence.show_family(
        placebo,
        "Wide grey bars hold 95 % of the estimates of placebo emotions, thin lines the 95 % intervals of the "
        "estimates. A point within its grey bar does no better than chance. It does not show that a point "
        "outside is a cause.",
    )
for family, heading in {
    "whose_and_what": "Does it depend on whose posts, and which?",
    "measurement": "How much do the tagger's errors matter?",
}.items():
    if more := evidence.part(edition, family, tagger, heading):
        evidence.show_columns(
            more, "Each interval by itself. It does not show why parts of the posts differ."
        )
