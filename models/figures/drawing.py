"""What all figures share: a colour, a sign and a dash an emotion, the paper they stand on, safe words."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil

import plotly.graph_objects as go

from models.emotions import COLOURS

WIDTH = 700  # pixels: as wide as a column of text
VALENCE = "#7A8B99"
ZERO = "#8A95A0"
GRID = "rgba(128, 140, 152, 0.22)"
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
# In grey, colours of like lightness are told apart by these.
SYMBOLS = {
    "neutral": "circle-open",
    "happy": "circle",
    "sad": "square",
    "anger": "triangle-up",
    "disgust": "diamond",
    "surprise": "cross",
    "fear": "x",
}
DASHES = {
    "neutral": "dot",
    "happy": "solid",
    "sad": "dash",
    "anger": "dashdot",
    "disgust": "longdash",
    "surprise": "longdashdot",
    "fear": "5px,2px,1px,2px",
}
# Within one emotion: before the open, then the session before, and so on.
VARIANTS = ("circle", "square-open", "diamond", "triangle-up-open", "cross", "circle-open", "square", "star")

# Control and direction marks, which would turn or hide the words around them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_PAPER = {
    "font": {"family": FONT, "size": 12, "color": "#222222"},
    "paper_bgcolor": "white",
    "plot_bgcolor": "white",
    "title": {"font": {"size": 14}, "x": 0, "xref": "container", "xanchor": "left"},
    "xaxis": {"zeroline": False, "showline": True, "linecolor": ZERO, "ticks": "outside", "ticklen": 4}
    | {"title": {"font": {"size": 12}}, "exponentformat": "none"},
    # Ticks that are not seen keep the words off the panel.
    "yaxis": {"zeroline": False, "automargin": True, "ticks": "outside", "ticklen": 5}
    | {"tickcolor": "rgba(0,0,0,0)", "title": {"font": {"size": 12}}, "exponentformat": "none"},
}


@dataclass(frozen=True)
class Figure:
    """A figure and the words that stand under it.

    Parameters
    ----------
    name
        A short name for files, such as "predictive-coefficients".
    title
        Its title; begins with "SIMULATED DATA: " where data are simulated.
    caption
        Sentences: what is drawn, the sample, the standard errors, and what the figure is not.
    plot
        The figure itself, as wide as a column of text, with its title.
    """

    name: str
    title: str
    caption: str
    plot: go.Figure = field(compare=False, repr=False)


def colour_of(measure: str) -> str:
    """Return the colour of an emotion, or that of valence for whatever else."""
    return COLOURS.get(measure, VALENCE)


def symbol_of(measure: str) -> str:
    """Return the marker of an emotion, or that of valence for whatever else."""
    return SYMBOLS.get(measure, "hexagon")


def dash_of(measure: str) -> str:
    """Return the dash of an emotion's line; all else is solid."""
    return DASHES.get(measure, "solid")


def fade(colour: str, opacity: float) -> str:
    """Return a hex colour with an opacity between 0 and 1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:.2f})"


def inert(text: str, longest: int = 80) -> str:
    """Return words that may come from a user as plotly shows them: it reads some HTML, and formulas in $."""
    seen = _UNSEEN.sub(" ", str(text)).strip()
    cut = seen if len(seen) <= longest else f"{seen[: longest - 1]}…"
    return escape(cut).replace("$", "&#36;").replace("%{", "%&#123;")


def wrap(text: str, width: int) -> str:
    """Break words into lines of at most `width` signs, each inert."""
    return "<br>".join(inert(line, width + 1) for line in textwrap.wrap(text, width)) or ""


def finish(figure: go.Figure, title: str, height: float, bottom: int = 56, above: int = 12) -> go.Figure:
    """Give a figure its title, size and paper.

    Parameters
    ----------
    height
        Pixels of the panels and what is between them.
    bottom, above
        Pixels under the panels, and between them and the title.
    """
    lines = textwrap.wrap(title, 90)
    top = 16 + 18 * len(lines) + above
    whole = round(height) + top + bottom
    words = "<br>".join(inert(line, 96) for line in lines)
    return figure.update_layout(
        template={"layout": _PAPER},
        title={"text": f"<b>{words}</b>", "y": 1 - 12 / whole, "yref": "container", "yanchor": "top"}
        | {"pad": {"l": 10}},
        width=WIDTH,
        height=whole,
        margin={"l": 10, "r": 16, "t": top, "b": bottom},
        dragmode=False,
    )


def lay_panels(n: int) -> tuple[int, int]:
    """Return in how many rows and columns `n` panels stand."""
    columns = n if n <= 4 else 3 if n in {5, 6, 9} else 4
    return ceil(n / columns), columns


def name_below(figure: go.Figure, title: str, shift: int = 26) -> go.Figure:
    """Write one axis title under all panels."""
    return figure.add_annotation(
        text=inert(title, 120),
        x=0.5,
        y=0,
        xref="paper",
        yref="paper",
        yshift=-shift,
        yanchor="top",
        showarrow=False,
    )


def span(values: Sequence[float], *, margin: float = 0.06) -> tuple[float, float]:
    """Return a range that holds zero and all values, with a little air."""
    low, high = min(0.0, *values), max(0.0, *values)
    air = margin * ((high - low) or 1.0)
    return low - air, high + air
