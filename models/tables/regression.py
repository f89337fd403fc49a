"""From stored results to a table: which rows there are, in which order, in which unit."""

from collections.abc import Sequence

import polars as pl

from models.tables.cells import write_estimate, write_number
from models.tables.choices import tabulate_choices, wants_rows
from models.tables.foot import list_effects, list_fit, list_sample
from models.tables.joint import name_joint_test
from models.tables.labels import describe, label
from models.tables.names import TITLES
from models.tables.notes import Told, write_notes
from models.tables.p_values import tabulate_p_values
from models.tables.stored import NOT_IN_FILES, Estimates, Facts, check, join_terms, order_terms
from models.tables.style import PLAIN, Style
from models.tables.table import Cell, Group, Heading, Row, Table
from models.tables.units import choose_unit

SIMULATED = "SIMULATED DATA: "
MOST_OUTCOMES_NAMED = 3


def regression_table(models: pl.DataFrame, terms: pl.DataFrame, style: Style = PLAIN) -> Table:
    """Lay out the stored results of one family and one tagger as a table.

    Estimates, standard errors and the mean of the dependent variable are shown in the unit that the models
    name, else in basis points where the dependent variables are returns or volatilities, else as stored.

    Parameters
    ----------
    models
        One row a model: the columns of a fit's summary and, where stored, its provenance.
    terms
        One row a model and term; terms of models that are not in `models` are left out.
    style
        What stands below an estimate, whether there are stars, how many digits.

    Raises
    ------
    ValueError
        There is no model, or there are several families or taggers, or two models of one number.
    """
    models = check(models)
    facts = models.to_dicts()
    tidy = join_terms(models, terms)
    estimates: Estimates = {(row["column_no"], row["term"]): row for row in tidy.to_dicts()}
    ordered = order_terms(tidy, facts)
    interest = ordered.interest
    unit = choose_unit(facts, list(estimates.values()))
    emotional = all(describe(term).place for term in interest)
    of_interest = "emotion terms" if emotional else "regressors of interest"
    joint, null = name_joint_test(facts, of_interest)
    p_values = tabulate_p_values(facts, estimates, interest, style)
    in_rows = wants_rows(facts, interest)
    told = Told(
        unit=unit,
        of_interest=of_interest,
        null=null,
        n_tested=max(sum((m["column_no"], term) in estimates for term in interest) for m in facts),
        slopes=bool(interest or ordered.controls),
        adjusted=bool(p_values.rows),
        in_rows=in_rows,
        style=style,
    )
    names = [*interest, *ordered.controls]
    if in_rows:
        headings, groups = tabulate_choices(facts, estimates, interest, unit, style)
    else:
        headings = tuple(Heading(f"({model['column_no']})", model["title"]) for model in facts)
        groups = (
            _tell_outcomes(facts, unit.scale, unit.words, style),
            _group(of_interest.capitalize(), interest, facts, estimates, unit.scale, style),
            p_values,
            _group("Controls", ordered.controls, facts, estimates, unit.scale, style),
            _group("Estimates", ordered.figures, facts, estimates, unit.scale, style),
            Group("Effects", list_effects(facts)),
            Group("Sample", list_sample(facts)),
            Group("Fit", list_fit(facts, joint, style)),
        )
    return Table(
        name=str(facts[0]["family"]),
        title=_write_title(facts, f", {unit.words}" if unit.titled else ""),
        headings=headings,
        groups=tuple(group for group in groups if group.rows),
        notes=write_notes(facts, names, told),
        tidy=tidy,
        models=models.drop(NOT_IN_FILES, strict=False),
        notes_above=style.notes_above,
    )


def _write_title(models: Sequence[Facts], unit: str) -> str:
    family = str(models[0]["family"])
    named = TITLES.get(family, f"{family.replace('_', ' ').capitalize()} regressions")
    outcomes = list(dict.fromkeys(label(model["outcome"]) for model in models))
    left = len(outcomes) - MOST_OUTCOMES_NAMED
    return (
        (SIMULATED if any(model.get("simulated") for model in models) else "")
        + f"{named}{unit}: {'; '.join(outcomes[:MOST_OUTCOMES_NAMED])}"
        + (f" and {left} more" if left > 0 else "")
    )


def _tell_outcomes(models: Sequence[Facts], scale: float, unit: str, style: Style) -> Group:
    means = tuple(write_number(model["dependent_mean"], style, scale) for model in models)
    mean = Row(f"Mean, {unit}", means)
    names = Row("Name", tuple(Cell(label(model["outcome"])) for model in models))
    return Group("Dependent variable", (names, mean) if any(cell.text for cell in means) else (names,))


def _group(
    heading: str,
    terms: Sequence[str],
    models: Sequence[Facts],
    estimates: Estimates,
    scale: float,
    style: Style,
) -> Group:
    """Lay out terms; a row without one number is left out."""
    rows = (_lay_out(term, models, estimates, scale, style) for term in terms)
    return Group(heading, tuple(row for row in rows if any(cell.text for cell in row.cells)))


def _lay_out(term: str, models: Sequence[Facts], estimates: Estimates, scale: float, style: Style) -> Row:
    rows = [estimates.get((model["column_no"], term)) for model in models]
    # A figure that has a unit of its own is stored in it.
    units = {row.get("unit_of_term") for row in rows if row}
    named = next((str(unit) for unit in units if unit), "")
    # A Granger test's estimate of a variable is the sum over its lags.
    summed = all(model.get("estimator") == "granger" for model in models)
    words = label(term) + (", sum of the lags" if summed else "") + (f", {named}" if named else "")
    return Row(words, tuple(write_estimate(row, 1.0 if named else scale, style) for row in rows))
