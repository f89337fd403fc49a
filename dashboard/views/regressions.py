"""Regressions: what was estimated, with its uncertainty, insignificance as plainly as significance."""

import polars as pl
import streamlit as st

from dashboard import charts, filters, queries, words
from models.estimation import FAMILIES
from models.tables import FILE_FORMATS, FORMATS, regression_table, render, render_bytes
from models.tables.labels import MEASURES, describe

edition = queries.current_edition()
every_model = queries.read_models(edition)
if every_model.is_empty():
    st.title("Nothing estimated yet")
    st.info("This version holds no estimates: run `emotape regress`.")
    st.stop()

title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    families = every_model["family"].unique().sort().to_list()
    family = filters.choose_one("family", "Family", families, families[0])
    of_family = every_model.filter(pl.col("family") == family)
    tagger = filters.choose_tagger(of_family["tagger"].unique().sort().to_list())
    models = of_family.filter(pl.col("tagger") == tagger).sort("column_no")
    headings = words.column_headings(models)
    column = filters.choose_one(
        "column", "Column", list(headings), words.first_column(models), show=headings.__getitem__
    )
    unit = filters.choose_unit()
    shows_controls = filters.choose_controls()

model = models.filter(pl.col("column_no") == int(column)).row(0, named=True)
terms = queries.read_terms(edition).filter(pl.col("result_id").is_in(models["result_id"].to_list()))
known = [describe(name) for name in terms["term"]]
labelled = terms.with_columns(
    label=pl.Series([variable.label for variable in known], dtype=pl.String),
    measure=pl.Series([MEASURES[v.place[2]] if v.place else "" for v in known], dtype=pl.String),
)

title.title(words.regression_title(model))
title.caption(FAMILIES[family].explanation if family in FAMILIES else "Associations, not effects.")
figure, facts = st.columns([2, 1])
with figure:
    of_model = models.filter(pl.col("column_no") == int(column))
    drawn = charts.draw_column(of_model, terms, unit == "sd", shows_controls)
    st.plotly_chart(drawn, config=charts.CONFIG, key="coefficients")
    st.caption(
        "Points are estimates, bars their 95 % intervals, each by itself. A bar across zero cannot be told "
        "from zero."
    )
with facts:
    st.metric(
        "Joint test", "none" if model["joint_p"] is None else words.p_value(model["joint_p"]), border=True
    )
    st.markdown(words.test_sentence(model))
    st.markdown(words.sample_sentence(model))
    st.info(FAMILIES[family].caution if family in FAMILIES else "Associations, not effects.")

st.subheader("The table")
table = regression_table(models, terms)
with st.container(horizontal=True):
    for name in (*FORMATS, *FILE_FORMATS):
        words_for, mime = words.DOWNLOADS[name]
        st.download_button(
            words_for,
            render_bytes(table, name),
            file_name=f"{words.file_name(family, tagger)}.{name}",
            mime=mime,
            icon=":material/download:",
            key=f"download_{name}",
            on_click="ignore",
        )
as_exported, tidy = st.tabs(["As exported", "One row a term"])
with as_exported.container(height=640, border=False):
    st.markdown(render(table, "md"))
tidy.dataframe(
    labelled.sort("result_id", "position"),
    column_order=[
        "column_no", "label", "estimate", "std_error", "p_value", "conf_low", "conf_high", "within_sd",
        "estimate_per_sd",
    ],
    column_config={
        "column_no": st.column_config.NumberColumn("Column", width="small"),
        "label": st.column_config.TextColumn("Term", width="medium"),
        "estimate": st.column_config.NumberColumn("Estimate (decimals)", format="%.6f"),
        "std_error": st.column_config.NumberColumn("Std. error", format="%.6f"),
        "p_value": st.column_config.NumberColumn("p", format="%.4f"),
        "conf_low": st.column_config.NumberColumn("95 % low", format="%.6f"),
        "conf_high": st.column_config.NumberColumn("95 % high", format="%.6f"),
        "within_sd": st.column_config.NumberColumn("SD within firms", format="%.4f"),
        "estimate_per_sd": st.column_config.NumberColumn("Estimate per SD", format="%.6f"),
    },
    hide_index=True,
)  # fmt: skip
