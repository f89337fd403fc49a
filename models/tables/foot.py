"""The rows at the foot of a table: effects, sample and fit of each model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.tables.cells import write_count, write_number, write_p
from models.tables.style import Style
from models.tables.table import Cell, Row

Facts = Mapping[str, Any]
EFFECT_WORDS = {"ticker": "Firm effects", "session": "Session effects"}
PANEL = "firm-days"


def list_effects(models: Sequence[Facts]) -> tuple[Row, ...]:
    """Return a row an effect, Yes or No a model.

    Where rows are firm-days, firm and session effects are told even if no model has them: a reader
    looks for them. Elsewhere only those that some model has.
    """
    if not any(model["effects"] or model.get("corrections") for model in models):
        return ()
    absorbed = [(model["effects"] or "").split("+") for model in models]
    expected = EFFECT_WORDS if any(model.get("rows", PANEL) == PANEL for model in models) else {}
    names = dict.fromkeys([*expected, *(name for found in absorbed for name in found if name)])
    return tuple(
        Row(
            EFFECT_WORDS.get(name, f"{name.capitalize()} effects"),
            tuple(Cell("Yes" if name in found else "No") for found in absorbed),
        )
        for name in names
    )


def list_sample(models: Sequence[Facts]) -> tuple[Row, ...]:
    """Return the rows of counts."""
    kinds = {str(model.get("rows") or PANEL) for model in models}
    rows = {
        kinds.pop().capitalize() if len(kinds) == 1 else "Rows (firm-days or sessions)": "n_obs",
        "Firms": "n_firms",
        "Sessions": "n_sessions",
    }
    if any(model["effects"] for model in models):
        rows["Singletons dropped"] = "n_singletons"
    return rows_present(models, {words: (name, write_count) for words, name in rows.items()})


def list_fit(models: Sequence[Facts], joint: str, style: Style) -> tuple[Row, ...]:
    """Return the rows of fit and of the joint test, which is called `joint`."""

    def write(number: float | None) -> Cell:
        return write_number(number, style)

    rows = rows_present(
        models,
        {
            "R²": ("r_squared", write),
            "R² within": ("r_squared_within", write),
            "Gain in R² over the controls, in basis points": ("r_squared_gain_bp", write),
            f"{joint}: F": ("joint_f", write),
        },
    )
    if not any(model.get("joint_f") is not None for model in models):
        return rows
    return (
        *rows,
        Row(f"{joint}: degrees of freedom", tuple(map(_write_freedom, models))),
        *rows_present(models, {f"{joint}: p": ("joint_p", lambda p: write_p(p, style))}),
    )


def rows_present(
    models: Sequence[Facts], rows: Mapping[str, tuple[str, Callable[[Any], Cell]]]
) -> tuple[Row, ...]:
    """Return the rows of which at least one column has a value."""
    return tuple(
        Row(words, tuple(write(model.get(name)) for model in models))
        for words, (name, write) in rows.items()
        if any(model.get(name) is not None for model in models)
    )


def _write_freedom(model: Facts) -> Cell:
    if model.get("joint_f") is None:
        return Cell()
    # Without a second number the test is by the chi-squared law, to which F times the first goes.
    second = "∞" if model["joint_df2"] is None else model["joint_df2"]
    return Cell(f"{model['joint_df1']}, {second}")
