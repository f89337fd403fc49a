"""Fama-MacBeth: hand algebra, statsmodels session by session, linearmodels, thin sessions, a truth."""

import numpy as np
import polars as pl
import pytest
from truths.cross_section import priced_panel

from models.estimation import fama_macbeth
from models.estimation.fama_macbeth import estimate_fama_macbeth
from models.estimation.families.cross_section import FAMA_MACBETH
from models.estimation.results import EstimationError, Fit
from models.estimation.spec import Sample, Spec


def estimate(panel: pl.DataFrame, **changes) -> Fit:
    settings = {
        "family": "t",
        "column_no": 1,
        "title": "t",
        "outcome": "y",
        "regressors": ("a",),
        "controls": ("b",),
        "effects": (),
        "inference": "newey-west:3",
        "sample": Sample(winsorise=None),
    }
    return estimate_fama_macbeth(Spec(**{**settings, **changes}), {"panel": panel}, "linear")


def unbalanced(seed: int = 1) -> pl.DataFrame:
    return priced_panel(40, 60, seed).sample(fraction=0.7, seed=seed)


def test_slopes_and_newey_west_errors_equal_statsmodels_session_by_session():
    from statsmodels.api import OLS, add_constant

    panel = unbalanced().sort("session", "ticker")
    slopes, fits = [], []
    for _, rows in panel.group_by("session", maintain_order=True):
        fitted = OLS(rows["y"].to_numpy(), add_constant(rows.select("a", "b").to_numpy())).fit()
        slopes.append(fitted.params[[1, 2, 0]])
        fits.append(fitted.rsquared)
    fit = estimate(panel)
    np.testing.assert_allclose(fit.terms["estimate"], np.mean(slopes, axis=0), rtol=1e-8)
    for j, error in enumerate(fit.terms["std_error"]):
        mean = OLS(np.array(slopes)[:, j], np.ones(60)).fit(
            cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}, use_t=True
        )
        assert error == pytest.approx(float(mean.bse[0]), rel=1e-6)
        assert fit.terms["p_value"][j] == pytest.approx(float(mean.pvalues[0]), rel=1e-5, abs=1e-14)
    assert fit.summary["r_squared"] == pytest.approx(np.mean(fits), rel=1e-10)
    assert (fit.summary["n_obs"], fit.summary["n_sessions"]) == (panel.height, 60)


def test_the_textbook_errors_are_those_of_lag_0_and_linearmodels():
    from linearmodels.panel import FamaMacBeth

    panel = unbalanced(2)
    indexed = panel.to_pandas().set_index(["ticker", "session"]).assign(one=1.0)
    oracle = FamaMacBeth(indexed["y"], indexed[["a", "b", "one"]])
    plain, kernel = oracle.fit(cov_type="unadjusted"), oracle.fit(cov_type="kernel", bandwidth=3)
    textbook = estimate(panel, inference="newey-west:0")
    np.testing.assert_allclose(textbook.terms["estimate"], plain.params, rtol=1e-8)
    np.testing.assert_allclose(textbook.terms["std_error"], plain.std_errors, rtol=1e-6)
    # linearmodels divides by T, as Newey and West; ours by T - 1, so that lag 0 is the textbook's.
    ours = estimate(panel).terms["std_error"].to_numpy() * np.sqrt(59 / 60)
    ratio = ours / kernel.std_errors.to_numpy()
    assert min(abs(ratio - 1).max(), abs(ratio * np.sqrt(60 / 59) - 1).max()) < 1e-6


def test_a_small_panel_is_computed_by_hand():
    """Slopes 2 and 4: mean 3, standard deviation sqrt 2, over sqrt 2 sessions: 1."""
    x = np.arange(7.0)
    y = np.concatenate([1 + 2 * x, 5 + 4 * x])
    keys = priced_panel(7, 2, 1).sort("session", "ticker")
    panel = keys.with_columns(y=pl.Series(y), a=pl.Series(np.tile(x, 2)))
    fit = estimate(panel, controls=(), inference="newey-west:0")
    assert fit.terms["estimate"].to_list() == pytest.approx([3, 3])
    assert fit.terms["std_error"].to_list() == pytest.approx([1, 2])
    assert fit.summary["joint_f"] == pytest.approx(9)


def test_thin_and_collinear_sessions_are_left_out_counted_and_named():
    panel = priced_panel(20, 30, 3).sort("session", "ticker")
    first, second, third = panel["session"].unique().sort()[:3]
    thin = panel.filter((pl.col("session") != first) | (pl.col("ticker") < "F007"))  # 7 of 8 needed
    same = pl.col("session").is_in([second, third])
    spoiled = thin.with_columns(b=pl.when(same).then(1 - 3 * pl.col("a")).otherwise("b"))
    fit = estimate(spoiled)
    rest = estimate(panel.filter(pl.col("session") > third))
    np.testing.assert_allclose(fit.terms["estimate"], rest.terms["estimate"], rtol=1e-12)
    np.testing.assert_allclose(fit.terms["std_error"], rest.terms["std_error"], rtol=1e-12)
    assert (fit.summary["n_thin_sessions"], fit.summary["n_collinear_sessions"]) == (1, 2)
    assert fit.summary["skipped_sessions"] == f"{first}, {second}, {third}"
    kept = estimate(spoiled, options=(("spare_firms", 4),))
    assert kept.summary["n_thin_sessions"] == 0


def test_the_default_lag_is_newey_and_west_s():
    assert estimate(priced_panel(12, 60, 4), inference="newey-west").summary["newey_west_lags"] == 3
    assert estimate(priced_panel(12, 250, 4), inference="newey-west").summary["newey_west_lags"] == 4


def test_blocks_and_the_order_and_scale_of_rows_change_nothing(monkeypatch):
    panel = unbalanced(5)
    one = estimate(panel)
    scaled = estimate(panel.with_columns(pl.col("a") * 1e-6, pl.col("b") + 1e4)).terms
    np.testing.assert_allclose(
        scaled["estimate"][:2].to_numpy() * [1e-6, 1], one.terms["estimate"][:2], rtol=1e-7
    )
    monkeypatch.setattr(fama_macbeth, "BLOCK", 50)
    blocked = estimate(panel.sample(fraction=1, shuffle=True, seed=9))
    np.testing.assert_allclose(blocked.terms["estimate"], one.terms["estimate"], rtol=1e-12)


def test_products_of_variables_are_terms():
    panel = priced_panel(30, 20, 6)
    made = panel.with_columns(ab=pl.col("a") * pl.col("b"))
    got, expected = estimate(panel, controls=("b", "a:b")), estimate(made, controls=("b", "ab"))
    assert got.terms["estimate"].equals(expected.terms["estimate"])


@pytest.mark.slow
@pytest.mark.parametrize("persistence", [0.0, 0.5])
def test_intervals_cover_the_truth(persistence):
    """200 panels of 30 firms and 250 sessions; slopes that persist need the lags."""
    covered = []
    for seed in range(200):
        terms = estimate(priced_panel(30, 250, seed, persistence), inference="newey-west:8").terms
        low, high = terms["conf_low"][:2].to_numpy(), terms["conf_high"][:2].to_numpy()
        truth = np.array([0.3, -0.2])
        covered.append((low < truth) & (truth < high))
    print(persistence, np.mean(covered, axis=0))
    assert ((np.mean(covered, axis=0) >= 0.90) & (np.mean(covered, axis=0) <= 0.98)).all()


def test_the_truth_is_recovered():
    terms = estimate(priced_panel(50, 1_000, 7)).terms
    # Standard errors: 0.2 / sqrt(1,000) and smaller.
    np.testing.assert_allclose(terms["estimate"][:2], [0.3, -0.2], atol=0.025)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"effects": ("ticker",)}, "no effects"),
        ({"inference": "HC1"}, "newey-west"),
        ({"regressors": (), "controls": ()}, "at least one term"),
        ({"options": (("spare_firms", 30),)}, "0 of 20 sessions have 33 firms"),
        ({"controls": ("b", "b2")}, "in 0 of 20 sessions"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(changes, words):
    panel = priced_panel(20, 20, 8).with_columns(b2=pl.col("b") * 2)
    with pytest.raises(EstimationError, match=words):
        estimate(panel, **changes)


def test_the_family_stands_on_one_sample():
    assert {spec.needs for spec in FAMA_MACBETH.specs} == {FAMA_MACBETH.specs[0].needs}
    assert all(spec.estimator == "fama_macbeth" and spec.effects == () for spec in FAMA_MACBETH.specs)
