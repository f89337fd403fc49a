r"""Covariance of least-squares estimates, with R fixest's default small-sample corrections.

The sandwich is :math:`c \, (X'X)^{-1} M (X'X)^{-1}` with scores :math:`u_i = e_i x_i` and

- iid: :math:`M = \hat\sigma^2 X'X`, :math:`\hat\sigma^2 = e'e / (n - K)`;
- HC1: :math:`M = \sum_i u_i u_i'`, :math:`c = n / (n - K)`;
- HC3: :math:`M = \sum_i u_i u_i' / (1 - h_i)^2` with the leverage :math:`h_i` (MacKinnon and White 1985);
- cluster: :math:`M = \sum_g s_g s_g'`, :math:`s_g = \sum_{i \in g} u_i`,
  :math:`c = \frac{n - 1}{n - K} \frac{G}{G - 1}`; with two dimensions
  :math:`M = M_1 + M_2 - M_{12}` (Cameron, Gelbach and Miller 2011) and the smaller G;
- Driscoll-Kraay (1998): :math:`M = \Gamma_0 + \sum_{l=1}^{L} (1 - \tfrac{l}{L+1}) (\Gamma_l + \Gamma_l')`,
  :math:`\Gamma_l = \sum_t s_t s_{t-l}'` over the sums :math:`s_t` of the scores of a session;
- Newey-West (1987): the same within each firm, :math:`\Gamma_l = \sum_i \sum_t u_{it} u_{it-l}'`.

K counts the slopes and the levels of the effects that are not nested in a cluster dimension (sessions for
Driscoll-Kraay, firms and sessions for Newey-West), less one for each effect after the first (fixest:
`ssc(K.adj = TRUE, K.fixef = "nonnested", G.adj = TRUE, G.df = "min")`). t statistics have min(G) - 1 degrees
of freedom when clustered, T - 1 with Driscoll-Kraay and with Newey-West in a panel, else n - K.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Codes = NDArray[np.uint32]


@dataclass(frozen=True)
class Covariance:
    """The covariance of the slopes and how it came about."""

    matrix: Matrix
    df: int
    n_clusters: dict[str, int]
    corrections: str


@dataclass(frozen=True)
class Regression:
    """Least squares on data without effects: what a sandwich is made of.

    Parameters
    ----------
    x
        (n, k), Fortran order, times the root of the weights.
    residuals
        (n,), times the root of the weights.
    bread
        (k, k): the inverse of X'X.
    codes
        The levels (n,) of `ticker`, `session` and what else may be clustered on.
    effect_sizes
        Absorbed effect -> number of its levels; empty where there is an intercept among the columns.
    """

    x: Matrix
    residuals: Matrix
    bread: Matrix
    codes: Mapping[str, Codes]
    effect_sizes: Mapping[str, int]

    @property
    def ssr(self) -> float:
        """The sum of squared residuals."""
        return float(self.residuals @ self.residuals)

    def sum_scores(self, groups: Codes) -> Matrix:
        """Return the sums of the scores by group: (G, k)."""
        size = int(groups.max()) + 1
        sums = np.empty((size, self.x.shape[1]))
        for j in range(self.x.shape[1]):
            sums[:, j] = np.bincount(groups, weights=self.x[:, j] * self.residuals, minlength=size)
        return sums

    def cross_scores(self, factor: Matrix | None = None, block: int = 65_536) -> Matrix:
        """Return the sum over rows of the outer product of the scores, each times a factor: (k, k)."""
        k = self.x.shape[1]
        total = np.zeros((k, k))
        weights = self.residuals if factor is None else self.residuals * factor
        for start in range(0, len(self.x), block):
            scores = self.x[start : start + block] * weights[start : start + block, None]
            total += scores.T @ scores
        return total


def cluster_dimensions(inference: str) -> list[str]:
    """Return the names of the cluster dimensions: [] where it does not cluster."""
    return inference.removeprefix("cluster:").split("+") if inference.startswith("cluster:") else []


def estimate_covariance(regression: Regression, inference: str) -> Covariance:
    """Compute the covariance of the slopes.

    Raises
    ------
    ValueError
        A cluster dimension has fewer than two clusters, there are no degrees of freedom, or the inference
        cannot be had with these effects.
    """
    n, k = regression.x.shape
    effects = regression.effect_sizes
    dimensions = cluster_dimensions(inference)
    all_levels = sum(effects.values()) - max(len(effects) - 1, 0)
    if n <= k + all_levels:
        raise ValueError(
            f"{n:,} firm-days are too few for {k} terms and their effects ({k + all_levels:,} parameters); "
            "use a longer sample or fewer terms."
        )
    kind, _, lags = inference.partition(":")
    nesting = {"driscoll-kraay": ["session"], "newey-west": ["ticker", "session"]}.get(kind, dimensions)
    n_coefficients = k + all_levels - sum(effects[name] - 1 for name in effects if name in nesting)
    if kind == "driscoll-kraay":
        return _driscoll_kraay(regression, _choose_lags(lags, regression), n_coefficients)
    if kind == "newey-west":
        return _newey_west(regression, _choose_lags(lags, regression), n_coefficients)
    if not dimensions:
        return _unclustered(regression, inference, n_coefficients)
    if unknown := [name for name in dimensions if name not in regression.codes]:
        raise ValueError(
            f"standard errors cannot be clustered by {unknown[0]}: the data have no such column."
        )
    sizes = {name: int(regression.codes[name].max()) + 1 for name in dimensions}
    if few := [name for name, size in sizes.items() if size < 2]:
        raise ValueError(
            f"standard errors cannot be clustered by {few[0]}: the sample has {sizes[few[0]]} of them, "
            "and at least 2 are needed."
        )
    smallest = min(sizes.values())
    factor = (n - 1) / (n - n_coefficients) * smallest / (smallest - 1)
    meat = _cluster_meat(regression, [regression.codes[name] for name in dimensions])
    matrix, mended = make_positive(factor * regression.bread @ meat @ regression.bread)
    corrections = (
        f"(n-1)/(n-K) with K = {n_coefficients:,} (effects nested in clusters not counted), "
        f"G/(G-1) with the smallest G = {smallest:,}, t({smallest - 1:,}); as R fixest's default"
    )
    if mended:
        corrections += "; negative eigenvalues of the covariance set to zero"
    return Covariance(matrix, smallest - 1, sizes, corrections)


def _unclustered(regression: Regression, inference: str, n_coefficients: int) -> Covariance:
    n = len(regression.x)
    df = n - n_coefficients
    bread = regression.bread
    if inference == "iid":
        return Covariance(
            regression.ssr / df * bread,
            df,
            {},
            f"residual variance over n-K with K = {n_coefficients:,}; as R fixest's default",
        )
    if inference == "HC1":
        meat, factor, words = regression.cross_scores(), n / df, f"n/(n-K) with K = {n_coefficients:,}"
        words += "; as R fixest's default"
    else:
        meat, factor = regression.cross_scores(1 / (1 - _leverages(regression))), 1.0
        words = f"squared residuals over (1-h)^2, h the leverage; t({df:,})"
    return Covariance(factor * bread @ meat @ bread, df, {}, words)


def _leverages(regression: Regression) -> Matrix:
    """Return the leverage of each row, that of an absorbed effect included: (n,)."""
    if len(regression.effect_sizes) > 1:
        raise ValueError(
            "HC3 needs the leverage of every row, which two absorbed effects do not give in closed form; "
            "use HC1 or clusters, or one effect."
        )
    leverages: Matrix = np.einsum("ij,jk,ik->i", regression.x, regression.bread, regression.x)
    for name in regression.effect_sizes:
        groups = regression.codes[name]
        leverages = leverages + 1 / np.bincount(groups)[groups]
    if leverages.max() > 1 - 1e-10:
        raise ValueError(
            "a row is fitted perfectly (leverage 1), so HC3 does not exist; use HC1, or leave that row out."
        )
    return leverages


def _choose_lags(lags: str, regression: Regression) -> int:
    """Return the lags named, else the usual rule floor(4 (T/100)^(2/9)) (Newey and West 1994)."""
    sessions = int(regression.codes["session"].max()) + 1
    return int(lags) if lags else int(4 * (sessions / 100) ** (2 / 9))


def sum_autocovariances(series: Matrix, lags: int) -> Matrix:
    """Return a series' (T, k) products with itself up to a lag, summed with Bartlett's weights: (k, k)."""
    from statsmodels.stats.sandwich_covariance import S_hac_simple

    return np.asarray(S_hac_simple(series, nlags=min(lags, len(series) - 1)))


def _driscoll_kraay(regression: Regression, lags: int, n_coefficients: int) -> Covariance:
    sums = regression.sum_scores(regression.codes["session"])
    n, t = len(regression.x), len(sums)
    meat = sum_autocovariances(sums, lags)
    factor = (n - 1) / (n - n_coefficients) * t / (t - 1)
    matrix, _ = make_positive(factor * regression.bread @ meat @ regression.bread)
    words = (
        f"Bartlett kernel, {lags} lags of the {t:,} sessions of the sample; (n-1)/(n-K) T/(T-1), t({t - 1:,})"
    )
    return Covariance(matrix, t - 1, {}, words)


def _newey_west(regression: Regression, lags: int, n_coefficients: int) -> Covariance:
    """Sum products of scores of a firm some sessions of the sample apart: rows are sorted by both."""
    sessions = regression.codes["session"].astype(np.int64)
    firms = regression.codes.get("ticker", np.zeros(len(sessions), np.uint32))
    n, t = len(regression.x), int(sessions.max()) + 1
    scores = regression.x * regression.residuals[:, None]
    meat = scores.T @ scores
    place = np.full((int(firms.max()) + 1, t), -1, dtype=np.int64)
    place[firms, sessions] = np.arange(n)
    for lag in range(1, min(lags, t - 1) + 1):
        now, before = place[:, lag:].ravel(), place[:, :-lag].ravel()
        both = (now >= 0) & (before >= 0)
        gamma = scores[now[both]].T @ scores[before[both]]
        meat += (1 - lag / (lags + 1)) * (gamma + gamma.T)
    panel = int(firms.max()) > 0
    factor = (n - 1) / (n - n_coefficients) * t / (t - 1) if panel else n / (n - n_coefficients)
    df = t - 1 if panel else n - n_coefficients
    matrix, _ = make_positive(factor * regression.bread @ meat @ regression.bread)
    words = (
        f"Bartlett kernel, {lags} lags" + (" within firms" if panel else "") + f", no prewhitening; t({df:,})"
    )
    return Covariance(matrix, df, {}, words)


def _cluster_meat(regression: Regression, groups: list[Codes]) -> Matrix:
    meats = [sums.T @ sums for sums in map(regression.sum_scores, groups)]
    if len(groups) == 1:
        return meats[0]
    pairs = groups[0].astype(np.int64) * (int(groups[1].max()) + 1) + groups[1]
    # Rows are sorted by the first dimension, then the second: a pair that repeats stands together.
    starts = np.flatnonzero(np.diff(pairs)) + 1
    repeats = len(starts) + 1 < len(pairs) or bool((np.diff(pairs) < 0).any())
    if not repeats:
        return meats[0] + meats[1] - regression.cross_scores()
    both = np.unique(pairs, return_inverse=True)[1].astype(np.uint32)
    sums = regression.sum_scores(both)
    return meats[0] + meats[1] - sums.T @ sums


def make_positive(matrix: Matrix) -> tuple[Matrix, bool]:
    """Set negative eigenvalues to zero, as fixest does: a difference of matrices may have some."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    # What rounding alone may leave of zero; a variance below zero is no variance, however small it is beside
    # those of terms in other units.
    if values.min() >= -1e-14 * values.max() and (np.diag(matrix) >= 0).all():
        return matrix, False
    return (vectors * np.maximum(values, 0)) @ vectors.T, True
