"""Persistence: whether the association lasts, and how long emotions do."""

import polars as pl
import streamlit as st

from dashboard import evidence, filters, queries
from dashboard.charts import evidence as drawn
from dashboard.words import evidence as said
from models.tables.answers import longest_half_life, most_lasting, tally_joint_tests

RETURNS = {"persistence": "Of each session", "persistence_cumulated": "Cumulated"}

edition = queries.current_edition()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    tagger = evidence.choose_tagger(edition, [*RETURNS, "half_life", "transitions", "event_study"])
    family = filters.choose_one(
        "returns", "Returns", list(RETURNS), "persistence", show=RETURNS.__getitem__, width=260,
        tip="Of each session: from close to close of t+h. Cumulated: from the open of t to the close of t+h.",
    )  # fmt: skip
found = evidence.require(edition, family, tagger, "Persistence")
half_life = evidence.find(edition, "half_life", tagger)
transitions = evidence.find(edition, "transitions", tagger)
later = tally_joint_tests(found.models.filter(pl.col("column_no") > 1))
at_once = found.models.filter(pl.col("column_no") == 1)["joint_p"].to_list()

title.title(said.persistence_title(at_once[0] if at_once else None, later))
title.caption(found.question)
figure, numbers = st.columns([4, 1])
with figure:
    evidence.show_many(
        drawn.draw_responses(found.models, found.terms),
        "responses",
        3,
        "Return in basis points per within-firm SD of the emotion before the open of t, by sessions after t",
        "Lines are estimates, bands their 95 % intervals, each by itself: one that leaves zero at one "
        "horizon of many may do so by chance. It does not show that emotions move returns.",
        evidence.estimates_of(found, "the figures"),
    )
with numbers:
    evidence.show_numbers(
        said.lasting_numbers(
            later,
            longest_half_life(half_life.models, half_life.terms) if half_life else None,
            most_lasting(transitions.models, transitions.terms) if transitions else None,
        )
    )
evidence.show_table(found, leads=True)

if half_life := evidence.part(edition, "half_life", tagger, "How long does an emotion last?"):
    evidence.show_family(half_life, "Half-lives in sessions, with 95 % intervals. It does not show why.")
if transitions := evidence.part(edition, "transitions", tagger, "Which emotion follows which?"):
    evidence.show_family(
        transitions,
        "Shares of next sessions; a row adds up to 100 %. A row like the last says that the emotion tells "
        "nothing of the next session. It does not show whether people change their minds or others write.",
    )
if events := evidence.part(edition, "event_study", tagger, "What do returns do around strong emotions?"):
    evidence.show_many(
        drawn.draw_events(events.models, events.terms),
        "events",
        4,
        "Cumulated abnormal return in basis points, by sessions from the event",
        "Bands are 95 % intervals. What comes before session 0 may be what the emotion is about: it shows no "
        "cause.",
        evidence.estimates_of(events, "the figures"),
    )
    evidence.show_table(events)
