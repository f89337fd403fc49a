"""Posts of the whole market, and how much of the time they were observed."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import hatch, session_labels, stack_panels
from dashboard.palette import VALENCE, VOLUME, fade


def draw_volume(days: pl.DataFrame) -> go.Figure:
    """Draw posts a session beside the usual ones, over the share of the time that was observed, if known.

    Parameters
    ----------
    days
        One row a session: `session, n_posts, month_posts, month_sd, coverage`. Bars of sessions that were not
        observed whole are hatched; where nothing is known of coverage its panel is left out.
    """
    days = days.sort("session")
    x = session_labels(days["session"])
    partly = [coverage is not None and coverage < 1 for coverage in days["coverage"]]
    low = (days["month_posts"] - days["month_sd"]).clip(lower_bound=0)
    high = days["month_posts"] + days["month_sd"]
    figure = go.Figure()
    edges = {"mode": "lines", "line_width": 0, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=x, y=high.to_list(), **edges)
    figure.add_scatter(x=x, y=low.to_list(), fill="tonexty", fillcolor=fade(VALENCE, 0.18), **edges)
    figure.add_bar(
        x=x,
        y=days["n_posts"].to_list(),
        name="Posts",
        marker={"color": VOLUME, "line_width": 0, **hatch(partly)},
        hovertemplate="%{y:,}",
    )
    figure.add_scatter(
        x=x,
        y=days["month_posts"].to_list(),
        mode="lines",
        name="Usually",
        line={"color": VALENCE, "width": 2},
        hovertemplate="%{y:,.0f}",
    )
    known = days["coverage"].drop_nulls().len() > 0
    figure.update_layout(
        yaxis={
            "title_text": "Posts a session",
            "tickformat": ",",
            "rangemode": "tozero",
            "domain": [0.36, 1] if known else [0, 1],
        }
    )
    if known:
        figure.add_scatter(
            x=x,
            y=days["coverage"].to_list(),
            mode="lines",
            line={"color": VALENCE, "width": 2, "shape": "hvh"},
            fill="tozeroy",
            fillcolor=fade(VALENCE, 0.18),
            name="Observed",
            hovertemplate="%{y:.0%}",
            yaxis="y2",
        )
        figure.update_layout(
            yaxis2={
                "title_text": "Observed",
                "tickformat": ".0%",
                "range": [0, 1.05],
                "nticks": 3,
                "domain": [0, 0.24],
            }
        )
    stack_panels(figure, x, height=380 if known else 300, foot="y2" if known else "y")
    return figure.update_layout(bargap=0.15)
