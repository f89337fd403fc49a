"""From stored results to a table: which rows there are, in which order, in which unit."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.tables.choices import ROWS_OF_MODELS, tabulate_choices
from models.tables.labels import describe, label
from models.tables.notes import write_notes
from models.tables.numbers import count_stars, show, show_count, show_p
from models.tables.p_values import tabulate_p_values
from models.tables.table import Cell, Group, Heading, Row, Table
from models.tables.units import choose_unit

SIMULATED = "SIMULATED DATA: "
EFFECT_WORDS = {"ticker": "Firm effects", "session": "Session effects"}
# When it was estimated is no result: without it, equal results make equal files.
NOT_IN_FILES = ("estimated_at",)

Facts = Mapping[str, Any]
Estimates = Mapping[tuple[int, str], Facts]  # by column number and term


def regression_table(models: pl.DataFrame, terms: pl.DataFrame) -> Table:
    """Lay out the stored results of one family and one tagger as a table.

    Estimates, standard errors and the mean of the dependent variable are shown in the unit that the models
    name, else in basis points where the dependent variables are returns or volatilities, else as stored.

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
    ordered = _order_terms(tidy, facts)
    interest = ordered.interest
    unit = choose_unit(facts)
    scale = unit.scale
    emotional = all(describe(term).place for term in interest)
    tested = any(model.get("joint_df1") for model in facts)
    of_interest = "emotion terms" if emotional else "regressors of interest"
    outcomes = list(dict.fromkeys(label(model["outcome"]) for model in facts))
    simulated = any(model.get("simulated") for model in facts)
    name = str(facts[0]["family"])
    named = name.replace("_", " ").capitalize().replace("Ipo", "IPO") + (" regressions" if tested else "")
    title = (SIMULATED if simulated else "") + (
        f"{named}, {unit.words}: {'; '.join(outcomes[:3])}"
        + (f" and {len(outcomes) - 3} more" if len(outcomes) > 3 else "")
    )
    n_tested = max(sum((m["column_no"], term) in estimates for term in interest) for m in facts)
    p_values = tabulate_p_values(facts, estimates, interest)
    notes = write_notes(facts, interest + ordered.controls, of_interest, n_tested, unit, bool(p_values.rows))
    if any(model.get("layout") == ROWS_OF_MODELS for model in facts):
        return tabulate_choices(facts, estimates, interest, unit, title, notes, tidy)
    means = tuple(Cell(show(_scaled(m["dependent_mean"], scale))) for m in facts)
    mean = Row(f"Mean, {unit.words}", means)
    groups = (
        Group(
            "Dependent variable",
            (
                Row("Name", tuple(Cell(label(model["outcome"])) for model in facts)),
                *((mean,) if any(cell.text for cell in means) else ()),
            ),
        ),
        Group(of_interest.capitalize(), tuple(_lay_out(t, facts, estimates, scale) for t in interest)),
        p_values,
        Group("Controls", tuple(_lay_out(t, facts, estimates, scale) for t in ordered.controls)),
        Group("Figures", tuple(_lay_out(t, facts, estimates, scale) for t in ordered.figures)),
        Group("Effects", _effects(facts)),
        Group("Sample", _sample(facts)),
        Group("Fit", _fit(facts, of_interest)),
    )
    return Table(
        name=name,
        title=title,
        headings=tuple(Heading(f"({model['column_no']})", model["title"]) for model in facts),
        groups=tuple(group for group in groups if group.rows),
        notes=notes,
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


@dataclass(frozen=True)
class Terms:
    """The terms of a table by their part in it, each in its order: figures are no slopes."""

    interest: list[str]
    controls: list[str]
    figures: list[str]


def _order_terms(tidy: pl.DataFrame, facts: Sequence[Facts]) -> Terms:
    """Put terms of interest in the emotions' order, and the others as they first appear.

    The jointly tested terms are the first of a model; where there is no test, measures of emotion are
    of interest.
    """
    tested = {model["column_no"]: model.get("joint_df1") for model in facts}
    slopes = {model["column_no"] for model in facts if model.get("corrections") or tested[model["column_no"]]}
    rows = list(tidy.select("column_no", "position", "term").iter_rows())
    terms = list(dict.fromkeys(term for _, _, term in rows))
    interest = {
        term
        for column, position, term in rows
        if (describe(term).place if (n := tested[column]) is None else position <= n)
    }
    of_slopes = {term for column, _, term in rows if column in slopes}
    unplaced = (-1, 0, 0)  # what is no emotion comes first, in its own order: sorting is stable
    return Terms(
        interest=sorted((t for t in terms if t in interest), key=lambda t: describe(t).place or unplaced),
        controls=sorted((t for t in terms if t in of_slopes - interest), key=lambda t: t == "(Intercept)"),
        figures=[t for t in terms if t not in interest | of_slopes],
    )


def _lay_out(term: str, facts: Sequence[Facts], estimates: Estimates, scale: float) -> Row:
    rows = [estimates.get((model["column_no"], term)) for model in facts]
    # A figure that has a unit of its own is stored in it.
    units = {row.get("unit_of_term") for row in rows if row}
    named = next((str(unit) for unit in units if unit), "")
    words = label(term) + (f", {named}" if named else "")
    return Row(words, tuple(_cell(row, 1.0 if named else scale) for row in rows))


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
    if not any(model["effects"] or model.get("corrections") for model in facts):
        return ()
    absorbed = [(model["effects"] or "").split("+") for model in facts]
    others = dict.fromkeys(name for names in absorbed for name in names if name)
    named = EFFECT_WORDS | {n: f"{n.capitalize()} effects" for n in others if n not in EFFECT_WORDS}
    return tuple(
        Row(words, tuple(Cell("Yes" if name in names else "No") for names in absorbed))
        for name, words in named.items()
    )


def _sample(facts: Sequence[Facts]) -> tuple[Row, ...]:
    kinds = {str(model.get("rows") or "firm-days") for model in facts}
    rows = {
        kinds.pop().capitalize() if len(kinds) == 1 else "Rows": "n_obs",
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
