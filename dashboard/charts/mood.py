"""Figures of the market's mood."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import add_volume, hatch, session_labels, stack_panels
from dashboard.palette import GRID, ZERO, colour_of, fade
from dashboard.words import THIN, name_measure, signed
from models.emotions import EMOTIONS, SIX


def draw_mood(history: pl.DataFrame, highlighted: str) -> go.Figure:
    """Draw the six emotions over sessions, one with its usual band, over the number of posts.

    Parameters
    ----------
    history
        One row a session and measure: `session, measure, share, month_mean, month_sd, n_posts`.
    highlighted
        The emotion drawn strongly, with its month's mean and one SD to either side.
    """
    figure = go.Figure()
    strong = history.filter(pl.col("measure") == highlighted).sort("session")
    x = session_labels(strong["session"])
    band = strong.with_columns(
        low=pl.col("month_mean") - pl.col("month_sd"), high=pl.col("month_mean") + pl.col("month_sd")
    )
    colour = colour_of(highlighted)
    edges = {"mode": "lines", "line_width": 0, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=band["high"].to_list(), showlegend=False, **edges)
    figure.add_scatter(
        x=x,
        y=band["low"].to_list(),
        fill="tonexty",
        fillcolor=fade(colour, 0.18),
        showlegend=False,
        **edges,
    )
    shown = SIX if highlighted in SIX else (highlighted, *SIX)
    for emotion in sorted(shown, key=lambda name: name == highlighted):
        line = history.filter(pl.col("measure") == emotion).sort("session")
        figure.add_scatter(
            x=session_labels(line["session"]),
            y=line["share"].to_list(),
            mode="lines",
            name=name_measure(emotion),
            line={"color": colour_of(emotion), "width": 3}
            if emotion == highlighted
            else {"color": fade(colour_of(emotion), 0.75), "width": 1.4},
            hovertemplate="%{y:.1%}",
            legendrank=1000 + EMOTIONS.index(emotion) if emotion in EMOTIONS else 1100,
        )
    add_volume(figure, x, strong["n_posts"].to_list(), "y2")
    _mark_partly_observed(figure, strong)
    figure.update_layout(
        yaxis={"title_text": "Mean share", "tickformat": ".0%", "domain": [0.27, 1]},
        yaxis2={"domain": [0, 0.21]},
    )
    return stack_panels(figure, x, height=470, foot="y2")


def _mark_partly_observed(figure: go.Figure, sessions: pl.DataFrame) -> None:
    """Hatch the bars (the last trace) of sessions not observed whole, and pale those of few posts."""
    partly = [coverage is not None and coverage < 1 for coverage in sessions["coverage"]]
    figure.data[-1].marker.update(**hatch(partly))
    if (sessions["n_posts"] < THIN).any():
        figure.data[-1].marker.opacity = [0.35 if count < THIN else 1.0 for count in sessions["n_posts"]]


def draw_departures(today: pl.DataFrame) -> go.Figure:
    """Draw how far each measure of one session is from its month, in SD; `today`: `measure, z, share`."""
    order = [*EMOTIONS, "valence"]
    rows = today.filter(pl.col("z").is_not_null())
    rows = rows.sort(pl.col("measure").replace_strict({m: n for n, m in enumerate(order)}), descending=True)
    figure = go.Figure()
    figure.add_vrect(x0=-1, x1=1, fillcolor=fade("#808C98", 0.13), line_width=0, layer="below")
    for row in rows.iter_rows(named=True):
        name, z = name_measure(row["measure"]), row["z"]
        figure.add_scatter(
            x=[0, z],
            y=[name, name],
            mode="lines+markers",
            line={"color": colour_of(row["measure"]), "width": 5},
            marker={"size": [0, 13], "opacity": 1},
            showlegend=False,
            hovertemplate=f"{name}: {signed(z)} SD<extra></extra>",
        )
    widest = max([2.5, *(abs(z) for z in rows["z"])]) * 1.1
    figure.update_xaxes(
        title_text="SD from the mean of the month before", range=[-widest, widest], gridcolor=GRID
    )
    figure.add_vline(x=0, line={"color": ZERO, "width": 1.5})
    figure.update_yaxes(automargin=True)
    return figure.update_layout(height=360, margin={"l": 10, "r": 20, "t": 10, "b": 50}, dragmode=False)
