"""Figures of one ticker: its price, its emotions, its posts, and the words behind them."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import add_volume, inert_label, session_labels, stack_panels
from dashboard.palette import EMOTION_COLOURS, GRID, PRICE, VOLUME, ZERO, colour_of, fade
from dashboard.words import (
    EVENTS,
    THIN,
    contribution_label,
    event_text,
    name_measure,
    observed_share,
    signed,
)
from models.emotions import EMOTIONS

MARKS = {"split": "diamond", "short_interest": "triangle-down", "listing": "star"}
EVENT = "#8F6FD1"  # of no emotion, and readable on white and on dark
UNOBSERVED = "rgba(140,140,140,0.16)"


def draw_ticker(
    sessions: pl.DataFrame,
    events: pl.DataFrame | None = None,
    least: int = THIN,
    framed: date | None = None,
) -> go.Figure:
    """Draw a ticker's price over its emotions over its posts, sessions only.

    Parameters
    ----------
    sessions
        One row a session: `session, open, high, low, close, n_posts` and the seven shares. Sessions
        with fewer than `least` posts are drawn pale: a share of three posts says little. Where `n_posts` is
        null a source was down, and no bar is drawn; where `coverage` is below one the ground is shaded.
    events
        `session, kind, value, before`: marked above the price of their session.
    framed
        A session that is framed through all panels.
    """
    x = session_labels(sessions["session"])
    figure = go.Figure()
    figure.add_candlestick(
        x=x,
        **{name: sessions[name].to_list() for name in ("open", "high", "low", "close")},
        # Hollow rises and filled falls: told apart without red and green.
        increasing={"line": {"color": PRICE, "width": 1.3}, "fillcolor": "rgba(0,0,0,0)"},
        decreasing={"line": {"color": PRICE, "width": 1.3}, "fillcolor": PRICE},
        name="Price",
        showlegend=False,
    )
    counts = sessions["n_posts"].to_list()
    opacity = [0.35 if count is None or count < least else 1.0 for count in counts]
    for emotion in EMOTIONS:
        figure.add_bar(
            x=x,
            y=sessions[emotion].to_list(),
            name=name_measure(emotion),
            marker={"color": EMOTION_COLOURS[emotion], "opacity": opacity, "line_width": 0},
            hovertemplate="%{y:.0%}",
            yaxis="y2",
        )
    add_volume(figure, x, counts, "y3")
    if "coverage" in sessions.columns:
        _shade_unobserved(figure, x, sessions["coverage"].to_list())
    if framed is not None and framed in set(sessions["session"]):
        at = sessions["session"].to_list().index(framed)
        figure.add_shape(
            type="rect", xref="x", yref="paper", x0=at - 0.5, x1=at + 0.5, y0=0, y1=1,
            line={"color": EVENT, "width": 1.5, "dash": "dot"},
        )  # fmt: skip
    if events is not None:
        _mark_events(figure, sessions, events)
    figure.update_layout(
        yaxis={"title_text": "Price", "domain": [0.53, 1], "hoverformat": ",.2f"},
        yaxis2={"title_text": "Mean share", "tickformat": ".0%", "range": [0, 1], "domain": [0.19, 0.49]},
        yaxis3={"domain": [0, 0.15]},
        barmode="stack",
        bargap=0.12,
    )
    if sessions["close"].null_count() == sessions.height:
        # An empty panel would have an axis of numbers that mean nothing.
        figure.update_layout(yaxis={"visible": False, "domain": [0.97, 1]}, yaxis2={"domain": [0.21, 0.95]})
    stack_panels(figure, x, height=510, foot="y3")
    # In columns: on a narrow screen seven names below each other would leave no room for the panels.
    figure.update_layout(legend={"entrywidth": 50})
    return figure.update_xaxes(range=[-0.5, len(x) - 0.5])


def _mark_events(figure: go.Figure, sessions: pl.DataFrame, events: pl.DataFrame) -> None:
    """Put a mark above the price of each event's session; events of one session stand on each other."""
    top, bottom = sessions["high"].max(), sessions["low"].min()
    if top is None or bottom is None:
        return
    step = 0.06 * (float(top) - float(bottom) or 1.0)  # type: ignore[arg-type]
    placed = (
        events.join(sessions.select("session", "high"), on="session", how="inner")
        .with_columns(pl.col("high").fill_null(top))
        .with_columns(y=pl.col("high") + step * pl.int_range(1, pl.len() + 1).over("session"))
    )
    for kind, name in EVENTS.items():
        rows = placed.filter(pl.col("kind") == kind)
        if rows.is_empty():
            continue
        figure.add_scatter(
            x=session_labels(rows["session"]),
            y=rows["y"].to_list(),
            mode="markers",
            name=name,
            marker={
                "symbol": MARKS[kind],
                "size": 10,
                "color": EVENT,
                "line": {"color": "white", "width": 1},
            },
            showlegend=False,
            customdata=[event_text(event) for event in rows.iter_rows(named=True)],
            hovertemplate="%{customdata}<extra></extra>",
        )


def _shade_unobserved(figure: go.Figure, x: Sequence[str], coverage: Sequence[float | None]) -> None:
    """Shade the sessions that were not observed whole, through all panels, and say their share on hover."""
    places = [n for n, share in enumerate(coverage) if share is not None and share < 1]
    if not places:
        return
    for first, last in _runs(places):
        # On an axis of categories a number is a place.
        figure.add_shape(
            type="rect", xref="x", yref="paper", x0=first - 0.5, x1=last + 0.5, y0=0, y1=1,
            fillcolor=UNOBSERVED, line_width=0, layer="below",
        )  # fmt: skip
    figure.add_scatter(
        x=[x[n] for n in places],
        y=[0] * len(places),
        mode="markers",
        name="Partly observed",
        marker={"symbol": "square", "size": 9, "color": VOLUME, "opacity": 0.6},
        showlegend=False,
        customdata=[observed_share(coverage[n] or 0.0) for n in places],
        hovertemplate="observed: %{customdata}<extra></extra>",
        yaxis="y3",
    )


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbours: 3, 4, 5, 9 are (3, 5) and (9, 9)."""
    runs: list[tuple[int, int]] = []
    for n in places:
        if runs and n == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs


def draw_contributions(rows: pl.DataFrame, emotion: str) -> go.Figure:
    """Draw what words and signs contribute to an emotion, one bar a row, first on top.

    Parameters
    ----------
    rows
        `token, name, count, contribution`, of posts: their text is data, so it is escaped.
    """
    labels = [inert_label(contribution_label(row)) for row in rows.iter_rows(named=True)]
    values = rows["contribution"].to_list()
    colour = colour_of(emotion)
    # Bars stand at numbers: two rows may well look alike, and text as a position could be read as a date.
    places = list(range(len(labels)))
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=places,
        orientation="h",
        marker={"color": [colour if value > 0 else fade(colour, 0.35) for value in values], "line_width": 0},
        text=[signed(value, 2) for value in values],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_vline(x=0, line={"color": ZERO, "width": 1.5})
    low, high = min(0.0, *values), max(0.0, *values)
    margin = 0.14 * (high - low or 1)
    figure.update_xaxes(
        title_text=f"Contribution to {emotion}", range=[low - margin, high + margin], gridcolor=GRID
    )
    figure.update_yaxes(tickvals=places, ticktext=labels, autorange="reversed", automargin=True)
    return figure.update_layout(
        height=26 * len(labels) + 70, margin={"l": 10, "r": 20, "t": 10, "b": 50}, dragmode=False
    )
