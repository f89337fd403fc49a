r"""From which emotion to which: transitions of a firm's dominant emotion between consecutive sessions.

The state of a firm-day is its dominant emotion. With :math:`d^k_{it}` = 1 where the state is k,
:math:`\hat p_{kj} = \sum d^k_{i,t-1} d^j_{it} / \sum d^k_{i,t-1}`: the slope of a linear probability
regression of :math:`d^j_{it}` on the seven :math:`d^k_{i,t-1}` without an intercept, and its clustered
standard error is the ratio estimator's.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.dynamics.clustered import cluster_influences
from models.emotions import EMOTIONS
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.sample import describe_rules, select_rows
from models.estimation.spec import Spec
from models.estimation.wald import wald_zero

Matrix = NDArray[np.float64]
States = NDArray[np.int64]  # (n,): places in EMOTIONS
STATES = {
    "mean": ("{window}_{emotion}", "the largest mean probability"),
    "count": ("{window}_n_{emotion}", "the most posts whose most probable emotion it is"),
}


def estimate_transitions(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate the probabilities of coming to one emotion from each of the seven.

    The state of a firm-day is the emotion with the largest mean probability, or (option "state" =
    "count") with the most posts; a tie goes to the emotion that comes first in `EMOTIONS`, neutral
    before all.

    Terms: `from_neutral`, ... one an emotion that was found, and `from_any`, the share over all pairs.
    Their intervals are computed on the logit scale, so that they stay within 0 and 1. `statistic` and
    `p_value` test that a row's probability equals that of `from_any`: that it does not matter where a
    firm comes from. `n` counts pairs. The joint test is of no persistence: all rows are equal. In
    the summary, `matrix_p` is the p-value of that over the whole matrix, by Bonferroni.

    Parameters
    ----------
    spec
        `outcome` is the name of the mean (or count) of the emotion that is come to.

    Raises
    ------
    EstimationError
        The outcome is no emotion, or there are fewer than two pairs of sessions.
    """
    before, after, rows = _find_pairs(spec, data)
    target = EMOTIONS.index(_emotion_of(spec))
    origins = [k for k in range(len(EMOTIONS)) if (before == k).any()]
    if len(origins) == 1:
        only = EMOTIONS[origins[0]]
        raise EstimationError(
            f"all {rows.height:,} firm-days have the dominant emotion {only}; there is no transition. "
            "Use the option state = count, or more posts."
        )
    estimate, influences = _shares(before, after, target, origins)
    covariance = cluster_influences(influences, rows, spec.inference, len(origins))
    names = [*(f"from_{EMOTIONS[k]}" for k in origins), "from_any"]
    counts = [int((before == k).sum()) for k in origins] + [len(before)]
    difference = np.eye(len(names) - 1, len(names))
    difference[:, -1] = -1
    errors = np.sqrt(np.diag(covariance.matrix))
    missing = [emotion for k, emotion in enumerate(EMOTIONS) if k not in origins]
    _, words = STATES[str(spec.option("state", "mean"))]
    return Fit(
        spec,
        tabulate_terms(
            names,
            estimate,
            np.where(errors > 0, errors, np.nan),
            covariance.df,
            n=counts,
            **_logit_interval(estimate, errors, covariance.df),
            **_compare(difference @ estimate, difference @ covariance.matrix @ difference.T, covariance.df),
        ),
        summarise(
            spec,
            tagger,
            n_obs=len(before),
            n_firms=rows["ticker"].n_unique(),
            n_sessions=rows["session"].n_unique(),
            method=f"Shares of consecutive sessions. A firm-day's state is the emotion with {words}; ties "
            f"go to the first of {', '.join(EMOTIONS)}. Intervals on the logit scale; each row's p-value "
            "tests that it equals the share over all rows, the joint test that all rows are equal.",
            unit="own",
            n_clusters_firm=covariance.n_clusters.get("ticker"),
            n_clusters_session=covariance.n_clusters.get("session"),
            corrections=f"(n-1)/(n-K), K = {len(origins)}, and G/(G-1), t({covariance.df})",
            **_test_equal((before, after), rows, target, origins, spec.inference),
            matrix_p=_test_matrix((before, after), rows, origins, spec.inference),
            dependent_mean=float(estimate[-1]),
            dropped_terms=", ".join(f"from_{emotion}" for emotion in missing),
            sample_rules=f"{describe_rules(spec)} in both sessions",
            sample_start=rows["session"].min(),
            sample_end=rows["session"].max(),
        ),
    )


def _emotion_of(spec: Spec) -> str:
    state = str(spec.option("state", "mean"))
    if state not in STATES:
        raise EstimationError(f"the option state is '{state}'; expected one of {', '.join(STATES)}.")
    for emotion in EMOTIONS:
        if spec.outcome == STATES[state][0].format(window=spec.sample.window, emotion=emotion):
            return emotion
    raise EstimationError(
        f"the outcome of transitions by {state} is '{spec.outcome}'; expected an emotion of the window "
        f"{spec.sample.window}, such as {STATES[state][0].format(window=spec.sample.window, emotion='sad')}."
    )


def _find_pairs(spec: Spec, data: Data) -> tuple[States, States, pl.DataFrame]:
    """Return the states of the session before and of the session, (n,) each, and the rows' keys."""
    _emotion_of(spec)
    pattern = STATES[str(spec.option("state", "mean"))][0]
    names = [pattern.format(window=spec.sample.window, emotion=emotion) for emotion in EMOTIONS]
    rows = select_rows(spec, data)
    if lacking := [name for name in names if name not in rows.columns]:
        raise EstimationError(f"transitions need all seven emotions; name {', '.join(lacking)} under needs.")
    # argmax takes the first of equals: the stated rule for ties.
    state = pl.Series("state", rows.select(names).to_numpy().argmax(axis=1))
    days = rows.select("ticker", "session", "session_no").with_columns(state)
    earlier = days.select("ticker", pl.col("session_no") + 1, pl.col("state").alias("before"))
    pairs = days.join(earlier, on=["ticker", "session_no"], how="inner", maintain_order="left")
    if pairs.height < 2:
        raise EstimationError(
            f"{pairs.height} firm-days follow one with posts in the session before; transitions need at "
            "least 2. Load a longer history of posts."
        )
    return pairs["before"].to_numpy(), pairs["state"].to_numpy(), pairs


def _shares(before: States, after: States, target: int, origins: Sequence[int]) -> tuple[Matrix, Matrix]:
    """Return the share that came to `target` by origin and over all, (k + 1,), and influences (n, k + 1)."""
    arrived = (after == target).astype(np.float64)
    masks = [before == k for k in origins] + [np.ones(len(before), dtype=bool)]
    estimate = np.array([arrived[mask].mean() for mask in masks])
    influences = [mask * (arrived - p) / mask.sum() for mask, p in zip(masks, estimate, strict=True)]
    return estimate, np.column_stack(influences)


def _test_equal(
    states: tuple[States, States], rows: pl.DataFrame, target: int, origins: Sequence[int], inference: str
) -> dict[str, float | int | None]:
    r"""Test that a destination is equally likely from every origin.

    The covariance is that of the null, with :math:`d^j_{it} - \bar p_j` for the residuals: with some 60
    firms it rejects a true null in about 4 % of samples at 5 %, the unrestricted one in 10 %.
    """
    before, after = states
    estimate, _ = _shares(before, after, target, origins)
    deviation = (after == target) - estimate[-1]
    influences = np.column_stack([(before == k) * deviation / (before == k).sum() for k in origins])
    clustered = cluster_influences(influences, rows, inference, len(origins))
    contrast = np.eye(len(origins) - 1, len(origins)) - np.eye(1, len(origins), len(origins) - 1)
    return wald_zero(contrast @ estimate[:-1], contrast @ clustered.matrix @ contrast.T, clustered.df)


def _test_matrix(
    states: tuple[States, States], rows: pl.DataFrame, origins: Sequence[int], inference: str
) -> float | None:
    """Return Bonferroni's p-value that all rows of the matrix are equal."""
    found = np.unique(states[1]).tolist()
    tests = [_test_equal(states, rows, j, origins, inference)["joint_p"] for j in found]
    known = [p for p in tests if p is not None]
    return min(1.0, len(known) * min(known)) if known else None


def _logit_interval(p: Matrix, errors: Matrix, df: int) -> dict[str, Matrix]:
    from scipy import special, stats

    with np.errstate(divide="ignore", invalid="ignore"):
        margin = stats.t.ppf(0.975, df) * errors / (p * (1 - p))
        ends = (special.expit(special.logit(p) - margin), special.expit(special.logit(p) + margin))
    known = errors > 0
    return {"conf_low": np.where(known, ends[0], np.nan), "conf_high": np.where(known, ends[1], np.nan)}


def _compare(difference: Matrix, covariance: Matrix, df: int) -> dict[str, Matrix]:
    """Test each row against all rows; `from_any` itself has no test."""
    from scipy import stats

    errors = np.sqrt(np.maximum(np.diag(covariance), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.append(np.where(errors > 0, difference / errors, np.nan), np.nan)
    return {"statistic": statistic, "p_value": 2 * stats.t.sf(np.abs(statistic), df)}
