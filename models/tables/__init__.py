"""Regression tables: stored results as a model, and the model as Markdown, CSV and LaTeX."""

from models.tables.regression import regression_table
from models.tables.render import FORMATS, render
from models.tables.table import Table

__all__ = ["FORMATS", "Table", "regression_table", "render"]
