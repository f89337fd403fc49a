"""Figures of initial public offerings: the first day by enthusiasm, and one listing's path."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.evidence import fit_to_screen
from dashboard.charts.shared import inert_label
from dashboard.palette import EMOTION_COLOURS, GRID, PRICE, VALENCE, ZERO, fade
from models.figures.ipo_paths import draw_ipo_paths

PERCENT = 100
HAPPY = EMOTION_COLOURS["happy"]


def draw_paths(paths: pl.DataFrame, tagger: str, simulated: bool) -> go.Figure | None:
    """Draw mean paths of listings of high and of low enthusiasm, as exported; None without two listings."""
    found = draw_ipo_paths(paths, tagger, simulated)
    return None if found is None else fit_to_screen(found.plot, top=34)


def draw_first_days(
    listings: pl.DataFrame, line: tuple[float, float] | None, chosen: str | None
) -> go.Figure:
    """Draw the first-day return of each listing over its enthusiasm.

    Parameters
    ----------
    listings
        `ticker, enthusiasm, first_day_return, n_posts_before`; all present.
    line
        Intercept and slope of the stored regression without controls; None draws no line.
    chosen
        The listing that is marked.
    """
    figure = go.Figure()
    x = (listings["enthusiasm"] * PERCENT).to_list()
    figure.add_scatter(
        x=x,
        y=(listings["first_day_return"] * PERCENT).to_list(),
        mode="markers",
        marker={
            "color": [fade(HAPPY, 1.0 if name == chosen else 0.55) for name in listings["ticker"]],
            "size": [15 if name == chosen else 9 for name in listings["ticker"]],
            "line": {"width": 1, "color": HAPPY},
        },
        customdata=list(listings["n_posts_before"]),
        text=[inert_label(name) for name in listings["ticker"]],
        hovertemplate="%{text}: first day %{y:.1f} %<br>enthusiasm %{x:.1f} % over %{customdata:,} posts"
        "<extra></extra>",
        showlegend=False,
    )
    if line is not None:
        ends = [min(x), max(x)]
        figure.add_scatter(
            x=ends,
            y=[PERCENT * line[0] + line[1] * end for end in ends],
            mode="lines",
            line={"color": VALENCE, "width": 2, "dash": "dash"},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.add_hline(y=0, line={"color": ZERO, "width": 1.2})
    figure.update_xaxes(title_text="Enthusiasm: mean probability of happy, %", gridcolor=GRID, zeroline=False)
    figure.update_yaxes(title_text="First-day return, %", gridcolor=GRID, zeroline=False, automargin=True)
    return figure.update_layout(
        height=380, dragmode=False, margin={"l": 10, "r": 10, "t": 10, "b": 40}, hovermode="closest"
    )


def draw_listing(path: pl.DataFrame) -> go.Figure:
    """Draw what one listing returned since its first close, and the market over the same sessions."""
    figure = go.Figure()
    for column, name, look in (
        ("bhr", "This listing", {"color": HAPPY, "width": 2.2}),
        ("bhr_m", "The market", {"color": PRICE, "width": 1.8, "dash": "dash"}),
    ):
        figure.add_scatter(
            x=path["event_session"].to_list(),
            y=(path[column] * PERCENT).to_list(),
            mode="lines",
            name=name,
            line=look,
            hovertemplate=f"{name}, %{{x}} sessions: %{{y:.1f}} %<extra></extra>",
        )
    figure.add_hline(y=0, line={"color": ZERO, "width": 1.2})
    figure.update_xaxes(title_text="Sessions after the first", showgrid=False, zeroline=False)
    figure.update_yaxes(
        title_text="Return since the first close, %", gridcolor=GRID, zeroline=False, automargin=True
    )
    return figure.update_layout(
        height=320,
        dragmode=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "title_text": ""},
    )
