"""Figures of the tagger: what it says of a text, and how far to trust it."""

import numpy as np
import plotly.graph_objects as go
import polars as pl
from numpy.typing import NDArray

from dashboard.palette import GRID, VALENCE, ZERO, colour_of, fade
from dashboard.words import name_measure
from models.emotions import EMOTIONS
from models.figures.reliability import draw_reliability
from models.measurement.confusion import Matrix

STRONG = "#0072B2"
FULL = 0.65  # of a row; in such cells words are white


def draw_probabilities(probabilities: pl.DataFrame) -> go.Figure:
    """Draw the probability of each emotion of one text; `probabilities`: `emotion, probability`."""
    rows = list(probabilities.iter_rows())
    figure = go.Figure()
    figure.add_bar(
        x=[share for _, share in rows],
        y=[name_measure(emotion) for emotion, _ in rows],
        orientation="h",
        marker={"color": [colour_of(emotion) for emotion, _ in rows], "line_width": 0},
        text=[f"{share:.0%}" for _, share in rows],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(
        title_text="Probability", tickformat=".0%", range=[0, 1.12], tickvals=[0, 0.5, 1], gridcolor=GRID
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure.update_layout(height=300, margin={"l": 10, "r": 10, "t": 10, "b": 45}, dragmode=False)


def draw_card_reliability(bins: pl.DataFrame) -> go.Figure:
    """Draw the reliability of the model card as it is exported, as wide as the page.

    `bins`: `confidence, accuracy, n_posts`, at least one row.
    """
    found = draw_reliability(bins, "linear", "held-out posts")
    plot = go.Figure() if found is None else found.plot
    return plot.update_layout(
        title_text="",
        width=None,
        height=390,
        margin={"t": 40, "b": 50},
        xaxis_title_text="Confidence (numbers: posts)",
    )


def draw_confusion(shares: Matrix, table: NDArray[np.int64], dark: bool) -> go.Figure:
    """Draw which emotion is given to posts of which emotion: the share of its row, and the posts.

    Parameters
    ----------
    shares, table
        (7, 7): true in rows, given in columns; rows of `shares` sum to one, `table` counts posts.
    dark
        Whether it stands on a dark background: words in pale cells are told from it.
    """
    named = [name_measure(emotion) for emotion in EMOTIONS]
    figure = go.Figure()
    figure.add_heatmap(
        x=named,
        y=named,
        z=shares.tolist(),
        zmin=0,
        zmax=1,
        colorscale=[[0, fade(STRONG, 0)], [1, STRONG]],
        customdata=table.tolist(),
        hovertemplate="Truly %{y}, tagged %{x}: %{z:.1%}, %{customdata:,} posts<extra></extra>",
        showscale=False,
        xgap=2,
        ygap=2,
    )
    ink = "#E6E9ED" if dark else "#1F2933"
    for true, row, counts in zip(named, shares, table, strict=True):
        for tagged, share, count in zip(named, row, counts, strict=True):
            figure.add_annotation(
                x=tagged,
                y=true,
                text=f"{share:.0%}<br><span style='font-size:9px'>{count:,}</span>",
                showarrow=False,
                font={"size": 12, "color": "#FFFFFF" if share > FULL else ink},
            )
    figure.update_xaxes(title_text="Tagged", showgrid=False, side="bottom")
    figure.update_yaxes(title_text="Truly", autorange="reversed", showgrid=False, automargin=True)
    return figure.update_layout(height=390, margin={"l": 10, "r": 10, "t": 10, "b": 50}, dragmode=False)


def draw_tag_agreement(by_strength: pl.DataFrame) -> go.Figure:
    """Draw the share of posts whose sign agrees with the author's tag, by valence's distance from zero.

    Parameters
    ----------
    by_strength
        `strength, n_posts, n_agree, share, low, high`, a row a bin.
    """
    x = by_strength["strength"].to_list()
    figure = go.Figure()
    edges = {"mode": "lines", "line_width": 0, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=x, y=by_strength["high"].to_list(), **edges)
    figure.add_scatter(
        x=x, y=by_strength["low"].to_list(), fill="tonexty", fillcolor=fade(VALENCE, 0.25), **edges
    )
    figure.add_scatter(
        x=x,
        y=by_strength["share"].to_list(),
        mode="lines+markers",
        line={"color": VALENCE, "width": 2},
        marker={"size": 8},
        customdata=by_strength["n_posts"].to_list(),
        hovertemplate="Valence %{x:.2f} from zero: %{y:.0%} agree<br>%{customdata:,} posts<extra></extra>",
        showlegend=False,
    )
    for row in by_strength.iter_rows(named=True):
        figure.add_annotation(
            x=row["strength"], y=0, text=f"{row['n_posts']:,}", showarrow=False, yshift=9, font_size=10
        )
    figure.add_hline(y=0.5, line={"color": ZERO, "width": 1.2, "dash": "dash"})
    figure.update_xaxes(
        title_text="Distance of valence from zero (numbers: posts)", range=[0, 1], gridcolor=GRID
    )
    figure.update_yaxes(
        title_text="Sign agrees", tickformat=".0%", range=[0, 1.02], gridcolor=GRID, zeroline=True
    )
    return figure.update_layout(height=330, margin={"l": 10, "r": 10, "t": 10, "b": 50}, dragmode=False)
