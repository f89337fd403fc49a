"""Reliability of a tagger: how often it is right where it is as sure as it says."""

import re
from importlib.resources import files

import plotly.graph_objects as go
import polars as pl

from models.figures.drawing import GRID, VALENCE, ZERO, Figure, finish
from models.figures.words import join_sentences
from models.measurement.shares import wilson

_ROW = re.compile(r"\| (0\.\d+|1\.0+) \| (0\.\d+|1\.0+) \| ([\d,]+) \|")


def read_card(version: str) -> pl.DataFrame:
    """Return the reliability of the tagger `linear` as its model card has it, in two decimals.

    Empty where the card is of another version than the weights asked for.
    """
    head, _, tail = (
        (files("models.tagger") / "CARD.md").read_text(encoding="utf-8").partition("## Reliability")
    )
    found = _ROW.findall(tail) if f"version {version}\n" in head else []
    rows = [(float(c), float(a), int(n.replace(",", ""))) for c, a, n in found]
    return pl.DataFrame(rows, schema=["confidence", "accuracy", "n_posts"], orient="row")


def draw_reliability(reliability: pl.DataFrame, tagger: str, posts: str) -> Figure | None:
    """Draw the share of posts tagged rightly by the tagger's confidence.

    Parameters
    ----------
    reliability
        `confidence, accuracy, n_posts`, a row a bin, as `Evaluation.reliability`.
    posts
        Which posts they are, such as "held-out posts of its training set".
    """
    if reliability.is_empty():
        return None
    rows = reliability.with_columns(wilson("accuracy", "n_posts")).sort("confidence")
    n = int(rows["n_posts"].sum())
    title = f"When the tagger {tagger} is 70 % sure, is it right seven times in ten?"
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": ZERO, "width": 1.2, "dash": "dash"},
        name="As sure as right", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=rows["confidence"].to_list(),
        y=rows["accuracy"].to_list(),
        mode="markers+lines",
        name="Tagged rightly, with 95 % intervals",
        line={"color": VALENCE, "width": 1.4},
        marker={"color": VALENCE, "size": 9, "line": {"color": "white", "width": 1}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["accuracy"]).to_list(),
            "arrayminus": (rows["accuracy"] - rows["low"]).to_list(),
            "color": VALENCE,
            "thickness": 1.6,
            "width": 4,
        },
        customdata=rows["n_posts"].to_list(),
        hovertemplate="%{x:.0%} sure, %{y:.0%} right<br>%{customdata:,} posts<extra></extra>",
    )
    for row in rows.iter_rows(named=True):
        figure.add_annotation(
            x=row["confidence"], y=0, text=f"{row['n_posts']:,}", showarrow=False, yshift=10, font_size=10
        )
    figure.update_xaxes(
        title_text="Mean probability of the likeliest emotion (numbers: posts)", range=[0, 1.02],
        tickformat=".0%", gridcolor=GRID,
    )  # fmt: skip
    figure.update_yaxes(title_text="Share tagged rightly", range=[0, 1.02], tickformat=".0%", gridcolor=GRID)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    return Figure(
        name="reliability",
        title=title,
        caption=join_sentences(
            f"{n:,} {posts}, in bins of the probability of the likeliest of seven emotions",
            "Whiskers are Wilson's 95 % intervals for independent posts",
            "Points under the line: surer than right",
            "It says nothing of posts unlike these, nor of any single emotion",
        ),
        plot=finish(figure, title, 360, above=40),
    )
