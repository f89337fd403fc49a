r"""A vector autoregression by least squares on sessions whose lags are all there.

:math:`y_t = c + A_1 y_{t-1} + \dots + A_p y_{t-p} + u_t`, y (k,). A row counts where the session and
the p sessions of the exchange before it are complete: a gap costs its own row and the p after it,
never a lag that is in truth older. On a series without gaps this is statsmodels' VAR.

The order p minimises :math:`\ln |\hat\Sigma_u| + \frac{c_T}{T} k (k p + 1)` from 1 to the most, with
:math:`c_T = \ln T` (BIC, Schwarz 1978) or 2 (AIC, Akaike 1974), on the rows that the largest order
leaves, so that all orders are compared on the same sessions. BIC is the sparing one; an order that is too
small bends impulse responses, for which AIC is the safer choice (Kilian 2001).
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.results import Data, EstimationError
from models.estimation.sample import select_rows
from models.estimation.spec import Spec

Matrix = NDArray[np.float64]
MOST_LAGS = 10
CRITERIA = ("bic", "aic")
ROWS_A_PARAMETER = 3  # an equation of the largest order compared has at least so many rows a parameter


@dataclass(frozen=True)
class System:
    """An estimated vector autoregression.

    Parameters
    ----------
    names
        The k variables in their order.
    n_lags
        p.
    values
        (S, k): every session from the first to the last, nan where it is not complete.
    at
        (T,): the places in `values` of the rows used.
    design, coefficients, residuals
        (T, 1 + kp): the intercept, then all variables at lag 1, at lag 2, ...; (1 + kp, k); (T, k).
    absent
        Variables asked for that hold no value and were left out.
    """

    names: tuple[str, ...]
    n_lags: int
    values: Matrix
    at: NDArray[np.int64]
    design: Matrix
    coefficients: Matrix
    residuals: Matrix
    sessions: pl.Series
    n_gaps: int
    absent: tuple[str, ...]

    @property
    def df(self) -> int:
        """Rows less parameters of an equation."""
        n, n_parameters = self.design.shape
        return int(n - n_parameters)

    @property
    def lag_matrices(self) -> Matrix:
        """(p, k, k): A_1, ..., A_p."""
        k = len(self.names)
        return np.asarray(self.coefficients[1:].reshape(self.n_lags, k, k).transpose(0, 2, 1))

    @property
    def residual_covariance(self) -> Matrix:
        """(k, k): the residuals' cross-products over the degrees of freedom."""
        return np.asarray(self.residuals.T @ self.residuals / self.df)

    @property
    def lag_names(self) -> list[str]:
        """Names of the design's columns after the intercept."""
        return [f"{name}_lag{lag}" for lag in range(1, self.n_lags + 1) for name in self.names]

    def lags_of(self, names: tuple[str, ...]) -> list[int]:
        """Return the design's columns that hold the lags of variables, by variable then lag."""
        k = len(self.names)
        return [
            1 + lag * k + self.names.index(name)
            for name in names
            if name in self.names
            for lag in range(self.n_lags)
        ]

    @property
    def largest_root(self) -> float:
        """Largest modulus of the companion matrix's eigenvalues: below 1 where shocks die out."""
        k = len(self.names)
        companion = np.eye(k * self.n_lags, k=-k)
        companion[:k] = np.hstack(list(self.lag_matrices))
        return float(np.abs(np.linalg.eigvals(companion)).max())


def fit_system(spec: Spec, data: Data) -> System:
    """Fit the vector autoregression of a spec's outcome and terms.

    Options: "system", all variables in their order where it is not outcome, regressors, controls;
    "lags", a number, "bic" (the default) or "aic"; "max_lags" (10) for these, fewer where an equation
    would have under three rows a parameter; "where_present", variables that are left out when they
    hold no value at all, as VIX where it is not loaded.

    Raises
    ------
    EstimationError
        There are too few complete sessions, or a variable is constant.
    """
    frame = data.get(spec.frame, pl.DataFrame())
    optional = tuple(spec.option("where_present", ()))
    asked = tuple(spec.option("system", spec.variables))
    absent = tuple(n for n in optional if n not in frame.columns or frame[n].null_count() == frame.height)
    names = tuple(name for name in asked if name not in absent)
    if spec.outcome not in names:
        raise EstimationError(f"there is no value of {spec.outcome}; load its series first.")
    # Only the variables of the system decide which sessions are complete.
    chosen = _only(spec, names)
    rows = select_rows(chosen, data)
    numbers = rows["session_no"].to_numpy().astype(np.int64)
    order = np.argsort(numbers, kind="stable")
    values = np.full((numbers.max() - numbers.min() + 1, len(names)), np.nan)
    observed = rows.select(names).cast(pl.Float64).to_numpy()
    values[numbers - numbers.min()] = observed
    if (constant := observed.std(axis=0) == 0).any():
        raise EstimationError(f"{names[int(constant.argmax())]} is the same in all sessions; leave it out.")
    n_lags = _choose_lags(spec, values)
    at = _complete(values, n_lags)
    if len(at) < (needed := ROWS_A_PARAMETER * (1 + n_lags * len(names))):
        raise EstimationError(
            f"{len(at):,} sessions have all {n_lags} lags of {len(names)} variables; at least {needed:,} are "
            "needed. Load a longer history, or use fewer variables or lags."
        )
    design = _lag(values, at, n_lags)
    coefficients = np.asarray(np.linalg.lstsq(design, values[at], rcond=None)[0], dtype=np.float64)
    return System(
        names=names,
        n_lags=n_lags,
        values=values,
        at=at,
        design=design,
        coefficients=coefficients,
        residuals=values[at] - design @ coefficients,
        sessions=rows["session"].gather(order.tolist()),
        n_gaps=int((np.diff(numbers[order]) > 1).sum()),
        absent=absent,
    )


def _only(spec: Spec, names: tuple[str, ...]) -> Spec:
    others = tuple(name for name in names if name != spec.outcome)
    return replace(spec, regressors=others, controls=(), needs=())


def _choose_lags(spec: Spec, values: Matrix) -> int:
    asked = spec.option("lags", "bic")
    if asked not in CRITERIA:
        if not isinstance(asked, int) or asked < 1:
            raise EstimationError(f"the option lags is '{asked}'; expected a number from 1, 'bic' or 'aic'.")
        return asked
    k = values.shape[1]
    most = int(spec.option("max_lags", MOST_LAGS))
    while most > 1 and len(_complete(values, most)) < ROWS_A_PARAMETER * (1 + most * k):
        most -= 1
    at = _complete(values, most)
    if len(at) <= 1 + most * k:
        return 1  # too short for any choice; the caller says so
    criteria = [_criterion(values, at, n_lags, str(asked)) for n_lags in range(1, most + 1)]
    return int(np.argmin(criteria)) + 1


def _criterion(values: Matrix, at: NDArray[np.int64], n_lags: int, kind: str) -> float:
    design = _lag(values, at, n_lags)
    residuals = values[at] - design @ np.linalg.lstsq(design, values[at], rcond=None)[0]
    n, k = residuals.shape
    _, log_determinant = np.linalg.slogdet(residuals.T @ residuals / n)
    penalty = np.log(n) if kind == "bic" else 2.0
    return float(log_determinant + penalty / n * k * (k * n_lags + 1))


def _complete(values: Matrix, n_lags: int) -> NDArray[np.int64]:
    """Return the places whose session and the `n_lags` before it are there."""
    there = np.isfinite(values).sum(axis=1) == values.shape[1]
    all_there = there[n_lags:].copy()
    for lag in range(1, n_lags + 1):
        all_there &= there[n_lags - lag : len(there) - lag]
    return np.flatnonzero(all_there) + n_lags


def _lag(values: Matrix, at: NDArray[np.int64], n_lags: int) -> Matrix:
    return np.column_stack([np.ones(len(at)), *(values[at - lag] for lag in range(1, n_lags + 1))])
