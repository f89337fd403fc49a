"""Figures of one ticker: its price, its emotions, its posts, and the words behind them."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import add_volume, inert_label, session_labels, stack_panels
from dashboard.palette import EMOTION_COLOURS, GRID, PRICE, ZERO, colour_of, fade
from dashboard.words import THIN, contribution_label, name_measure, signed
from models.emotions import EMOTIONS


def draw_ticker(sessions: pl.DataFrame) -> go.Figure:
    """Draw a ticker's price over its emotions over its posts, sessions only.

    Parameters
    ----------
    sessions
        One row a session: `session, open, high, low, close, n_posts` and the seven shares. Sessions
        with fewer than ten posts are drawn pale: a share of three posts says little. Where `n_posts` is
        null a source was down, and no bar is drawn.
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
    opacity = [0.35 if count is None or count < THIN else 1.0 for count in counts]
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
    figure.update_layout(
        yaxis={"title_text": "Price", "domain": [0.53, 1]},
        yaxis2={"title_text": "Mean share", "tickformat": ".0%", "range": [0, 1], "domain": [0.19, 0.49]},
        yaxis3={"domain": [0, 0.15]},
        barmode="stack",
        bargap=0.12,
    )
    return stack_panels(figure, x, height=560, foot="y3")


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
