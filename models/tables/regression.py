"""From stored results to a table: which rows there are, in which order, in which unit."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from models.tables.labels import DECIMALS, describe, label
from models.tables.notes import write_notes
from models.tables.numbers import count_stars, show, show_count, show_p
from models.tables.table import Cell, Group, Heading, Row, Table

BASIS_POINTS = 1e4
SIMULATED = "SIMULATED DATA: "
EFFECT_WORDS = {"ticker": "Firm effects", "session": "Session effects"}
# When it was estimated is no result: without it, equal results make equal files.
NOT_IN_FILES = ("estimated_at",)

Facts = Mapping[str, Any]
Estimates = Mapping[tuple[int, str], Facts]  # by column number and term


def regression_table(models: pl.DataFrame, terms: pl.DataFrame) -> Table:
    """Lay out the stored results of one family and one tagger as a table.

    Estimates, standard errors and the mean of the dependent variable are shown in basis points where
    the dependent variables are returns or volatilities, else as stored.

    Parameters
    ----------
    models
        One row a model: the columns of a fit's summary and, where stored, its provenance.
    terms
        One row a model and term; terms of models that are not in `models` are left out.

    Raises
    ------
    ValueError
        There is no model, or there are several families or taggers, or two models of one number.
    """
    facts = _check(models).sort("column_no").to_dicts()
    tidy = _tidy(models, terms)
    estimates: Estimates = {(row["column_no"], row["term"]): row for row in tidy.to_dicts()}
    interest, controls = _order_terms(tidy, facts)
    basis_points = all(describe(model["outcome"]).kind in DECIMALS for model in facts)
    scale, unit = (BASIS_POINTS, "in basis points") if basis_points else (1.0, "in its own unit")
    emotional = all(describe(term).place for term in interest)
    of_interest = "emotion terms" if emotional else "regressors of interest"
    outcomes = list(dict.fromkeys(label(model["outcome"]) for model in facts))
    simulated = any(model.get("simulated") for model in facts)
    groups = (
        Group(
            "Dependent variable",
            (
                Row("Name", tuple(Cell(label(model["outcome"])) for model in facts)),
                Row(f"Mean, {unit}", tuple(Cell(show(_scaled(m["dependent_mean"], scale))) for m in facts)),
            ),
        ),
        Group(of_interest.capitalize(), tuple(_lay_out(t, facts, estimates, scale) for t in interest)),
        Group("Controls", tuple(_lay_out(t, facts, estimates, scale) for t in controls)),
        Group("Effects", _effects(facts)),
        Group("Sample", _sample(facts)),
        Group("Fit", _fit(facts, of_interest)),
    )
    n_tested = max(sum((m["column_no"], term) in estimates for term in interest) for m in facts)
    return Table(
        name=facts[0]["family"],
        title=(SIMULATED if simulated else "")
        + f"{str(facts[0]['family']).capitalize()} regressions, {unit}: {'; '.join(outcomes)}",
        headings=tuple(Heading(f"({model['column_no']})", model["title"]) for model in facts),
        groups=tuple(group for group in groups if group.rows),
        notes=write_notes(facts, interest + controls, of_interest, n_tested, basis_points),
        tidy=tidy,
    )


def _check(models: pl.DataFrame) -> pl.DataFrame:
    if models.is_empty():
        raise ValueError("There is no model; a table needs at least one: run `emotape regress`.")
    for name in ("family", "tagger"):
        found = models[name].unique().sort().to_list()
        if len(found) > 1:
            raise ValueError(f"A table shows one {name}; found {', '.join(map(str, found))}: filter first.")
    if models["column_no"].is_duplicated().any():
        raise ValueError("Two models have one column number; a table needs each number once: filter first.")
    return models


def _tidy(models: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """One row a column and term: keys, the terms' own columns, then the facts of the model."""
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


def _order_terms(tidy: pl.DataFrame, facts: Sequence[Facts]) -> tuple[list[str], list[str]]:
    """Return terms of interest in the emotions' order, then the others as they first appear.

    The jointly tested terms are the first of a model; where there is no test, measures of emotion are
    of interest.
    """
    tested = {model["column_no"]: model.get("joint_df1") for model in facts}
    rows = list(tidy.select("column_no", "position", "term").iter_rows())
    terms = list(dict.fromkeys(term for _, _, term in rows))
    found = {
        term
        for column, position, term in rows
        if (describe(term).place if (n := tested[column]) is None else position <= n)
    }
    interest = [term for term in terms if term in found]
    controls = [term for term in terms if term not in interest]
    unplaced = (-1, 0, 0)  # what is no emotion comes first, in its own order: sorting is stable
    interest.sort(key=lambda term: describe(term).place or unplaced)
    controls.sort(key=lambda term: term == "(Intercept)")
    return interest, controls


def _lay_out(term: str, facts: Sequence[Facts], estimates: Estimates, scale: float) -> Row:
    return Row(label(term), tuple(_cell(estimates.get((m["column_no"], term)), scale) for m in facts))


def _cell(row: Facts | None, scale: float) -> Cell:
    if row is None:
        return Cell()
    estimate, std_error = row["estimate"], row["std_error"]
    known = estimate is not None and math.isfinite(estimate)
    return Cell(
        show(_scaled(estimate, scale)),
        count_stars(row["p_value"], std_error) if known else 0,
        show(_scaled(std_error, scale)),
    )


def _scaled(number: float | None, scale: float) -> float | None:
    return None if number is None else number * scale


def _effects(facts: Sequence[Facts]) -> tuple[Row, ...]:
    absorbed = [(model["effects"] or "").split("+") for model in facts]
    others = dict.fromkeys(name for names in absorbed for name in names if name)
    named = EFFECT_WORDS | {n: f"{n.capitalize()} effects" for n in others if n not in EFFECT_WORDS}
    return tuple(
        Row(words, tuple(Cell("Yes" if name in names else "No") for names in absorbed))
        for name, words in named.items()
    )


def _sample(facts: Sequence[Facts]) -> tuple[Row, ...]:
    rows = {
        "Firm-days": "n_obs",
        "Firms": "n_firms",
        "Sessions": "n_sessions",
        "Singletons dropped": "n_singletons",
    }
    return _rows_present(facts, {words: (name, show_count) for words, name in rows.items()})


def _fit(facts: Sequence[Facts], of_interest: str) -> tuple[Row, ...]:
    joint = f"Joint test of the {of_interest}"
    rows = _rows_present(
        facts,
        {
            "R²": ("r_squared", show),
            "R² within": ("r_squared_within", show),
            "Gain in R² over the controls, in basis points": ("r_squared_gain_bp", show),
            f"{joint}: F": ("joint_f", show),
        },
    )
    if not rows or not any(model.get("joint_f") is not None for model in facts):
        return rows
    freedom = tuple(
        Cell() if m.get("joint_f") is None else Cell(f"{m['joint_df1']}, {m['joint_df2']}") for m in facts
    )
    return (
        *rows,
        Row(f"{joint}: degrees of freedom", freedom),
        *_rows_present(facts, {f"{joint}: p": ("joint_p", show_p)}),
    )


def _rows_present(
    facts: Sequence[Facts], rows: Mapping[str, tuple[str, Callable[[Any], str]]]
) -> tuple[Row, ...]:
    """Return the rows of which at least one column has a value."""
    return tuple(
        Row(words, tuple(Cell(write(model.get(name))) for model in facts))
        for words, (name, write) in rows.items()
        if any(model.get(name) is not None for model in facts)
    )
