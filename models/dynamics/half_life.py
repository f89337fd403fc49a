r"""Persistence of a firm's emotion: a pooled AR(1) with firm effects, and its half-life.

The model is :math:`E_{it} = a_i + \rho E_{i,t-1} + u_{it}` on pairs of consecutive sessions of the
exchange. The within estimator is too low by about :math:`(1 + \rho) / T` (Nickell 1981). The
half-panel jackknife (Dhaene and Jochmans 2015) takes the bias of order 1/T out:
:math:`\tilde\rho = 2 \hat\rho - (\hat\rho_1 + \hat\rho_2) / 2`, where the halves are the first and the
last half of each firm's own pairs (of an odd number, the first half has one more).

A shock is half gone after :math:`h = \ln 0.5 / \ln \rho` sessions.
"""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.dynamics.clustered import cluster_influences
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.sample import describe_rules, describe_winsorising, select_rows
from models.estimation.spec import Spec

Matrix = NDArray[np.float64]
FEWEST_PAIRS = 4  # of a firm: two in each half, so that each half has a slope


def estimate_half_life(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate the AR(1) coefficient of a firm's emotion and the half-life that follows.

    Terms: `rho` (jackknifed unless the option "jackknife" is 0), `rho_within` (before the jackknife)
    and `half_life` in sessions. Its standard error is the delta method's; its interval is that of
    rho, transformed, as the half-life is far from normal: rho's lower end at or below 0 gives 0,
    its upper end at or above 1 gives none. Where rho itself is not between 0 and 1 there is no
    half-life, and `half_life_note` says so.

    Parameters
    ----------
    spec
        `outcome` is the emotion, its one regressor the same with `_lag1`, `effects` the firm's. Both
        sessions must have the sample's minimum of posts: name the posts' `_lag1` under `needs`.

    Raises
    ------
    EstimationError
        Other terms or effects, or too few pairs of sessions.
    """
    if spec.terms != (f"{spec.outcome}_lag1",) or spec.effects != ("ticker",) or spec.weights:
        raise EstimationError(
            f"half_life regresses a variable on its own {spec.outcome}_lag1 with effects (ticker) and no "
            f"weights; found terms {spec.terms}, effects {spec.effects}, weights {spec.weights}."
        )
    rows = _select_pairs(spec, data)
    y, x = (rows[name].cast(pl.Float64).to_numpy() for name in (spec.outcome, spec.terms[0]))
    firm = rows["ticker"].rank("dense").to_numpy().astype(np.int64) - 1
    later = rows.select(
        pl.int_range(pl.len()).over("ticker") >= (pl.len().over("ticker") + 1) // 2
    ).to_series()
    within, whole = _slope(y, x, firm)
    rho, influence = within, whole
    if jackknife := bool(spec.option("jackknife", 1)):
        influence = 2 * whole
        rho = 2 * within
        for half in (~later.to_numpy(), later.to_numpy()):
            slope, part = _slope(y[half], x[half], firm[half])
            rho -= slope / 2
            influence[half] -= part / 2
    covariance = cluster_influences(np.column_stack([influence, whole]), rows, spec.inference, 2)
    errors = np.sqrt(np.diag(covariance.matrix))
    terms = tabulate_terms(("rho", "rho_within"), (rho, within), errors, covariance.df)
    life, note = _tabulate_half_life(terms)
    n_firms = rows["ticker"].n_unique()
    return Fit(
        spec,
        pl.concat([terms, life], how="vertical_relaxed"),
        summarise(
            spec,
            tagger,
            n_obs=rows.height,
            n_firms=n_firms,
            n_sessions=rows["session"].n_unique(),
            method="Pooled AR(1) with firm effects on consecutive sessions"
            + (", half-panel jackknife (Dhaene and Jochmans 2015)" if jackknife else "")
            + ". Half-life ln(0.5)/ln(rho) in sessions: delta-method standard error, interval of rho "
            "transformed.",
            unit="own",
            n_clusters_firm=covariance.n_clusters.get("ticker"),
            n_clusters_session=covariance.n_clusters.get("session"),
            corrections=f"(n-1)/(n-2) and G/(G-1), t({covariance.df})",
            r_squared_within=1 - _left_over(y, x, firm, within),
            dependent_mean=float(y.mean()),
            dependent_sd=float(y.std(ddof=1)),
            sample_rules=f"{describe_rules(spec)} in both sessions, firms with {FEWEST_PAIRS} pairs or more",
            winsorising=describe_winsorising(spec),
            sample_start=rows["session"].min(),
            sample_end=rows["session"].max(),
            pairs_a_firm=rows.height / n_firms,
            half_life_note=note,
        ),
    )


def _select_pairs(spec: Spec, data: Data) -> pl.DataFrame:
    rows = select_rows(spec, data)
    if (before := f"{spec.sample.window}_posts_lag1") in rows.columns:
        rows = rows.filter(pl.col(before) >= spec.sample.min_posts)
    enough = rows.filter(pl.len().over("ticker") >= FEWEST_PAIRS)
    if enough["ticker"].n_unique() < 2:
        raise EstimationError(
            f"{enough['ticker'].n_unique()} firms have posts in {FEWEST_PAIRS} pairs of sessions in a row; "
            "at least 2 are needed. Load a longer history of posts."
        )
    return enough


def _slope(y: Matrix, x: Matrix, firm: NDArray[np.int64]) -> tuple[float, Matrix]:
    """Return the within slope and each row's influence on it: (n,)."""
    y, x = _demean(y, firm), _demean(x, firm)
    squares = float(x @ x)
    if squares <= 1e-20 * len(x):
        raise EstimationError("the emotion does not vary within firms; there is no persistence to estimate.")
    slope = float(x @ y) / squares
    return slope, x * (y - slope * x) / squares


def _demean(x: Matrix, firm: NDArray[np.int64]) -> Matrix:
    counts = np.maximum(np.bincount(firm), 1)
    return np.asarray(x - (np.bincount(firm, weights=x) / counts)[firm])


def _left_over(y: Matrix, x: Matrix, firm: NDArray[np.int64], slope: float) -> float:
    y, x = _demean(y, firm), _demean(x, firm)
    return float(np.sum((y - slope * x) ** 2) / (y @ y))


def _tabulate_half_life(terms: pl.DataFrame) -> tuple[pl.DataFrame, str | None]:
    rho, error, low, high = terms.select("estimate", "std_error", "conf_low", "conf_high").row(0)
    if 0 < rho < 1:
        # dh/drho of h = -ln 2 / ln rho
        slope = math.log(2) / (rho * math.log(rho) ** 2)
        estimate, std_error = to_half_life(rho), slope * error
        interval = (0.0 if low <= 0 else to_half_life(low), to_half_life(high) if high < 1 else math.nan)
        note = None if high < 1 else "The upper end of rho's interval is 1 or more: the half-life has none."
    else:
        estimate = std_error = math.nan
        interval = (math.nan, math.nan)
        note = f"rho is {rho:.3f}, not between 0 and 1: there is no half-life."
    # No test: a half-life of zero is no hypothesis of interest.
    more = {"statistic": [math.nan], "p_value": [math.nan]}
    ends = {"conf_low": [interval[0]], "conf_high": [interval[1]]}
    life = tabulate_terms(("half_life",), [estimate], [std_error], None, **more, **ends)
    return life.with_columns(position=pl.lit(3, terms.schema["position"])), note


def to_half_life(rho: float) -> float:
    """Sessions until half of a shock is gone: ln(0.5)/ln(rho), for 0 < rho < 1."""
    return math.log(0.5) / math.log(rho)
