"""From frames to figures. Of posts, single words and pairs alone enter a figure; all names are escaped."""

from collections.abc import Sequence
from datetime import date
from html import escape

import plotly.graph_objects as go
import polars as pl

from dashboard.palette import EMOTION_COLOURS, GRID, PRICE, VOLUME, ZERO, colour_of, fade
from dashboard.words import THIN, contribution_label, name_measure, signed
from models.emotions import EMOTIONS, SIX
from models.figures import draw_coefficients, draw_figures

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
    x = _labels(strong["session"])
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
            x=_labels(line["session"]),
            y=line["share"].to_list(),
            mode="lines",
            name=name_measure(emotion),
            line={"color": colour_of(emotion), "width": 3}
            if emotion == highlighted
            else {"color": fade(colour_of(emotion), 0.75), "width": 1.4},
            hovertemplate="%{y:.1%}",
            legendrank=1000 + EMOTIONS.index(emotion) if emotion in EMOTIONS else 1100,
        )
    _add_volume(figure, x, strong["n_posts"].to_list(), "y2")
    figure.update_layout(
        yaxis={"title_text": "Mean share", "tickformat": ".0%", "domain": [0.27, 1]},
        yaxis2={"domain": [0, 0.21]},
    )
    return _finish(figure, x, height=470, foot="y2")


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


def draw_ticker(sessions: pl.DataFrame) -> go.Figure:
    """Draw a ticker's price over its emotions over its posts, sessions only.

    Parameters
    ----------
    sessions
        One row a session: `session, open, high, low, close, n_posts` and the seven shares. Sessions
        with fewer than ten posts are drawn pale: a share of three posts says little. Where `n_posts` is
        null a source was down, and no bar is drawn.
    """
    x = _labels(sessions["session"])
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
    _add_volume(figure, x, counts, "y3")
    figure.update_layout(
        yaxis={"title_text": "Price", "domain": [0.53, 1]},
        yaxis2={"title_text": "Mean share", "tickformat": ".0%", "range": [0, 1], "domain": [0.19, 0.49]},
        yaxis3={"domain": [0, 0.15]},
        barmode="stack",
        bargap=0.12,
    )
    return _finish(figure, x, height=560, foot="y3")


def draw_column(model: pl.DataFrame, terms: pl.DataFrame, per_sd: bool, controls: bool) -> go.Figure:
    """Draw one column of a table: the figure that is exported, without its title, as wide as the page.

    Parameters
    ----------
    model, terms
        The stored model, and the terms of this and other models.
    per_sd
        Per within-firm SD of the term, else per unit (a share that goes from 0 to 1).
    controls
        Whether the controls are drawn beside the emotions.
    """
    # What has no coefficients, such as portfolios, has a figure of its own.
    found = draw_coefficients(model, terms, per_sd, controls) or next(draw_figures(model, terms), None)
    if found is None:
        return go.Figure().update_layout(height=80)
    plot = found.plot
    return plot.update_layout(
        title_text="", width=None, height=plot.layout.height - plot.layout.margin.t + 10, margin_t=10
    )


def draw_contributions(rows: pl.DataFrame, emotion: str) -> go.Figure:
    """Draw what words and signs contribute to an emotion, one bar a row, first on top.

    Parameters
    ----------
    rows
        `token, name, count, contribution`, of posts: their text is data, so it is escaped.
    """
    labels = [_inert_label(contribution_label(row)) for row in rows.iter_rows(named=True)]
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


def _inert_label(text: str) -> str:
    """Escape text of posts: plotly reads some HTML, and a dollar sign may start a formula."""
    return escape(text).replace("$", "&#36;")


def _add_volume(figure: go.Figure, x: Sequence[str], counts: Sequence[int | None], axis: str) -> None:
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


def _labels(sessions: pl.Series) -> list[str]:
    """Sessions as categories: an axis of dates would leave gaps for weekends and holidays."""
    return [f"{session:%Y-%m-%d}" for session in sessions]


def _finish(figure: go.Figure, x: Sequence[str], height: int, foot: str) -> go.Figure:
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
