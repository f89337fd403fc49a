r"""How strongly each row pulls its own fitted value: leverage, with that of absorbed effects.

With the effects as dummies D beside the regressors X the leverage of row i is (Frisch, Waugh and Lovell)

.. math:: h_i = h_i^D + \tilde x_i' (\tilde X' \tilde X)^{-1} \tilde x_i,

where :math:`\tilde X` is X without its effects and :math:`h_i^D` what the dummies alone have. Of one effect
it is one over the rows of the level. Of several, one effect F (that of most levels) is swept out first, and
with the dummies G of the others

.. math:: h_i^D = w_i \left( 1 / W_f + g_i' A g_i - 2 g_i' A c_f / W_f + c_f' A c_f / W_f^2 \right),
    \quad A = (G' W G - C' \mathrm{diag}(1 / W_f) C)^{+},

with the weights w, their sum :math:`W_f` in row i's level f of F, and
:math:`c_f = \sum_{i \in f} w_i g_i`, the rows of C. So nothing larger is inverted than the number of
levels of the smaller effects.

References: Hoaglin and Welsch (1978); Belsley, Kuh and Welsch (1980), section 2.1.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Codes = NDArray[np.uint32]

# Levels of the smaller effects together; what is inverted has their number of rows.
MOST_LEVELS = 3_000
_BLOCK = 65_536


def leverage_of_regressors(x: Matrix, bread: Matrix) -> Matrix:
    r"""Compute :math:`x_i' (X'X)^{-1} x_i` of columns without their effects: (n,).

    Parameters
    ----------
    x
        (n, k), times the root of the weights.
    bread
        (k, k): the inverse of X'X.
    """
    leverage = np.empty(len(x))
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        leverage[start : start + _BLOCK] = np.einsum("ij,ij->i", block @ bread, block)
    return leverage


def leverage_of_effects(codes: Sequence[Codes], weights: Matrix | None = None) -> Matrix:
    """Compute the leverage that the dummies of absorbed effects have: (n,); its sum is their rank.

    Parameters
    ----------
    codes
        The levels (n,) of each effect, at least one.
    weights
        (n,) or None.

    Raises
    ------
    ValueError
        The effects have too many levels.
    """
    first, *others = sorted(codes, key=lambda code: int(code.max()), reverse=True)
    w = np.ones(len(first)) if weights is None else weights
    total = np.bincount(first, weights=w)
    if not others:
        alone: Matrix = w / total[first]
        return alone
    sizes = [int(code.max()) + 1 for code in others]
    if sum(sizes) > MOST_LEVELS:
        raise ValueError(
            f"the effects have {sum(sizes):,} levels beside those of the largest; leverage is computed for "
            f"up to {MOST_LEVELS:,}."
        )
    starts = np.cumsum([0, *sizes[:-1]])
    levels = [code.astype(np.int64) + start for code, start in zip(others, starts, strict=True)]
    n_levels = sum(sizes)
    # C: one row a level of the first effect.
    counted = np.zeros(len(total) * n_levels)
    for level in levels:
        counted += np.bincount(first * np.int64(n_levels) + level, weights=w, minlength=len(counted))
    c = counted.reshape(len(total), n_levels)
    gram = _gram(levels, w, n_levels) - c.T @ (c / total[:, None])
    a = np.linalg.pinv(gram, hermitian=True)
    ca = c @ a
    own = np.zeros(len(first))
    for level in levels:
        own += a[level, level] - 2 * ca[first, level] / total[first]
    for one, other in combinations(levels, 2):
        own += 2 * a[one, other]
    of_first = 1 / total + np.einsum("ij,ij->i", ca, c) / total**2
    leverage: Matrix = w * (of_first[first] + own)
    return leverage


def _gram(levels: Sequence[NDArray[np.int64]], w: Matrix, n_levels: int) -> Matrix:
    gram = np.zeros(n_levels * n_levels)
    for one in levels:
        for other in levels:
            gram += np.bincount(one * n_levels + other, weights=w, minlength=len(gram))
    return gram.reshape(n_levels, n_levels)
