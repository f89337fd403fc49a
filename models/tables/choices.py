"""A table with a row a model: the same terms under many choices, such as a specification curve."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.tables.cells import write_count, write_estimate, write_number, write_p
from models.tables.labels import MEASURES, describe, label
from models.tables.names import PARTS
from models.tables.style import Style
from models.tables.table import Cell, Group, Heading, Row
from models.tables.units import Unit

Facts = Mapping[str, Any]
Estimates = Mapping[tuple[int, str], Facts]
ROWS_OF_MODELS = "a row a model"  # the `layout` of models that are tabulated so
# More columns with terms of their own than that leave most cells of a table empty.
MOST_COLUMNS_OF_PARTS = 6


def wants_rows(models: Sequence[Facts], terms: Sequence[str]) -> bool:
    """Whether models are rows: they say so, or there are many and each has other parts of the posts."""
    if any(model.get("layout") == ROWS_OF_MODELS for model in models):
        return True
    parts = {_part(term) for term in terms}
    return len(models) > MOST_COLUMNS_OF_PARTS and len(parts) > MOST_COLUMNS_OF_PARTS


def tabulate_choices(
    models: Sequence[Facts], estimates: Estimates, terms: Sequence[str], unit: Unit, style: Style
) -> tuple[tuple[Heading, ...], tuple[Group, ...]]:
    """Lay out models as rows: a column a measure of emotion, whatever window it stands for.

    A model of several parts of the posts has a row a part.

    Parameters
    ----------
    terms
        The terms of interest of all models.
    """
    measures = list(dict.fromkeys(_measure(term) for term in terms))
    # Notes name models by their numbers, which stand before the rows here.
    facts: dict[str, Callable[[Facts], Cell]] = {
        "Firm-days": lambda m: write_count(m["n_obs"]),
        "Clusters": _count_clusters,
        "R² within": lambda m: write_number(m.get("r_squared_within"), style),
        "Joint p": lambda m: write_p(m.get("joint_p"), style),
    }
    rows = []
    for model in models:
        column = model["column_no"]
        own = [term for term in terms if (column, term) in estimates]
        parts = list(dict.fromkeys(map(_part, own))) or [""]
        for part in parts:
            found = {_measure(term): term for term in reversed(own) if _part(term) == part}
            cells = [
                write_estimate(estimates.get((column, found.get(name, ""))), unit.scale, style)
                for name in measures
            ]
            # What a model is, stands once: on its first row.
            told = [write(model) if part == parts[0] else Cell() for write in facts.values()]
            named = f", {PARTS[part]}" if len(parts) > 1 else ""
            rows.append(Row(f"({column}) {model['title']}{named}", (*cells, *told)))
    present = [i for i in range(len(measures) + len(facts)) if any(row.cells[i].text for row in rows)]
    headings = [Heading("", words) for words in (*measures, *facts)]
    kept = tuple(Row(row.label, tuple(row.cells[i] for i in present)) for row in rows)
    return tuple(headings[i] for i in present), (Group("Model", kept),)


def _measure(term: str) -> str:
    place = describe(term).place
    return MEASURES[place[2]].capitalize() if place else label(term)


def _part(term: str) -> str:
    """Return the part of the posts that a term is of, a key of `PARTS`; "" for all posts."""
    return next((part for part in PARTS if term.endswith(f"_of_{part}")), "")


def _count_clusters(model: Facts) -> Cell:
    """Write the clusters by firm and by session, such as "60 / 250"."""
    counts = [model.get(name) for name in ("n_clusters_firm", "n_clusters_session")]
    if not any(counts):
        return Cell()
    return Cell(" / ".join("-" if count is None else f"{count:,}" for count in counts))
