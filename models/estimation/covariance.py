r"""Covariance of least-squares estimates, with R fixest's default small-sample corrections.

The sandwich is :math:`c \, (X'X)^{-1} M (X'X)^{-1}` with

- iid: :math:`M = \hat\sigma^2 X'X`, :math:`\hat\sigma^2 = e'e / (n - K)`;
- HC1: :math:`M = \sum_i e_i^2 x_i x_i'`, :math:`c = n / (n - K)`;
- cluster: :math:`M = \sum_g s_g s_g'`, :math:`s_g = \sum_{i \in g} e_i x_i`,
  :math:`c = \frac{n - 1}{n - K} \frac{G}{G - 1}`; with two dimensions
  :math:`M = M_1 + M_2 - M_{12}` (Cameron, Gelbach, Miller 2011) and the smaller G.

K counts the slopes and the levels of the effects that are not nested in a cluster dimension, less one
for each effect after the first (fixest: `ssc(K.adj = TRUE, K.fixef = "nonnested", G.adj = TRUE,
G.df = "min")`). t statistics have min(G) - 1 degrees of freedom when clustered, else n - K.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Covariance:
    """The covariance of the slopes and how it came about."""

    matrix: Matrix
    df: int
    n_clusters: dict[str, int]
    corrections: str


def estimate_covariance(
    fitted: Any, inference: str, clusters: Mapping[str, NDArray[Any]], effect_sizes: Mapping[str, int]
) -> Covariance:
    """Compute the covariance of a fit on demeaned data.

    Parameters
    ----------
    fitted
        statsmodels' result of OLS on the demeaned (and, if weighted, scaled) data.
    inference
        As `models.estimation.spec.Inference`.
    clusters
        The codes (n,) of each dimension that may be clustered on.
    effect_sizes
        Absorbed effect -> number of its levels; empty where there is an intercept instead.

    Raises
    ------
    ValueError
        A cluster dimension has fewer than two clusters, or there are no degrees of freedom.
    """
    n, k = fitted.model.exog.shape
    dimensions = inference.removeprefix("cluster:").split("+") if inference.startswith("cluster:") else []
    all_levels = sum(effect_sizes.values()) - max(len(effect_sizes) - 1, 0)
    nested = [name for name in effect_sizes if name in dimensions]
    n_coefficients = k + all_levels - sum(effect_sizes[name] - 1 for name in nested)
    if not effect_sizes:
        n_coefficients = k  # the intercept is among the columns
    if n <= k + all_levels:
        raise ValueError(
            f"{n:,} firm-days are too few for {k} terms and their effects ({k + all_levels:,} parameters); "
            "use a longer sample or fewer terms."
        )
    if not dimensions:
        return _unclustered(fitted, inference, n, n_coefficients)
    sizes = {name: len(np.unique(clusters[name])) for name in dimensions}
    if few := [name for name, size in sizes.items() if size < 2]:
        raise ValueError(
            f"standard errors cannot be clustered by {few[0]}: the sample has {sizes[few[0]]} of them, "
            "and at least 2 are needed."
        )
    smallest = min(sizes.values())
    factor = (n - 1) / (n - n_coefficients) * smallest / (smallest - 1)
    matrix = factor * _cluster_sandwich(fitted, [clusters[name] for name in dimensions])
    matrix, mended = _make_positive(matrix)
    corrections = (
        f"(n-1)/(n-K) with K = {n_coefficients:,} (effects nested in clusters not counted), "
        f"G/(G-1) with the smallest G = {smallest:,}, t({smallest - 1:,}); as R fixest's default"
    )
    if mended:
        corrections += "; negative eigenvalues of the covariance set to zero"
    return Covariance(matrix, smallest - 1, sizes, corrections)


def _unclustered(fitted: Any, inference: str, n: int, n_coefficients: int) -> Covariance:
    from statsmodels.stats.sandwich_covariance import cov_hc0

    if inference == "iid":
        variance = float(fitted.ssr) / (n - n_coefficients)
        matrix, words = variance * fitted.normalized_cov_params, "residual variance over n-K"
    elif inference == "HC1":
        matrix, words = n / (n - n_coefficients) * cov_hc0(fitted), "n/(n-K)"
    else:
        raise ValueError(f"inference '{inference}' is unknown; expected iid, HC1 or cluster:ticker+session.")
    return Covariance(
        np.asarray(matrix),
        n - n_coefficients,
        {},
        f"{words} with K = {n_coefficients:,}; as R fixest's default",
    )


def _cluster_sandwich(fitted: Any, groups: list[NDArray[Any]]) -> Matrix:
    from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

    codes = [np.unique(group, return_inverse=True)[1] for group in groups]
    if len(codes) == 1:
        return np.asarray(cov_cluster(fitted, codes[0], use_correction=False))
    both, _, _ = cov_cluster_2groups(fitted, codes[0], codes[1], use_correction=False)
    return np.asarray(both)


def _make_positive(matrix: Matrix) -> tuple[Matrix, bool]:
    """Set negative eigenvalues to zero, as fixest does: a difference of matrices may have some."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values.min() >= 0 or values.min() > -1e-14 * values.max():
        return matrix, False
    return (vectors * np.maximum(values, 0)) @ vectors.T, True
