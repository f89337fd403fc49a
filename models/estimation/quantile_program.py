r"""Linear quantile regression by linear programming, with few of the rows.

:math:`\hat\beta(\tau) = \arg\min_b \sum_i w_i \rho_\tau(y_i - x_i'b)`,
:math:`\rho_\tau(u) = u(\tau - 1[u < 0])` (Koenker and Bassett 1978). Rows far from the fitted plane
keep their side of it whatever small change is made, and count only through their sum: they are merged
into one row above and one below (Portnoy and Koenker 1997), the small program is solved exactly, and
the sides are checked afterwards. The result is the exact one of all rows.
"""

import numpy as np
from numpy.typing import NDArray

from models.estimation.results import EstimationError

Matrix = NDArray[np.float64]
SMALL = 500  # up to this many rows the program is solved whole


def solve_quantile(
    y: Matrix, x: Matrix, tau: float, weights: Matrix | None = None, start: Matrix | None = None
) -> Matrix:
    """Return the coefficients (k,) of the quantile regression of y (n,) on x (n, k).

    Parameters
    ----------
    tau
        The quantile, in (0, 1).
    weights
        (n,) positive, or None.
    start
        (k,) coefficients near the solution; it changes the time, not the result.

    Raises
    ------
    EstimationError
        The program has no solution: the regressors are not finite, say.
    """
    if weights is not None:
        x, y = x * weights[:, None], y * weights  # rho is positively homogeneous
    if len(y) <= SMALL:
        return _solve_program(y, x, tau)
    guess = _guess(y, x, tau) if start is None else start
    size = np.ones(len(y)) if weights is None else weights
    n_near = max(SMALL, int(len(y) ** (2 / 3)))
    while 2 * n_near < len(y):
        residual = (y - x @ guess) / size
        near = np.abs(residual) <= np.partition(np.abs(residual), n_near)[n_near]
        found = _solve_merged(y, x, tau, near, residual > 0)
        if found is not None:
            return found
        n_near *= 2
    return _solve_program(y, x, tau)


def check_loss(residual: Matrix, tau: float) -> float:
    """Sum of rho_tau over the residuals."""
    return float(np.sum(residual * (tau - (residual < 0))))


def _guess(y: Matrix, x: Matrix, tau: float) -> Matrix:
    """Solve on some 500 to 1,000 rows, evenly spread: near the solution, and the same each time."""
    step = len(y) // SMALL
    return _solve_program(y[::step], x[::step], tau)


def _solve_merged(
    y: Matrix, x: Matrix, tau: float, near: NDArray[np.bool_], positive: NDArray[np.bool_]
) -> Matrix | None:
    """Solve with the rows that are not near merged; None where too many of these changed sides."""
    above, below = ~near & positive, ~near & ~positive
    for _ in range(10):
        merged_y = np.concatenate([y[near], [y[above].sum(), y[below].sum()]])
        merged_x = np.vstack([x[near], x[above].sum(axis=0), x[below].sum(axis=0)])
        found = _solve_program(merged_y, merged_x, tau)
        residual = y - x @ found
        wrong = (above & (residual < 0)) | (below & (residual > 0))
        n_wrong = int(wrong.sum())
        if n_wrong == 0:
            return found
        if n_wrong > near.sum() // 2:
            return None
        near, above, below = near | wrong, above & ~wrong, below & ~wrong
    return None


def _solve_program(y: Matrix, x: Matrix, tau: float) -> Matrix:
    """Solve the dual: max y'a, X'a = (1 - tau) X'1, 0 <= a <= 1; its multipliers are the coefficients."""
    from scipy.optimize import linprog

    scale = np.abs(x).max(axis=0)
    scale[scale == 0] = 1.0
    scaled = x / scale
    solved = linprog(-y, A_eq=scaled.T, b_eq=(1 - tau) * scaled.sum(axis=0), bounds=(0, 1), method="highs-ds")
    if solved.status != 0:
        raise EstimationError(f"the quantile regression has no solution: {solved.message}")
    return np.asarray(-solved.eqlin.marginals / scale)
