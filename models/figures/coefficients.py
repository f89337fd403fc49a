"""Coefficient plots: a panel a column of the table, a row an emotion, estimates with 95 % intervals."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from models.figures.drawing import (
    GRID,
    VARIANTS,
    ZERO,
    Figure,
    colour_of,
    fade,
    finish,
    inert,
    lay_panels,
    name_below,
    span,
    wrap,
)
from models.figures.estimates import Estimate, Facts, name_axis, ordered, read_estimates, unit_of
from models.figures.words import caption_of, title_of
from models.tables.labels import MEASURES, describe
from models.tables.numbers import show
from models.tables.units import Unit

ROW, GAP = 26, 46  # pixels
INTERCEPT = "(Intercept)"
Panels = list[tuple[Facts, list[Estimate]]]


def draw_coefficients(
    models: pl.DataFrame, terms: pl.DataFrame, per_sd: bool | None = None, controls: bool = False
) -> Figure | None:
    """Draw the columns of a family side by side; None where no column has an interval to draw.

    Parameters
    ----------
    models, terms
        The stored models of one family and tagger, and their terms.
    per_sd
        Per within-firm standard deviation of the term, else per unit; None: per standard deviation
        where all drawn terms have one.
    controls
        Whether what is no measure of emotion is drawn too. It is drawn where nothing else is.
    """
    facts = ordered(models)
    if per_sd is None:
        per_sd = _have_sd(facts, terms)
    panels = _choose_panels(facts, terms, per_sd, controls)
    # Columns that are not drawn have no say in the unit.
    panels = _choose_panels([model for model, _ in panels], terms, per_sd, controls)
    if not panels:
        return None
    drawn = [model for model, _ in panels]
    unit = unit_of(drawn)
    per = _name_step(panels, per_sd)
    title, axis = title_of(facts), name_axis(drawn, unit, per)
    in_words = axis.removeprefix("Estimate, ")
    in_words = f"{in_words[0].lower()}{in_words[1:]}"
    return Figure(
        name=f"{facts[0]['family']}-coefficients",
        title=title,
        caption=caption_of(
            f"Points are estimates ({in_words}), bars their 95 % intervals, each by itself; "
            "an interval across zero cannot be told from zero.",
            drawn,
        ),
        plot=_draw(panels, title, axis),
    )


def _choose_panels(facts: Sequence[Facts], terms: pl.DataFrame, per_sd: bool, controls: bool) -> Panels:
    """Return the columns that have something to draw: emotions, else all terms but the intercept.

    Figures in units of their own, such as costs beside a Sharpe ratio, have no axis in common.
    """
    unit = unit_of(facts)
    panels = [
        (model, [e for e in read_estimates(model, terms, unit, per_sd) if not e.own_unit]) for model in facts
    ]
    if not controls:
        of_emotions = any(estimate.measure for _, found in panels for estimate in found)
        panels = [
            (model, [e for e in found if e.measure or (not of_emotions and e.term != INTERCEPT)])
            for model, found in panels
        ]
    return [(model, found) for model, found in panels if found]


def _have_sd(facts: Sequence[Facts], terms: pl.DataFrame) -> bool:
    """Whether every slope has a standard deviation to be scaled by; an intercept is no slope."""
    ids = [model["result_id"] for model in facts]
    slopes = terms.filter(pl.col("result_id").is_in(ids), pl.col("term") != INTERCEPT)
    return slopes.height > 0 and slopes["within_sd"].null_count() == 0


def _name_step(panels: Panels, per_sd: bool) -> str:
    """Say for which change of a term an estimate is a change; means and shares are of none."""
    models = [model for model, _ in panels]
    if not any(model.get("joint_df1") or model.get("corrections") for model in models):
        return ""
    if not per_sd:
        of_emotions = any(estimate.measure for _, found in panels for estimate in found)
        return "unit (a share from 0 to 1)" if of_emotions else "unit"
    # Only firm-days have a spread within firms.
    of_firms = all((model.get("rows") or "firm-days") == "firm-days" for model in models)
    return "within-firm SD" if of_firms else "SD"


def _draw(panels: Panels, title: str, axis: str) -> go.Figure:
    rows, variants = _order_rows(panels), _order_variants(panels)
    alone = len(panels) == 1
    n_rows, n_columns = lay_panels(len(panels))
    # One scale where outcomes are of one kind: volatility and a return have none in common.
    alike = len({describe(str(model["outcome"])).kind for model, _ in panels}) == 1
    deepest = max(len(_own_variants(found, variants)) for _, found in panels)
    names = [wrap(row, 48 if alone else 34) for row in rows]
    if alone:  # there is room for the numbers themselves
        model, found = panels[0]
        names = [_add_numbers(name, e, unit_of([model])) for name, e in zip(names, found, strict=True)]
    row = 40 if any("<br>" in name for name in names) else ROW
    panel = row * len(rows) * (1 if deepest < 2 else 0.65 * deepest)
    gap = GAP if alike else GAP + 14
    height = n_rows * panel + (n_rows - 1) * gap
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        shared_xaxes="all" if alike else False,
        shared_yaxes="all",
        horizontal_spacing=0.025,
        vertical_spacing=gap / height if n_rows > 1 else 0,
        subplot_titles=[wrap(f"({m['column_no']}) {m['title']}", 88 // n_columns) for m, _ in panels]
        if not alone
        else None,
    )
    figure.update_annotations(font_size=12)
    for number, (model, found) in enumerate(panels):
        place = {"row": number // n_columns + 1, "col": number % n_columns + 1}
        for estimate in found:
            _add_estimate(figure, estimate, model, rows, (variants, _own_variants(found, variants)), place)
        figure.add_vline(x=0, line={"color": ZERO, "width": 1.2}, **place)
        on_one_scale = [e for _, every in panels for e in every] if alike else found
        ends = [end for e in on_one_scale for end in (e.low, e.high)]
        ticks = {"nticks": 9 if n_columns < 3 else 5} if alike else _three_ticks(ends)
        figure.update_xaxes(range=span(ends), gridcolor=GRID, tickangle=0, **ticks, **place)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=names,
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    name_below(figure, axis)
    _add_legend(figure, variants)
    lines = sum(len(variant) + 6 for variant in variants) // 90 + 1 if variants else 0
    return finish(figure, title, height, bottom=56 + 20 * lines, above=12 if alone else 42)


def _three_ticks(ends: Sequence[float]) -> dict[str, list[float]]:
    """Return zero and a round number to either side, which a narrow axis of small numbers has room for."""
    low, high = span(ends)
    step = float(f"{0.6 * max(map(abs, ends)):.0e}")
    return {"tickvals": [tick for tick in (-step, 0.0, step) if low <= tick <= high]}


def _order_rows(panels: Panels) -> list[str]:
    """Return the rows: measures in their order, then other terms; of a single column every term."""
    found = [estimate for _, estimates in panels for estimate in estimates]
    if len(panels) == 1:
        return [estimate.words for estimate in found]
    measures = [name.capitalize() for name in MEASURES if name in {e.measure for e in found}]
    return [*measures, *dict.fromkeys(e.words for e in found if not e.measure)]


def _add_numbers(name: str, estimate: Estimate, unit: Unit) -> str:
    """Write an estimate and its p-value under the name of its term."""
    short = {"basis points": " bp", "percent": " %"}.get(unit.words.removeprefix("in "), "")
    shown = show(estimate.value).replace("-", "−")
    p = estimate.p_value
    said = "" if p is None else ", p < 0.001" if p < 0.001 else f", p = {p:.3f}"
    return f"{name}<br><span style='font-size:0.85em'>{shown}{short}{said}</span>"


def _order_variants(panels: Panels) -> list[str]:
    """Return what tells the terms of one measure apart, where a panel has several."""
    several = len(panels) > 1 and any(
        len([e for e in found if e.measure == measure]) > 1
        for _, found in panels
        for measure in {e.measure for e in found if e.measure}
    )
    found = [e.variant for _, estimates in panels for e in estimates if e.measure]
    # A product comes after what it multiplies; else as they first appear.
    return sorted(dict.fromkeys(found), key=lambda variant: " x " in variant) if several else []


def _own_variants(found: list[Estimate], variants: list[str]) -> list[str]:
    """Return the variants of one panel, in their order."""
    own = {estimate.variant for estimate in found if estimate.measure}
    return [variant for variant in variants if variant in own]


def _add_estimate(
    figure: go.Figure,
    estimate: Estimate,
    model: Facts,
    rows: list[str],
    variants: tuple[list[str], list[str]],
    place: dict[str, int],
) -> None:
    """Draw an interval and its estimate; `variants` are those of the figure and of the panel."""
    every, own = variants
    name = estimate.words if estimate.words in rows else estimate.measure.capitalize()
    y: float = rows.index(name)
    symbol = "circle"
    if estimate.variant in own:  # terms of one measure stand under each other within its row
        y += ((own.index(estimate.variant) + 0.5) / len(own) - 0.5) * 0.8
        symbol = VARIANTS[every.index(estimate.variant) % len(VARIANTS)]
    # A column is of an emotion where its terms are not.
    colour = colour_of(estimate.measure or str(model["outcome"]).rpartition("_")[2])
    figure.add_scatter(
        x=[estimate.low, estimate.high],
        y=[y, y],
        mode="lines",
        line={"color": fade(colour, 0.5), "width": 8 if len(own) < 2 else 5},
        showlegend=False,
        hoverinfo="skip",
        **place,
    )
    edge = "white" if symbol in {"circle", "diamond", "square"} else colour
    figure.add_scatter(
        x=[estimate.value],
        y=[y],
        mode="markers",
        marker={"color": colour, "size": 10 if len(own) < 2 else 8, "symbol": symbol}
        | {"line": {"width": 1.2, "color": edge}},
        showlegend=False,
        hovertemplate=f"{inert(estimate.words)}: %{{x:.3g}}<br>"
        f"95 % interval {estimate.low:.3g} to {estimate.high:.3g}<extra></extra>",
        **place,
    )


def _add_legend(figure: go.Figure, variants: list[str]) -> None:
    for turn, variant in enumerate(variants):
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=inert(variant),
            marker={"color": "#555555", "size": 9, "symbol": VARIANTS[turn % len(VARIANTS)]},
        )
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "font_size": 11}
    )
