r"""Event study: returns around sessions in which an emotion of a firm is far above what it used to be.

An event is a firm-day whose measure x before the open is at least `sds` standard deviations above its mean
over the firm's earlier firm-days with as many posts (at least `FEWEST_BEFORE` of them), so that whether it
is one is known at the open. The abnormal return of a firm is its return less the equally weighted mean of
all firms of the session, and

.. math:: CAR_{e,k} = \sum_{j=-b}^{k} AR_{i(e), t(e)+j}, \quad k = -b, \dots, a,

of which means over events are given, clustered by firm and session of the event: events of one firm or of
one session share what happens to it. What stands before session 0 shows whether the emotion followed
returns (MacKinlay 1997, with the market-adjusted model).
"""

import numpy as np
import polars as pl

from models.dynamics.clustered import cluster_influences
from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.rules import list_coverage, take_posts
from models.estimation.spec import Spec
from models.estimation.variables import add_variables

FEWEST_BEFORE = 20
FEWEST_EVENTS = 10


def estimate_event_study(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate mean cumulated abnormal returns around the events of one measure.

    The spec's outcome is the return, its one regressor the measure; options `before`, `after` (sessions)
    and `sds`. Terms are `session_-5` to `session_10`.

    Raises
    ------
    EstimationError
        A variable is missing, or there are too few events with all returns around them.
    """
    before, after = int(spec.option("before", 5)), int(spec.option("after", 10))
    sds = float(spec.option("sds", 2.0))
    (measure,) = spec.regressors
    events, found = find_events(spec, data, measure, sds, before, after)
    offsets = range(-before, after + 1)
    if events.height < FEWEST_EVENTS:
        raise EstimationError(
            f"{events.height} of {found} events ({measure} {sds:g} standard deviations above the past) "
            f"have all returns from {before} sessions before to {after} after; at least {FEWEST_EVENTS} are "
            "needed. Load a longer history of posts and prices."
        )
    paths = np.cumsum(events.select(_name(k) for k in offsets).to_numpy(), axis=1)
    mean = paths.mean(axis=0)
    covariance = cluster_influences((paths - mean) / events.height, events, spec.inference, 1)
    terms = tabulate_terms(
        [f"session_{k}" for k in offsets], mean, np.sqrt(np.diag(covariance.matrix)), covariance.df
    )
    summary = summarise(
        spec,
        tagger,
        n_obs=events.height,
        rows="events",
        n_firms=events["ticker"].n_unique(),
        n_sessions=events["session"].n_unique(),
        unit="basis points",
        method=(
            f"Mean cumulated abnormal returns from {before} sessions before the event on; abnormal: less the "
            f"mean of all firms of the session. An event is {sds:g} standard deviations or more above the "
            f"mean of the firm's earlier firm-days (at least {FEWEST_BEFORE}). Left out: "
            f"{found - events.height} of {found} events that lack a return around them. Standard errors "
            f"clustered by firm and session of the event, t({covariance.df})."
        ),
        n_clusters_firm=covariance.n_clusters.get("ticker"),
        n_clusters_session=covariance.n_clusters.get("session"),
        sample_rules=f"events on firm-days with at least {spec.sample.min_posts} posts before the open",
        winsorising="none",
        sample_start=events["session"].min(),
        sample_end=events["session"].max(),
    )
    return Fit(spec, terms, summary)


def find_events(
    spec: Spec, data: Data, measure: str, sds: float, before: int, after: int
) -> tuple[pl.DataFrame, int]:
    """Return the events with all abnormal returns around them, and how many events there are in all.

    Returns
    -------
    tuple
        `ticker, session` and an abnormal return a column, from `before` sessions before to `after` after.
    """
    panel = data[spec.frame]
    posts = f"{spec.sample.window}_posts"
    if lacking := [name for name in (measure, spec.outcome, posts) if name not in panel.columns]:
        raise EstimationError(f"the panel has no column {', '.join(lacking)}.")
    complete = add_variables(panel, list_coverage(spec, panel))
    talked = (
        complete.filter(*take_posts(spec, complete), pl.col(measure).is_not_null())
        .sort("ticker", "session_no")
        .with_columns(
            usual=pl.col(measure).cum_sum().shift(1).over("ticker"),
            squares=(pl.col(measure) ** 2).cum_sum().shift(1).over("ticker"),
            n=pl.int_range(pl.len()).over("ticker"),
        )
        .filter(pl.col("n") >= FEWEST_BEFORE)
        .with_columns(usual=pl.col("usual") / pl.col("n"), n=pl.col("n"))
        .with_columns(variance=(pl.col("squares") - pl.col("n") * pl.col("usual") ** 2) / (pl.col("n") - 1))
        .filter(pl.col("variance") > 1e-12)
        .filter(pl.col(measure) - pl.col("usual") >= sds * pl.col("variance").sqrt())
    )
    abnormal = pl.col(spec.outcome) - pl.col(spec.outcome).mean().over("session")
    returns = panel.select("ticker", "session", "session_no", abnormal.alias("abnormal"))
    names = [_name(k) for k in range(-before, after + 1)]
    around = add_variables(returns, names)
    events = talked.select("ticker", "session").join(
        around, on=["ticker", "session"], how="inner", maintain_order="left"
    )
    return events.drop_nulls(names), talked.height


def _name(k: int) -> str:
    return "abnormal" if k == 0 else f"abnormal_lag{-k}" if k < 0 else f"abnormal_lead{k}"
