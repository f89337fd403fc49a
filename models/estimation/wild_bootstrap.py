r"""The wild cluster bootstrap: inference where clusters are few (Cameron, Gelbach and Miller 2008).

With fewer than `FEW_CLUSTERS` clusters in a dimension, sandwich errors are too small and t tables too thin.
For each slope the null :math:`\beta_j = r` is imposed, the restricted residuals of a cluster are multiplied
by one random number :math:`v_g`, and the t statistic is computed again, with the very covariance of the
table. Where that is two-way, the smaller dimension is resampled (MacKinnon, Nielsen and Webb 2021), and a
firm and session have one row. The p-value is the share of draws whose :math:`|t^*|` is at least the
:math:`|t|` observed; the interval holds every r that is not rejected at 5 %.

Nothing of size rows x draws is ever formed. With :math:`Q = (X'X)^{-1}`, :math:`z = X Q_{\cdot j}`,
:math:`d = b_j - r` and restricted residuals :math:`e + d\, z / Q_{jj}`, both the numerator and the squared
denominator of :math:`t^*` are polynomials in d whose coefficients come from sums by cluster, so the whole
interval costs no more than one p-value (compare Roodman, Nielsen, MacKinnon and Webb 2019). Absorbed effects
are held at their estimates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.estimation.covariance import Codes, Matrix, Regression

FEW_CLUSTERS = 40
DRAWS = 1999
# With fewer clusters than this, signs alone give too few different draws (Webb 2023).
FEW_FOR_SIGNS = 12
SEED = 20261123
LEVEL = 0.05
_CHUNK = 250
_WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))
_WORDS = {"ticker": "firm"}


@dataclass(frozen=True)
class Bootstrapped:
    """Bootstrapped p-values and intervals of the slopes, (k,) each, and how they came about."""

    p_values: Matrix
    conf_low: Matrix
    conf_high: Matrix
    words: str


def bootstrap_clusters(
    regression: Regression, estimate: Matrix, dimensions: list[str], draws: int = DRAWS, seed: int = SEED
) -> Bootstrapped:
    """Bootstrap every slope, resampling the dimension with the fewest clusters.

    Parameters
    ----------
    estimate
        (k,): the slopes.
    dimensions
        The dimensions that the covariance is clustered by: one or two.
    """
    sizes = {name: int(regression.codes[name].max()) + 1 for name in dimensions}
    resampled = min(dimensions, key=lambda name: sizes[name])
    weights = draw_weights(sizes[resampled], draws, seed)
    others = [name for name in dimensions if name != resampled]
    p_values, lows, highs = (np.full(len(estimate), np.nan) for _ in range(3))
    for j in range(len(estimate)):
        polynomial = _expand(regression, j, resampled, others, weights)
        p_values[j] = polynomial.p_value(estimate[j])
        # d = b - r: r below the estimate is d above zero.
        lows[j] = estimate[j] - polynomial.find_rejected(1)
        highs[j] = estimate[j] + polynomial.find_rejected(-1)
    law = "Webb's six-point weights" if sizes[resampled] < FEW_FOR_SIGNS else "random signs"
    name = _WORDS.get(resampled, resampled)
    words = (
        f"p-values and intervals by the wild cluster bootstrap over the {sizes[resampled]} {name}s "
        f"(fewer than {FEW_CLUSTERS}), null imposed, {law}, {draws:,} draws"
    )
    return Bootstrapped(p_values, lows, highs, words)


def draw_weights(clusters: int, draws: int, seed: int = SEED) -> Matrix:
    """Draw wild weights with mean 0 and variance 1: (clusters, draws)."""
    rng = np.random.default_rng(seed)
    signs = rng.choice(np.array([-1.0, 1.0]), size=(clusters, draws))
    if clusters >= FEW_FOR_SIGNS:
        return signs
    return signs * rng.choice(_WEBB, size=(clusters, draws))


@dataclass(frozen=True)
class _Polynomial:
    """t* of every draw as a function of d: (n0 + n1 d) / sqrt(v0 + v1 d + v2 d^2); all (draws,)."""

    n0: Matrix
    n1: Matrix
    v0: Matrix
    v1: Matrix
    v2: Matrix
    variance: float  # of the slope itself, without the small-sample factor that t* lacks too

    def p_value(self, d: float) -> float:
        """Return the share of draws at least as extreme as d itself, this one counted."""
        if not self.variance > 0:
            return float("nan")
        variance = self.v0 + d * (self.v1 + d * self.v2)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = (self.n0 + d * self.n1) ** 2 / variance
        # A draw without variance says nothing against the null.
        drawn = np.where(variance > 0, drawn, np.inf)
        observed = d * d / self.variance
        extreme = int((drawn >= observed * (1 - 1e-12)).sum())
        return (1 + extreme) / (1 + len(drawn))

    def find_rejected(self, sign: int) -> float:
        """Return how far from the estimate the values on one side are first rejected, inf if never."""
        if not self.variance > 0:
            return float("nan")
        near, far = 0.0, 2 * float(np.sqrt(self.variance))
        for _ in range(12):
            if self.p_value(sign * far) <= LEVEL:
                break
            near, far = far, 2 * far
        else:
            return float("inf")
        for _ in range(40):
            middle = (near + far) / 2
            if self.p_value(sign * middle) <= LEVEL:
                far = middle
            else:
                near = middle
        return far


def _expand(
    regression: Regression, j: int, resampled: str, others: list[str], weights: Matrix
) -> _Polynomial:
    """Compute the coefficients of t* in d for one slope."""
    x, e, q = regression.x, regression.residuals, regression.bread
    groups = regression.codes[resampled]
    z = x @ q[:, j]
    p, m = z * e, z * z / q[j, j]  # scores of the slope at the estimate, and what a unit of d adds
    own = _Sums(regression, groups, z, p, m)
    d0, d1 = q @ (own.xe.T @ weights), q @ (own.xz.T @ weights) / q[j, j]
    parts = [(own.p[:, None] * weights, own.m[:, None] * weights, own.zx)]
    for name in others:
        other = regression.codes[name]
        crossed_p, crossed_m = _cross(other, groups, p), _cross(other, groups, m)
        parts.append((crossed_p @ weights, crossed_m @ weights, _sum_columns(other, x, z)))
    v = np.zeros((3, weights.shape[1]))
    for a0, a1, zx in parts:
        for chunk in _chunks(weights.shape[1]):
            u0, u1 = a0[:, chunk] - zx @ d0[:, chunk], a1[:, chunk] - zx @ d1[:, chunk]
            v[:, chunk] += [(u0**2).sum(axis=0), 2 * (u0 * u1).sum(axis=0), (u1**2).sum(axis=0)]
    variance = sum(
        float((np.bincount(regression.codes[name], weights=p) ** 2).sum()) for name in (resampled, *others)
    )
    if others:
        v -= _intersection(regression, groups, z, p, m, weights, d0, d1)
        variance -= float((p**2).sum())
    return _Polynomial(own.p @ weights, own.m @ weights, v[0], v[1], v[2], variance)


class _Sums:
    """Sums by cluster of what one slope needs."""

    def __init__(self, regression: Regression, groups: Codes, z: Matrix, p: Matrix, m: Matrix) -> None:
        self.p, self.m = np.bincount(groups, weights=p), np.bincount(groups, weights=m)
        self.xe = _sum_columns(groups, regression.x, regression.residuals)
        self.xz = self.zx = _sum_columns(groups, regression.x, z)


def _intersection(
    regression: Regression,
    groups: Codes,
    z: Matrix,
    p: Matrix,
    m: Matrix,
    weights: Matrix,
    d0: Matrix,
    d1: Matrix,
) -> NDArray[np.float64]:
    """Sum over rows of the squared scores of a draw, as a polynomial in d: (3, draws).

    A row's score is v (p + d m) - z x'(d0 + d d1); its square is summed from sums by cluster.
    """
    x, squares = regression.x, weights**2
    zx = x * z[:, None]
    px, mx = _sum_columns(groups, zx, p), _sum_columns(groups, zx, m)
    xx = zx.T @ zx

    def by_cluster(values: Matrix) -> Matrix:
        return np.asarray(np.bincount(groups, weights=values) @ squares)

    def with_slopes(sums: Matrix, slopes: Matrix) -> Matrix:
        return np.asarray(((sums.T @ weights) * slopes).sum(axis=0))

    def of_slopes(a: Matrix, b: Matrix) -> Matrix:
        return np.asarray((a * (xx @ b)).sum(axis=0))

    return np.array(
        [
            by_cluster(p * p) - 2 * with_slopes(px, d0) + of_slopes(d0, d0),
            2 * (by_cluster(p * m) - with_slopes(px, d1) - with_slopes(mx, d0) + of_slopes(d0, d1)),
            by_cluster(m * m) - 2 * with_slopes(mx, d1) + of_slopes(d1, d1),
        ]
    )


def _sum_columns(groups: Codes, x: Matrix, factor: Matrix) -> Matrix:
    size = int(groups.max()) + 1
    return np.column_stack(
        [np.bincount(groups, weights=x[:, j] * factor, minlength=size) for j in range(x.shape[1])]
    )


def _cross(rows: Codes, columns: Codes, values: Matrix) -> Matrix:
    shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    cells = rows.astype(np.int64) * shape[1] + columns
    sums: Matrix = np.bincount(cells, weights=values, minlength=shape[0] * shape[1]).astype(np.float64)
    return sums.reshape(shape)


def _chunks(draws: int) -> Iterator[slice]:
    for start in range(0, draws, _CHUNK):
        yield slice(start, start + _CHUNK)
