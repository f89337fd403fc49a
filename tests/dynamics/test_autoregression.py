"""Vector autoregressions: statsmodels on a series without gaps, gaps, the order, Granger's tests."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from truths.market import A1, A2, NAMES, market_frame, market_series

from models.dynamics.autoregression import estimate_equation, run_granger_tests
from models.dynamics.system import fit_system
from models.estimation.families.market import MARKET_GRANGER, MARKET_VAR
from models.estimation.results import EstimationError
from models.estimation.spec import Spec


def spec(**changes) -> Spec:
    settings = {
        "family": "t",
        "column_no": 1,
        "title": "t",
        "outcome": "ret_market",
        "regressors": ("pre_open_fear", "d_log_vix"),
        "effects": (),
        "inference": "iid",
        "frame": "market_days",
        "options": (("system", NAMES),),
    }
    return Spec(**{**settings, **changes})


def as_data(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {"market_days": frame}


def test_order_coefficients_and_errors_equal_statsmodels():
    from statsmodels.tsa.api import VAR

    frame = market_series(1_000, seed=1)
    oracle = VAR(frame.select(NAMES).to_pandas())
    orders = oracle.select_order(10)
    order = orders.bic
    fitted = oracle.fit(order)
    system = fit_system(spec(), as_data(frame))
    assert system.n_lags == order == 2
    by_aic = fit_system(spec(options=(("system", NAMES), ("lags", "aic"))), as_data(frame))
    assert by_aic.n_lags == orders.aic
    np.testing.assert_allclose(system.coefficients, fitted.params, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(system.residual_covariance, fitted.sigma_u, rtol=1e-8)
    fit = estimate_equation(spec(), as_data(frame), "linear")
    assert fit.terms["term"].to_list()[:4] == [*(f"{name}_lag1" for name in NAMES), "pre_open_fear_lag2"]
    place = [*range(1, 7), 0]
    np.testing.assert_allclose(fit.terms["std_error"], fitted.bse.iloc[place, 1], rtol=1e-8)
    assert fit.summary["largest_root"] == pytest.approx(1 / np.abs(fitted.roots).min())
    test = fitted.test_causality("ret_market", ["pre_open_fear", "d_log_vix"], kind="f")
    assert fit.summary["joint_f"] == pytest.approx(float(test.test_statistic), rel=1e-8)


@pytest.mark.parametrize("inference", ["HC1", "newey-west:4"])
def test_robust_errors_equal_statsmodels_equation_by_equation(inference):
    from statsmodels.regression.linear_model import OLS

    frame = market_series(250, seed=2, wild=0.8)
    chosen = spec(inference=inference, options=(("system", NAMES), ("lags", 2)))
    fit = estimate_equation(chosen, as_data(frame), "linear")
    y = frame.select(NAMES).to_numpy()
    design = np.column_stack([y[1:-1], y[:-2], np.ones(248)])
    kind = {"HC1": ("HC1", {}), "newey-west:4": ("HAC", {"maxlags": 4, "use_correction": True})}[inference]
    fitted = OLS(y[2:, 1], design).fit(cov_type=kind[0], cov_kwds=kind[1], use_t=True)
    np.testing.assert_allclose(fit.terms["estimate"], fitted.params, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(fit.terms["std_error"], fitted.bse, rtol=1e-6)
    np.testing.assert_allclose(fit.terms["p_value"], fitted.pvalues, rtol=1e-5, atol=1e-12)


def test_a_gap_costs_its_rows_and_lags_are_never_older_than_they_say():
    frame = market_series(120, seed=3)
    holed = frame.filter(~pl.col("session_no").is_in([40, 41, 90]))
    options = (("system", NAMES), ("lags", 2))
    system = fit_system(spec(options=options), as_data(holed))
    y = frame.select(NAMES).to_numpy()
    gone = np.array([33, 34, 83])
    rows = [t for t in range(2, 120) if not np.isin([t, t - 1, t - 2], gone).any()]
    design = np.column_stack([np.ones(len(rows)), y[np.array(rows) - 1], y[np.array(rows) - 2]])
    np.testing.assert_allclose(system.coefficients, np.linalg.lstsq(design, y[rows])[0], atol=1e-10)
    assert system.n_gaps == 2
    # A value that is null makes the same gap as a session that is not there.
    empty = pl.when(~pl.col("session_no").is_in([40, 41, 90])).then("ret_market").alias("ret_market")
    nulled = fit_system(spec(options=options), as_data(frame.with_columns(empty)))
    np.testing.assert_array_equal(nulled.coefficients, system.coefficients)


def test_the_truth_is_recovered():
    system = fit_system(spec(), as_data(market_series(20_000, seed=4)))
    # Standard errors at 20,000 sessions are below 0.012.
    np.testing.assert_allclose(system.lag_matrices, [A1, A2], atol=0.04)


def test_a_series_that_is_not_loaded_is_left_out_and_named():
    frame = market_series(200, seed=5).with_columns(d_log_vix=pl.lit(None, pl.Float64))
    chosen = spec(options=(("system", NAMES), ("where_present", ("d_log_vix",))))
    fit = estimate_equation(chosen, as_data(frame), "linear")
    assert fit.summary["dropped_terms"] == "d_log_vix"
    assert not fit.terms["term"].str.contains("vix").any()
    with pytest.raises(EstimationError, match="no value of d_log_vix"):
        estimate_equation(replace(chosen, outcome="d_log_vix", regressors=NAMES[:2]), as_data(frame), "l")


def test_granger_tests_equal_statsmodels_and_the_estimate_is_the_sum_of_lags():
    from statsmodels.tsa.api import VAR

    frame = market_series(300, seed=6)
    fitted = VAR(frame.select(NAMES).to_pandas()).fit(2)
    fit = run_granger_tests(spec(options=(("system", NAMES), ("lags", 2))), as_data(frame), "linear")
    for row in fit.terms.to_dicts():
        oracle = fitted.test_causality("ret_market", [row["term"]], kind="f")
        assert row["statistic"] == pytest.approx(float(oracle.test_statistic), rel=1e-8)
        assert row["p_value"] == pytest.approx(_f_tail(oracle.test_statistic, 2, 298 - 7), rel=1e-6)
        lags = fitted.params.loc[[f"L{lag}.{row['term']}" for lag in (1, 2)], "ret_market"]
        assert row["estimate"] == pytest.approx(lags.sum(), rel=1e-8)
    assert fit.summary["joint_df1"] == 4


def _f_tail(f: float, q: int, df: int) -> float:
    """One equation's residual degrees of freedom; statsmodels counts those of the whole system."""
    from scipy import stats

    return float(stats.f.sf(f, q, df))


def test_granger_tests_find_what_is_there():
    fit = run_granger_tests(spec(inference="HC1"), as_data(market_series(1_000, seed=1)), "l")
    assert fit.terms["p_value"][0] < 1e-4
    assert fit.summary["joint_p"] < 1e-4


@pytest.mark.slow
def test_granger_tests_hold_their_size_in_calm_and_wild_spells():
    """The return causes no fear; 200 series of 300 sessions, tests at 5 %."""
    chosen = spec(
        outcome="pre_open_fear",
        regressors=("ret_market", "d_log_vix"),
        inference="HC1",
        options=(("system", NAMES), ("lags", 2)),
    )
    frames = (market_series(300, seed, wild=0.9) for seed in range(200))
    p = [run_granger_tests(chosen, as_data(frame), "l").terms["p_value"][0] for frame in frames]
    print(np.mean(np.array(p) < 0.05))
    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.09


@pytest.mark.slow
@pytest.mark.parametrize("inference", ["HC1", "newey-west:5"])
def test_intervals_cover_the_truth(inference):
    chosen = spec(inference=inference, options=(("system", NAMES), ("lags", 2)))
    truth = np.concatenate([A1[1], A2[1]])
    covered = []
    for seed in range(200):
        terms = estimate_equation(chosen, as_data(market_series(500, seed, wild=0.5)), "l").terms[:6]
        low, high = terms["conf_low"].to_numpy(), terms["conf_high"].to_numpy()
        covered.append((low < truth) & (truth < high))
    print(inference, np.mean(covered, axis=0), np.mean(covered))
    assert (np.mean(covered, axis=0) >= 0.90).all()
    assert (np.mean(covered, axis=0) <= 0.985).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inference": "cluster:session"}, "expected iid, HC1 or newey-west"),
        ({"options": (("lags", 0),)}, "expected a number from 1"),
        ({"options": (("lags", 10),)}, "at least 93 are needed"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(changes, words):
    with pytest.raises(EstimationError, match=words):
        estimate_equation(spec(**changes), as_data(market_series(60, seed=1)), "linear")


def test_every_column_of_the_families_runs():
    rng = np.random.default_rng(0)
    names = tuple(dict.fromkeys(n for s in MARKET_VAR.specs + MARKET_GRANGER.specs for n in s.variables))
    frame = market_frame(rng.normal(size=(400, len(names))), names)
    for family, estimate in ((MARKET_VAR, estimate_equation), (MARKET_GRANGER, run_granger_tests)):
        for column in family.specs:
            assert estimate(column, as_data(frame), "linear").summary["n_lags"] == 1
