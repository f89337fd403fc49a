"""The heat map: symbols by sessions."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import inert_label, session_labels, stack_panels
from dashboard.palette import VALENCE, colour_of, fade
from dashboard.words import name_measure, session_hover
from models.emotions import COLOURS

THIN_CELL = "rgba(140, 150, 160, 0.5)"
ROW = 24  # pixels
MARK = "#5B6670"  # of cells that were not observed whole
CELLS = "cells"  # the name of the points that are clicked
STRONGEST = 0.98  # quantile that has the full colour: a single outlier would pale all others


def draw_heat(cells: pl.DataFrame, measure: str, least: int) -> go.Figure:
    """Draw the share of an emotion, or valence, by symbol and session; most posted symbols on top.

    Parameters
    ----------
    cells
        One row a symbol and session: `place, ticker, session, n_posts, n_authors, coverage` and the measure.
    measure
        Coloured from nothing to its own colour; valence diverges around zero.
    least
        Sessions of a symbol with fewer posts are a grey dash, whatever their share; without posts blank.
        What was not observed whole has a stroke.
    """
    symbols = cells.select("place", "ticker").unique().sort("place")["ticker"].to_list()
    labels = [inert_label(ticker) for ticker in symbols]
    x = session_labels(cells["session"].unique().sort())
    enough = pl.col("n_posts") >= least
    thick = cells.with_columns(shown=pl.when(enough).then(pl.col(measure)))
    thin = cells.with_columns(shown=pl.when(~enough & (pl.col("n_posts") > 0)).then(0))
    hover = [session_hover(row, measure) for row in cells.sort("place", "session").iter_rows(named=True)]
    texts = [
        [f"{label}, {text}" for text in hover[n * len(x) : (n + 1) * len(x)]]
        for n, label in enumerate(labels)
    ]
    figure = go.Figure()
    for frame, look in ((thin, _grey()), (thick, _coloured(thick["shown"].drop_nulls(), measure))):
        figure.add_heatmap(
            x=x,
            y=list(range(len(symbols))),
            z=_rows(frame, len(x)),
            text=texts,
            hovertemplate="%{text}<extra></extra>",
            hoverongaps=False,
            xgap=1 if len(x) <= 130 else 0,
            **look,
        )
    _add_strokes(figure, cells, x, texts)
    _add_places_to_click(figure, cells, texts)
    figure.update_layout(yaxis={"title_text": ""})
    stack_panels(figure, x, height=ROW * len(symbols) + 100, foot="y")
    figure.update_yaxes(
        tickvals=list(range(len(symbols))), ticktext=labels, range=[len(symbols) - 0.5, -0.5], showgrid=False
    )
    # Said, since points on an axis make plotly leave room beside the outermost.
    figure.update_xaxes(range=[-0.5, len(x) - 0.5])
    return figure.update_layout(hovermode="closest", showlegend=False, margin_t=20)


def _rows(cells: pl.DataFrame, width: int) -> list[list[float | None]]:
    values = cells.sort("place", "session")["shown"].to_list()
    return [values[start : start + width] for start in range(0, len(values), width)]


def _grey() -> dict[str, object]:
    # A dash and no whole cell: beside pale colours grey alone would be taken for one of them.
    scale = [[0, THIN_CELL], [1, THIN_CELL]]
    return {"colorscale": scale, "showscale": False, "zmin": 0, "zmax": 1, "ygap": ROW - 5}


def _coloured(shown: pl.Series, measure: str) -> dict[str, object]:
    """Return the colours of a measure and their key."""
    most = float(shown.abs().quantile(STRONGEST) or 1.0) if shown.len() else 1.0
    full = colour_of(measure)
    # Above, so that it takes no width from the sessions of a narrow screen.
    key = {
        "title": {"text": f"{name_measure(measure)}, mean of posts", "side": "top"},
        "orientation": "h",
        "thickness": 10,
        "len": 0.45,
        "x": 1,
        "xanchor": "right",
        "y": 1,
        "yanchor": "bottom",
        "outlinewidth": 0,
        "nticks": 5,
    }
    if measure == "valence":
        scale = [[0, VALENCE], [0.5, fade(VALENCE, 0.08)], [1, COLOURS["happy"]]]
        return {
            "colorscale": scale,
            "zmin": -most,
            "zmax": most,
            "colorbar": key | {"tickformat": ".1f"},
            "ygap": 2,
        }
    scale = [[0, fade(full, 0.08)], [1, fade(full, 1)]]
    return {"colorscale": scale, "zmin": 0, "zmax": most, "colorbar": key | {"tickformat": ".0%"}, "ygap": 2}


def _add_places_to_click(figure: go.Figure, cells: pl.DataFrame, texts: list[list[str]]) -> None:
    """Add a point without a look over each cell that has posts: cells of a heat map take no clicks."""
    posted = cells.sort("place", "session").with_columns(
        column=pl.col("session").rank("dense").cast(pl.Int64) - 1
    )
    posted = posted.filter(pl.col("n_posts") > 0)
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=session_labels(posted["session"]),
        y=(posted["place"] - 1).to_list(),
        mode="markers",
        name=CELLS,
        marker={"symbol": "square", "size": ROW - 6, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        text=[texts[place - 1][column] for place, column in posted.select("place", "column").iter_rows()],
        hovertemplate="%{text}<extra></extra>",
    )


def _add_strokes(figure: go.Figure, cells: pl.DataFrame, x: Sequence[str], texts: list[list[str]]) -> None:
    partly = cells.filter(pl.col("coverage") < 1)
    if partly.is_empty():
        return
    at = {session: n for n, session in enumerate(x)}
    sessions = session_labels(partly["session"])
    rows = [place - 1 for place in partly["place"]]
    figure.add_scatter(
        x=sessions,
        y=rows,
        mode="markers",
        marker={"symbol": "line-ne-open", "size": 9, "line": {"color": MARK, "width": 1.5}},
        text=[texts[row][at[session]] for row, session in zip(rows, sessions, strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )
