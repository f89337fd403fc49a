"""A table with a row a model: the same terms under many choices, such as a specification curve."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from models.tables.labels import MEASURES, describe, label
from models.tables.numbers import count_stars, show, show_count
from models.tables.table import Cell, Group, Heading, Row, Table
from models.tables.units import Unit

Facts = Mapping[str, Any]
ROWS_OF_MODELS = "a row a model"  # the `layout` of models that are tabulated so


def tabulate_choices(
    models: Sequence[Facts],
    estimates: Mapping[tuple[int, str], Facts],
    terms: Sequence[str],
    unit: Unit,
    title: str,
    notes: tuple[str, ...],
    tidy: pl.DataFrame,
) -> Table:
    """Lay out models as rows: a column a measure of emotion, whatever window it stands for.

    Parameters
    ----------
    terms
        The terms of interest of all models.
    """
    measures = list(dict.fromkeys(_measure(term) for term in terms))
    rows = []
    for model in models:
        cells = []
        for measure in measures:
            found = [
                estimates[model["column_no"], term]
                for term in terms
                if _measure(term) == measure and (model["column_no"], term) in estimates
            ]
            cells.append(_cell(found[0], unit) if found else Cell())
        rows.append(
            Row(f"({model['column_no']}) {model['title']}", (*cells, Cell(show_count(model["n_obs"]))))
        )
    return Table(
        name=models[0]["family"],
        title=title,
        # Notes name models by their numbers, which stand before the rows here.
        headings=tuple(Heading("", words) for words in (*measures, "Firm-days")),
        groups=(Group("Choice", tuple(rows)),),
        notes=notes,
        tidy=tidy,
    )


def _measure(term: str) -> str:
    place = describe(term).place
    return MEASURES[place[2]].capitalize() if place else label(term)


def _cell(row: Facts, unit: Unit) -> Cell:
    return Cell(
        show(row["estimate"] * unit.scale),
        count_stars(row["p_value"], row["std_error"]),
        show(row["std_error"] * unit.scale),
    )
