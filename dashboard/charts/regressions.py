"""Figures of stored estimates: those that are exported, as wide as the page."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.evidence import fit_coefficients
from models.figures import draw_coefficients, draw_figures


def draw_column(model: pl.DataFrame, terms: pl.DataFrame, per_sd: bool, controls: bool) -> go.Figure:
    """Draw one column of a table: the figure that is exported, without its title, as wide as the page.

    Parameters
    ----------
    model, terms
        The stored model, and the terms of this and other models.
    per_sd
        Per within-firm SD of the term, else per unit (a share that goes from 0 to 1).
    controls
        Whether the controls are drawn beside the emotions.
    """
    # What has no coefficients, such as portfolios, has a figure of its own.
    found = draw_coefficients(model, terms, per_sd, controls) or next(draw_figures(model, terms), None)
    if found is None:
        return go.Figure().update_layout(height=80)
    return fit_coefficients(found.plot)
