"""Portfolios sorted by emotion: what each group earned, and the highest less the lowest."""

import re

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from models.figures.drawing import GRID, ZERO, Figure, colour_of, fade, finish, lay_panels, span, wrap
from models.figures.estimates import Estimate, Facts, ordered, read_estimates, unit_of
from models.figures.words import caption_of, title_of

PANEL, GAP = 160, 64  # pixels
SPREAD = "long_short"
_GROUP = re.compile(r"group_(\d+)")


def draw_portfolios(models: pl.DataFrame, terms: pl.DataFrame) -> Figure | None:
    """Draw the mean return of each group of firms with its 95 % interval, a panel a column."""
    facts = ordered(models)
    unit = unit_of(facts)
    panels = [(model, _bars(read_estimates(model, terms, unit))) for model in facts]
    panels = [(model, bars) for model, bars in panels if bars]
    if not panels:
        return None
    title, drawn = title_of(facts), [model for model, _ in panels]
    return Figure(
        name=f"{facts[0]['family']}-groups",
        title=title,
        caption=caption_of(
            "Bars are mean returns in basis points a session, before costs, of firms sorted by the emotion "
            "from least (1) to most; the hatched bar is the highest group less the lowest; whiskers are "
            "95 % intervals",
            drawn,
        ),
        plot=_draw(panels, title),
    )


def _bars(found: list[Estimate]) -> list[Estimate]:
    return [e for e in found if e.term == SPREAD or _GROUP.fullmatch(e.term)]


def _draw(panels: list[tuple[Facts, list[Estimate]]], title: str) -> go.Figure:
    n_rows, n_columns = lay_panels(len(panels))
    height = n_rows * PANEL + (n_rows - 1) * GAP
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        shared_yaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=GAP / height if n_rows > 1 else 0,
        subplot_titles=[wrap(str(model["title"]), 24) for model, _ in panels],
    )
    figure.update_annotations(font_size=12)
    for number, (model, bars) in enumerate(panels):
        place = {"row": number // n_columns + 1, "col": number % n_columns + 1}
        colour = colour_of(str(model["title"]).lower())
        spread = [bar.term == SPREAD for bar in bars]
        figure.add_bar(
            x=[f"{len(bars) - 1}−1" if bar.term == SPREAD else bar.term[len("group_") :] for bar in bars],
            y=[bar.value for bar in bars],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [bar.high - bar.value for bar in bars],
                "arrayminus": [bar.value - bar.low for bar in bars],
                "color": "#444444",
                "thickness": 1.2,
                "width": 3,
            },
            marker={
                "color": [fade(colour, 0.35) if is_spread else colour for is_spread in spread],
                "pattern": {"shape": ["/" if is_spread else "" for is_spread in spread], "fgcolor": colour},
                "line": {"color": colour, "width": 1},
            },
            showlegend=False,
            hovertemplate="%{x}: %{y:.1f} bp<extra></extra>",
            **place,
        )
        figure.add_hline(y=0, line={"color": ZERO, "width": 1.2}, **place)
    ends = [end for _, bars in panels for bar in bars for end in (bar.low, bar.high)]
    figure.update_yaxes(range=span(ends), gridcolor=GRID, nticks=7)
    figure.update_xaxes(type="category", tickfont_size=10, tickangle=0)
    for row in range(1, n_rows + 1):
        figure.update_yaxes(title_text="bp a session", title_font_size=11, row=row, col=1)
    return finish(figure, title, height, bottom=44, above=44)
