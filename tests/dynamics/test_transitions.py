"""Transition shares, their errors, ties, gaps, and the test of no persistence."""

import numpy as np
import polars as pl
import pytest
from scipy import stats
from truths.dynamics import TRANSITIONS, chain_panel, panel_keys

from models.dynamics.transitions import estimate_transitions
from models.emotions import EMOTIONS
from models.estimation.families.dynamics import PRE_OPEN_ALL
from models.estimation.families.dynamics import TRANSITIONS as FAMILY
from models.estimation.results import EstimationError, Fit
from models.estimation.spec import Spec

SAD = FAMILY.specs[EMOTIONS.index("sad")]


def estimate(panel: pl.DataFrame, spec: Spec = SAD) -> Fit:
    return estimate_transitions(spec, {"panel": panel}, "linear")


def states_panel(*states: str) -> pl.DataFrame:
    """Write states out: a string a firm, a letter a session (the place in EMOTIONS; - for none)."""
    keys = panel_keys(len(states), len(states[0]))
    letters = list("".join(states))
    columns = {
        f"pre_open_{emotion}": [None if x == "-" else 0.4 if x == str(k) else 0.1 for x in letters]
        for k, emotion in enumerate(EMOTIONS)
    }
    return keys.with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        pre_open_posts=pl.Series([0 if x == "-" else 1 for x in letters]),
    )


def test_shares_are_counted_by_hand():
    panel = states_panel("002202", "022000", "20-022")
    terms = estimate(panel).terms
    # Pairs from 0: 00, 02, 02 | 02, 00, 00 | 02 (2-: none); from 2: 22, 20 | 22, 20 | 20, 22.
    assert terms["term"].to_list() == ["from_neutral", "from_sad", "from_any"]
    assert terms["n"].to_list() == [7, 6, 13]
    assert terms["estimate"].to_list() == pytest.approx([4 / 7, 3 / 6, 7 / 13])


def test_errors_and_the_joint_test_equal_statsmodels_linear_probability_regression():
    from statsmodels.regression.linear_model import OLS

    panel = chain_panel(15, 40, seed=1)
    fit = estimate(panel)
    state = panel.select(PRE_OPEN_ALL).to_numpy().argmax(axis=1).reshape(15, 40)
    before, after = state[:, :-1].ravel(), state[:, 1:].ravel()
    firm = np.repeat(np.arange(15), 39)
    dummies = (before[:, None] == np.arange(7)).astype(float)
    lpm = OLS((after == EMOTIONS.index("sad")).astype(float), dummies).fit(
        cov_type="cluster", cov_kwds={"groups": firm, "use_correction": True}, use_t=True
    )
    np.testing.assert_allclose(fit.terms["estimate"][:7], lpm.params, rtol=1e-10)
    # statsmodels' correction is ours: (n-1)/(n-7) x G/(G-1)
    np.testing.assert_allclose(fit.terms["std_error"][:7], lpm.bse, rtol=1e-8)
    # The joint test by hand: residuals of the null, summed by firm.
    arrived = (after == EMOTIONS.index("sad")).astype(float)
    scores = dummies / dummies.sum(axis=0) * (arrived - arrived.mean())[:, None]
    sums = np.array([scores[firm == g].sum(axis=0) for g in range(15)])
    covariance = sums.T @ sums * (585 - 1) / (585 - 7) * 15 / 14
    equal = np.eye(6, 7) - np.eye(1, 7, 6)
    gap = equal @ np.asarray(lpm.params)
    f = gap @ np.linalg.inv(equal @ covariance @ equal.T) @ gap / 6
    assert fit.summary["joint_f"] == pytest.approx(f, rel=1e-8)
    assert fit.summary["joint_p"] == pytest.approx(stats.f.sf(f, 6, 14), rel=1e-8)


def test_a_tie_goes_to_the_first_emotion():
    # Where sad (2) is on top, happy (1) is made its equal: the state becomes happy.
    panel = states_panel("0202", "2002").with_columns(pre_open_happy=pl.col("pre_open_sad"))
    happy = FAMILY.specs[EMOTIONS.index("happy")]
    assert estimate(panel, happy).terms["term"].to_list() == ["from_neutral", "from_happy", "from_any"]
    assert estimate(panel, happy).terms["estimate"].to_list() == pytest.approx(
        estimate(states_panel("0202", "2002")).terms["estimate"].to_list()
    )
    assert estimate(panel).terms["estimate"].to_list() == [0, 0, 0]


def test_an_emotion_that_never_dominates_is_named_and_one_alone_has_no_transitions():
    fit = estimate(states_panel("0202", "2002"))
    assert fit.summary["dropped_terms"] == "from_happy, from_anger, from_disgust, from_surprise, from_fear"
    with pytest.raises(EstimationError, match="dominant emotion neutral"):
        estimate(states_panel("000", "000"))


def test_states_may_be_counted_by_posts():
    panel = states_panel("0202", "2002")
    counts = [(pl.col(f"pre_open_{e}") > 0.3).cast(pl.Int64).alias(f"pre_open_n_{e}") for e in EMOTIONS]
    counted = Spec(
        family="t",
        column_no=1,
        title="t",
        outcome="pre_open_n_sad",
        effects=(),
        inference="cluster:ticker",
        needs=tuple(f"pre_open_n_{e}" for e in EMOTIONS),
        options=(("state", "count"),),
    )
    by_mean, by_count = estimate(panel), estimate(panel.with_columns(counts), counted)
    assert by_count.terms.equals(by_mean.terms)
    assert "most posts" in by_count.summary["method"]


def test_columns_add_up_to_one_and_intervals_stay_within_0_and_1():
    panel = chain_panel(10, 60, seed=3)
    fits = [estimate(panel, spec) for spec in FAMILY.specs]
    total = sum(fit.terms["estimate"].to_numpy() for fit in fits)
    np.testing.assert_allclose(total, 1, atol=1e-12)
    for fit in fits:
        assert fit.terms["conf_low"].min() >= 0
        assert fit.terms["conf_high"].max() <= 1
        assert (fit.terms["conf_low"] < fit.terms["estimate"]).all()


def test_the_known_matrix_is_recovered():
    fits = [estimate(chain_panel(200, 100, seed=4), spec) for spec in FAMILY.specs]
    got = np.column_stack([fit.terms["estimate"][:7] for fit in fits])
    # Some 2,800 pairs a row: three standard errors of a share are below 0.03.
    np.testing.assert_allclose(got, TRANSITIONS, atol=0.03)
    assert fits[0].summary["matrix_p"] < 1e-6
    assert fits[0].summary["matrix_p"] == fits[3].summary["matrix_p"]


@pytest.mark.slow
def test_without_persistence_the_joint_test_rejects_as_often_as_it_says():
    """200 panels of independent states: p-values below 5 % in 1 % to 9 % of them."""
    flat = np.tile(np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1]), (7, 1))
    p = [estimate(chain_panel(60, 25, seed, flat)).summary["joint_p"] for seed in range(200)]
    print(sum(value < 0.05 for value in p))
    assert 2 <= sum(value < 0.05 for value in p) <= 18


@pytest.mark.slow
def test_intervals_cover_the_truth():
    covered = []
    for seed in range(200):
        terms = estimate(chain_panel(50, 50, seed)).terms[:7]
        truth = pl.Series(TRANSITIONS[:, EMOTIONS.index("sad")])
        covered.append(((terms["conf_low"] < truth) & (truth < terms["conf_high"])).to_numpy())
    share = np.mean(covered, axis=0)
    print(share, np.mean(covered))
    assert 0.93 <= np.mean(covered) <= 0.97  # 1,400 intervals
    assert ((share >= 0.90) & (share <= 0.985)).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": "ret_oc", "needs": ()}, "expected an emotion"),
        ({"needs": ()}, "name pre_open_neutral"),
        ({"options": (("state", "mode"),)}, "expected one of mean, count"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(changes, words):
    from dataclasses import replace

    panel = chain_panel(5, 10, seed=1).with_columns(ret_oc=pl.lit(0.0))
    with pytest.raises(EstimationError, match=words):
        estimate(panel, replace(SAD, **changes))
