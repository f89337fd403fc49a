"""Responses over horizons: a panel an emotion, estimates with a band of 95 % intervals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from models.figures.drawing import (
    GRID,
    ZERO,
    Figure,
    colour_of,
    dash_of,
    fade,
    finish,
    inert,
    lay_panels,
    name_below,
    span,
    symbol_of,
)
from models.figures.estimates import Facts, ordered, read_estimates, unit_of
from models.figures.words import caption_of, title_of
from models.tables.units import Unit

PANEL, GAP = 150, 44  # pixels
_HORIZON = re.compile(r"(?:_lead|_cum)(\d+)$")
_SESSION = re.compile(r"session_(-?\d+)")


@dataclass(frozen=True)
class Response:
    """One point of a response, in the unit shown."""

    horizon: int
    value: float
    low: float
    high: float


Responses = dict[str, list[Response]]  # measure -> its points by horizon


def draw_local_projections(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw what each emotion goes with, a horizon a column of the table."""
    facts = ordered(models)
    unit = unit_of(facts)
    found: Responses = {}
    for model in facts:
        reached = _HORIZON.search(str(model["outcome"]))
        for estimate in read_estimates(model, terms, unit, per_sd=True):
            if estimate.measure:
                point = Response(
                    int(reached[1]) if reached else 0, estimate.value, estimate.low, estimate.high
                )
                found.setdefault(estimate.measure, []).append(point)
    cumulated = any("_cum" in str(model["outcome"]) for model in facts)
    what = "Return from the open of t to the close of t+h" if cumulated else "Return of session t+h"
    return _figure(facts, found, f"{what}, {unit.words} per within-firm SD", "Sessions after the posts, h")


def draw_impulse_responses(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw how an outcome moves after a shock to each emotion, a column of the table a shock."""
    facts = ordered(models)
    unit = unit_of(facts)
    found = _by_session(facts, terms, unit)
    return _figure(facts, found, f"Response, {unit.words} to one SD", "Sessions after the shock")


def draw_event_study(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw mean cumulated abnormal returns around events, a column of the table a measure."""
    facts = ordered(models)
    unit = unit_of(facts)
    found = _by_session(facts, terms, unit)
    return _figure(facts, found, f"Cumulated abnormal return, {unit.words}", "Sessions from the event")


def _by_session(facts: Sequence[Facts], terms: pl.DataFrame, unit: Unit) -> Responses:
    """Return the points of terms such as `session_3` by the title of their column."""
    found: Responses = {}
    for model in facts:
        for estimate in read_estimates(model, terms, unit):
            if session := _SESSION.fullmatch(estimate.term):
                point = Response(int(session[1]), estimate.value, estimate.low, estimate.high)
                found.setdefault(str(model["title"]).lower(), []).append(point)
    return found


def _figure(facts: Sequence[Facts], found: Responses, axis: str, below: str) -> Figure | None:
    if not found:
        return None
    title = title_of(facts)
    drawn = (
        f"Lines are estimates ({axis[0].lower()}{axis[1:]}), bands their 95 % intervals, each by itself: a "
        "band that leaves zero at one horizon of many may do so by chance."
    )
    return Figure(
        name=f"{facts[0]['family']}-horizons",
        title=title,
        caption=caption_of(drawn, facts),
        plot=_draw(found, title, axis, below),
    )


def _draw(found: Responses, title: str, axis: str, below: str) -> go.Figure:
    n_rows, n_columns = lay_panels(len(found))
    height = n_rows * PANEL + (n_rows - 1) * GAP
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=GAP / height if n_rows > 1 else 0,
        subplot_titles=[inert(name, 30).capitalize() for name in found],
    )
    figure.update_annotations(font_size=12)
    for number, (measure, points) in enumerate(found.items()):
        place = {"row": number // n_columns + 1, "col": number % n_columns + 1}
        _add_response(figure, measure, sorted(points, key=lambda point: point.horizon), place)
        figure.add_hline(y=0, line={"color": ZERO, "width": 1.2}, **place)
    ends = [end for points in found.values() for point in points for end in (point.low, point.high)]
    figure.update_yaxes(range=span(ends), gridcolor=GRID, nticks=6)
    horizons = [point.horizon for points in found.values() for point in points]
    first, last = min(horizons), max(horizons)
    figure.update_xaxes(range=[first - 0.4, last + 0.4], dtick=max(1, round(last / 5)), showgrid=False)
    name_below(figure, below)
    figure.add_annotation(
        text=axis,
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xshift=-34,
        yshift=24,
        xanchor="left",
        yanchor="bottom",
    ).update_annotations(showarrow=False)
    return finish(figure, title, height, above=56)


def _add_response(figure: go.Figure, measure: str, points: list[Response], place: dict[str, int]) -> None:
    x = [point.horizon for point in points]
    colour = colour_of(measure)
    edges = {"mode": "lines", "line_width": 0, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=x, y=[point.high for point in points], **edges, **place)
    figure.add_scatter(
        x=x,
        y=[point.low for point in points],
        fill="tonexty",
        fillcolor=fade(colour, 0.25),
        **edges,
        **place,
    )
    figure.add_scatter(
        x=x,
        y=[point.value for point in points],
        mode="lines+markers",
        name=inert(measure, 30).capitalize(),
        line={"color": colour, "width": 1.8, "dash": dash_of(measure)},
        marker={"color": colour, "symbol": symbol_of(measure), "size": 7},
        showlegend=False,
        hovertemplate="%{x} sessions after: %{y:.3g}<extra></extra>",
        **place,
    )
