"""How long emotions last: a heat map of transitions, and half-lives."""

import plotly.graph_objects as go
import polars as pl

from models.emotions import EMOTIONS
from models.figures.drawing import GRID, Figure, colour_of, fade, finish, inert, symbol_of
from models.figures.estimates import ordered, read_estimates, rows_of, unit_of
from models.figures.words import caption_of, title_of

CELL, ROW = 46, 40  # pixels
# One hue from white to dark: the order is the same in grey.
_SCALE = [[0.0, "#FFFFFF"], [0.5, "#9DB7C9"], [1.0, "#1F4E6B"]]


def draw_transitions(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw the shares of next sessions by the emotion that dominates this one."""
    facts = ordered(models)
    shares: dict[tuple[str, str], float] = {}
    for model in facts:
        after = str(model["outcome"]).rpartition("_")[2]
        for row in rows_of(model, terms):
            before = str(row["term"]).removeprefix("from_")
            if after in EMOTIONS and before in (*EMOTIONS, "any") and row["estimate"] is not None:
                shares[before, after] = row["estimate"]
    if not shares:
        return None
    befores = [name for name in (*EMOTIONS, "any") if any(before == name for before, _ in shares)]
    afters = [name for name in EMOTIONS if any(after == name for _, after in shares)]
    table = [[shares.get((before, after)) for after in afters] for before in befores]
    figure = go.Figure()
    figure.add_heatmap(
        x=[name.capitalize() for name in afters],
        y=[f"From {name}" for name in befores],
        z=table,
        colorscale=_SCALE,
        zmin=0,
        zmax=max(shares.values()),
        xgap=2,
        ygap=2,
        texttemplate="%{z:.0%}",
        showscale=False,
        hovertemplate="%{y} to %{x}: %{z:.1%}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(title_text="Emotion that dominates the next session", showgrid=False, ticks="")
    title = title_of(facts)
    return Figure(
        name=f"{facts[0]['family']}-heat-map",
        title=title,
        caption=caption_of(
            "Cells are shares of next sessions in percent; a row adds up to 100. The last row is all "
            "sessions together: a row like it says that the emotion tells nothing of the next session.",
            facts,
        ),
        plot=finish(figure, title, CELL * len(befores)),
    )


def draw_half_lives(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw the half-life of each emotion, in sessions, with its 95 % interval."""
    facts = ordered(models)
    unit = unit_of(facts)
    found = [
        (str(model["title"]), estimate)
        for model in facts
        for estimate in read_estimates(model, terms, unit)
        if estimate.term == "half_life"
    ]
    if not found:
        return None
    figure = go.Figure()
    for place, (name, estimate) in enumerate(found):
        measure = name.lower()
        figure.add_scatter(
            x=[estimate.low, estimate.high],
            y=[place, place],
            mode="lines",
            line={"color": fade(colour_of(measure), 0.5), "width": 8},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=[estimate.value],
            y=[place],
            mode="markers",
            marker={"color": colour_of(measure), "symbol": symbol_of(measure), "size": 11}
            | {"line": {"width": 1, "color": "white"}},
            showlegend=False,
            hovertemplate="%{x:.2f} sessions<extra></extra>",
        )
    furthest = max(estimate.high for _, estimate in found)
    figure.update_xaxes(
        title_text="Half-life, in sessions", range=[0, furthest * 1.06], gridcolor=GRID, rangemode="tozero"
    )
    figure.update_yaxes(
        tickvals=list(range(len(found))),
        ticktext=[inert(name, 30) for name, _ in found],
        range=[len(found) - 0.4, -0.6],
        showgrid=False,
    )
    title = title_of(facts)
    return Figure(
        name=f"{facts[0]['family']}-half-lives",
        title=title,
        caption=caption_of("Points are half-lives in sessions, bars their 95 % intervals.", facts),
        plot=finish(figure, title, ROW * len(found)),
    )
