"""Data health: is this up to date, is anything missing, and why."""

import streamlit as st

from dashboard import filters
from dashboard import health as parts
from dashboard.badge import find_concerns
from dashboard.charts.health import draw_coverage
from dashboard.figures import Numbers, show_figure
from dashboard.queries import health as queries
from dashboard.words import health as said
from dashboard.words import health_tables as tables

health = queries.read_health()
edition = queries.find_edition()
found = find_concerns(edition)

st.title(said.health_title(found, health.operations, is_published=edition is not None))
if more := said.besides(found, health.operations):
    st.caption(more)

if edition:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window = filters.choose_window()
        n_sessions = filters.choose_span()
    calendar = queries.read_coverage_calendar(edition, window, n_sessions)
    figure, numbers = st.columns([4, 1])
    with figure:
        if calendar.is_empty():
            st.info(
                "Of no symbol is it known when it was observed: posts from files are taken as they are. "
                "`emotape refresh` follows symbols and notes what it could not see."
            )
        else:
            show_figure(
                draw_coverage(calendar),
                "coverage",
                f"Calendar of coverage, symbols by sessions. {said.calendar_of(calendar)}",
                f"{said.calendar_of(calendar)} Drawn: which share of each session's time the sources of a "
                "symbol were observed, of both windows the lesser; the least observed on top. "
                "It does not say how many posts are missing: of time that nobody saw, nothing is known.",
                Numbers(tables.calendar_rows(calendar), parts.CALENDAR),
            )
    with numbers:
        for metric in said.headline_numbers(health.operations, calendar):
            st.metric(**metric, delta_color="off", delta_arrow="off", border=True)

parts.show_freshness(health)
parts.show_runs(health)
if edition:
    left, right = st.columns([2, 3])
    with left:
        parts.show_price_gaps(edition)
    with right:
        parts.show_refusals(edition)
    parts.show_versions(edition)
