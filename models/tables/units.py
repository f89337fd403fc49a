"""What estimates and means are shown in: basis points, percent, or the dependent variable's own unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.tables.labels import DECIMALS, describe


@dataclass(frozen=True)
class Unit:
    """A unit: stored numbers are multiplied by `scale`."""

    scale: float
    words: str
    explained: str


UNITS_SHOWN = {
    "basis points": Unit(1e4, "in basis points", "in basis points (decimals times 10,000)"),
    "percent": Unit(1e2, "in percent", "in percent (decimals times 100)"),
    "own": Unit(1.0, "in its own unit", "in the dependent variable's own unit"),
}


def choose_unit(models: Sequence[Mapping[str, Any]]) -> Unit:
    """Choose one unit for the columns of a table: that which they name, else by their outcomes."""
    named = {model.get("unit") for model in models}
    if len(named) == 1 and (name := named.pop()) in UNITS_SHOWN:
        return UNITS_SHOWN[str(name)]
    returns = all(describe(model["outcome"]).kind in DECIMALS for model in models)
    return UNITS_SHOWN["basis points" if returns else "own"]
