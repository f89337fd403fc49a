"""The estimates of a column as a table that is read, sorted and copied."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.words.plain import p_value, plain
from models.tables.labels import UNITS, describe, label
from models.tables.units import choose_unit

ADJUSTED = (
    "Six emotions are six chances to find something. Romano-Wolf bounds the chance of even one false finding "
    "among those that are tested together, Benjamini-Hochberg the expected share of false ones among those "
    "called found. Controls are not tested, so they have no adjusted p-values."
)
_NUMBER = "%.4g"
COLUMNS = {
    "Term": st.column_config.TextColumn(width="medium", pinned=True),
    "Estimate": st.column_config.NumberColumn(
        format=_NUMBER,
        help="For one unit of the term, such as a share that goes from 0 to 1.",
    ),
    "Std. error": st.column_config.NumberColumn(format=_NUMBER),
    "95 % low": st.column_config.NumberColumn(format=_NUMBER),
    "95 % high": st.column_config.NumberColumn(format=_NUMBER),
    "Per SD": st.column_config.NumberColumn(
        format=_NUMBER, help="For a rise of one standard deviation of the term within firms."
    ),
    "p": st.column_config.TextColumn(width="small", help="Of this term alone, as if no other were tested."),
    "p, RW": st.column_config.TextColumn(
        width="small", help="Romano-Wolf: chance of even one false finding among the emotions of this column."
    ),
    "p, BH": st.column_config.TextColumn(
        width="small", help="Benjamini-Hochberg: expected share of false ones among those called found."
    ),
    "p, placebo": st.column_config.TextColumn(
        width="small", help="Share of placebo estimates at least as large in absolute size."
    ),
    "Unit": st.column_config.TextColumn(width="small"),
}
COLUMN, ESTIMATED_IN = "Column", "Estimates are"
HEADS = {
    COLUMN: st.column_config.TextColumn(width="medium", pinned=True),
    **COLUMNS,
    "Term": st.column_config.TextColumn(width="medium"),
    ESTIMATED_IN: st.column_config.TextColumn(
        width="medium", help="Of the estimate, its error and interval, unless the column of units says more."
    ),
}
_FROM = {
    "Estimate": "estimate",
    "Std. error": "std_error",
    "95 % low": "conf_low",
    "95 % high": "conf_high",
    "Per SD": "estimate_per_sd",
    "p": "p_value",
    "p, RW": "p_romano_wolf",
    "p, BH": "p_benjamini_hochberg",
    "p, placebo": "p_placebo",
    "Unit": "unit_of_term",
}


def tabulate(model: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return a row a term of one model, in words; p-values as text, so that none is shown as 0."""
    rows = _scale(_rows(model, terms), choose_unit(model.to_dicts()).scale)
    named = {"Term": pl.Series([plain(label(term), 80) for term in rows["term"]], dtype=pl.String)}
    for shown, name in _FROM.items():
        column = rows[name] if name in rows.columns else pl.Series([None] * rows.height, dtype=pl.Float64)
        named[shown] = _word(column) if shown.startswith("p") else column
    return pl.DataFrame(named)


def tabulate_columns(models: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return a row a term of several columns of a family, each in its own unit, in words.

    What no column has is left out.
    """
    found = [
        tabulate(models[n], terms).select(
            pl.lit(f"({row['column_no']}) {plain(str(row['title']), 60)}").alias(COLUMN),
            pl.all(),
            pl.lit(choose_unit([row]).words).alias(ESTIMATED_IN),
        )
        for n, row in enumerate(models.iter_rows(named=True))
    ]
    rows = pl.concat(found)
    return rows.select(column for column in rows.iter_columns() if column.null_count() < rows.height)


def absent(model: pl.DataFrame, terms: pl.DataFrame) -> set[str]:
    """Return the columns of which a model has nothing."""
    rows = _rows(model, terms)
    return {
        shown
        for shown, name in _FROM.items()
        if name not in rows.columns or rows[name].null_count() == rows.height
    }


def define_outcome(name: str) -> str:
    """Return the name and the unit of an outcome, for whoever asks."""
    kind = UNITS.get(describe(name).kind, "")
    return f"In the panel: {plain(name, 60)}.{f' Unit of {kind}.' if kind else ''}"


def say_unit(model: Mapping[str, Any]) -> str:
    """Say in which unit the estimates of a model are."""
    words = choose_unit([model]).words.replace("in its own", "in the outcome's own")
    return f"Estimates are {words}, unless the table has a column of units."


def _scale(rows: pl.DataFrame, scale: float) -> pl.DataFrame:
    """Return estimates in the unit that is shown; those with a unit of their own are stored in it."""
    own = pl.col("unit_of_term").is_not_null() if "unit_of_term" in rows.columns else pl.lit(value=False)
    return rows.with_columns(
        pl.when(own).then(pl.col(name)).otherwise(pl.col(name) * scale).alias(name)
        for name in ("estimate", "std_error", "conf_low", "conf_high", "estimate_per_sd")
    )


def _rows(model: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    return terms.filter(pl.col("result_id").is_in(model["result_id"].to_list())).sort("position")


def _word(p_values: pl.Series) -> pl.Series:
    said = [None if p is None else p_value(p).removeprefix("p ").removeprefix("= ") for p in p_values]
    return pl.Series(said, dtype=pl.String)
