"""Regression tables: stored results as a model, and the model in the formats of papers and of programs."""

from models.tables.regression import regression_table
from models.tables.render import FILE_FORMATS, FORMATS, render, render_bytes
from models.tables.style import BELOW, STYLES, Style, choose_style
from models.tables.table import Table

__all__ = [
    "BELOW",
    "FILE_FORMATS",
    "FORMATS",
    "STYLES",
    "Style",
    "Table",
    "choose_style",
    "regression_table",
    "render",
    "render_bytes",
]
