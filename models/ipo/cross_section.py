"""Regressions over listings: least squares of `models.estimation`, on the listings that count."""

from dataclasses import replace

import polars as pl

from models.estimation.estimators import ESTIMATORS
from models.estimation.results import Data, Fit
from models.estimation.spec import Spec
from models.ipo.groups import choose_listings


def estimate_cross_section(spec: Spec, data: Data, tagger: str) -> Fit:
    """Regress an outcome on what was known of each listing, and say which listings were dropped.

    Raises
    ------
    EstimationError
        No listing has all variables, or least squares cannot be estimated on those that have.
    """
    chosen = choose_listings(spec, data, spec.variables)
    rows = chosen.rows.with_columns(pl.col(list(spec.variables)).cast(pl.Float64))
    least_squares = ESTIMATORS["least_squares"].load()
    # Listings are counted by their own posts, not by those of a window of the panel.
    plain = replace(spec, sample=replace(spec.sample, min_posts=0))
    # Each firm lists once, so nothing varies within firms: sizes are per deviation across listings.
    fit = least_squares(plain, {**data, spec.frame: rows.drop("ticker")}, tagger)
    dropped = {"dropped_rows": chosen.dropped, "sample_rules": chosen.rules}
    dropped["n_firms"] = fit.summary["n_obs"]
    return Fit(spec, fit.terms, fit.summary | dropped | {"unit": "own"})
