"""Stored results of one table: checked, joined to one row a column and term, and the terms in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.tables.labels import FIGURE, describe, label

# When it was estimated is no result: without it, equal results make equal files.
NOT_IN_FILES = ("estimated_at",)

Facts = Mapping[str, Any]
Estimates = Mapping[tuple[int, str], Facts]  # by column number and term


@dataclass(frozen=True)
class Terms:
    """The terms of a table by their part in it, each in its order: figures are no slopes."""

    interest: list[str]
    controls: list[str]
    figures: list[str]


def check(models: pl.DataFrame) -> pl.DataFrame:
    """Return the models by column number.

    Raises
    ------
    ValueError
        There is no model, or there are several families or taggers, or two models of one number.
    """
    if models.is_empty():
        raise ValueError("There is no model; a table needs at least one: run `emotape regress`.")
    for name in ("family", "tagger"):
        found = models[name].unique().sort().to_list()
        if len(found) > 1:
            raise ValueError(f"A table shows one {name}; found {', '.join(map(str, found))}: filter first.")
    if models["column_no"].is_duplicated().any():
        raise ValueError("Two models have one column number; a table needs each number once: filter first.")
    return models.sort("column_no")


def join_terms(models: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return one row a column and term: keys, the terms' own columns, then the facts of the model."""
    keys = ["family", "tagger", "column_no", "title", "outcome"]
    facts = [name for name in models.columns if name not in {*keys, *NOT_IN_FILES, "result_id"}]
    own = [name for name in terms.columns if name not in {"column_no", "result_id", "position", "term"}]
    joined = (
        _join(models.drop(own, strict=False), terms)
        .with_columns(label=pl.col("term").map_elements(label, return_dtype=pl.String))
        .sort("column_no", "position")
    )
    facts = [name for name in facts if name not in own]
    identity = ["result_id"] if "result_id" in joined.columns else []
    return joined.select(*keys, "position", "term", "label", *own, *facts, *identity)


def _join(models: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Join by `result_id`; estimates that were never stored have none, and join by their column."""
    if "result_id" in models.columns and "result_id" in terms.columns:
        return terms.drop("column_no", strict=False).join(models, on="result_id", how="inner")
    columns = terms.with_columns(pl.col("column_no").cast(models.schema["column_no"]))
    return columns.join(models.drop("result_id", strict=False), on="column_no", how="inner")


def order_terms(tidy: pl.DataFrame, models: Sequence[Facts]) -> Terms:
    """Put terms of interest in the emotions' order, and the others as they first appear.

    The jointly tested terms are the first of a model; where there is no test, measures of emotion are
    of interest. In a vector autoregression every lag is.
    """
    tested = {model["column_no"]: model.get("joint_df1") for model in models}
    systems = {m["column_no"] for m in models if m.get("estimator") == "vector_autoregression"}
    slopes = {m["column_no"] for m in models if m.get("corrections") or tested[m["column_no"]]}
    rows = list(tidy.select("column_no", "position", "term").iter_rows())
    terms = list(dict.fromkeys(term for _, _, term in rows))

    def is_of_interest(column: int, position: int, term: str) -> bool:
        described = describe(term)
        if described.kind == FIGURE:
            return False
        if column in systems:
            return term != "(Intercept)"
        n = tested[column]
        return bool(described.place) if n is None else position <= n

    interest = {term for column, position, term in rows if is_of_interest(column, position, term)}
    of_slopes = {term for column, _, term in rows if column in slopes and describe(term).kind != FIGURE}
    unplaced = (-1, 0, 0)  # what is no emotion comes first, in its own order: sorting is stable
    return Terms(
        interest=sorted((t for t in terms if t in interest), key=lambda t: describe(t).place or unplaced),
        controls=sorted((t for t in terms if t in of_slopes - interest), key=lambda t: t == "(Intercept)"),
        figures=[t for t in terms if t not in interest | of_slopes],
    )
