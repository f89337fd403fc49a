"""Estimates equal R fixest's, pyfixest's and statsmodels' own.

Tolerances: coefficients 1e-8 absolute (they are of order 1e-2, and fixest itself stops demeaning at
1e-6 of the largest), standard errors 1e-6 relative, p-values 1e-8, R2 1e-10.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.estimation import Sample, Spec, estimate_spec
from models.estimation.absorb import absorb, encode, find_singletons

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
RHS = ("happy", "sad", "anger", "disgust", "surprise", "fear", "ret_lag", "vol", "log_posts")
ALL_ROWS = Sample(min_posts=0, winsorise=None)
ANALYTIC = (("bootstrap", "never"),)  # small panels have few clusters


def spec(**changes) -> Spec:
    settings = {"family": "golden", "column_no": 1, "title": "golden", "outcome": "ret_oc", "regressors": RHS}
    return Spec(**{**settings, "sample": ALL_ROWS, "options": ANALYTIC, **changes})


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    return pl.read_csv(GOLDEN / "panel.csv")


@pytest.fixture(scope="module")
def golden() -> pl.DataFrame:
    """R's results; R pads its numbers with blanks."""
    text = pl.read_csv(GOLDEN / "fixest_golden.csv", infer_schema=False)
    numbers = [c for c in text.columns if c not in ("model", "term")]
    return text.with_columns(pl.col(c).str.strip_chars().cast(pl.Float64, strict=False) for c in numbers)


MODELS = {
    "two_way_fe__cluster_ticker_session": spec(),
    "two_way_fe__cluster_ticker": spec(inference="cluster:ticker"),
    "two_way_fe__HC1": spec(inference="HC1"),
    "two_way_fe__iid": spec(inference="iid"),
    "two_way_fe__DK_lag4": spec(inference="driscoll-kraay:4"),
    "two_way_fe__NW_lag4": spec(inference="newey-west:4"),
    "firm_fe__cluster_ticker": spec(effects=("ticker",), inference="cluster:ticker"),
    "pooled__cluster_ticker_session": spec(effects=()),
    "pooled__HC1": spec(effects=(), inference="HC1"),
    "weighted_two_way_fe__cluster_ticker_session": spec(weights="n_posts"),
}


@pytest.mark.parametrize("name", MODELS)
def test_estimates_equal_fixest(panel, golden, name):
    known = golden.filter(pl.col("model") == name)
    fit = estimate_spec(MODELS[name], panel)
    both = fit.terms.join(known, on="term", suffix="_r")
    assert both.height == known.height
    np.testing.assert_allclose(both["estimate"], both["estimate_r"], atol=1e-8, rtol=0)
    np.testing.assert_allclose(both["std_error"], both["std_error_r"], rtol=1e-6)
    np.testing.assert_allclose(both["p_value"], both["p_value_r"], atol=1e-8)
    assert fit.summary["n_obs"] == known["n_obs"][0]
    assert fit.summary["r_squared"] == pytest.approx(known["r2"][0], abs=1e-10)
    if fit.spec.effects:
        assert fit.summary["r_squared_within"] == pytest.approx(known["within_r2"][0], abs=1e-10)
        assert fit.summary["n_singletons"] == 3


def test_interactions_equal_fixest(panel, golden):
    median = pl.col("vol").median().over("session")
    crossed = panel.with_columns(high_vol=(pl.col("vol") > median).cast(pl.Float64))
    terms = ("happy", "sad", "fear", "high_vol", "ret_lag", "happy:high_vol", "sad:high_vol", "fear:high_vol")
    fit = estimate_spec(spec(regressors=terms), crossed)
    known = golden.filter(pl.col("model") == "interacted_two_way_fe__cluster_ticker_session")
    both = fit.terms.join(known, on="term", suffix="_r")
    assert both.height == len(terms)
    np.testing.assert_allclose(both["estimate"], both["estimate_r"], atol=1e-8, rtol=0)
    np.testing.assert_allclose(both["std_error"], both["std_error_r"], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "inference"),
    [("market_mean__NeweyWest_lag5_adjusted", "newey-west:5"), ("market_mean__HC3", "HC3")],
)
def test_a_series_equals_sandwich(panel, golden, name, inference):
    """The mean over firms of each session, without effects: R's sandwich and lmtest."""
    emotions = ("happy", "sad", "fear")
    means = panel.group_by("session").agg(pl.col("ret_oc", *emotions).mean()).sort("session")
    known = golden.filter(pl.col("model") == name)
    fit = estimate_spec(spec(regressors=emotions, effects=(), inference=inference), means)
    both = fit.terms.join(known, on="term", suffix="_r")
    assert both.height == known.height == 4
    np.testing.assert_allclose(both["estimate"], both["estimate_r"], atol=1e-8, rtol=0)
    np.testing.assert_allclose(both["std_error"], both["std_error_r"], rtol=1e-6)
    np.testing.assert_allclose(both["p_value"], both["p_value_r"], atol=1e-8)


def test_estimates_equal_pyfixest_on_a_panel_of_another_shape():
    import pyfixest

    rng = np.random.default_rng(3)
    n = 4000
    frame = pl.DataFrame({"ticker": rng.integers(0, 80, n), "session": rng.integers(0, 200, n)}).unique(
        maintain_order=True
    )
    n = frame.height
    x = rng.normal(size=(n, 3)) + frame["ticker"].to_numpy()[:, None] / 40
    shock = rng.normal(size=200)[frame["session"].to_numpy()]
    frame = frame.with_columns(
        a=x[:, 0],
        b=x[:, 1],
        c=x[:, 2],
        y=x @ [0.5, -0.2, 0.0] + shock + rng.normal(size=n) * (1 + abs(x[:, 0])),
    )
    fit = estimate_spec(spec(outcome="y", regressors=("a", "b", "c")), frame)
    peer = pyfixest.feols(
        "y ~ a + b + c | ticker + session",
        frame.to_pandas(),
        vcov={"CRV1": "ticker + session"},
        fixef_rm="singleton",
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-12),  # it stops at 1e-6 unless told otherwise
    ).tidy()
    np.testing.assert_allclose(fit.terms["estimate"], peer["Estimate"], atol=1e-8)
    np.testing.assert_allclose(fit.terms["std_error"], peer["Std. Error"], rtol=1e-6)


def test_petersens_published_standard_errors(real_data):
    """Petersen (2009): OLS of y on x; published to four digits, with Stata's corrections."""
    panel = pl.read_csv(real_data / "petersen.csv")
    firm, year = (panel.columns[i] for i in (0, 1))
    panel = panel.rename({firm: "ticker", year: "session"})
    published = {"iid": 0.0286, "HC1": 0.0284, "cluster:ticker": 0.0506, "cluster:session": 0.0334}
    errors = {}
    for inference, expected in published.items():
        fit = estimate_spec(spec(outcome="y", regressors=("x",), effects=(), inference=inference), panel)
        errors[inference] = fit.terms["std_error"][0]
        assert errors[inference] == pytest.approx(expected, abs=5e-5)
    # By both: Petersen corrects each of the three parts by its own number of clusters, fixest all of them
    # by the smaller one (10 years), which is the only difference between 0.0536 and our 0.0553.
    parts = errors["cluster:ticker"] ** 2 + errors["cluster:session"] ** 2 - errors["HC1"] ** 2
    assert parts**0.5 == pytest.approx(0.0536, abs=5e-5)
    both = estimate_spec(
        spec(outcome="y", regressors=("x",), effects=(), inference="cluster:ticker+session"), panel
    ).terms["std_error"][0]
    n = 5000
    uncorrected = (
        errors["cluster:ticker"] ** 2 * 499 / 500
        + errors["cluster:session"] ** 2 * 9 / 10
        - errors["HC1"] ** 2 * (n - 1) / n
    )
    assert both == pytest.approx((uncorrected * 10 / 9) ** 0.5, rel=1e-6)


def test_absorbing_equals_dummies():
    rng = np.random.default_rng(5)
    firms, sessions = rng.integers(0, 6, 60), rng.integers(0, 9, 60)
    x = rng.normal(size=(60, 2)) * [1, 1000] + [5, 1e6]
    weights = rng.uniform(0.5, 3, 60)
    dummies = np.column_stack([*(firms == f for f in range(6)), *(sessions == s for s in range(9))]).astype(
        float
    )
    for w in (None, weights):
        root = np.ones(60) if w is None else np.sqrt(w)
        beta = np.linalg.lstsq(dummies * root[:, None], x * root[:, None], rcond=None)[0]
        got = np.asfortranarray(x)
        absorb(got, np.column_stack([firms, sessions]), w)
        np.testing.assert_allclose(got / [1, 1000], (x - dummies @ beta) / [1, 1000], atol=1e-8)


def test_singletons_are_found_again_and_again():
    # The last row is alone in its firm; without it the row before is alone in its session; the rest form
    # a square.
    firms = encode(pl.Series(["a", "a", "b", "b", "b", "c"]))
    sessions = encode(pl.Series([1, 2, 1, 2, 3, 3]))
    assert find_singletons(np.column_stack([firms, sessions])).tolist() == [False] * 4 + [True] * 2
