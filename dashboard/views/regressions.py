"""Regressions: what was estimated, with its uncertainty, insignificance as plainly as significance."""

import polars as pl
import streamlit as st

from dashboard import charts, evidence, filters, own_state, queries, words
from dashboard.own import show_own
from dashboard.queries.lineage import read_traceable
from dashboard.words import families, terms
from models.tables.labels import label

edition = queries.current_edition()
every_model = queries.read_models(edition)
if every_model.is_empty():
    st.title("Nothing estimated yet")
    st.info("This version holds no estimates: run `emotape regress`.")
    st.stop()

title = st.container()
stored = families.in_order(set(every_model["family"]))
family = filters.choose_one(
    "family", "Question", stored, stored[0], show=families.question,
    tip="Each is a family of regressions: one table, a column a regression.",
)  # fmt: skip
with st.container(horizontal=True, vertical_alignment="bottom"):
    tagger = evidence.choose_tagger(edition, [family])
    found = evidence.require(edition, family, tagger, "Regressions")
    headings = words.column_headings(found.models)
    column = filters.choose_one(
        "column", "Column", list(headings), words.first_column(found.models), show=headings.__getitem__
    )
    unit = evidence.choose_unit()
    shows_controls = filters.choose_controls()
shown = found.models.filter(pl.col("column_no") == int(column))
model = shown.row(0, named=True)

as_stored, own = own_state.choose_view()
with own:
    if own.open:
        show_own(title, edition, model, tagger, unit == "sd", shows_controls)
with as_stored:
    if as_stored.open:
        title.title(words.regression_title(model))
        title.caption(
            f"{found.question} Outcome of this column: **{words.inert(label(model['outcome']), 90)}**.",
            help=terms.define_outcome(model["outcome"]),
        )
        figure, facts = st.columns([2, 1])
        with figure:
            evidence.show_figure(
                charts.draw_column(shown, found.terms, unit == "sd", shows_controls),
                "coefficients",
                f"Estimates with 95 % intervals: {headings[column]}",
                "Points are estimates, bars their 95 % intervals, each by itself: a bar across zero cannot "
                "be told from zero. It does not show what causes what.",
            )
        with facts:
            st.metric(
                "Joint test",
                "none" if model["joint_p"] is None else words.p_value(model["joint_p"]),
                border=True,
                help="The p-value of the hypothesis that all emotion terms of the column are zero together.",
            )
            st.markdown(words.test_sentence(model))
            st.markdown(words.sample_sentence(model))
            st.info(found.caution)

        if model["result_id"] in read_traceable(edition)["result_id"]:
            st.page_link(
                "views/lineage.py",
                label="What carries these coefficients",
                icon=":material/account_tree:",
                query_params={"family": family, "tagger": tagger, "column": column},
            )
        st.subheader("The numbers behind the figure")
        st.dataframe(
            terms.tabulate(shown, found.terms),
            column_config=terms.COLUMNS,
            column_order=[name for name in terms.COLUMNS if name not in terms.absent(shown, found.terms)],
            hide_index=True,
            placeholder="–",
        )
        st.caption(f"{terms.say_unit(model)} {terms.ADJUSTED}")

        st.subheader("The table")
        evidence.show_files(found)
        with st.container(height=640, border=False):
            st.markdown(evidence.write_table(edition, family, tagger))
        evidence.show_tests(found)
