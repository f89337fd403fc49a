"""One ticker: its price, its emotions, and the posts behind them."""

import polars as pl
import streamlit as st

from dashboard import charts, explained, filters, post_filters, queries, ticker_tables, words
from dashboard.comparison import show_comparison
from dashboard.figures import Numbers, show_figure

ROWS_IN_VIEW = 12  # of the list of posts; more are scrolled

edition = queries.current_edition()
symbols = queries.read_symbols(edition)
taggers = queries.read_taggers(edition)
span = queries.read_posted_span(edition)
if symbols.is_empty() or not taggers or span["last_session"] is None or span["first_session"] is None:
    st.title("No ticker yet")
    st.info(
        "This version holds no posts: load some with `emotape load posts FILE`, then run `emotape build`."
    )
    st.stop()
newest = max(day for day in (span["last_session"], span["last_priced_session"]) if day is not None)

title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    ticker = filters.choose_symbol(symbols["ticker"].to_list())
    window = filters.choose_window()
    n_sessions = filters.choose_span()
    until = filters.choose_until(span["first_session"], newest, default=span["last_session"])
    tagger = filters.choose_tagger(taggers)
    least = filters.choose_least()

known = symbols.filter(pl.col("ticker") == ticker).row(0, named=True)
sessions = queries.read_ticker_sessions(edition, tagger, ticker, window, until, n_sessions)
if sessions.is_empty():
    title.title(words.ticker_title(ticker, None))
    st.info("This symbol has neither posts nor prices up to this day; choose a later one.")
    st.stop()

posted = sessions.filter(pl.col("n_posts") > 0)
asked = filters.asked_session(posted["session"].to_list())
said = None
if posted.height:
    session = asked or words.speaking_session(posted, least)
    said = posted.filter(pl.col("session") == session).row(0, named=True)
    title.title(words.ticker_title(ticker, said, least))
    title.caption(
        f"Session of {words.day(session)}: {words.posts(said['n_posts'])}."
        f"{words.observed(said['coverage'])}{'' if asked else words.later_thin(session, posted, least)} "
        "Its month is the twenty sessions with posts before it. "
        f"{words.ticker_facts(known)}"
    )
else:
    title.title(words.ticker_title(ticker, None))
    title.caption(words.ticker_facts(known))
for lacking in words.lacking_of_ticker(known):
    st.info(lacking)

events = queries.read_ticker_events(edition, ticker, sessions["session"][0], sessions["session"][-1])
figure, numbers = st.columns([4, 1])
with figure:
    show_figure(
        charts.draw_ticker(sessions, events, least, asked),
        "ticker",
        f"Price of {words.plain(ticker)} by session, over the mean share of each emotion, over posts.",
        "Price: adjusted for splits; hollow rises, filled falls from open to close. Emotions: mean over the "
        f"session's posts, pale where there are fewer than {words.posts(least)}. Together they show no cause."
        f"{words.events_shown(events)}{words.shaded(sessions)}{words.framed(asked)}",
        Numbers(sessions.sort("session", descending=True), ticker_tables.SESSIONS),
        *([Numbers(words.tell_events(events), ticker_tables.EVENTS)] if events.height else []),
    )
with numbers:
    priced = sessions.filter(pl.col("close").is_not_null())
    if priced.height:
        bar = priced.row(-1, named=True)
        move = None if bar["ret_cc"] is None else f"{words.signed(bar['ret_cc'] * 100, 2)} %"
        st.metric(
            f"Close, {words.day(bar['session'])}",
            f"{bar['close']:,.2f}",
            move,
            delta_color="off",
            delta_arrow="off",
            border=True,
            help="Adjusted for splits. Below: the return since the close before, with dividends.",
        )
    if said is not None:
        st.metric(
            f"Valence, {words.day(said['session'])}",
            words.signed(said["valence"], 2),
            None if said["valence_z"] is None else f"{words.signed(said['valence_z'])} SD",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help="Happy less sad, anger, disgust and fear. Below: its distance from its month, in standard "
            "deviations of that month.",
        )
        usual = said["month_posts"]
        st.metric(
            f"Posts, {words.day(said['session'])}",
            f"{said['n_posts']:,}",
            None if usual is None else f"usually {usual:,.1f}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help="Below: the mean of the twenty sessions with posts before it.",
        )

if facts := queries.read_ticker_facts(edition, ticker, sessions["session"][-1]):
    st.subheader("The firm")
    with st.container(horizontal=True):
        for label, value, tip in words.firm_metrics(facts):
            st.metric(label, value, border=True, help=tip, width=165)
    st.caption(f"{words.known_before(facts)} {words.unknown_facts(facts)}")

show_comparison(edition, tagger, ticker, window, symbols["ticker"].to_list(), sessions["session"])

st.subheader("The posts")
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = filters.choose_session(posted["session"].reverse().to_list())
    emotion = filters.choose_emotion()
    wanted = post_filters.choose_wanted()
start, end = (chosen, chosen) if chosen else (sessions["session"][0], sessions["session"][-1])
posts = queries.read_ticker_posts(edition, tagger, ticker, window, emotion, start, end, wanted)
if posts.is_empty():
    st.info(words.no_post_matches(known))
else:
    st.caption(words.posts_shown(posts.height, posts["n_matching"][0]))
    listed = st.dataframe(
        words.tell_posts(posts),
        **ticker_tables.posts_as(posts, window),
        height=460 if posts.height > ROWS_IN_VIEW else "auto",
        alt=f"Posts that name {words.plain(ticker)}, newest first",
        on_select="rerun",
        selection_mode="single-row",
        # Another list of posts is another table, so that a choice never falls on another post.
        key=f"posts {edition.number} {tagger} {ticker} {window} {emotion} {start} {end} {wanted}",
    )
    if rows := listed.selection.rows:
        explained.show_post(edition, tagger, posts.row(rows[0], named=True))
    else:
        st.caption("Tick a row to read the whole post and to see which words made its emotion.")
    day = chosen or words.speaking_session(posted, least)
    of_day = posted.filter(pl.col("session") == day).row(0, named=True)
    explained.show_day(edition, tagger, ticker, window, of_day)
