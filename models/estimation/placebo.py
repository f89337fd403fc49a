r"""The placebo: what emotions that belong to other firms of the session would find.

Within each session the emotions of the firms are dealt out anew, a firm's emotions staying together, so
that every session keeps its emotions and every emotion its distribution while no firm keeps its own. The
regression is estimated again, many times. With y and controls without effects and the dealt emotions P,
the slopes are those of least squares of y on P and the controls (Frisch, Waugh and Lovell).
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.absorb import absorb
from models.estimation.least_squares import fit
from models.estimation.results import Data, EstimationError, Fit
from models.estimation.sample import Prepared, prepare, select_rows
from models.estimation.spec import Spec
from models.estimation.wild_bootstrap import SEED

Matrix = NDArray[np.float64]
DRAWS = 999
_AT_ONCE = 20


def estimate_placebo(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate a spec and the same with emotions permuted within session.

    The terms are the regressors of interest, with `placebo_low` and `placebo_high`, between which 95 % of
    the placebo estimates lie, `placebo_rank` (how many of them are smaller) and `p_placebo`, the share at
    least as large in absolute size, this one counted.

    Raises
    ------
    EstimationError
        The regression cannot be estimated, or a regressor of interest is a product.
    """
    draws = int(spec.option("draws", DRAWS))
    if any(":" in name for name in spec.regressors):
        raise EstimationError("a placebo permutes variables, not products; name regressors without ':'.")
    ready = prepare([spec], data)
    actual = fit(spec, ready, tagger)
    names = [name for name in spec.regressors if name in actual.terms["term"]]
    rows = ready.rows.join(
        select_rows(spec, data).select("ticker", "session", *names), on=["ticker", "session"], how="left"
    )
    placebo = permute(ready, rows.select(pl.col(names).cast(pl.Float64)), spec.outcome, draws)
    estimate = dict(actual.terms.select("term", "estimate").iter_rows())
    observed = np.array([estimate[name] for name in names])
    low, high = np.quantile(placebo, [0.025, 0.975], axis=0)
    terms = actual.terms.filter(pl.col("term").is_in(names)).with_columns(
        placebo_low=low,
        placebo_high=high,
        placebo_rank=pl.Series((placebo < observed).sum(axis=0)),
        p_placebo=(1 + (np.abs(placebo) >= np.abs(observed)).sum(axis=0)) / (1 + draws),
    )
    method = (
        f"Placebo: {draws:,} times the emotions of a session are dealt out among its firms anew, a firm's "
        "emotions staying together; the placebo p-value is the share of estimates at least as large in "
        "absolute size."
    )
    return Fit(spec, terms, actual.summary | {"method": method, "placebo_draws": draws})


def permute(ready: Prepared, variables: pl.DataFrame, outcome: str, draws: int, seed: int = SEED) -> Matrix:
    """Return the slopes of variables that are permuted within session: (draws, number of variables).

    Parameters
    ----------
    ready
        The sample; its columns that are neither the outcome nor among the variables are the controls.
    variables
        (n rows of the sample): the variables before effects were absorbed.
    """
    rng = np.random.default_rng(seed)
    names, values = variables.columns, variables.to_numpy()
    sessions = ready.codes["session"].astype(np.int64)
    order = np.argsort(sessions, kind="stable")
    effects = [ready.codes[name] for name in ready.effect_sizes]
    controls = [name for name in ready.columns if name not in names and name != outcome]
    fixed = ready.values[:, ready.at(controls)]
    y = ready.values[:, ready.columns.index(outcome)]
    root = None if ready.weights is None else np.sqrt(ready.weights)
    slopes = np.empty((draws, len(names)))
    for start in range(0, draws, _AT_ONCE):
        count = min(_AT_ONCE, draws - start)
        dealt = np.empty((len(values), count * len(names)), order="F")
        for draw in range(count):
            shuffled = order[np.lexsort((rng.random(len(order)), sessions[order]))]
            block = slice(draw * len(names), (draw + 1) * len(names))
            dealt[order, block] = values[shuffled]
        if effects:
            absorb(dealt, np.column_stack(effects), ready.weights)
        if root is not None:
            dealt *= root[:, None]
        for draw in range(count):
            x = np.column_stack([dealt[:, draw * len(names) : (draw + 1) * len(names)], fixed])
            slopes[start + draw] = _solve(x, y)[: len(names)]
    return slopes


def _solve(x: Matrix, y: Matrix) -> Matrix:
    scale = np.sqrt(np.einsum("ij,ij->j", x, x))
    scale[scale == 0] = 1.0
    scaled = x / scale
    solution: Matrix = np.linalg.lstsq(scaled.T @ scaled, scaled.T @ y, rcond=1e-12)[0]
    slopes: Matrix = solution / scale
    return slopes
