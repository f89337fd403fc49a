r"""What each row does to a coefficient of least squares with absorbed effects.

Of term j let :math:`r_i` be the residual of its regressor on all other terms and effects, and
:math:`\tilde y_i` that of the outcome on the same. Then (Frisch, Waugh and Lovell)

.. math:: b_j = \sum_i r_i \tilde y_i / \sum_i r_i^2, \qquad e_i = \tilde y_i - b_j r_i,

so that row i carries the share :math:`r_i \tilde y_i / \sum_i r_i \tilde y_i` of the coefficient; shares
sum to 1, and some are negative. Leaving row i out and estimating anew changes the coefficient by exactly

.. math:: DFBETA_i = b_j - b_{j(i)} = \frac{r_i e_i}{\sum_i r_i^2 \, (1 - h_i)},

element j of :math:`(X'X)^{-1} x_i e_i / (1 - h_i)` (Belsley, Kuh and Welsch 1980, section 2.1).
The leverage :math:`h_i` is that of regressors **and** absorbed effects: anew means with new firm and session
means. The leverage of the demeaned regressors alone and the partial leverage :math:`r_i^2 / \sum_i r_i^2` of
the chosen one stand beside it.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import triangle
from models.estimation.covariance import estimate_covariance
from models.estimation.least_squares import Solved, solve
from models.estimation.leverage import leverage_of_effects, leverage_of_regressors
from models.estimation.results import Data, EstimationError
from models.estimation.sample import Prepared, prepare, select_rows
from models.estimation.spec import Spec
from models.estimation.terms import take_terms

Matrix = NDArray[np.float64]
KEYS = ("ticker", "session")
FITTED_FULLY = 1e-9  # of 1 - leverage: effects or regressors fit such a row whatever its outcome is


@dataclass(frozen=True)
class Influence:
    r"""A coefficient and what each of its rows does to it.

    Parameters
    ----------
    estimate, std_error
        Of the term, on the whole sample; the standard error is the spec's.
    rows
        One row a `ticker` and `session` of the sample, in that order:

        - `outcome`, `value`: the dependent variable, winsorised as in the sample, and the regressor;
        - `outcome_part`, `value_part`: both without effects and the other terms, times the root of the
          weights: :math:`\tilde y_i` and :math:`r_i`;
        - `residual`: :math:`e_i`;
        - `leverage`, `leverage_of_terms`, `partial_leverage`: of terms and effects, of the
          terms, of this term;
        - `share`: of the coefficient that the row carries; null where the coefficient is zero;
        - `dfbeta`: the coefficient less what it is without the row; null where nothing could be estimated
          without it;
        - `dfbetas`: the same in standard errors of the coefficient. Belsley, Kuh and Welsch divide by an
          i.i.d. standard error that leaves the row out; here it is the one that the table reports.
    """

    spec: Spec
    term: str
    estimate: float
    std_error: float
    rows: pl.DataFrame


def measure_influence(spec: Spec, data: Data, term: str) -> Influence:
    """Measure what each row of a spec's sample does to the coefficient of one of its terms.

    Raises
    ------
    EstimationError
        The spec cannot be estimated, the term was dropped as collinear, or rows are not firm-days.
    """
    if spec.estimator != "least_squares":
        raise EstimationError(
            f"'{spec.title}' is not estimated by least squares, so its rows have no leverage."
        )
    if spec.frame not in data or not set(KEYS) <= set(data[spec.frame].columns):
        raise EstimationError(f"'{spec.title}' does not stand on firm-days.")
    ready = prepare([spec], data)
    try:
        solved = solve(spec, ready, triangle(ready.values))
        if term not in solved.kept:
            raise EstimationError(f"'{spec.title}' has no coefficient of {term}.")
        j = solved.kept.index(term)
        covariance = estimate_covariance(solved.regression, spec.inference)
        measured = _measure(spec, ready, solved, j)
    except EstimationError:
        raise
    except ValueError as error:
        raise EstimationError(str(error)) from error
    std_error = float(np.sqrt(covariance.matrix[j, j]))
    sample = select_rows(spec, data)
    shown = sample.select(
        *KEYS,
        outcome=pl.col(spec.outcome).cast(pl.Float64),
        value=pl.Series(take_terms(sample, [term])[:, 0]),
    )
    rows = ready.rows.join(shown, on=KEYS, how="left", maintain_order="left").hstack(measured)
    rows = rows.with_columns(dfbetas=pl.col("dfbeta") / std_error)
    return Influence(spec, term, float(solved.estimate[j]), std_error, rows)


def _measure(spec: Spec, ready: Prepared, solved: Solved, j: int) -> pl.DataFrame:
    regression, estimate = solved.regression, float(solved.estimate[j])
    precision = float(regression.bread[j, j])  # one over the sum of squares of r
    r = regression.x @ (regression.bread[:, j] / precision)
    of_terms = leverage_of_regressors(regression.x, regression.bread)
    effects = (
        leverage_of_effects([ready.codes[name] for name in spec.effects], ready.weights)
        if spec.effects
        else 0
    )
    leverage = of_terms + effects
    y = regression.residuals + estimate * r
    with np.errstate(divide="ignore", invalid="ignore"):
        share = r * y * precision / estimate
    return pl.DataFrame(
        {
            "outcome_part": y,
            "value_part": r,
            "residual": regression.residuals,
            "leverage": leverage,
            "leverage_of_terms": of_terms,
            "partial_leverage": r**2 * precision,
            "share": share,
            "dfbeta": change_without(r, precision, regression.residuals, leverage),
        }
    ).with_columns(pl.col("share", "dfbeta").fill_nan(None))


def change_without(r: Matrix, precision: float, residuals: Matrix, leverage: Matrix) -> Matrix:
    r"""Compute :math:`r_i e_i / (\sum r_i^2 (1 - h_i))`, the coefficient less what it is without row i: (n,).

    Parameters
    ----------
    r
        (n,): the regressor without effects and other terms.
    precision
        One over the sum of squares of r.
    residuals, leverage
        (n,).

    Returns
    -------
    Matrix
        0 where effects alone fit the row, which then says nothing of any slope; nan where the slopes cannot
        be estimated without it.
    """
    free = 1 - leverage
    fitted = free < FITTED_FULLY
    silent = r**2 * precision < FITTED_FULLY
    change: Matrix = r * precision * residuals / np.where(fitted, 1.0, free)
    change[fitted] = np.where(silent[fitted], 0.0, np.nan)
    return change


def fewest_that_turn(influence: Influence) -> int | None:
    r"""Count the fewest rows whose leaving out would bring the coefficient to zero, to first order.

    The rows that support the sign most are taken until their DFBETA sum to the coefficient, as Broderick,
    Giordano and Meager (2020) do with the rows' influence functions; that several rows left out together also
    change each other's leverage is neglected.

    Returns
    -------
    int | None
        None where all rows that support the sign together do not suffice.
    """
    return count_fewest(influence.rows["dfbeta"].drop_nulls().to_numpy(), influence.estimate)


def count_fewest(change: Matrix, estimate: float) -> int | None:
    """Count as `fewest_that_turn` does, from the DFBETA (n,) of all rows; nan where one is unknown."""
    support = change * np.sign(estimate)
    support = support[support > 0]  # nan is not
    most = 4_096
    while True:
        # The largest are sorted and no more, as mostly few suffice.
        some = np.partition(support, len(support) - most)[-most:] if len(support) > most else support
        ordered = np.sort(some)[::-1].cumsum()
        found = int(np.searchsorted(ordered, abs(estimate)))
        if found < len(ordered):
            return found + 1
        if most >= len(support):
            return None
        most *= 8
