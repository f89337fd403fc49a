r"""Fama-MacBeth: one cross-section a session, then the mean of its slopes over the sessions.

In each session t, :math:`y_{it} = c_t + x_{it}'\lambda_t + e_{it}` by least squares over firms. The
estimate is :math:`\bar\lambda = T^{-1} \sum_t \lambda_t` (Fama and MacBeth 1973); its covariance
:math:`\frac{1}{T - 1} [\Gamma_0 + \sum_{l=1}^{L} (1 - \frac{l}{L+1}) (\Gamma_l + \Gamma_l')]`,
:math:`\Gamma_l = T^{-1} \sum_t (\lambda_t - \bar\lambda)(\lambda_{t-l} - \bar\lambda)'`
(Newey and West 1987), t with T - 1 degrees of freedom. With L = 0 it is the textbook's
standard deviation over the root of T. The default is :math:`L = \lfloor 4 (T/100)^{2/9} \rfloor`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import COLLINEAR
from models.estimation.covariance import sum_autocovariances
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.sample import describe_rules, describe_winsorising, select_rows
from models.estimation.spec import Spec
from models.estimation.terms import take_terms
from models.estimation.wald import wald_zero

Matrix = NDArray[np.float64]
INTERCEPT = "(Intercept)"
SPARE_FIRMS = 5  # beyond the parameters of a cross-section
BLOCK = 100_000  # rows that are padded at once


@dataclass(frozen=True)
class CrossSections:
    """Slopes (T, k + 1), the intercept last, and R2 (T,) of the sessions that were estimated."""

    coefficients: Matrix
    r_squared: Matrix
    used: NDArray[np.bool_]  # (sessions,)


def estimate_fama_macbeth(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate a spec by Fama-MacBeth.

    A session needs more firms than the k slopes and the intercept: k + 1 + the option "spare_firms"
    (5). Thinner sessions, and those in which a term does not vary by itself, are left out; the summary
    counts both (`n_thin_sessions`, `n_collinear_sessions`) and names the first of them
    (`skipped_sessions`). Autocovariances are those of the sessions in their order: one that was left out
    is stepped over.

    Parameters
    ----------
    spec
        Without effects or weights; `inference` is newey-west or newey-west:LAGS.

    Raises
    ------
    EstimationError
        Effects, weights or another inference; or fewer than two sessions can be estimated.
    """
    if spec.effects or spec.weights or not spec.inference.startswith("newey-west"):
        raise EstimationError(
            "Fama-MacBeth has no effects and no weights, and inference newey-west or newey-west:LAGS; found "
            f"effects {spec.effects}, weights {spec.weights}, inference '{spec.inference}'."
        )
    if not spec.terms:
        raise EstimationError("Fama-MacBeth needs at least one term.")
    rows = select_rows(spec, data).sort("session", "ticker")
    sessions = rows.group_by("session", maintain_order=True).len()
    counts = sessions["len"].to_numpy().astype(np.int64)
    needed = len(spec.terms) + 1 + int(spec.option("spare_firms", SPARE_FIRMS))
    thick = counts >= needed
    if thick.sum() < 2:
        raise EstimationError(
            f"{int(thick.sum())} of {len(counts):,} sessions have {needed} firms with posts; at least 2 such "
            "sessions are needed. Load more symbols, or use fewer terms."
        )
    kept = rows.filter(pl.Series(np.repeat(thick, counts)))
    columns = take_terms(kept, (spec.outcome, *spec.terms))
    y, x = columns[:, 0], columns[:, 1:]
    found = regress_by_session(y, x, counts[thick])
    n_used = int(found.used.sum())
    if n_used < 2:
        raise EstimationError(
            f"in {n_used} of {int(thick.sum()):,} sessions with {needed} firms all terms vary by themselves; "
            "at least 2 such sessions are needed. Leave out terms that others explain."
        )
    lags = _choose_lags(spec.inference, n_used)
    estimate = found.coefficients.mean(axis=0)
    covariance = newey_west_of_mean(found.coefficients, lags)
    n_tested = len(spec.regressors)
    used = np.zeros(len(counts), dtype=bool)
    used[np.flatnonzero(thick)[found.used]] = True
    skipped = sessions["session"].filter(~pl.Series(used))
    return Fit(
        spec,
        tabulate_terms(
            [*spec.terms, INTERCEPT], estimate, np.sqrt(np.maximum(np.diag(covariance), 0)), n_used - 1
        ),
        summarise(
            spec,
            tagger,
            n_obs=int(counts[used].sum()),
            n_firms=kept.filter(pl.Series(np.repeat(used[thick], counts[thick])))["ticker"].n_unique(),
            n_sessions=n_used,
            method="Fama-MacBeth: means of the slopes of a cross-section a session; Newey-West standard "
            f"errors with {lags} lags. R2 is the mean over sessions.",
            corrections=f"T/(T-1), t({n_used - 1:,})",
            r_squared=float(found.r_squared.mean()),
            **wald_zero(estimate[:n_tested], covariance[:n_tested, :n_tested], n_used - 1),
            dependent_mean=float(y.mean()),
            dependent_sd=float(y.std(ddof=1)),
            sample_rules=f"{describe_rules(spec)}, sessions of at least {needed} firms",
            winsorising=describe_winsorising(spec),
            sample_start=sessions["session"].filter(pl.Series(used)).min(),
            sample_end=sessions["session"].filter(pl.Series(used)).max(),
            newey_west_lags=lags,
            firms_a_session=float(counts[used].mean()),
            n_thin_sessions=int((~thick).sum()),
            n_collinear_sessions=int((~found.used).sum()),
            skipped_sessions=_name(skipped),
        ),
    )


def regress_by_session(y: Matrix, x: Matrix, counts: NDArray[np.int64]) -> CrossSections:
    """Regress y on x and an intercept in each session, all sessions at once.

    Parameters
    ----------
    y, x
        (n,) and (n, k), rows of a session together.
    counts
        (sessions,) rows of each.
    """
    values = np.column_stack([x, y])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    means = np.add.reduceat(values, starts, axis=0) / counts[:, None]
    values = values - np.repeat(means, counts, axis=0)
    # Scaled columns: cross-products of emotions and of returns are of one size.
    scale = np.sqrt(np.mean(values**2, axis=0))
    scale[scale == 0] = 1.0
    products = _cross_products(values / scale, counts)
    k = x.shape[1]
    xx, xy, yy = products[:, :k, :k], products[:, :k, k], products[:, k, k]
    used = _find_determined(xx)
    slopes = np.linalg.solve(xx[used], xy[used][:, :, None])[:, :, 0]
    explained = np.einsum("tk,tk->t", slopes, xy[used])
    with np.errstate(divide="ignore", invalid="ignore"):
        r_squared = np.where(yy[used] > 0, explained / yy[used], 0.0)
    slopes = slopes * scale[k] / scale[:k]
    intercepts = means[used][:, k] - np.einsum("tk,tk->t", slopes, means[used][:, :k])
    return CrossSections(np.column_stack([slopes, intercepts]), r_squared, used)


def newey_west_of_mean(series: Matrix, lags: int) -> Matrix:
    """Return the Newey-West covariance (k, k) of the mean of a series (T, k), with the factor T/(T-1)."""
    n = len(series)
    deviation = series - series.mean(axis=0)
    return sum_autocovariances(deviation, lags) / n / (n - 1)


def _cross_products(values: Matrix, counts: NDArray[np.int64]) -> Matrix:
    """Return Z_t'Z_t of each session: (sessions, m, m); sessions are padded with zeros to one length."""
    ends = np.cumsum(counts)
    starts = ends - counts
    longest, m = int(counts.max()), values.shape[1]
    at_once = max(1, BLOCK // longest)
    products = np.empty((len(counts), m, m))
    for first in range(0, len(counts), at_once):
        chosen = slice(first, first + at_once)
        padded = np.zeros((len(counts[chosen]), longest, m))
        there = np.arange(longest) < counts[chosen, None]
        padded[there] = values[starts[first] : ends[chosen][-1]]
        products[chosen] = padded.transpose(0, 2, 1) @ padded
    return products


def _find_determined(xx: Matrix) -> NDArray[np.bool_]:
    """Mark sessions in which each term varies, and not only as the others do."""
    sizes = np.sqrt(np.einsum("tkk->tk", xx))
    varies = (sizes > COLLINEAR).all(axis=1)
    safe = np.where(sizes > 0, sizes, 1.0)
    correlation = xx / safe[:, :, None] / safe[:, None, :]
    # Eigenvalues are squares of singular values; products carry about 1e-15 of rounding.
    return np.asarray(varies & (np.linalg.eigvalsh(correlation)[:, 0] > COLLINEAR**2))


def _choose_lags(inference: str, n_sessions: int) -> int:
    _, _, lags = inference.partition(":")
    return int(lags) if lags else int(4 * (n_sessions / 100) ** (2 / 9))


def _name(sessions: pl.Series, most: int = 5) -> str:
    named = ", ".join(str(session) for session in sessions.head(most))
    return named + (f" and {len(sessions) - most:,} more" if len(sessions) > most else "")
