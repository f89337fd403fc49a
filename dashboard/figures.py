"""A figure as every page shows it: drawn, named for those who cannot see it, in words, and as a table.

The one place that draws figures on a page, so that none is without its table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go
import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig
from streamlit.elements.plotly_chart import PlotlyState

from dashboard import charts


@dataclass(frozen=True)
class Numbers:
    """The table behind a figure.

    Parameters
    ----------
    rows
        What is drawn, at least; text of the data is text there, never Markdown or HTML.
    columns
        The heads of the columns that are shown, in their order. None shows all, as they are named.
    of
        What the table is behind, as its heading says.
    """

    rows: pl.DataFrame
    columns: Mapping[str, ColumnConfig] | None = None
    of: str = "the figure"


def show_figure(figure: go.Figure, key: str, alt: str, shows: str, *numbers: Numbers) -> None:
    """Show a figure, its sentences, and the table behind it.

    Parameters
    ----------
    alt
        What a screen reader says of the figure.
    shows
        What the figure shows, and what it does not. Markdown.
    numbers
        Tables under one heading; none where the page itself has the table.
    """
    draw_figure(figure, key, alt)
    st.caption(shows)
    if numbers:
        show_numbers(*numbers)


def draw_figure(figure: go.Figure, key: str, alt: str) -> None:
    """Draw a figure whose words and table the caller shows, such as one of several side by side."""
    st.plotly_chart(figure, config=charts.CONFIG, key=key, alt=alt)


def draw_clickable(figure: go.Figure, key: str, alt: str) -> PlotlyState:
    """Draw a figure whose points may be clicked, and return which were."""
    points: Literal["points"] = "points"
    return st.plotly_chart(
        figure, config=charts.CONFIG, key=key, alt=alt, on_select="rerun", selection_mode=points
    )


def show_numbers(*numbers: Numbers) -> None:
    """Show the tables behind a figure, folded away."""
    of = numbers[0].of
    with st.expander(f"The numbers behind {of}"):
        for table in numbers:
            columns = table.columns
            st.dataframe(
                table.rows,
                column_config=None if columns is None else dict(columns),
                column_order=None if columns is None else list(columns),
                hide_index=True,
                placeholder="–",
                alt=f"The numbers behind {of}",
            )
