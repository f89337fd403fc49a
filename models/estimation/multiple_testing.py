r"""p-values for several hypotheses at once: Romano and Wolf (2005), Benjamini and Hochberg (1995).

Six emotions are six chances to find something. Romano-Wolf's adjusted p-value of an emotion bounds the
chance of even one false finding among all that are tested, and uses how the estimates hang together;
Benjamini-Hochberg's bounds the expected share of false ones among those called found.

The resampling is a wild bootstrap of the scores by unit: the clusters of the smaller dimension, sessions for
Driscoll-Kraay, stretches of sessions for Newey-West, else `UNITS` groups of rows. A draw gives every unit a
random sign, and with :math:`q_j` row j of :math:`(X'X)^{-1}`, :math:`s_g` the sum of a unit's scores and
:math:`A_g` its :math:`X'X`,

.. math:: \delta^* = (X'X)^{-1} \sum_g v_g s_g, \quad
          t^*_j = \frac{\delta^*_j}{\sqrt{\sum_g (q_j'(v_g s_g - A_g \delta^*))^2}} .
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.covariance import Codes, Matrix, Regression, cluster_dimensions
from models.estimation.spec import Spec
from models.estimation.wild_bootstrap import SEED, draw_weights

DRAWS = 999
UNITS = 2000
_CHUNK = 200


def adjust_for_testing_several(
    regression: Regression,
    covariance: Matrix,
    estimate: Matrix,
    tested: list[int],
    p_values: NDArray[np.float64],
    spec: Spec,
) -> dict[str, pl.Series]:
    """Return columns `p_romano_wolf` and `p_benjamini_hochberg`: (k,), null for what is not tested.

    Parameters
    ----------
    tested
        Places of the slopes of one family of hypotheses; none is adjusted where there are fewer than two.
    p_values
        (k,): the plain ones.
    """
    from scipy.stats import false_discovery_control

    romano_wolf, benjamini_hochberg = (np.full(len(estimate), np.nan) for _ in range(2))
    places = [j for j in tested if np.isfinite(p_values[j])]
    if len(places) > 1:
        plain = p_values[places]
        statistics = np.abs(estimate[places]) / np.sqrt(np.diag(covariance)[places])
        drawn = resample_statistics(regression, places, choose_units(regression, spec.inference))
        romano_wolf[places] = np.maximum(step_down(statistics, drawn), plain)
        benjamini_hochberg[places] = false_discovery_control(plain)
    return {
        "p_romano_wolf": pl.Series(romano_wolf).fill_nan(None),
        "p_benjamini_hochberg": pl.Series(benjamini_hochberg).fill_nan(None),
    }


def choose_units(regression: Regression, inference: str) -> Codes:
    """Return the units (n,) that are resampled whole."""
    if dimensions := cluster_dimensions(inference):
        return min((regression.codes[name] for name in dimensions), key=lambda codes: int(codes.max()))
    kind, _, lags = inference.partition(":")
    if kind == "driscoll-kraay":
        return regression.codes["session"]
    if kind == "newey-west":
        return regression.codes["session"] // np.uint32(max(int(lags or 4) + 1, 2))
    return (np.arange(len(regression.x)) % UNITS).astype(np.uint32)


def resample_statistics(
    regression: Regression, places: list[int], units: Codes, draws: int = DRAWS, seed: int = SEED
) -> Matrix:
    """Draw absolute t statistics under the null: (draws, len(places))."""
    x, bread = regression.x, regression.bread
    sums = regression.sum_scores(units)
    size = len(sums)
    weights = draw_weights(size, draws, seed)
    drawn = np.empty((draws, len(places)))
    shift = bread @ (sums.T @ weights)  # (k, draws)
    for column, j in enumerate(places):
        z = x @ bread[:, j]
        squares = np.column_stack(
            [np.bincount(units, weights=z * x[:, i], minlength=size) for i in range(x.shape[1])]
        )
        own = sums @ bread[:, j]
        for start in range(0, draws, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            left = own[:, None] * weights[:, chunk] - squares @ shift[:, chunk]
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn[chunk, column] = np.abs(shift[j, chunk]) / np.sqrt((left**2).sum(axis=0))
    return np.nan_to_num(drawn, nan=np.inf, posinf=np.inf)


def step_down(observed: Matrix, drawn: Matrix) -> Matrix:
    """Return Romano-Wolf's adjusted p-values (Romano and Wolf 2016, algorithm 4.2): (m,).

    Parameters
    ----------
    observed
        (m,): absolute statistics.
    drawn
        (draws, m): absolute statistics under the null.
    """
    order = np.argsort(-observed, kind="stable")
    adjusted = np.empty(len(observed))
    last = 0.0
    for rank, j in enumerate(order):
        largest = drawn[:, order[rank:]].max(axis=1)
        last = max(last, (1 + int((largest >= observed[j]).sum())) / (1 + len(drawn)))
        adjusted[j] = last
    return adjusted
