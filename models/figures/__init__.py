"""Figures: stored results as Plotly figures, the same on screen and on paper."""

from models.figures.coefficients import draw_coefficients
from models.figures.drawing import Figure
from models.figures.ipo_paths import draw_ipo_paths
from models.figures.registry import FIGURES, draw_figures
from models.figures.reliability import draw_reliability, read_card

__all__ = [
    "FIGURES",
    "Figure",
    "draw_coefficients",
    "draw_figures",
    "draw_ipo_paths",
    "draw_reliability",
    "read_card",
]
