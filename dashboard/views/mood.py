"""Market mood: what the crowd feels, and whether that is unusual."""

import polars as pl
import streamlit as st

from dashboard import cells, charts, filters, market_tables, queries, words
from dashboard.figures import show_figure

MOST_SYMBOLS, MOST_SESSIONS = 20, 252  # of the heat map; more would be hair

edition = queries.current_edition()
taggers = queries.read_taggers(edition)
span = queries.read_posted_span(edition)
first, last = span["first_session"], span["last_session"]
if not taggers or first is None or last is None:
    st.title("No mood yet")
    st.info(
        "This version holds no posts: load some with `emotape load posts FILE`, then run `emotape build`."
    )
    st.stop()

title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    window = filters.choose_window()
    n_sessions = filters.choose_span()
    until = filters.choose_until(first, last, default=last)
    tagger = filters.choose_tagger(taggers)
    least = filters.choose_least()

history = queries.read_mood(edition, tagger, window, until, n_sessions)
if history.is_empty():
    title.title("No posts in this window")
    st.info("No session up to this day has posts in this window; choose another window or a later day.")
    st.stop()

session = words.speaking_session(history)
today = history.filter(pl.col("session") == session)
farthest = words.farthest(today)
shown = farthest["measure"] if farthest else "fear"
title.title(words.mood_title(today))
title.caption(
    f"Session of {words.day(session)}, {words.IN_WINDOW[window]}: {words.posts(today['n_posts'][0])}."
    f"{words.observed(today['coverage'][0])}{words.later_thin(session, history)} "
    "Its month is the twenty sessions with posts before it; "
    "SD is that of their means."
)

figure, numbers = st.columns([4, 1])
with figure:
    show_figure(
        charts.draw_mood(history, shown),
        "mood",
        f"Emotions over sessions, and posts. {words.mood_title(today)}",
        "Mean share of each emotion over a session's posts. Shaded: "
        f"{words.name_measure(shown).lower()} within one SD of its month. No price enters here, and nothing "
        f"says why the mood moved.{words.incomplete(history)}",
        market_tables.numbers_of(history.sort("session", descending=True), "the market's mood"),
    )
with numbers:
    for measure in (shown, "valence"):
        row = today.filter(pl.col("measure") == measure).row(0, named=True)
        st.metric(
            words.name_measure(measure),
            words.level(measure, row["share"]),
            None if row["z"] is None else f"{words.signed(row['z'])} SD",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=f"{words.MEANINGS[measure]} SD: distance from its month.",
        )
    usual = today["month_posts"][0]
    st.metric(
        "Posts",
        f"{today['n_posts'][0]:,}",
        None if usual is None else f"usually {usual:,.0f}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        help="Usually: their mean over the twenty sessions with posts before, less those not observed whole.",
    )

market_tables.show_movers(edition, tagger, window, session, least)

left, right = st.columns(2)
with left:
    st.subheader("Against the month")
    if farthest is None:
        st.caption("Fewer than ten sessions with posts lie before this one: nothing is usual yet.")
    else:
        show_figure(
            charts.draw_departures(today),
            "departures",
            f"Each emotion's distance from its month in SD. {words.mood_title(today)}",
            "Shaded: within one SD. Shares sum to one, so one emotion's rise is others' fall; "
            "of seven, one beyond 1.8 SD is nothing rare.",
            market_tables.numbers_of(words.departures(today), "the distances"),
        )
with right:
    market_tables.show_most_posted(edition, tagger, window, session)

by_session = queries.read_symbol_sessions(
    edition, tagger, window, until, min(n_sessions, MOST_SESSIONS), MOST_SYMBOLS
)
heading, choice = st.columns([5, 1], vertical_alignment="bottom")
with choice:
    measure = filters.choose_heat(default=shown)
heat_said = words.heat_title(by_session, measure, session, least)
heading.subheader(heat_said, help=words.MEANINGS[measure])
cells.show_heat(
    by_session, measure, least, heat_said, words.heat_sentence(by_session, least, n_sessions > MOST_SESSIONS)
)

days = queries.read_volume(edition, tagger, window, until, n_sessions)
st.subheader(words.volume_title(days, session))
show_figure(
    charts.draw_volume(days),
    "volume",
    f"Posts by session and how much was observed. {words.volume_title(days, session)}",
    "Posts of the whole market; the line is their mean over the twenty sessions before, shaded: within one "
    f"SD. A number of posts says nothing of their mood. {words.coverage_said(days)}",
    market_tables.numbers_of(days, "posts and coverage"),
)
