"""Figures of what was observed."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import inert_label, session_labels, stack_panels
from dashboard.palette import ZERO, fade
from dashboard.words import plain

OBSERVED, DEAD = "#5B7387", "#B4472E"
# Readable on white and on the dark background alike; what nobody followed is left empty.
PARTLY, SHALLOW, WHOLE = fade(OBSERVED, 0.2), fade(OBSERVED, 0.5), fade(OBSERVED, 0.8)
ROW = 18  # pixels


def draw_coverage(calendar: pl.DataFrame) -> go.Figure:
    """Draw which share of each session's time was observed, one row a symbol, in the order of the rows.

    Parameters
    ----------
    calendar
        One row a ticker and session: `ticker, session, coverage` (0 to 1). A pair without a row is left
        empty: nobody followed the symbol then.
    """
    tickers = calendar["ticker"].unique(maintain_order=True).to_list()
    sessions = calendar["session"].unique().sort()
    x = session_labels(sessions)
    shares = calendar.select("ticker", "session", "coverage").iter_rows()
    known = {(ticker, session): _percent(share) for ticker, session, share in shares}
    rows = [[known.get((ticker, session)) for session in sessions] for ticker in tickers]
    labels = [inert_label(plain(ticker)) for ticker in tickers]
    figure = go.Figure()
    figure.add_heatmap(
        x=x,
        # Two labels may look alike, so rows stand at numbers; the hover shows the label of a tick.
        y=list(range(len(tickers))),
        z=rows,
        zmin=0,
        zmax=1,
        colorscale=[[0, PARTLY], [0.994, SHALLOW], [1, WHOLE]],
        showscale=False,
        xgap=1 if len(x) <= 130 else 0,
        ygap=1,
        hovertemplate="%{y}, %{x}: %{z:.0%} of the time observed<extra></extra>",
        hoverongaps=False,
    )
    dead = [
        (x[column], row)
        for row, shares in enumerate(rows)
        for column, share in enumerate(shares)
        if share == 0
    ]
    if dead:
        figure.add_scatter(
            x=[column for column, _ in dead],
            y=[row for _, row in dead],
            mode="markers",
            marker={"symbol": "x-thin", "size": 7, "line": {"color": DEAD, "width": 1.8}},
            hoverinfo="skip",
            showlegend=False,
        )
    for name, marker in (
        ("Observed whole", {"symbol": "square", "color": WHOLE, "size": 12}),
        ("In part", {"symbol": "square", "color": fade(OBSERVED, 0.35), "size": 12}),
        ("Not observed", {"symbol": "x-thin", "size": 8, "line": {"color": DEAD, "width": 2}}),
        ("Empty: not followed", {"symbol": "square-open", "color": ZERO, "size": 11}),
    ):
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip")
    stack_panels(figure, x, height=ROW * len(tickers) + 110, foot="y")
    figure.update_yaxes(
        tickvals=list(range(len(tickers))),
        ticktext=labels,
        range=[len(tickers) - 0.5, -0.5],
        showgrid=False,
        automargin=True,
    )
    return figure.update_layout(hovermode="closest", legend_itemclick=False, legend_itemdoubleclick=False)


def _percent(share: float) -> float:
    """Round to whole percents of which only nothing is 0 and only the whole is 1."""
    return share if share in {0, 1} else round(min(max(share, 0.01), 0.99), 2)
