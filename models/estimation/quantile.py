r"""Quantile regression with firm and session effects that shift the whole distribution.

The model is :math:`Q_\tau(y_{it} | x_{it}) = x_{it}'\beta(\tau) + \alpha_i + \delta_t + c(\tau)`: effects
move all quantiles alike (Canay 2011). Two steps: the effects are estimated by least squares, where
they are additive; then :math:`y_{it} - \hat\alpha_i - \hat\delta_t` is regressed on x by quantile
regression. The assumption matters: effects that also widen or narrow the distribution (firms of
different volatility) are not taken out, so volatility belongs among the controls. The first step
needs many sessions a firm; its error is of the order of 1/T and can distort inference where firms
outnumber sessions (Besstremyannaya and Golovan 2019).

Standard errors: whole sessions (or firms) are drawn with replacement, and both steps are repeated.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import absorb, encode, find_singletons
from models.estimation.quantile_program import check_loss, solve_quantile
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.sample import describe_rules, describe_winsorising, select_rows
from models.estimation.spec import Spec
from models.estimation.terms import take_terms
from models.estimation.wald import wald_zero

Matrix = NDArray[np.float64]
DRAWS = 199
SEED = 2011
INTERCEPT = "(Intercept)"


@dataclass(frozen=True)
class _Panel:
    """Outcome and regressors (n, 1 + k), Fortran order, and the levels of the effects (n, effects)."""

    values: Matrix
    codes: NDArray[np.uint32]
    tau: float

    def fit(self, weights: Matrix | None = None, start: Matrix | None = None) -> tuple[Matrix, Matrix]:
        """Return coefficients (k + 1,), the intercept last, and the outcome without effects (n,)."""
        y, x = self.values[:, 0], self.values[:, 1:]
        design = np.column_stack([x, np.ones(len(y))])
        if self.codes.shape[1]:
            within = self.values.copy(order="F")
            absorb(within, self.codes, weights)
            root = np.ones(len(y)) if weights is None else np.sqrt(weights)
            slopes = np.linalg.lstsq(within[:, 1:] * root[:, None], within[:, 0] * root, rcond=None)[0]
            effects = (y - x @ slopes) - (within[:, 0] - within[:, 1:] @ slopes)
            y = y - (effects - np.average(effects, weights=weights))
        return solve_quantile(y, design, self.tau, weights, start), y

    def take(self, rows: NDArray[np.bool_]) -> "_Panel":
        return _Panel(np.asfortranarray(self.values[rows]), self.codes[rows], self.tau)


def estimate_quantile(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate a quantile regression with a cluster bootstrap.

    Options: "quantile" (0.5), "draws" (199), "seed". `inference` is cluster:session or cluster:ticker:
    what is drawn. Intervals are normal, estimate -+ 1.96 bootstrap standard errors. `r_squared` is
    Koenker and Machado's (1999) :math:`R^1`, one less the ratio of check losses with and without the
    terms, of the outcome without effects.

    Raises
    ------
    EstimationError
        Weights, a quantile outside (0, 1), another inference, or terms that the effects explain.
    """
    tau = float(spec.option("quantile", 0.5))
    _check(spec, tau)
    rows, panel, n_singletons = _prepare(spec, data, tau)
    estimate, y = panel.fit()
    design = np.column_stack([panel.values[:, 1:], np.ones(len(y))])
    loss = check_loss(y - design @ estimate, tau)
    alone = check_loss(y - solve_quantile(y, np.ones((len(y), 1)), tau), tau)
    dimension = spec.inference.removeprefix("cluster:")
    draws, clusters = _draw(panel, rows[dimension], estimate, spec)
    covariance = np.cov(draws, rowvar=False)
    n_tested = len(spec.regressors)
    effect_words = f", effects of {' and '.join(spec.effects)} as shifts (Canay 2011)" if spec.effects else ""
    return Fit(
        spec,
        tabulate_terms([*spec.terms, INTERCEPT], estimate, np.sqrt(np.diag(covariance)), None),
        summarise(
            spec,
            tagger,
            n_obs=rows.height,
            n_firms=rows["ticker"].n_unique(),
            n_sessions=rows["session"].n_unique(),
            n_singletons=n_singletons,
            method=f"Quantile regression at {tau:g}{effect_words}. Standard errors: {len(draws)} bootstrap "
            f"draws of whole {dimension}s, both steps repeated, seed {spec.option('seed', SEED)}; normal "
            "intervals.",
            n_clusters_firm=clusters if dimension == "ticker" else None,
            n_clusters_session=clusters if dimension == "session" else None,
            corrections="none",
            r_squared=1 - loss / alone,
            **wald_zero(estimate[:n_tested], covariance[:n_tested, :n_tested], None),
            dependent_mean=float(panel.values[:, 0].mean()),
            dependent_sd=float(panel.values[:, 0].std(ddof=1)),
            sample_rules=describe_rules(spec),
            winsorising=describe_winsorising(spec),
            sample_start=rows["session"].min(),
            sample_end=rows["session"].max(),
        ),
    )


def _check(spec: Spec, tau: float) -> None:
    if not 0 < tau < 1:
        raise EstimationError(f"the quantile is {tau:g}; expected a number between 0 and 1, such as 0.05.")
    if spec.inference not in {"cluster:session", "cluster:ticker"} or spec.weights:
        raise EstimationError(
            f"a quantile regression has no weights, and inference cluster:session or cluster:ticker; found "
            f"weights {spec.weights}, inference '{spec.inference}'."
        )
    if int(spec.option("draws", DRAWS)) < 50:
        raise EstimationError(f"the option draws is {spec.option('draws', DRAWS)}; expected 50 or more.")


def _prepare(spec: Spec, data: Data, tau: float) -> tuple[pl.DataFrame, _Panel, int]:
    rows = select_rows(spec, data)
    levels = [encode(rows[name]) for name in spec.effects]
    codes = np.column_stack(levels) if levels else np.empty((rows.height, 0), dtype=np.uint32)
    n_singletons = 0
    if spec.effects:
        # The effect of a row that is alone takes up all of it: its residual would be a false zero.
        alone = find_singletons(codes)
        n_singletons = int(alone.sum())
        rows = rows.filter(~pl.Series(alone))
        codes = np.column_stack([encode(rows[name]) for name in spec.effects])
    values = np.asfortranarray(take_terms(rows, (spec.outcome, *spec.terms)))
    if len(values) < 10 * values.shape[1]:
        raise EstimationError(
            f"{len(values):,} firm-days are too few for {len(spec.terms)} terms; at least 10 a term needed."
        )
    within = np.asfortranarray(values - values.mean(axis=0))
    if spec.effects:
        absorb(within, codes)
    rank = np.linalg.matrix_rank(within[:, 1:] / np.maximum(values[:, 1:].std(axis=0), 1e-300), tol=1e-6)
    if rank < len(spec.terms):
        raise EstimationError(
            f"only {rank} of its {len(spec.terms)} terms vary by themselves within the effects; leave out "
            "those that others explain."
        )
    return rows, _Panel(values, codes, tau), n_singletons


def _draw(panel: _Panel, cluster: pl.Series, estimate: Matrix, spec: Spec) -> tuple[Matrix, int]:
    """Return the estimates (draws, k + 1) on clusters drawn with replacement, and their number."""
    codes = encode(cluster)
    n_clusters = int(codes.max()) + 1
    if n_clusters < 2:
        raise EstimationError(f"{n_clusters} {cluster.name} cannot be drawn from; at least 2 are needed.")
    rng = np.random.default_rng(int(spec.option("seed", SEED)))
    draws = np.empty((int(spec.option("draws", DRAWS)), len(estimate)))
    for draw in draws:
        # A cluster drawn twice weighs double: the same as its rows twice, with less work.
        counts = np.bincount(rng.integers(n_clusters, size=n_clusters), minlength=n_clusters)
        weights = counts[codes].astype(np.float64)
        drawn = weights > 0
        draw[:] = panel.take(drawn).fit(weights[drawn], estimate)[0]
    return draws, n_clusters
