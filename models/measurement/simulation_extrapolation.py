r"""Simulation and extrapolation of misclassified counts (MC-SIMEX).

Posts were misclassified once, by :math:`\Pi`. Misclassifying their tags further, by
:math:`\Pi^\lambda`, gives estimates at the error :math:`\Pi^{1 + \lambda}`; their path over
:math:`\lambda` is followed back to :math:`\lambda = -1`, where there would be no error:

.. math:: \hat\beta_{SIMEX} = \hat G(-1), \quad G(\lambda) = \gamma_0 + \gamma_1 \lambda + \gamma_2 \lambda^2

(Kuechenhoff, Mwalili and Lesaffre 2006). A quadratic is the usual choice and a cautious one: the true
path is steeper near -1, so some of the bias stays. The variance is extrapolated too, of
:math:`\bar V(\lambda) - S^2(\lambda)`: the mean of the estimated variances less the variance of the
estimates over the simulations (the jackknife-type variance of Stefanski and Cook 1995). To it is added
what the finite number B of simulations leaves to chance, :math:`\sum_\lambda w_\lambda^2 S^2(\lambda) / B`,
with w the weights of the extrapolation. The confusion counts as known.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.measurement.confusion import Generator

Matrix = NDArray[np.float64]
Refit = Callable[[Matrix], tuple[Matrix, Matrix]]  # counts (n, K) -> estimates (k,), standard errors (k,)

EXPONENTS = (0.5, 1.0, 1.5, 2.0)
REPLICATES = 100
SEED = 20_060_101


@dataclass(frozen=True)
class Extrapolated:
    """What a simulation and its extrapolation give.

    Parameters
    ----------
    estimate
        (k,): at lambda = -1.
    std_error
        (k,): nan where the extrapolated variance is not positive.
    exponents
        (L,): 0 and the lambdas.
    path
        (L, k): the mean estimate at each.
    """

    estimate: Matrix
    std_error: Matrix
    exponents: Matrix
    path: Matrix


def simulate_and_extrapolate(
    counts: NDArray[np.int64],
    generator: Generator,
    refit: Refit,
    exponents: Sequence[float] = EXPONENTS,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Extrapolated:
    """Misclassify counts further, refit, and extrapolate to no misclassification.

    Parameters
    ----------
    counts
        (n, K): posts by tagged class of each firm-day.
    refit
        Estimates from counts of the same shape.
    replicates
        Simulations at each exponent.
    """
    naive, naive_error = refit(counts.astype(np.float64))
    moves = np.zeros((len(exponents) + 1, len(naive)))  # of the estimates, against the naive ones
    variances, between = np.zeros_like(moves), np.zeros_like(moves)
    rng = np.random.default_rng(seed)
    for i, exponent in enumerate(exponents, start=1):
        power = generator.power(exponent)
        drawn = [refit(misclassify(counts, power, rng)) for _ in range(replicates)]
        differences = np.array([estimate - naive for estimate, _ in drawn])
        moves[i] = differences.mean(axis=0)
        own = np.array([error**2 - naive_error**2 for _, error in drawn]).mean(axis=0)
        between[i] = differences.var(axis=0, ddof=1)
        variances[i] = own - between[i]
    at = np.array([0.0, *exponents])
    # Differences are extrapolated, so that what does not move stays the same to the last bit.
    weights = extrapolation_weights(at)
    variance = naive_error**2 + weights @ variances
    by_chance = weights**2 @ between / replicates
    with np.errstate(invalid="ignore"):
        std_error = np.where(variance > 0, np.sqrt(variance + by_chance), np.nan)
    unmoved = (variances == 0).all(axis=0)
    return Extrapolated(
        estimate=naive + weights @ moves,
        std_error=np.where(unmoved, naive_error, std_error),
        exponents=at,
        path=naive + moves,
    )


def misclassify(counts: NDArray[np.int64], matrix: Matrix, rng: np.random.Generator) -> Matrix:
    """Draw a new class for every post: class j becomes k with probability matrix[j, k].

    Parameters
    ----------
    counts
        (n, K): posts by class of each firm-day; the rows' sums do not change.
    """
    drawn = np.zeros_like(counts)
    for j, probabilities in enumerate(matrix):
        rows = np.flatnonzero(counts[:, j])
        drawn[rows] += rng.multinomial(counts[rows, j], probabilities)
    return drawn.astype(np.float64)


def extrapolation_weights(exponents: Matrix) -> Matrix:
    """Return the weights (L,) with which values at the exponents give the least-squares quadratic's at -1."""
    powers = np.vander(exponents, 3, increasing=True)
    weights: Matrix = np.array([1.0, -1.0, 1.0]) @ np.linalg.pinv(powers)
    return weights
