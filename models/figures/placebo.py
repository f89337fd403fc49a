"""Estimates beside those of emotions dealt out at random."""

import plotly.graph_objects as go
import polars as pl

from models.figures.drawing import GRID, ZERO, Figure, colour_of, finish, span, symbol_of
from models.figures.estimates import Facts, name_axis, ordered, rows_of, unit_of
from models.figures.words import caption_of, title_of
from models.tables.labels import MEASURES, describe

ROW = 44  # pixels


def draw_placebo(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw each emotion's estimate over the interval that holds 95 % of its placebo estimates."""
    facts = ordered(models)[:1]
    if "placebo_low" not in terms.columns:
        return None
    rows = [row for row in rows_of(facts[0], terms) if row["placebo_low"] is not None]
    if not rows:
        return None
    unit, title = unit_of(facts), title_of(facts)
    axis = name_axis(facts, unit, "unit (a share from 0 to 1)")
    return Figure(
        name=f"{facts[0]['family']}-placebo",
        title=title,
        caption=caption_of(
            "Wide grey bars hold 95 % of the estimates of placebo emotions; points are the estimates, thin "
            "lines their own 95 % intervals. A point within its grey bar does no better than chance.",
            facts,
        ),
        plot=_draw(rows, unit.scale, title, axis),
    )


def _draw(rows: list[Facts], scale: float, title: str, axis: str) -> go.Figure:
    figure, names, ends = go.Figure(), [], []
    for place, row in enumerate(rows):
        described = describe(str(row["term"])).place
        measure = MEASURES[described[2]] if described else str(row["term"])
        names.append(measure.capitalize())
        low, high, value = (row[name] * scale for name in ("placebo_low", "placebo_high", "estimate"))
        own = [row["conf_low"] * scale, row["conf_high"] * scale]
        ends += [low, high, *own]
        bars = {"mode": "lines", "y": [place, place], "hoverinfo": "skip", "legendgroup": "bars"}
        figure.add_scatter(
            x=[low, high],
            line={"color": "#C9CFD4", "width": 18},
            name="95 % of the placebo estimates",
            showlegend=place == 0,
            **bars,
        )
        figure.add_scatter(x=own, line={"color": colour_of(measure), "width": 2.5}, showlegend=False, **bars)
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers",
            marker={"color": colour_of(measure), "symbol": symbol_of(measure), "size": 11}
            | {"line": {"width": 1, "color": "white"}},
            name="Estimate and its 95 % interval",
            showlegend=place == 0,
            hovertemplate=f"{measure}: %{{x:.3g}}<br>placebos {low:.3g} to {high:.3g}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": ZERO, "width": 1.2})
    figure.update_xaxes(title_text=axis, range=span(ends), gridcolor=GRID)
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.4, -0.6], showgrid=False
    )
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    return finish(figure, title, ROW * len(rows), above=40)
