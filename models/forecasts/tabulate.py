"""Rows of numbers in different units, as terms."""

from collections.abc import Sequence

import polars as pl

from models.estimation.results import tabulate_terms
from models.forecasts.means import Mean

PERCENT = 100.0
NAN = float("nan")
Row = tuple[str, float, float, float, str]  # term, estimate, standard error, p-value, unit


def number(term: str, estimate: float, unit: str) -> Row:
    """Return a row without a standard error."""
    return term, estimate, NAN, NAN, unit


def mean_row(term: str, mean: Mean, unit: str, scale: float = 1.0) -> Row:
    """Return a row of a mean times `scale`; its p-value is two-sided."""
    return term, scale * mean.estimate, scale * mean.std_error, NAN, unit


def one_sided_row(term: str, mean: Mean, unit: str, scale: float = 1.0) -> Row:
    """Return a row of a mean times `scale`; its p-value is against values above zero."""
    return term, scale * mean.estimate, scale * mean.std_error, mean.above_zero(), unit


def tabulate_rows(rows: Sequence[Row], df: float) -> pl.DataFrame:
    """Tabulate rows as `tabulate_terms` does, with the column `unit_of_term`.

    Parameters
    ----------
    rows
        A p-value that is given replaces the two-sided one.
    df
        Degrees of freedom of t.
    """
    names, estimates, errors, p_values, units = zip(*rows, strict=True)
    given = pl.Series("given", p_values, dtype=pl.Float64).fill_nan(None)
    return (
        tabulate_terms(names, estimates, errors, df)
        .with_columns(given, unit_of_term=pl.Series(units, dtype=pl.String))
        .with_columns(p_value=pl.coalesce("given", "p_value"))
        .drop("given")
    )
