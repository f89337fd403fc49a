r"""Clustered covariance of estimates that are sums of influences.

An estimate that is (to first order) :math:`\hat\theta = \theta + \sum_i \psi_i` has the covariance
:math:`c \sum_g s_g s_g'`, :math:`s_g = \sum_{i \in g} \psi_i`, with
:math:`c = \frac{n-1}{n-K} \frac{G}{G-1}`; for two dimensions the sums of each less that of their
intersections, and the smaller G (Cameron, Gelbach and Miller 2011; R fixest's factors). For least
squares :math:`\psi_i = (X'X)^{-1} x_i e_i`, and this is the usual sandwich.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.covariance import make_positive
from models.estimation.results import EstimationError

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Clustered:
    """A covariance, its degrees of freedom and the number of clusters by dimension."""

    matrix: Matrix
    df: int
    n_clusters: dict[str, int]


def cluster_influences(
    influences: Matrix, rows: pl.DataFrame, inference: str, n_parameters: int
) -> Clustered:
    """Compute the clustered covariance of estimates from the influence of each row on them.

    Parameters
    ----------
    influences
        (n, k).
    rows
        (n): the columns that are clustered on.
    inference
        "cluster:ticker", "cluster:session" or "cluster:ticker+session".
    n_parameters
        K of the small-sample factor: effects nested in a cluster dimension are not counted.

    Raises
    ------
    EstimationError
        Another inference, a column that is not there, or fewer than two clusters.
    """
    dimensions = inference.removeprefix("cluster:").split("+")
    if not inference.startswith("cluster:") or not set(dimensions) <= set(rows.columns):
        raise EstimationError(
            f"its standard errors cannot be '{inference}'; expected cluster:ticker, cluster:session or "
            "cluster:ticker+session."
        )
    codes = [rows[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in dimensions]
    sizes = {name: int(code.max()) + 1 for name, code in zip(dimensions, codes, strict=True)}
    fewest = min(sizes.values())
    if fewest < 2 or len(rows) <= n_parameters:
        raise EstimationError(
            f"the sample has {len(rows):,} rows in {fewest} cluster(s); clustering needs at least 2 "
            "clusters and more rows than parameters. Use a longer sample or another inference."
        )
    meat = sum(_sum_of_squares(influences, code) for code in codes)
    if len(codes) == 2:
        meat = meat - _sum_of_squares(influences, codes[0] * sizes[dimensions[1]] + codes[1])
    factor = (len(rows) - 1) / (len(rows) - n_parameters) * fewest / (fewest - 1)
    return Clustered(make_positive(factor * np.asarray(meat))[0], fewest - 1, sizes)


def _sum_of_squares(influences: Matrix, codes: Sequence[int] | NDArray[np.int64]) -> Matrix:
    _, dense = np.unique(codes, return_inverse=True)
    sums = np.column_stack([np.bincount(dense, weights=column) for column in influences.T])
    return np.asarray(sums.T @ sums)
