"""Mean paths of listings after their first session, with pointwise intervals."""

import polars as pl

from models.ipo.group_means import ALL, HIGH, LOW
from models.ipo.groups import LEAST_LISTINGS, split_at_median


def average_paths(paths: pl.DataFrame) -> pl.DataFrame:
    """Average buy-and-hold abnormal returns by session since the listing.

    Parameters
    ----------
    paths
        `ticker, event_session, bhar_m, enthusiasm`, one row a listing and session from 0 on.

    Returns
    -------
    pl.DataFrame
        `group, event_session, n, mean, conf_low, conf_high`: of high and of low enthusiasm (cut at the
        median of the listings), or of all where fewer than two of each are known. Intervals are of t for
        independent listings. Sessions in which a group has fewer than two listings are left out. The
        listings change along a path: n says how many are still followed.
    """
    from scipy import stats

    followed = paths.filter(pl.col("bhar_m").is_not_null() & pl.col("bhar_m").is_finite())
    groups = _divide(followed)
    means = (
        followed.join(groups, on="ticker")
        .group_by("group", "event_session")
        .agg(n=pl.len(), mean=pl.col("bhar_m").mean(), sd=pl.col("bhar_m").std())
        .filter(pl.col("n") >= LEAST_LISTINGS)
        .sort("group", "event_session")
    )
    t = pl.Series(stats.t.ppf(0.975, means["n"].to_numpy() - 1), dtype=pl.Float64)
    margin = t * means["sd"] / means["n"].sqrt()
    return means.select(
        "group",
        "event_session",
        "n",
        "mean",
        conf_low=pl.col("mean") - margin,
        conf_high=pl.col("mean") + margin,
    )


def _divide(paths: pl.DataFrame) -> pl.DataFrame:
    """Return `ticker, group`."""
    listings = paths.unique("ticker", keep="first", maintain_order=True).select("ticker", "enthusiasm")
    known = listings.filter(pl.col("enthusiasm").is_not_null())
    if known.height >= 2 * LEAST_LISTINGS:
        try:
            high = split_at_median(known, "enthusiasm")
        except ValueError:  # equal values leave a group empty: then there are no groups
            high = None
        if high is not None:
            group = pl.when(pl.Series(high)).then(pl.lit(HIGH)).otherwise(pl.lit(LOW))
            return known.select("ticker", group=group)
    return listings.select("ticker", group=pl.lit(ALL))
