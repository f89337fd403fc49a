"""The wild cluster bootstrap equals brute force, and holds its level where sandwiches do not."""

import numpy as np
import polars as pl
import pytest

from models.estimation import Sample, Spec, estimate_spec
from models.estimation.covariance import Regression, cluster_dimensions
from models.estimation.wild_bootstrap import bootstrap_clusters, draw_weights

DRAWS, SEED = 199, 7


def panel_of(firms: int, sessions: int, seed: int, slope: float = 0.0, repeats: int = 1) -> pl.DataFrame:
    """y = slope x + a firm's shocks that last + noise; x is persistent within a firm too."""
    rng = np.random.default_rng(seed)
    n = firms * sessions * repeats
    firm, session = np.divmod(np.arange(n) // repeats, sessions)
    x = rng.normal(size=firms)[firm] + rng.normal(size=n)
    y = slope * x + rng.normal(size=firms)[firm] + rng.normal(size=n)
    return pl.DataFrame({"ticker": firm, "session": session, "x": x, "w": rng.normal(size=n), "y": y})


def spec(**changes) -> Spec:
    given = {
        "family": "t",
        "column_no": 1,
        "title": "t",
        "outcome": "y",
        "regressors": ("x", "w"),
        "effects": (),
    }
    return Spec(**{**given, "sample": Sample(min_posts=0, winsorise=None), **changes})


def regression_of(panel: pl.DataFrame) -> tuple[Regression, np.ndarray, np.ndarray]:
    x = np.column_stack([panel["x"], panel["w"], np.ones(panel.height)])
    y = panel["y"].to_numpy()
    bread = np.linalg.inv(x.T @ x)
    b = bread @ x.T @ y
    codes = {name: panel[name].to_numpy().astype(np.uint32) for name in ("ticker", "session")}
    return Regression(np.asfortranarray(x), y - x @ b, bread, codes, {}), b, y


def t_squared(regression, y, j, null, dimensions):
    """The squared t statistic of the hypothesis b_j = null, without small-sample factors, rows by rows."""
    x, bread = regression.x, regression.bread
    b = bread @ x.T @ y
    scores = x * (y - x @ b)[:, None]
    codes = [regression.codes[name].astype(int) for name in dimensions]
    groups = codes if len(codes) == 1 else [*codes, codes[0] * 1000 + codes[1]]
    meat = np.zeros((3, 3))
    for sign, group in zip([1, 1, -1], groups, strict=False):
        sums = np.array([scores[group == g].sum(axis=0) for g in np.unique(group)])
        meat += sign * sums.T @ sums
    variance = (bread @ meat @ bread)[j, j]
    return (b[j] - null) ** 2 / variance if variance > 0 else np.inf


def brute_force_p(regression, b, y, j, null, dimensions, resampled):
    """Impose the null by regressing y - null x_j on the others, then draw, regress and cluster anew."""
    x = regression.x
    others = np.delete(x, j, axis=1)
    fitted = others @ np.linalg.lstsq(others, y - null * x[:, j], rcond=None)[0] + null * x[:, j]
    residual = y - fitted
    codes = regression.codes[resampled].astype(int)
    weights = draw_weights(codes.max() + 1, DRAWS, SEED)
    observed = t_squared(regression, y, j, null, dimensions)
    drawn = [
        t_squared(regression, fitted + weights[codes, draw] * residual, j, null, dimensions)
        for draw in range(DRAWS)
    ]
    return (1 + sum(t >= observed * (1 - 1e-9) for t in drawn)) / (1 + DRAWS)


@pytest.mark.parametrize("inference", ["cluster:ticker", "cluster:session", "cluster:ticker+session"])
def test_p_values_equal_those_of_regressions_run_draw_by_draw(inference):
    panel = panel_of(6, 14, seed=3, slope=0.3)
    regression, b, y = regression_of(panel)
    dimensions = cluster_dimensions(inference)
    got = bootstrap_clusters(regression, b, dimensions, DRAWS, SEED)
    resampled = min(dimensions, key=lambda name: regression.codes[name].max())
    for j in range(3):
        assert got.p_values[j] == pytest.approx(
            brute_force_p(regression, b, y, j, 0.0, dimensions, resampled), abs=1e-12
        )


def test_an_interval_holds_what_is_not_rejected_at_five_percent():
    panel = panel_of(15, 10, seed=5, slope=0.5)
    regression, b, y = regression_of(panel)
    dimensions = ["ticker", "session"]
    got = bootstrap_clusters(regression, b, dimensions, DRAWS, SEED)
    resampled = "session"
    for j in range(2):
        width = got.conf_high[j] - got.conf_low[j]
        for end, inwards in ((got.conf_low[j], 1), (got.conf_high[j], -1)):
            inside = brute_force_p(regression, b, y, j, end + inwards * 1e-6 * width, dimensions, resampled)
            outside = brute_force_p(regression, b, y, j, end - inwards * 1e-6 * width, dimensions, resampled)
            assert inside > 0.05 >= outside


def test_rows_that_repeat_a_firm_and_session_keep_two_way_errors_right():
    """Two rows a firm and session: statsmodels' two-way sandwich, with fixest's factor, is the oracle."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

    panel = panel_of(45, 50, seed=2, repeats=2)
    fit = estimate_spec(spec(inference="cluster:ticker+session"), panel)
    x = np.column_stack([panel["x"], panel["w"], np.ones(panel.height)])
    peer = OLS(panel["y"].to_numpy(), x).fit()
    both, _, _ = cov_cluster_2groups(
        peer, panel["ticker"].to_numpy(), panel["session"].to_numpy(), use_correction=False
    )
    n = panel.height
    factor = (n - 1) / (n - 3) * 45 / 44
    np.testing.assert_allclose(fit.terms["std_error"], np.sqrt(np.diag(both) * factor), rtol=1e-10)
    assert fit.summary["bootstrap"] is None


def test_it_is_chosen_by_itself_below_forty_clusters_and_says_so():
    few = estimate_spec(spec(inference="cluster:ticker"), panel_of(39, 5, seed=1))
    assert "wild cluster bootstrap over the 39 firms" in few.summary["bootstrap"]
    assert "random signs, 1,999 draws" in few.summary["bootstrap"]
    assert few.terms["p_value"].to_list() != few.terms["p_value_analytic"].to_list()
    many = estimate_spec(spec(inference="cluster:ticker"), panel_of(40, 5, seed=1))
    assert many.summary["bootstrap"] is None
    assert "p_value_analytic" not in many.terms.columns
    fewest = estimate_spec(spec(inference="cluster:ticker+session"), panel_of(45, 5, seed=1))
    assert "over the 5 sessions" in fewest.summary["bootstrap"]
    assert "Webb" in fewest.summary["bootstrap"]


def test_equal_data_give_equal_draws():
    one, two = (
        estimate_spec(spec(inference="cluster:ticker"), panel_of(12, 6, seed=1)).terms for _ in range(2)
    )
    assert one.equals(two)


@pytest.mark.slow
def test_it_holds_its_level_with_ten_firms_where_the_sandwich_does_not():
    """400 panels without any slope, ten firms with persistent shocks: how often 5 % tests reject."""
    rejected = {"bootstrap": 0, "sandwich": 0}
    for seed in range(400):
        terms = estimate_spec(spec(inference="cluster:ticker"), panel_of(10, 20, seed)).terms
        row = terms.row(0, named=True)
        rejected["bootstrap"] += row["p_value"] <= 0.05
        rejected["sandwich"] += row["p_value_analytic"] <= 0.05
        assert (row["conf_low"] <= 0 <= row["conf_high"]) == (row["p_value"] > 0.05)
    print(rejected)
    # Two standard errors of a share of 5 % over 400 panels are 2.2 points.
    assert 0.02 <= rejected["bootstrap"] / 400 <= 0.08
    assert rejected["sandwich"] > rejected["bootstrap"]
