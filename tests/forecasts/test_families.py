"""The families as they ship, on a panel of noise: every column runs, and says that there is nothing."""

import numpy as np
import polars as pl
import pytest
from truths.forecasts import tabulate

from models.emotions import SIX
from models.estimation.estimators import ESTIMATORS
from models.estimation.families.forecasts import RETURN_FORECASTS, VOLATILITY_FORECASTS
from models.estimation.families.portfolios import PORTFOLIOS
from models.estimation.spec import Spec

SPECS = [spec for family in (RETURN_FORECASTS, VOLATILITY_FORECASTS, PORTFOLIOS) for spec in family.specs]


@pytest.fixture(scope="module")
def data() -> dict[str, pl.DataFrame]:
    """15 firms, 150 sessions; every variable independent noise: there is nothing to find."""
    rng = np.random.default_rng(1)
    names = {name for spec in SPECS for name in spec.variables if not name.endswith("_lead1")} | {"ret_cc"}
    names -= {"ret_market_oc"}
    draws = {name: 0.01 * rng.normal(size=(150, 15)) for name in sorted(names)}
    for name in ("abs_ret_oc", "abs_ret_oc_day", "abs_ret_oc_week", "abs_ret_oc_month"):
        draws[name] = np.abs(draws[name])
    panel = tabulate(draws)
    emotions = [pl.col(f"pre_open_{name}").mean() for name in (*SIX, "valence")]
    market = panel.group_by("session", "session_no", maintain_order=True).agg(
        pl.col("pre_open_posts").sum(), *emotions, ret_market_oc=pl.col("ret_oc").mean()
    )
    return {"panel": panel, "market_days": market}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.family}-{spec.column_no}")
def test_every_column_runs_and_finds_nothing_in_noise(spec: Spec, data):
    fit = ESTIMATORS[spec.estimator].load()(spec, data, "linear")
    assert fit.summary["verdict"].startswith("Nothing")
    assert fit.summary["n_sessions"] > 80
    assert fit.terms["unit_of_term"].null_count() == 0
    assert fit.terms["term"].is_unique().all()


@pytest.mark.parametrize("family", [RETURN_FORECASTS, VOLATILITY_FORECASTS, PORTFOLIOS])
def test_columns_of_a_family_are_numbered_in_order(family):
    assert [spec.column_no for spec in family.specs] == list(range(1, len(family.specs) + 1))
    assert {spec.family for spec in family.specs} == {family.name}
