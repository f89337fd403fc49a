"""Lineage: from a coefficient to its firm-days, to their posts, to the words; and back."""

import polars as pl
import streamlit as st

from dashboard import evidence, explained, filters, lineage_filters, lineage_tables, queries, words
from dashboard.charts import lineage as drawn
from dashboard.figures import Numbers, show_figure
from dashboard.queries import lineage as asked
from dashboard.words import lineage as said

LISTED = 50

edition = queries.current_edition()
every_model = asked.read_traceable(edition)
if every_model.is_empty():
    st.title("No coefficient to take apart yet")
    st.info(
        "This version holds no estimates by least squares on firm-days, or they were stored by an older "
        "emotape: run `emotape regress`."
    )
    st.stop()

title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    families = every_model["family"].unique().sort().to_list()
    default = "predictive" if "predictive" in families else families[0]
    family = filters.choose_one("family", "Family", families, default, width=200)
    of_family = every_model.filter(pl.col("family") == family)
    tagger = filters.choose_tagger(of_family["tagger"].unique().sort().to_list())
    models = of_family.filter(pl.col("tagger") == tagger).sort("column_no")
    headings = words.column_headings(models)
    column = filters.choose_one(
        "column", "Column", list(headings), words.first_column(models), show=headings.__getitem__, width=210
    )
    model = models.filter(pl.col("column_no") == int(column)).row(0, named=True)
    terms = queries.read_terms(edition).filter(pl.col("result_id") == model["result_id"]).sort("position")
    names = [name for name in terms["term"] if name != "(Intercept)"]
    term = filters.choose_one(
        "term", "Coefficient of", names, said.strongest_term(terms), show=said.term_label, width=250,
        tip="Any term of this column: the emotions first, then the controls.",
    )  # fmt: skip
    unit = evidence.choose_unit()

stored = terms.filter(pl.col("term") == term).row(0, named=True)


def trace_all() -> asked.Traced:
    """Estimate anew, which takes a moment."""
    with st.spinner(said.waiting(model["n_obs"])):
        return asked.trace(edition, tagger, model["spec"], term)


traced = asked.read_stored(edition, model, stored) or trace_all()
# A shared address may name a firm-day that is not among the stored ones.
firm_day = lineage_filters.read_firm_day()
if firm_day is not None and not traced.is_whole and not traced.holds(*firm_day):
    traced = trace_all()
rows, n_rows = traced.rows, traced.n_rows
scale = said.choose_scale(
    traced.spec.outcome, term, stored["within_sd"] if unit == "sd" else None, traced.std_error
)
first = rows.row(0, named=True)

title.title(said.lineage_title(term, traced.estimate, first, scale))
title.caption(
    f"{said.term_label(model['outcome'])} on {said.term_label(term)}, {scale.per}. "
    f"{words.sample_sentence(model)}"
)
if told := said.other_data(stored["estimate"], traced.estimate, scale):
    st.warning(told, icon=":material/history:")

ticker, session = lineage_filters.choose_firm_day(rows)
figure, numbers = st.columns([3, 1])
with figure:
    shown = asked.thin_out(rows)
    show_figure(
        drawn.draw_added_variable(
            shown, term, traced.spec.outcome,
            (traced.estimate, stored["conf_low"], stored["conf_high"]), (ticker, session.isoformat()),
        ),
        "added_variable",
        f"Points: a firm-day each. Line: the coefficient of {said.term_label(term)}, with its interval.",
        said.figure_sentence(shown.height, n_rows, traced.is_whole),
        Numbers(lineage_tables.list_drawn(shown), lineage_tables.drawn_columns()),
    )  # fmt: skip
with numbers:
    st.metric(
        "Coefficient",
        scale.write(traced.estimate),
        said.uncertainty(traced.std_error, stored["p_value"], scale),
        delta_color="off", delta_arrow="off", border=True, help=f"{scale.per.capitalize()}.",
    )  # fmt: skip
    st.metric(
        "Most by one firm-day",
        "none" if first["dfbeta"] is None else scale.write(first["dfbeta"], 1),
        None if first["dfbetas"] is None else f"{abs(first['dfbetas']):.2f} standard errors",
        delta_color="off", delta_arrow="off", border=True,
        help="DFBETA: the coefficient less what it is when that firm-day is left out and everything is "
        "estimated anew, firm and session effects too.",
    )  # fmt: skip
    st.metric(
        "Firm-days to bring it to zero",
        "–" if traced.to_zero is None else f"{traced.to_zero:,}",
        None if traced.to_zero is None else f"{said.percent(traced.to_zero / n_rows)} of {n_rows:,}",
        delta_color="off", delta_arrow="off", border=True,
        help="The fewest whose leaving out would bring it to zero, chosen for that: the sum of their single "
        "influences (Broderick, Giordano and Meager 2020). An approximation.",
    )  # fmt: skip
    st.page_link(
        "views/regressions.py", label="The whole table", icon=":material/function:",
        query_params={"family": family, "column": column},
    )  # fmt: skip
st.markdown(
    f"{said.carried(traced.carried_most, traced.carried_least, n_rows)} {said.turned(traced.to_zero, n_rows)}"
)

st.subheader("The firm-days that move it most")
listed = rows.head(LISTED)
of_term = f"firm_days {edition.number} {model['result_id']} {term}"
days = [lineage_filters.name_firm_day(row) for row in listed.iter_rows(named=True)]
st.dataframe(
    lineage_tables.list_firm_days(listed, traced.estimate, scale, traced.spec.outcome, term),
    column_config=lineage_tables.firm_day_columns(traced.spec.outcome, term, scale),
    hide_index=True,
    placeholder="–",
    height=300,
    on_select=lambda: lineage_filters.follow(of_term, lineage_filters.FIRM_DAY, days),
    selection_mode="single-row",
    key=of_term,
)
st.caption("Tick a row to see its posts below. A firm-day that moves a coefficient is no error by that.")

chosen = rows.filter(pl.col("ticker") == ticker, pl.col("session") == session).row(0, named=True)
st.subheader(said.firm_day_title(ticker, session, traced.window, traced.back))
st.markdown(said.firm_day_sentence(chosen, scale, traced.estimate, n_rows))
of_session = asked.read_session_apart(edition, session, -traced.back)
if of_session is not None and chosen["n_posts"] != 0:
    posts = queries.read_ticker_posts(
        edition, tagger, ticker, traced.window, filters.ANY, of_session, of_session
    )
    if posts.height:
        st.caption(words.posts_shown(posts.height, posts["n_matching"][0]) + said.whole_window(term))
        named = [f"{row['source']}:{row['post_id']}" for row in posts.iter_rows(named=True)]
        table = f"posts {edition.number} {tagger} {ticker} {traced.window} {of_session}"
        st.dataframe(
            posts.with_columns(emotion=pl.col("emotion").str.to_titlecase(), name=pl.Series(named)),
            column_order=["available_at", "body", "emotion", "probability", "sentiment", "name"],
            column_config=lineage_tables.POST_COLUMNS,
            hide_index=True,
            placeholder="–",
            height=min(300, 38 + 35 * posts.height),
            on_select=lambda: lineage_filters.follow(table, lineage_filters.POST, named),
            selection_mode="single-row",
            key=table,
        )

st.page_link(
    "views/ticker.py", label=f"{words.inert(ticker)} on its own page", icon=":material/candlestick_chart:",
    query_params={"symbol": ticker, "session": session.isoformat()},
)  # fmt: skip

st.subheader("One post: its words, and where it counted")
post = lineage_filters.choose_post()
if post is None:
    st.caption("Tick a post above, or write its source and number, to see its words and where it counted.")
    st.stop()
counted = asked.read_post_counted(edition, tagger, *post)
if counted.is_empty():
    st.info(said.nowhere(":".join(post), tagger))
    st.stop()
measure = said.measure_shown(term, counted)
of_measure = counted.filter(pl.col("measure") == measure)
if asked.counts_elsewhere(edition, of_measure, traced):
    traced = trace_all()
where = asked.find_counted(edition, of_measure, traced)
for row in where.iter_rows(named=True):
    st.markdown(
        said.counted_sentence(row, term, headings[column], scale, model["sample_rules"] or ""),
        help="A post's share of a window's mean: its value, over the number of posts, over the mean.",
    )
with st.expander("Where it counted, as a table"):
    st.dataframe(
        lineage_tables.list_counted(where, scale),
        column_config=lineage_tables.counted_columns(measure, scale),
        hide_index=True,
        placeholder="–",
    )
explained.show_post(edition, tagger, {"source": post[0], "post_id": post[1]})
