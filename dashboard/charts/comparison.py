"""The figure that sets several symbols side by side."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import inert_label, session_labels, stack_panels
from dashboard.palette import ZERO
from dashboard.words import THIN

# Of none of the emotions; told apart by their dashes too, and readable on white and on dark alike.
LINES = (("#76838F", "solid"), ("#8F6FD1", "dash"), ("#A8763E", "dot"), ("#3E8E9C", "dashdot"))
FAINT = 0.35


def draw_comparison(compared: pl.DataFrame) -> go.Figure:
    """Draw the prices of up to four symbols from a common start, over their valence, over their posts.

    Parameters
    ----------
    compared
        One row a symbol and session: `ticker, session, price_index, valence_week, posts_week`: both of
        five sessions. Valence of fewer than ten posts is marked pale.
    """
    figure = go.Figure()
    x: list[str] = []
    for (ticker,), rows in compared.group_by("ticker", maintain_order=True):
        colour, dash = LINES[len(figure.data) // 3 % len(LINES)]
        x = session_labels(rows["session"])
        name = inert_label(str(ticker))
        counts = rows["posts_week"].to_list()
        shared = {"x": x, "legendgroup": name, "line": {"color": colour, "dash": dash, "width": 2}}
        figure.add_scatter(
            **shared,
            y=rows["price_index"].to_list(),
            mode="lines",
            name=name,
            hovertemplate="price %{y:.1f}",
        )
        figure.add_scatter(
            **{**shared, "line": {"color": colour, "dash": dash, "width": 1.5}},
            y=rows["valence_week"].to_list(),
            mode="lines+markers",
            name=name,
            showlegend=False,
            marker={
                "color": colour,
                "size": 5,
                "opacity": [FAINT if n < THIN else 0.0 for n in counts],
            },
            connectgaps=False,
            yaxis="y2",
            hovertemplate="valence %{y:+.2f}",
        )
        figure.add_scatter(
            **{**shared, "line": {"color": colour, "dash": dash, "width": 1.5}},
            y=counts,
            mode="lines",
            name=name,
            showlegend=False,
            yaxis="y3",
            hovertemplate="posts %{y:,}",
        )
    figure.add_hline(y=100, line={"color": ZERO, "width": 1})
    figure.add_hline(y=0, line={"color": ZERO, "width": 1}, yref="y2")
    figure.update_layout(
        yaxis={"title_text": "Price, start = 100", "domain": [0.58, 1]},
        yaxis2={"title_text": "Valence,<br>5 sessions", "tickformat": "+.2f", "domain": [0.23, 0.52]},
        yaxis3={
            "title_text": "Posts,<br>5 sessions",
            "tickformat": ",",
            "nticks": 3,
            "rangemode": "tozero",
            "domain": [0, 0.17],
        },
    )
    stack_panels(figure, x, height=520, foot="y3")
    return figure.update_xaxes(range=[-0.5, len(x) - 0.5])
