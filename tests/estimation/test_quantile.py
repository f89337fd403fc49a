"""Quantile regression: the program, statsmodels, the two steps, the bootstrap, a truth."""

import numpy as np
import polars as pl
import pytest
from truths.cross_section import skewed_panel, true_slope

from models.estimation import quantile_program
from models.estimation.families.tails import QUANTILES, TAILS
from models.estimation.quantile import _prepare, estimate_quantile
from models.estimation.quantile_program import check_loss, solve_quantile
from models.estimation.results import EstimationError, Fit
from models.estimation.spec import Sample, Spec


def make_spec(quantile: float = 0.5, draws: int = 50, **changes) -> Spec:
    settings = {
        "family": "t",
        "column_no": 1,
        "title": "t",
        "outcome": "y",
        "regressors": ("a",),
        "controls": ("b",),
        "inference": "cluster:session",
        "sample": Sample(winsorise=None),
        "options": (("quantile", quantile), ("draws", draws)),
    }
    return Spec(**{**settings, **changes})


def estimate(panel: pl.DataFrame, quantile: float = 0.5, draws: int = 50, **changes) -> Fit:
    return estimate_quantile(make_spec(quantile, draws, **changes), {"panel": panel}, "linear")


def slopes(panel: pl.DataFrame, quantile: float, **changes) -> np.ndarray:
    """Return the estimates alone, without a bootstrap."""
    _, ready, _ = _prepare(make_spec(quantile, **changes), {"panel": panel}, quantile)
    return ready.fit()[0]


def drawn(n: int, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=(n, k)), np.ones(n)])
    return x @ np.linspace(-1, 1, k + 1) + rng.standard_t(3, size=n) * (1 + 0.3 * np.abs(x[:, 0])), x


@pytest.mark.parametrize("tau", [0.05, 0.5, 0.9])
def test_the_program_equals_statsmodels(tau):
    from statsmodels.regression.quantile_regression import QuantReg

    y, x = drawn(1_500, 4, seed=1)
    # statsmodels iterates until coefficients move by less than 1e-6.
    oracle = QuantReg(y, x).fit(q=tau, max_iter=5_000, p_tol=1e-8)
    ours = solve_quantile(y, x, tau)
    np.testing.assert_allclose(ours, oracle.params, atol=1e-4)
    assert check_loss(y - x @ ours, tau) <= check_loss(y - x @ oracle.params, tau) + 1e-9


@pytest.mark.parametrize("tau", [0.05, 0.5])
def test_merged_rows_give_the_result_of_all_rows(tau, monkeypatch):
    y, x = drawn(9_000, 5, seed=2)
    weights = np.random.default_rng(2).integers(1, 5, size=9_000).astype(float)
    merged, weighted = solve_quantile(y, x, tau), solve_quantile(y, x, tau, weights)
    far = solve_quantile(y, x, tau, start=np.full(6, 3.0))
    whole = quantile_program._solve_program(y, x, tau)
    repeated = np.repeat(np.arange(9_000), weights.astype(int))
    np.testing.assert_allclose(merged, whole, atol=1e-9)
    np.testing.assert_allclose(far, whole, atol=1e-9)
    np.testing.assert_allclose(weighted, solve_quantile(y[repeated], x[repeated], tau), atol=1e-9)


def test_a_median_is_a_median():
    y = np.array([3.0, 9.0, 1.0, 4.0, 100.0])
    assert solve_quantile(y, np.ones((5, 1)), 0.5) == pytest.approx([4.0])


def test_the_two_steps_equal_dummies_and_statsmodels():
    """Canay (2011) by hand: dummies' effects out of y, then a quantile regression."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.regression.quantile_regression import QuantReg

    panel = skewed_panel(8, 30, seed=3).sample(fraction=0.9, seed=3).sort("ticker", "session")
    firm, session = (panel[name].rank("dense").to_numpy() for name in ("ticker", "session"))
    firms = (firm[:, None] == np.arange(1, 9)).astype(float)
    sessions = (session[:, None] == np.arange(2, session.max() + 1)).astype(float)
    x = panel.select("a", "b").to_numpy()
    fitted = OLS(panel["y"].to_numpy(), np.column_stack([x, firms, sessions])).fit()
    effects = np.column_stack([firms, sessions]) @ fitted.params[2:]
    without = panel["y"].to_numpy() - (effects - effects.mean())
    oracle = QuantReg(without, np.column_stack([x, np.ones(len(x))])).fit(q=0.25, max_iter=5_000, p_tol=1e-8)
    fit = estimate(panel, 0.25)
    np.testing.assert_allclose(fit.terms["estimate"], oracle.params, atol=1e-4)
    assert fit.terms["term"].to_list() == ["a", "b", "(Intercept)"]
    assert fit.summary["r_squared"] == pytest.approx(oracle.prsquared, abs=1e-4)


def test_effects_that_go_with_a_regressor_would_mislead_and_are_taken_out():
    panel = skewed_panel(60, 80, seed=4)
    assert slopes(panel, 0.5)[0] == pytest.approx(0.2, abs=0.25)  # three standard errors
    assert slopes(panel, 0.5, effects=())[0] > 1


@pytest.mark.parametrize("tau", [0.1, 0.9])
def test_the_truth_is_recovered_in_both_tails(tau):
    """The first step's noise, of the order of 1/T + 1/N, moves the tails by about 0.01."""
    got = slopes(skewed_panel(150, 200, seed=5), tau)[:2]
    np.testing.assert_allclose(got, [true_slope(tau), -0.1], atol=0.12)


def test_the_bootstrap_equals_drawn_rows_written_out():
    """The same draws, with rows repeated instead of weighted, and dummies instead of absorption."""
    panel = skewed_panel(10, 25, seed=6)
    fit = estimate(panel, 0.5, draws=50)
    rng = np.random.default_rng(2011)
    by_session = panel.sort("ticker", "session").partition_by("session", maintain_order=True)
    by_session = sorted(by_session, key=lambda rows: rows["session"][0])
    draws = []
    for _ in range(50):
        rows = pl.concat([by_session[j] for j in rng.integers(25, size=25)])
        dummies = rows.select("ticker", pl.col("session").cast(pl.String)).to_dummies(drop_first=True)
        x, y = rows.select("a", "b").to_numpy(), rows["y"].to_numpy()
        design = np.column_stack([x, np.ones(len(x)), dummies.to_numpy()])
        b = np.linalg.lstsq(design, y)[0]
        effects = design[:, 3:] @ b[3:]
        draws.append(solve_quantile(y - (effects - effects.mean()), design[:, :3], 0.5))
    np.testing.assert_allclose(fit.terms["std_error"], np.std(draws, axis=0, ddof=1), rtol=1e-6)


def test_errors_of_shared_shocks_are_larger_by_session_and_results_are_repeatable():
    panel = skewed_panel(20, 40, seed=7)
    one, two = estimate(panel, effects=()), estimate(panel, effects=())
    assert one.terms.equals(two.terms)
    by_firm = estimate(panel, effects=(), inference="cluster:ticker")
    assert one.summary["n_clusters_session"] == 40
    assert by_firm.summary["n_clusters_firm"] == 20


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.1, 0.5])
def test_intervals_cover_the_truth(tau):
    """200 panels of 30 firms and 60 sessions, 99 draws each."""
    truth, covered = np.array([true_slope(tau), -0.1]), []
    for seed in range(200):
        terms = estimate(skewed_panel(30, 60, seed), tau, draws=99).terms[:2]
        covered.append((terms["conf_low"].to_numpy() < truth) & (truth < terms["conf_high"].to_numpy()))
    print(tau, np.mean(covered, axis=0))
    assert ((np.mean(covered, axis=0) >= 0.90) & (np.mean(covered, axis=0) <= 0.98)).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"options": (("quantile", 5),)}, "between 0 and 1"),
        ({"options": (("draws", 10),)}, "expected 50 or more"),
        ({"inference": "HC1"}, "cluster:session or cluster:ticker"),
        ({"controls": ("b", "b2")}, "only 2 of its 3 terms"),
        ({"sample": Sample(start="2020-01-19")}, "too few"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(changes, words):
    panel = skewed_panel(8, 20, seed=8).with_columns(b2=pl.col("b") * 2)
    with pytest.raises(EstimationError, match=words):
        estimate(panel, **changes)


def test_the_family_asks_for_both_tails_and_does_not_cut_them():
    assert [spec.option("quantile", 0.5) for spec in TAILS.specs] == list(QUANTILES)
    assert all("ret_oc" not in spec.winsorised for spec in TAILS.specs)
