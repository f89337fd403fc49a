"""Stored estimates as a figure needs them: by column and measure, in the unit shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.tables.labels import MEASURES, describe, label
from models.tables.units import UNITS_SHOWN, Unit, choose_unit

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """One stored estimate, in the unit shown.

    Parameters
    ----------
    measure
        The emotion or "valence" that the term measures; "" for any other term.
    words
        The term in words.
    variant
        Those words without the measure's name, such as "before the open, session t-1".
    own_unit
        Whether it is in a unit of its own, not in that of the outcome.
    """

    term: str
    measure: str
    words: str
    variant: str
    value: float
    low: float
    high: float
    p_value: float | None
    own_unit: bool


def ordered(models: pl.DataFrame) -> list[Facts]:
    """Return the facts of models by their number."""
    return list(models.sort("column_no").iter_rows(named=True))


def rows_of(model: Facts, terms: pl.DataFrame) -> list[Facts]:
    """Return a model's terms by position."""
    return list(
        terms.filter(pl.col("result_id") == model["result_id"]).sort("position").iter_rows(named=True)
    )


def read_estimates(model: Facts, terms: pl.DataFrame, unit: Unit, per_sd: bool = False) -> list[Estimate]:
    """Return a model's terms that have an interval, scaled to the unit and, on demand, to one SD."""
    found = []
    for row in rows_of(model, terms):
        if any(row[name] is None for name in ("estimate", "conf_low", "conf_high")):
            continue
        if per_sd and row["within_sd"] is None:
            continue
        scale = (1.0 if row.get("unit") else unit.scale) * (row["within_sd"] if per_sd else 1.0)
        variable = describe(row["term"])
        measure = MEASURES[variable.place[2]] if variable.place else ""
        words = label(row["term"])
        ends = sorted((row["conf_low"] * scale, row["conf_high"] * scale))
        found.append(
            Estimate(
                term=row["term"],
                measure=measure,
                words=words,
                variant=words.removeprefix(f"{measure.capitalize()}, ") if measure else words,
                value=row["estimate"] * scale,
                low=ends[0],
                high=ends[1],
                p_value=row["p_value"],
                own_unit=bool(row.get("unit")),
            )
        )
    return found


def unit_of(models: Sequence[Facts]) -> Unit:
    """Return the unit in which the table of these models shows its estimates."""
    return choose_unit(models)


def name_axis(models: Sequence[Facts], unit: Unit, per: str = "") -> str:
    """Write an axis title: the dependent variable where there is one, and the unit."""
    outcomes = {str(model["outcome"]) for model in models}
    what = label(outcomes.pop()) if len(outcomes) == 1 else "Estimate"
    words = "in the dependent variable's own unit" if unit is UNITS_SHOWN["own"] else unit.words
    return f"{what}, {words}{f' per {per}' if per else ''}"
