r"""Equations of a vector autoregression, and Granger's tests.

An equation is least squares on all lags; the covariance of its coefficients b is
:math:`\hat\sigma^2 (X'X)^{-1}` ("iid"), White's with n/(n-K) ("HC1"), or Newey and West's (1987) with the
same factor ("newey-west:LAGS"). Variables x do not Granger-cause y (Granger 1969) where all lags of x are
zero in the equation of y: the Wald test :math:`F = (Rb)'(RVR')^{-1}(Rb) / q`, F(q, n - K). With "iid" it is
the textbook's F test of one equation.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.dynamics.system import System, fit_system
from models.estimation.covariance import sum_autocovariances
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.sample import describe_rules, describe_winsorising
from models.estimation.spec import Spec
from models.estimation.wald import wald_zero

Matrix = NDArray[np.float64]
INTERCEPT = "(Intercept)"


def estimate_equation(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate the equation of the outcome in the system of the outcome and the regressors.

    Terms: every variable at every lag, then the intercept. The joint test is of all lags of the other
    variables. Options as in `models.dynamics.system.fit_system`.
    """
    system = fit_system(spec, data)
    b, v, words = _solve_equation(system, spec)
    others = system.lags_of(tuple(name for name in system.names if name != spec.outcome))
    order = [*range(1, len(b)), 0]
    return Fit(
        spec,
        tabulate_terms([*system.lag_names, INTERCEPT], b[order], np.sqrt(np.diag(v))[order], system.df),
        describe_system(spec, tagger, system, f"Equation of a vector autoregression. {words}", with_fit=True)
        | wald_zero(b[others], v[np.ix_(others, others)], system.df),
    )


def run_granger_tests(spec: Spec, data: Data, tagger: str) -> Fit:
    """Test whether lags of each regressor, and of all together, help to forecast the outcome.

    Terms: a regressor each. `estimate` is the sum of its lags' coefficients, with the sum's standard
    error and interval; `statistic` and `p_value` are of the F test that all its lags are zero, with
    `df1` of them. The joint test is of all regressors at once. The system holds the outcome, the
    regressors and the controls.
    """
    system = fit_system(spec, data)
    b, v, words = _solve_equation(system, spec)
    tested = tuple(name for name in spec.regressors if name in system.names)
    if not tested:
        raise EstimationError(f"none of {', '.join(spec.regressors)} holds a value; load their series first.")
    places = [system.lags_of((name,)) for name in tested]
    tests = [wald_zero(b[at], v[np.ix_(at, at)], system.df) for at in places]
    together = [place for at in places for place in at]
    sums = [float(b[at].sum()) for at in places]
    errors = [float(np.sqrt(v[np.ix_(at, at)].sum())) for at in places]
    method = (
        "Granger tests: F of the null that all lags of a variable are zero; estimates are sums of the lags' "
        f"coefficients. {words}"
    )
    return Fit(
        spec,
        tabulate_terms(
            tested,
            sums,
            errors,
            system.df,
            statistic=[_number(test["joint_f"]) for test in tests],
            p_value=[_number(test["joint_p"]) for test in tests],
            df1=[len(at) for at in places],
        ),
        describe_system(spec, tagger, system, method, with_fit=True)
        | wald_zero(b[together], v[np.ix_(together, together)], system.df),
    )


def describe_system(
    spec: Spec, tagger: str, system: System, method: str, *, with_fit: bool
) -> dict[str, Any]:
    """Return the facts of a system: its order, gaps and rows."""
    j = system.names.index(spec.outcome)
    y, e = system.values[system.at, j], system.residuals[:, j]
    lags = "1 lag" if system.n_lags == 1 else f"{system.n_lags} lags"
    gaps = f"{system.n_gaps} gaps; a session counts where all lags are there" if system.n_gaps else "no gaps"
    asked = spec.option("lags", "bic")
    chosen = f"by {asked.upper()}" if isinstance(asked, str) else "as asked"
    return summarise(
        spec,
        tagger,
        n_obs=len(y),
        n_sessions=len(y),
        method=f"{method} Variables: {', '.join(sorted(system.names))}; {lags}, {chosen}; {gaps}.",
        corrections=f"n/(n-K), K = {system.design.shape[1]}, t({system.df:,})",
        r_squared=1 - float(e @ e) / float(np.sum((y - y.mean()) ** 2)) if with_fit else None,
        dependent_mean=float(y.mean()),
        dependent_sd=float(y.std(ddof=1)),
        dropped_terms=", ".join(system.absent),
        sample_rules=f"{describe_rules(spec)} and all lags present",
        winsorising=describe_winsorising(spec),
        sample_start=system.sessions.min(),
        sample_end=system.sessions.max(),
        n_lags=system.n_lags,
        n_gaps=system.n_gaps,
        largest_root=system.largest_root,
    )


def _solve_equation(system: System, spec: Spec) -> tuple[Matrix, Matrix, str]:
    """Return coefficients, covariance and words for the outcome's equation."""
    j = system.names.index(spec.outcome)
    x, e = system.design, system.residuals[:, j]
    bread = np.linalg.inv(x.T @ x)
    kind, _, lags = spec.inference.partition(":")
    if kind == "iid":
        return system.coefficients[:, j], bread * float(e @ e) / system.df, "Classical standard errors."
    scores = x * e[:, None]
    meat, words = scores.T @ scores, "Standard errors robust to heteroskedasticity (HC1)."
    if kind == "newey-west":
        if (np.diff(system.at) > 1).any():
            words = "Newey-West standard errors, {} lags in the order of the rows used."
        else:
            words = "Newey-West standard errors, {} lags."
        n_lags = int(lags) if lags else int(4 * (len(x) / 100) ** (2 / 9))
        words = words.format(n_lags)
        meat = sum_autocovariances(scores, n_lags)
    elif kind != "HC1":
        raise EstimationError(
            f"a vector autoregression is one series; found inference '{spec.inference}', expected iid, "
            "HC1 or newey-west:LAGS."
        )
    return system.coefficients[:, j], bread @ meat @ bread * len(x) / system.df, words


def _number(value: float | int | None) -> float:
    return np.nan if value is None else float(value)
