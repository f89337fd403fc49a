"""The specification curve: a row a choice, a panel an emotion, the headline marked in each."""

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from models.figures.drawing import (
    GRID,
    ZERO,
    Figure,
    colour_of,
    fade,
    finish,
    inert,
    name_below,
    span,
    symbol_of,
)
from models.figures.estimates import Estimate, Facts, name_axis, ordered, read_estimates, unit_of
from models.figures.words import caption_of, title_of
from models.tables.labels import MEASURES

ROW = 21  # pixels


@dataclass(frozen=True)
class Choice:
    """One model and its estimates by measure."""

    model: Facts
    estimates: dict[str, Estimate]


def draw_specification_curve(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw the same terms under every choice; the first model is the headline."""
    facts = ordered(models)
    unit = unit_of(facts)
    choices = []
    for model in facts:
        of_emotions = [e for e in read_estimates(model, terms, unit, per_sd=True) if e.measure]
        if of_emotions:
            choices.append(Choice(model, {e.measure: e for e in of_emotions}))
    if not choices:
        return None
    title, drawn = title_of(facts), [choice.model for choice in choices]
    axis = name_axis(drawn[:1], unit, "within-firm SD")
    return Figure(
        name=f"{facts[0]['family']}-specification-curve",
        title=title,
        caption=caption_of(
            f"Each row changes one choice of the headline, which stands on top; its estimates are the "
            f"dotted lines. Points are estimates ({axis[0].lower()}{axis[1:]}), bars their 95 % intervals; "
            "those that cannot be told from zero are drawn like all others.",
            drawn,
        ),
        plot=_draw(choices, title, axis),
    )


def _draw(choices: list[Choice], title: str, axis: str) -> go.Figure:
    measures = [name for name in MEASURES if any(name in choice.estimates for choice in choices)]
    figure = make_subplots(
        cols=len(measures),
        shared_yaxes="all",
        horizontal_spacing=0.015,
        subplot_titles=[measure.capitalize() for measure in measures],
    )
    figure.update_annotations(font_size=12)
    every = [e for choice in choices for e in choice.estimates.values()]
    limits = span([end for estimate in every for end in (estimate.low, estimate.high)])
    for column, measure in enumerate(measures, start=1):
        place = {"row": 1, "col": column}
        for row, choice in enumerate(choices):
            if estimate := choice.estimates.get(measure):
                _add_estimate(figure, estimate, row, place)
        # After the estimates: plotly draws no lines in a panel that is still empty.
        figure.add_vline(x=0, line={"color": ZERO, "width": 1.2}, layer="below", **place)
        if headline := choices[0].estimates.get(measure):
            dotted = {"color": colour_of(measure), "width": 1.2, "dash": "dot"}
            figure.add_vline(x=headline.value, line=dotted, layer="below", **place)
    # The headline's band.
    figure.add_hrect(y0=-0.5, y1=0.5, fillcolor=fade("#808C98", 0.14), line_width=0, layer="below")
    figure.update_xaxes(range=limits, nticks=4, gridcolor=GRID, tickfont_size=10)
    names = [inert(str(choice.model["title"]), 34) for choice in choices]
    names[0] = f"<b>{names[0]}</b>"
    figure.update_yaxes(
        tickvals=list(range(len(choices))),
        ticktext=names,
        range=[len(choices) - 0.4, -0.6],
        showgrid=False,
        tickfont_size=11,
    )
    name_below(figure, axis)
    return finish(figure, title, ROW * len(choices), above=36)


def _add_estimate(figure: go.Figure, estimate: Estimate, row: int, place: dict[str, int]) -> None:
    colour = colour_of(estimate.measure)
    figure.add_scatter(
        x=[estimate.low, estimate.high],
        y=[row, row],
        mode="lines",
        line={"color": fade(colour, 0.5), "width": 5},
        showlegend=False,
        hoverinfo="skip",
        **place,
    )
    figure.add_scatter(
        x=[estimate.value],
        y=[row],
        mode="markers",
        marker={"color": colour, "symbol": symbol_of(estimate.measure), "size": 7},
        showlegend=False,
        hovertemplate=f"%{{x:.3g}}<br>95 % interval {estimate.low:.3g} to {estimate.high:.3g}<extra></extra>",
        **place,
    )
