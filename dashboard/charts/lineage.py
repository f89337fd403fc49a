"""Figures of what carries a coefficient."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.shared import inert_label
from dashboard.palette import GRID, VOLUME, ZERO, colour_of, fade
from dashboard.words import THIN
from models.tables.labels import DECIMALS, MEASURES, describe

MARKED = 10
_PERCENT = ("emotion", "share")


def draw_added_variable(
    rows: pl.DataFrame, term: str, outcome: str, interval: tuple[float, float, float], chosen: tuple[str, str]
) -> go.Figure:
    """Draw the outcome on a regressor, both less all else; the line's slope is the coefficient.

    Parameters
    ----------
    rows
        One row a firm-day: `place, ticker, session, value_part, outcome_part, n_posts`. The first ten
        carry their place; firm-days of fewer than ten posts are drawn pale.
    interval
        The coefficient, and its 95 % interval's ends, per unit.
    chosen
        Ticker and session of the firm-day whose posts are shown; it is ringed.
    """
    of_term, of_outcome = describe(term), describe(outcome)
    across = 100.0 if of_term.kind in _PERCENT else 1.0
    up = 1e4 if of_outcome.kind in DECIMALS else 1.0
    colour = colour_of(MEASURES[of_term.place[2]]) if of_term.place else VOLUME
    figure = go.Figure()
    ends = [min(0.0, *rows["value_part"]), max(0.0, *rows["value_part"])]
    estimate, low, high = interval
    figure.add_scatter(
        x=[x * across for x in (*ends, *reversed(ends))],
        y=[y * up for y in (*(x * low for x in ends), *(x * high for x in reversed(ends)))],
        fill="toself",
        fillcolor=fade(colour, 0.22),
        mode="lines",
        line_width=0,
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[x * across for x in ends],
        y=[x * estimate * up for x in ends],
        mode="lines",
        line={"color": colour, "width": 2.5},
        name="Coefficient and its 95 % interval",
        hoverinfo="skip",
    )
    # Firm-days that are there only to be drawn have no place.
    is_marked = (pl.col("place") <= MARKED).fill_null(False)
    most, others = rows.filter(is_marked), rows.filter(~is_marked)
    for part, name, size in ((others, "Firm-days", 5), (most, "The ten that move it most", 18)):
        strong = part is most
        pale = [0.35 if n is None or n < THIN else 0.8 for n in part["n_posts"]]
        figure.add_scatter(
            x=(part["value_part"] * across).to_list(),
            y=(part["outcome_part"] * up).to_list(),
            mode="markers+text" if strong else "markers",
            marker={
                "color": colour if strong else ZERO,
                "size": size,
                "opacity": [0.95] * len(pale) if strong else pale,
                "line": {"width": 1.2 if strong else 0, "color": "rgba(255,255,255,0.85)"},
            },
            text=[str(place) for place in part["place"]] if strong else None,
            textposition="middle center",
            textfont={"size": 11, "color": "#111111"},
            cliponaxis=False,
            name=name,
            showlegend=strong,
            customdata=[
                [
                    inert_label(row["ticker"]),
                    f"{row['session']}",
                    "unknown" if row["n_posts"] is None else f"{row['n_posts']:,}",
                ]
                for row in part.iter_rows(named=True)
            ],
            hovertemplate="%{customdata[0]}, %{customdata[1]}<br>Posts: %{customdata[2]}<extra></extra>",
        )
    ringed = rows.filter(pl.col("ticker") == chosen[0], pl.col("session").cast(pl.String) == chosen[1])
    figure.add_scatter(
        x=(ringed["value_part"] * across).to_list(),
        y=(ringed["outcome_part"] * up).to_list(),
        mode="markers",
        marker={"symbol": "circle-open", "size": 26, "color": colour, "line_width": 2.5},
        name="Chosen below",
        hoverinfo="skip",
    )
    unit = " (points of 100)" if across > 1 else ""
    figure.update_xaxes(
        title_text=f"{inert_label(of_term.label)}{unit},<br>less effects and other terms",
        gridcolor=GRID,
        zeroline=True,
        zerolinecolor=ZERO,
    )
    figure.update_yaxes(
        title_text=f"{inert_label(of_outcome.label)}{' (bp)' if up > 1 else ''},<br>less the same",
        gridcolor=GRID,
        zeroline=True,
        zerolinecolor=ZERO,
        automargin=True,
        tickformat=",",
    )
    return figure.update_layout(
        height=440,
        margin={"l": 10, "r": 10, "t": 10, "b": 60},
        dragmode=False,
        hovermode="closest",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0, "title_text": ""},
    )
