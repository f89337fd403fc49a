"""Hand algebra, properties, degenerate panels, and the family as a whole."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from models.emotions import SIX
from models.estimation import FAMILIES, EstimationError, Family, Sample, Spec, estimate_family, estimate_spec
from models.estimation.covariance import make_positive

ALL_ROWS = Sample(min_posts=0, winsorise=None)
ANALYTIC = (("bootstrap", "never"),)  # small panels have few clusters


def spec(**changes) -> Spec:
    settings_ = {"family": "t", "column_no": 1, "title": "t", "outcome": "y", "regressors": ("a", "b")}
    return Spec(**{**settings_, "sample": ALL_ROWS, "options": ANALYTIC, **changes})


def balanced(firms: int, sessions: int, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    firm, session = np.divmod(np.arange(firms * sessions), sessions)
    a, b = rng.normal(size=(2, firms * sessions))
    y = 0.5 * a - 0.3 * b + firm * 0.2 + session * 0.1 + rng.normal(size=firms * sessions)
    return pl.DataFrame({"ticker": firm, "session": session, "a": a, "b": b, "y": y})


def test_two_way_clustered_estimates_equal_the_algebra_written_out():
    """Dummies for firms and sessions, and sums of scores by cluster, in plain numpy."""
    panel = balanced(7, 9)
    firm, session = panel["ticker"].to_numpy(), panel["session"].to_numpy()
    dummies = np.column_stack([*(firm == f for f in range(7)), *(session == s for s in range(1, 9))]).astype(
        float
    )
    X = np.column_stack([panel["a"], panel["b"], dummies])
    y = panel["y"].to_numpy()
    bread = np.linalg.inv(X.T @ X)
    beta = bread @ X.T @ y
    scores = X * (y - X @ beta)[:, None]

    def meat(groups):
        sums = [scores[groups == g].sum(axis=0) for g in np.unique(groups)]
        return sum(np.outer(s, s) for s in sums)

    n, k = len(y), 2 + 1  # both effects are nested in clusters: they count as one parameter
    factor = (n - 1) / (n - k) * 7 / 6
    V = factor * bread @ (meat(firm) + meat(session) - meat(np.arange(n))) @ bread
    fit = estimate_spec(spec(), panel)
    np.testing.assert_allclose(fit.terms["estimate"], beta[:2], atol=1e-10)
    np.testing.assert_allclose(fit.terms["std_error"], np.sqrt(np.diag(V)[:2]), rtol=1e-8)
    np.testing.assert_allclose(
        fit.terms["conf_high"], beta[:2] + stats.t.ppf(0.975, 6) * np.sqrt(np.diag(V)[:2]), rtol=1e-8
    )
    f = beta[:2] @ np.linalg.inv(V[:2, :2]) @ beta[:2] / 2
    assert fit.summary["joint_f"] == pytest.approx(f, rel=1e-8)
    assert fit.summary["joint_p"] == pytest.approx(stats.f.sf(f, 2, 6), rel=1e-8)
    residual = y - X @ beta
    assert fit.summary["r_squared"] == pytest.approx(1 - residual @ residual / ((y - y.mean()) ** 2).sum())
    firm_means = np.array([panel["a"].to_numpy()[firm == f].mean() for f in range(7)])[firm]
    within = np.sqrt(((panel["a"].to_numpy() - firm_means) ** 2).sum() / (n - 7))
    assert fit.terms["within_sd"][0] == pytest.approx(within)
    assert fit.terms["estimate_per_sd"][0] == pytest.approx(within * beta[0])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-1e3, 1e3), scale=st.floats(0.01, 100))
def test_order_shift_and_scale_change_nothing_that_matters(seed, shift, scale):
    panel = balanced(6, 12, seed)
    fit = estimate_spec(spec(), panel).terms
    shuffled = estimate_spec(spec(), panel.sample(fraction=1, shuffle=True, seed=seed)).terms
    moved = estimate_spec(spec(), panel.with_columns(y=(pl.col("y") + shift) * scale)).terms
    np.testing.assert_allclose(shuffled["estimate"], fit["estimate"], atol=1e-10)
    np.testing.assert_allclose(moved["estimate"], fit["estimate"] * scale, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(moved["p_value"], fit["p_value"], rtol=1e-4, atol=1e-10)


def test_a_known_truth_is_recovered_and_intervals_cover_it_as_often_as_they_say():
    """200 panels with firm and session shocks: 95 % intervals cover between 90 % and 98 %."""
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        firm, session = np.divmod(np.arange(40 * 50), 50)
        a = rng.normal(size=40)[firm] + rng.normal(size=50)[session] + rng.normal(size=2000)
        error = rng.normal(size=2000) * np.exp(0.3 * rng.normal(size=50))[session]
        panel = pl.DataFrame({"ticker": firm, "session": session, "a": a, "y": 0.05 * a + error + firm * 0.1})
        row = estimate_spec(spec(regressors=("a",)), panel).terms.row(0, named=True)
        covered += row["conf_low"] <= 0.05 <= row["conf_high"]
    assert 0.90 <= covered / 200 <= 0.98


def test_collinear_and_absorbed_terms_are_dropped_and_named():
    panel = balanced(6, 12).with_columns(
        twice=2 * pl.col("a") + 1, of_firm=pl.col("ticker") * 1.5, constant=pl.lit(3.0)
    )
    fit = estimate_spec(spec(regressors=("a", "twice", "of_firm", "b", "constant")), panel)
    assert fit.terms["term"].to_list() == ["a", "b"]
    assert fit.summary["dropped_terms"] == "twice, of_firm, constant"
    np.testing.assert_allclose(
        fit.terms["estimate"], estimate_spec(spec(), panel).terms["estimate"], atol=1e-10
    )


@pytest.mark.parametrize("effects", [(), ("ticker", "session")])
def test_shares_that_add_up_to_one_in_single_precision_are_collinear(effects):
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(3), size=300).astype(np.float32).astype(float)
    panel = balanced(10, 30).with_columns(
        **{name: pl.Series(shares[:, n]) for n, name in enumerate(("c", "d", "e"))}
    )
    fit = estimate_spec(spec(regressors=("c", "d", "e"), effects=effects, inference="HC1"), panel)
    assert fit.terms["term"].to_list()[:2] == ["c", "d"]
    assert fit.summary["dropped_terms"] == "e"
    assert fit.summary["joint_df1"] == 2


def test_a_variance_that_rounding_left_below_zero_is_set_to_zero():
    tiny = np.diag([1.0, -1e-17])
    matrix, mended = make_positive(tiny)
    assert mended
    np.testing.assert_allclose(matrix, np.diag([1.0, 0.0]), atol=0)
    assert make_positive(np.diag([1.0, 1e-17]))[1] is False


def test_winsorising_sets_returns_to_the_quantiles_of_the_sample():
    panel = balanced(6, 30).with_columns(y=pl.when(pl.int_range(pl.len()) == 7).then(1e6).otherwise("y"))
    rule = Sample(min_posts=0, winsorise=(0.01, 0.99))
    fit = estimate_spec(spec(winsorised=("y",), sample=rule), panel)
    low, high = (panel["y"].quantile(q, interpolation="linear") for q in (0.01, 0.99))
    by_hand = estimate_spec(spec(), panel.with_columns(pl.col("y").clip(low, high)))
    np.testing.assert_allclose(fit.terms["estimate"], by_hand.terms["estimate"], rtol=1e-10)
    assert fit.summary["winsorising"] == "y at 1.0% and 99.0%"
    assert fit.summary["dependent_mean"] == pytest.approx(by_hand.summary["dependent_mean"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda p: p.with_columns(pre_open_posts=pl.lit(0)),
            "0 of 72 firm-days have at least 1 post before the open",
        ),
        (lambda p: p.with_columns(a=pl.lit(None, pl.Float64)), "the scarcest is a"),
        (lambda p: p.drop("b"), "no column b"),
        (lambda p: p.filter(pl.col("ticker") == 0), "alone in their firm or session"),
        (
            lambda p: p.with_columns(a=pl.col("ticker") * 1.0, b=pl.col("session") * 1.0),
            "nothing to estimate",
        ),
        (lambda p: p.filter(pl.col("ticker") < 2, pl.col("session") < 2), "too few"),
    ],
)
def test_degenerate_panels_are_a_sentence(change, words):
    panel = change(balanced(6, 12).with_columns(pre_open_posts=pl.lit(3)))
    with pytest.raises(EstimationError, match=words):
        estimate_spec(spec(sample=Sample(winsorise=None)), panel)


def test_one_firm_without_effects_cannot_be_clustered_by_firm():
    panel = balanced(6, 12).filter(pl.col("ticker") == 0)
    with pytest.raises(EstimationError, match="cannot be clustered by ticker"):
        estimate_spec(spec(effects=(), inference="cluster:ticker"), panel)


def make_panel(firms=30, sessions=40, seed=1, with_lags=True) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    n = firms * sessions
    firm, session = np.divmod(np.arange(n), sessions)
    shares = rng.dirichlet(np.ones(7), (4, n))
    columns = {
        "ticker": firm,
        "session": session,
        "ret_oc": rng.normal(0, 0.02, n),
        "pre_open_posts": np.ones(n),
    }
    for name in ("ret_oc_lag1", "ret_co", "ret_20", "vol_183", "pre_open_log_posts", "pre_open_valence"):
        columns[name] = rng.normal(size=n)
    for j, emotion in enumerate(SIX, 1):
        columns[f"pre_open_{emotion}"] = shares[0, :, j]
        for window, s in (("pre_open", 1), ("intraday", 2)):
            columns[f"{window}_{emotion}_lag1"] = shares[s, :, j]
    frame = pl.DataFrame(columns)
    lags = pl.selectors.ends_with("_lag1") & pl.selectors.contains("_happy")
    return frame if with_lags else frame.with_columns(lags.replace_strict({}, default=None))


def test_the_headline_family_has_four_columns_on_comparable_samples():
    got = estimate_family(FAMILIES["predictive"], make_panel())
    models = got.models()
    assert models["column_no"].to_list() == [1, 2, 3, 4]
    assert models["n_obs"][:3].n_unique() == 1
    assert models["joint_df1"].to_list() == [None, 1, 6, 18]
    terms = got.terms()
    assert terms.filter(pl.col("column_no") == 3).height == 6 + 5
    full, base = (models.filter(pl.col("column_no") == c)["r_squared"][0] for c in (3, 1))
    assert models["r_squared_gain_bp"][2] == pytest.approx((full - base) * 1e4)
    assert models["r_squared_gain_bp"][0] is None


def test_columns_of_a_family_equal_the_same_specs_alone():
    panel = make_panel()
    together = estimate_family(FAMILIES["predictive"], panel)
    for fit in together.fits:
        alone = estimate_spec(fit.spec, panel)
        np.testing.assert_allclose(fit.terms["estimate"], alone.terms["estimate"], atol=1e-9)
        np.testing.assert_allclose(fit.terms["std_error"], alone.terms["std_error"], rtol=1e-7)


def test_a_column_that_cannot_be_estimated_does_not_stop_the_others():
    got = estimate_family(FAMILIES["predictive"], make_panel(with_lags=False))
    assert [fit.spec.column_no for fit in got.fits] == [1, 2, 3]
    assert [u.spec.column_no for u in got.unestimated] == [4]
    assert "lag1" in got.unestimated[0].reason


def test_specs_are_validated():
    with pytest.raises(ValueError, match="stands twice"):
        spec(regressors=("a", "a"))
    with pytest.raises(ValueError, match="effects"):
        spec(effects=("industry",))
    with pytest.raises(ValueError, match="two quantiles"):
        Sample(winsorise=(0.9, 0.1))
    family = Family("f", "x", (spec(), spec(column_no=2)))
    assert [s.column_no for s in family.select(lambda s: s.column_no == 2).specs] == [2]
