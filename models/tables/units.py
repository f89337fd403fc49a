"""What estimates and means are shown in: basis points, percent, or the dependent variable's own unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.tables.labels import DECIMALS, describe


@dataclass(frozen=True)
class Unit:
    """A unit: stored numbers are multiplied by `scale`.

    Parameters
    ----------
    words, explained
        For the row of means and for the notes.
    titled
        Whether it holds for the whole table, so that the title names it.
    """

    scale: float
    words: str
    explained: str
    titled: bool = True


UNITS_SHOWN = {
    "basis points": Unit(1e4, "in basis points", "in basis points (decimals times 10,000)"),
    "percent": Unit(1e2, "in percent", "in percent (decimals times 100)"),
    "own": Unit(1.0, "in its own unit", "in the dependent variable's own unit", titled=False),
}
OF_ROWS = "each in the unit that its row names"


def choose_unit(models: Sequence[Mapping[str, Any]], terms: Sequence[Mapping[str, Any]] = ()) -> Unit:
    """Choose one unit for the columns of a table: that which they name, else by their outcomes.

    Where each term names its own, what is chosen is for the means of the dependent variables.
    """
    returns = all(describe(model["outcome"]).kind in DECIMALS for model in models)
    by_outcome = UNITS_SHOWN["basis points" if returns else "own"]
    if terms and all(term.get("unit_of_term") for term in terms):
        return replace(by_outcome, explained=OF_ROWS, titled=False)
    named = {model.get("unit") for model in models}
    if len(named) == 1 and (name := named.pop()) in UNITS_SHOWN:
        return UNITS_SHOWN[str(name)]
    return by_outcome
