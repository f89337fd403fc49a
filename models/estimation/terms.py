"""The columns that terms stand for."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray


def take_terms(rows: pl.DataFrame, terms: Sequence[str]) -> NDArray[np.float64]:
    """Return one column a term, (n, k), Fortran order; of a product "a:b", its factors multiplied."""
    columns = np.empty((rows.height, len(terms)), order="F")
    for j, term in enumerate(terms):
        factors = [rows[name].cast(pl.Float64).to_numpy() for name in term.split(":")]
        columns[:, j] = factors[0] if len(factors) == 1 else np.prod(factors, axis=0)
    return columns
