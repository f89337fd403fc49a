"""Persistence: pairs of sessions, the jackknife, the half-life and its interval."""

import math

import numpy as np
import polars as pl
import pytest
from truths.dynamics import autoregressive_panel

from models.dynamics.half_life import estimate_half_life, to_half_life
from models.estimation.families.dynamics import HALF_LIFE
from models.estimation.results import EstimationError, Fit
from models.estimation.spec import Sample, Spec


def spec(**changes) -> Spec:
    settings = {
        "family": "t",
        "column_no": 1,
        "title": "t",
        "outcome": "pre_open_sad",
        "regressors": ("pre_open_sad_lag1",),
        "effects": ("ticker",),
        "needs": ("pre_open_posts_lag1",),
        "sample": Sample(winsorise=None),
    }
    return Spec(**{**settings, **changes})


def estimate(panel: pl.DataFrame, **changes) -> Fit:
    return estimate_half_life(spec(**changes), {"panel": panel}, "linear")


def value(fit: Fit, term: str, column: str = "estimate") -> float | None:
    return fit.terms.filter(pl.col("term") == term)[column].item()


def test_the_within_slope_and_its_clustered_error_equal_statsmodels_on_dummies():
    from statsmodels.formula.api import ols

    panel = autoregressive_panel(0.6, 12, 15, seed=1, common=0.3, missing=0.2)
    fit = estimate(panel, options=(("jackknife", 0),))
    rows = panel.join(
        panel.select("ticker", pl.col("session_no") + 1, lag="pre_open_sad"), on=["ticker", "session_no"]
    ).drop_nulls()
    rows = rows.filter(pl.len().over("ticker") >= 4).to_pandas()
    groups = [rows["ticker"].astype("category").cat.codes, rows["session_no"]]
    fitted = ols("pre_open_sad ~ lag + C(ticker)", rows).fit()
    # Two-way covariances of the dummies themselves may be negative: only that of the lag is of interest.
    expected = fitted.get_robustcov_results(
        "cluster", groups=np.column_stack(groups), use_correction=False, use_t=True
    )
    assert value(fit, "rho") == pytest.approx(fitted.params["lag"], rel=1e-9)
    n, g = len(rows), min(rows["ticker"].nunique(), rows["session_no"].nunique())
    factor = math.sqrt((n - 1) / (n - 2) * g / (g - 1))  # fixest's: nested firm effects count once
    place = list(fitted.params.index).index("lag")
    assert value(fit, "rho", "std_error") == pytest.approx(
        np.sqrt(expected.cov_params()[place, place]) * factor, rel=1e-6
    )
    assert fit.summary["n_obs"] == n


def test_the_jackknife_is_twice_the_whole_less_the_mean_of_the_halves():
    panel = autoregressive_panel(0.5, 6, 21, seed=2)  # 20 pairs a firm: sessions 1..10 and 11..20
    fit = estimate(panel)
    number = pl.col("session_no") - 100
    halves = [panel.filter(number <= 10), panel.filter(number >= 10)]
    parts = [value(estimate(half), "rho_within") for half in halves]
    assert value(fit, "rho") == pytest.approx(2 * value(fit, "rho_within") - sum(parts) / 2, rel=1e-12)


def test_a_session_without_posts_breaks_the_pair_and_is_never_stepped_over():
    panel = autoregressive_panel(0.5, 5, 30, seed=3)
    holes = panel.filter((pl.col("session_no") - 100) % 5 != 4)
    assert estimate(panel).summary["n_obs"] == 5 * 29
    # Of five sessions four are left: three pairs in each of the six stretches.
    assert estimate(holes).summary["n_obs"] == 5 * 6 * 3
    assert estimate(holes).terms.equals(estimate(holes.sample(fraction=1, shuffle=True, seed=1)).terms)


def test_both_sessions_of_a_pair_need_the_minimum_of_posts():
    panel = autoregressive_panel(0.5, 5, 30, seed=3)
    posts = pl.when((pl.col("session_no") - 100) % 5 == 4).then(1).otherwise(9)
    thin = panel.with_columns(pre_open_posts=posts)
    fit = estimate(thin, sample=Sample(min_posts=5, winsorise=None))
    assert fit.summary["n_obs"] == 5 * 6 * 3


def test_the_half_life_follows_from_rho_with_the_delta_method_and_rho_s_interval():
    fit = estimate(autoregressive_panel(0.7, 30, 60, seed=4))
    rho, error = value(fit, "rho"), value(fit, "rho", "std_error")
    assert to_half_life(0.5) == 1
    assert value(fit, "half_life") == pytest.approx(math.log(0.5) / math.log(rho))
    step = 1e-6
    slope = (to_half_life(rho + step) - to_half_life(rho - step)) / (2 * step)
    assert value(fit, "half_life", "std_error") == pytest.approx(slope * error, rel=1e-6)
    assert value(fit, "half_life", "conf_low") == pytest.approx(to_half_life(value(fit, "rho", "conf_low")))
    assert value(fit, "half_life", "conf_high") == pytest.approx(to_half_life(value(fit, "rho", "conf_high")))
    assert value(fit, "half_life", "p_value") is None


def test_without_persistence_there_is_no_half_life_and_the_summary_says_so():
    fit = estimate(autoregressive_panel(-0.5, 20, 40, seed=5))
    assert value(fit, "half_life") is None
    assert value(fit, "half_life", "conf_low") is None
    assert "no half-life" in fit.summary["half_life_note"]


def test_the_jackknife_takes_most_of_nickell_s_bias_away():
    """Sessions of 25: the within slope is low by about (1 + rho)/T = 0.06; Nickell (1981)."""
    rho, within, jackknifed = 0.5, [], []
    for seed in range(40):
        fit = estimate(autoregressive_panel(rho, 40, 25, seed))
        within.append(value(fit, "rho_within"))
        jackknifed.append(value(fit, "rho"))
    assert np.mean(within) - rho == pytest.approx(-(1 + rho) / 24, abs=0.012)
    assert abs(np.mean(jackknifed) - rho) < 0.012


@pytest.mark.slow
def test_intervals_of_rho_and_half_life_cover_the_truth():
    """200 panels of 50 firms and 50 sessions, a fifth of the shock common, a tenth without posts."""
    covered = {"rho": 0, "half_life": 0}
    truth = {"rho": 0.5, "half_life": 1.0}
    for seed in range(200):
        fit = estimate(autoregressive_panel(0.5, 50, 50, seed, common=0.2, missing=0.1))
        for term, true in truth.items():
            covered[term] += value(fit, term, "conf_low") < true < value(fit, term, "conf_high")
    print(covered)
    assert all(180 <= count <= 196 for count in covered.values()), covered


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"regressors": ("pre_open_sad_lag2",)}, "on its own pre_open_sad_lag1"),
        ({"effects": ("ticker", "session")}, "effects"),
        ({"inference": "HC1"}, "expected cluster:ticker"),
        ({"sample": Sample(without=tuple(f"F{i:03d}" for i in range(4)))}, "at least 2 are needed"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(changes, words):
    with pytest.raises(EstimationError, match=words):
        estimate(autoregressive_panel(0.5, 5, 20, seed=6), **changes)


def test_the_family_has_a_column_for_each_emotion_and_runs():
    panel = autoregressive_panel(0.5, 8, 30, seed=7)
    sad = next(s for s in HALF_LIFE.specs if s.title == "Sad")
    assert [s.title for s in HALF_LIFE.specs][-1] == "Valence"
    assert estimate_half_life(sad, {"panel": panel}, "linear").summary["family"] == "half_life"
