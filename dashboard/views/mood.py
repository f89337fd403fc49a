"""Market mood: what the crowd feels, and whether that is unusual."""

import polars as pl
import streamlit as st

from dashboard import charts, filters, queries, words

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
    f"Session of {words.day(session)}, {words.WINDOWS[window].lower()}: {words.posts(today['n_posts'][0])}."
    f"{words.observed(today['coverage'][0])}{words.later_thin(session, history)} "
    "Its month is the twenty sessions with posts before it; "
    "SD is that of their means."
)

figure, numbers = st.columns([4, 1])
figure.plotly_chart(charts.draw_mood(history, shown), config=charts.CONFIG, key="mood")
figure.caption(
    f"Mean share of each emotion over a session's posts. Shaded: {words.name_measure(shown).lower()} within "
    "one SD of its month. No price enters here, and nothing says why the mood moved."
    f"{words.incomplete(history)}"
)
with numbers:
    for measure in (shown, "valence"):
        row = today.filter(pl.col("measure") == measure).row(0, named=True)
        st.metric(
            words.name_measure(measure),
            words.signed(row["share"], 2) if measure == "valence" else f"{row['share']:.1%}",
            None if row["z"] is None else f"{words.signed(row['z'])} SD",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help="Happy less sad, anger, disgust and fear." if measure == "valence" else None,
        )
    usual = today["month_posts"][0]
    st.metric(
        "Posts",
        f"{today['n_posts'][0]:,}",
        None if usual is None else f"usually {usual:,.0f}",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )

left, right = st.columns(2)
with left:
    st.subheader("Against the month")
    if farthest is None:
        st.caption("Fewer than ten sessions with posts lie before this one: nothing is usual yet.")
    else:
        st.plotly_chart(charts.draw_departures(today), config=charts.CONFIG, key="departures")
        st.caption(
            "Shaded: within one SD. Shares sum to one, so one emotion's rise is others' fall; "
            "of seven, one beyond 1.8 SD is nothing rare."
        )
with right:
    st.subheader("Most posted")
    most_posted = queries.read_most_posted(edition, tagger, window, session)
    chosen = st.dataframe(
        most_posted.with_columns(
            pl.col("ticker").map_elements(words.plain, return_dtype=pl.String), pl.col("happy", "fear") * 100
        ),
        column_order=["ticker", "n_posts", "usual_posts", "n_authors", "valence", "happy", "fear"],
        column_config={
            "ticker": st.column_config.TextColumn("Symbol", pinned=True, width="small"),
            "n_posts": st.column_config.NumberColumn("Posts", format="localized"),
            "usual_posts": st.column_config.NumberColumn("Usually", format="%.1f"),
            "n_authors": st.column_config.NumberColumn("Authors", format="localized"),
            "valence": st.column_config.NumberColumn("Valence", format="%+.2f"),
            "happy": st.column_config.NumberColumn("Happy", format="%.1f %%"),
            "fear": st.column_config.NumberColumn("Fear", format="%.1f %%"),
        },
        hide_index=True,
        height=360,
        on_select="rerun",
        selection_mode="single-cell",
        key="most_posted",
    )
    st.caption("Click a row to open its ticker page. Shares of few posts say little.")
    if cells := chosen.selection.cells:
        ticker = most_posted["ticker"][cells[0][0]]
        st.switch_page("views/ticker.py", query_params={**st.query_params.to_dict(), "symbol": ticker})

with st.expander("The numbers behind the figures"):
    st.dataframe(history.sort("session", descending=True), hide_index=True)
