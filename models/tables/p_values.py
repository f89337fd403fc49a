"""Rows of p-values: plain beside adjusted ones, where several terms are tested in a column."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.tables.labels import label
from models.tables.numbers import show_p
from models.tables.style import Style
from models.tables.table import Cell, Group, Row

Facts = Mapping[str, Any]
# Column of the terms -> its name in the heading.
KINDS = {
    "p_value": "plain",
    "p_romano_wolf": "Romano-Wolf",
    "p_benjamini_hochberg": "Benjamini-Hochberg",
    "p_placebo": "placebo",
}


def tabulate_p_values(
    models: Sequence[Facts],
    estimates: Mapping[tuple[int, str], Facts],
    terms: Sequence[str],
    style: Style,
) -> Group:
    """Return a row a term with its p-values divided by strokes; no row where nothing is adjusted."""
    rows = [estimates.get((model["column_no"], term)) or {} for model in models for term in terms]
    present = [kind for kind in KINDS if any(row.get(kind) is not None for row in rows)]
    if len(present) < 2:
        return Group("p-values", ())
    heading = f"p-values: {' / '.join(KINDS[kind] for kind in present)}"

    def write(row: Facts | None) -> Cell:
        if row is None or all(row.get(kind) is None for kind in present[1:]):
            return Cell()
        return Cell(" / ".join(show_p(row.get(kind), style.digits) or "-" for kind in present))

    laid_out = (
        Row(label(term), tuple(write(estimates.get((m["column_no"], term))) for m in models))
        for term in terms
    )
    return Group(heading, tuple(row for row in laid_out if any(cell.text for cell in row.cells)))
