"""What figures on screen have in common. Of posts, single words and pairs alone enter a figure."""

from collections.abc import Sequence
from datetime import date
from html import escape

import plotly.graph_objects as go
import polars as pl

from dashboard.palette import GRID, VOLUME, ZERO

# Shares and SD are computed upstream; here is formatting only.
# The camera saves a figure; the other buttons are clutter.
CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": [
        "zoom",
        "pan",
        "select",
        "lasso",
        "zoomIn",
        "zoomOut",
        "autoScale",
        "resetScale",
    ],
    "scrollZoom": False,
}


def inert_label(text: str) -> str:
    """Escape text of posts: plotly reads some HTML, and a dollar sign may start a formula."""
    return escape(text).replace("$", "&#36;")


def add_volume(figure: go.Figure, x: Sequence[str], counts: Sequence[int | None], axis: str) -> None:
    """Add bars of the number of posts as a panel of their own."""
    figure.add_bar(
        x=x,
        y=counts,
        name="Posts",
        marker={"color": VOLUME, "line_width": 0},
        showlegend=False,
        hovertemplate="%{y:,}",
        yaxis=axis,
    )
    name = axis.replace("y", "yaxis")
    figure.update_layout(
        {name: {"title_text": "Posts", "tickformat": ",", "nticks": 3, "rangemode": "tozero"}}
    )


def hatch(partly: Sequence[bool]) -> dict[str, object]:
    """Hatch the bars of sessions not observed whole; where all were, say nothing: it makes plotly slower."""
    if not any(partly):
        return {}
    return {"pattern": {"shape": ["/" if part else "" for part in partly], "fgcolor": ZERO, "size": 5}}


def session_labels(sessions: pl.Series) -> list[str]:
    """Sessions as categories: an axis of dates would leave gaps for weekends and holidays."""
    return [f"{session:%Y-%m-%d}" for session in sessions]


def stack_panels(figure: go.Figure, x: Sequence[str], height: int, foot: str) -> go.Figure:
    """Give panels that stand on one x axis (so that one hover reads them all) their ticks and legend."""
    step = max(1, -(-len(x) // 7))
    ticks = list(x[::step])
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(x),
        tickvals=ticks,
        ticktext=[_tick(date.fromisoformat(tick)) for tick in ticks],
        tickangle=0,
        showgrid=False,
        rangeslider_visible=False,
        anchor=foot,
    )
    figure.update_yaxes(gridcolor=GRID, zeroline=False, automargin=True)
    return figure.update_layout(
        height=height,
        hovermode="x unified",
        hoversubplots="axis",
        dragmode=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 30},
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.01,
            "x": 0,
            "title_text": "",
            "traceorder": "normal",
        },
    )


def _tick(session: date) -> str:
    return f"{session.day} {session:%b}<br>{session.year}"
