"""Figures of stored estimates as pages of evidence show them: those that are exported, made for a screen."""

import re
import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import inert_label
from dashboard.palette import GRID, ZERO, colour_of, fade
from models.figures import draw_coefficients
from models.figures.choices import draw_specification_curve
from models.figures.drawing import Figure, span
from models.figures.horizons import draw_event_study, draw_local_projections
from models.figures.portfolios import draw_portfolios
from models.figures.registry import draw_figures
from models.tables.answers import find_term, in_its_direction, keep_measure, name_measures

WORDS_BELOW, NAME = 36, 26  # letters
LINE = 16  # pixels
_OWN_UNIT = re.compile(r"in the dependent variable\S{1,6}s own unit")
PANEL = 185  # pixels, of one of several figures side by side
COST = 10  # basis points a side


def fit_to_screen(plot: go.Figure, height: int | None = None, top: int = 10) -> go.Figure:
    """Take a figure's title off, which the page has, and let it be as wide as the page."""
    _break_words_below(plot)
    tall = height or plot.layout.height - plot.layout.margin.t + top
    plot.update_xaxes(automargin=True)
    return plot.update_layout(title_text="", width=None, height=tall, margin_t=top)


def fit_coefficients(plot: go.Figure) -> go.Figure:
    """Do the same with one column of coefficients, whose ticks and names a narrow screen must hold."""
    named = plot.layout.yaxis.ticktext
    if named:
        plot.update_yaxes(ticktext=[_break_name(name) for name in named])
    return fit_to_screen(plot.update_xaxes(nticks=5))


def draw_family(models: pl.DataFrame, terms: pl.DataFrame) -> go.Figure | None:
    """Draw the first figure of a family; None where it has none."""
    found = next(draw_figures(models, terms), None)
    return None if found is None else fit_to_screen(found.plot, top=34 if _has_head(found) else 10)


def draw_columns(models: pl.DataFrame, terms: pl.DataFrame) -> dict[str, go.Figure]:
    """Draw a column of a table a figure, so that they stack on a narrow screen; if there is any."""
    single = {
        f"({row['column_no']}) {row['title']}": draw_coefficients(models[n], terms)
        for n, row in enumerate(models.iter_rows(named=True))
    }
    return {name: fit_coefficients(found.plot) for name, found in single.items() if found}


def draw_choices(models: pl.DataFrame, terms: pl.DataFrame, measure: str | None) -> go.Figure | None:
    """Draw the specification curve of one emotion, or of all of them side by side."""
    shown = terms if measure is None else keep_measure(terms, measure)
    found = draw_specification_curve(models, shown)
    if found is None:
        return None
    if measure is not None:  # one panel has room for more ticks, and the page says whose it is
        found.plot.update_xaxes(nticks=6)
    return fit_to_screen(found.plot, top=30)


def draw_responses(models: pl.DataFrame, terms: pl.DataFrame) -> dict[str, go.Figure]:
    """Draw an emotion a figure over horizons, all on one scale, so that they stack on a narrow screen."""
    single = {
        measure: draw_local_projections(models, keep_measure(terms, measure))
        for measure in name_measures(terms)
    }
    return _on_one_scale({name: found for name, found in single.items() if found})


def draw_events(models: pl.DataFrame, terms: pl.DataFrame) -> dict[str, go.Figure]:
    """Draw returns around events, a measure a figure, all on one scale."""
    single = {
        str(models["title"][n]).lower(): draw_event_study(models[n], terms) for n in range(models.height)
    }
    return _on_one_scale({name: found for name, found in single.items() if found})


def draw_groups(models: pl.DataFrame, terms: pl.DataFrame) -> dict[str, go.Figure]:
    """Draw what groups of firms earned, a signal a figure, all on one scale."""
    single = {str(models["title"][n]): draw_portfolios(models[n], terms) for n in range(models.height)}
    return _on_one_scale({name: found for name, found in single.items() if found})


def draw_after_costs(models: pl.DataFrame, terms: pl.DataFrame) -> go.Figure | None:
    """Draw each signal's spread before costs (hollow) and after ten basis points a side (filled).

    Both in the direction in which the spread earned: that of what is left after costs.
    """
    figure = go.Figure()
    names: list[str] = []
    ends: list[float] = []
    for model in models.sort("column_no").iter_rows(named=True):
        pair = [find_term(models, terms, model["column_no"], term) for term in ("long_short", f"net_{COST}")]
        spread, net = pair
        if spread is None or net is None or spread["conf_low"] is None or net["conf_low"] is None:
            continue
        title = str(model["title"])
        way = "highest less lowest" if spread["estimate"] >= 0 else "lowest less highest"
        colour = colour_of(title.partition(",")[0].lower())
        for row, is_net, shift in zip(
            (in_its_direction(spread), net), (False, True), (-0.16, 0.16), strict=True
        ):
            y = len(names) + shift
            ends += [row["conf_low"], row["conf_high"]]
            figure.add_scatter(
                x=[row["conf_low"], row["conf_high"]],
                y=[y, y],
                mode="lines",
                line={"color": fade(colour, 0.5 if is_net else 0.25), "width": 7},
                hoverinfo="skip",
                showlegend=False,
            )
            figure.add_scatter(
                x=[row["estimate"]],
                y=[y],
                mode="markers",
                marker={"color": colour, "size": 10, "symbol": "circle" if is_net else "circle-open"},
                name=f"After {COST} bp a side" if is_net else "Before costs",
                legendgroup=str(is_net),
                showlegend=not names,
                hovertemplate=f"{'After' if is_net else 'Before'} costs: %{{x:.1f}} bp<extra></extra>",
            )
        names.append(f"{inert_label(title)}<br><span style='font-size:0.85em'>{way}</span>")
    if not names:
        return None
    figure.add_vline(x=0, line={"color": ZERO, "width": 1.2})
    figure.update_xaxes(
        title_text="As it earned, bp a session",
        range=span(ends),
        gridcolor=GRID,
        zeroline=False,
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    return figure.update_layout(
        height=50 * len(names) + 90,
        dragmode=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
    )


def _on_one_scale(found: dict[str, Figure]) -> dict[str, go.Figure]:
    """Give figures of single panels one range, which zero is part of, and room for a short title."""
    ranges = [figure.plot.layout.yaxis.range for figure in found.values()]
    limits = _join(ranges)
    plots = {}
    for name, figure in found.items():
        plot = figure.plot.update_yaxes(range=limits, title_text="", nticks=6)
        # The page says over the figures what each axis is.
        plot.layout.annotations = ()
        plots[name] = fit_to_screen(plot.update_layout(margin_b=34), PANEL, top=8)
    return plots


def _join(ranges: Sequence[Sequence[float]]) -> list[float] | None:
    return [min(low for low, _ in ranges), max(high for _, high in ranges)] if ranges else None


def _break_words_below(plot: go.Figure) -> None:
    """Write the words under a figure on lines that a narrow screen holds, and make room for them."""
    lines = 1
    for words in (*plot.layout.annotations, plot.layout.xaxis.title):
        is_below = words is plot.layout.xaxis.title or (words.yref == "paper" and words.y == 0)
        if words.text and is_below:
            # The text is escaped, and no entity has a space.
            broken = textwrap.wrap(_OWN_UNIT.sub("in its own unit", words.text), WORDS_BELOW)
            words.text = "<br>".join(broken)
            lines = max(lines, len(broken))
    more = (lines - 1) * LINE
    plot.update_layout(height=plot.layout.height + more, margin_b=plot.layout.margin.b + more)


def _break_name(name: str) -> str:
    """Write the name of a term on lines of a narrow screen; what stands below it keeps its own."""
    first, mark, below = name.partition("<br>")
    return "<br>".join(textwrap.wrap(first, NAME, break_long_words=False)) + mark + below


def _has_head(found: Figure) -> bool:
    """Whether names of panels or a legend stand above a figure."""
    layout = found.plot.layout
    return bool(layout.annotations) or layout.legend.orientation == "h"
