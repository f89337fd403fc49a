"""The placebo: permutation within sessions, against regressions written out, and how often it errs."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.estimation import EstimationError, Sample, Spec, estimate_spec
from models.estimation.placebo import permute
from models.estimation.sample import prepare

SPEC = Spec(
    family="t",
    column_no=1,
    title="t",
    outcome="y",
    regressors=("a", "b"),
    controls=("c",),
    sample=Sample(min_posts=0, winsorise=None),
    estimator="placebo",
    options=(("draws", 99),),
)


def panel_of(seed: int, slope: float = 0.0, firms: int = 12, sessions: int = 15) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    n = firms * sessions
    firm, session = np.divmod(np.arange(n), sessions)
    a, b, c = rng.normal(size=(3, n))
    y = slope * a + 0.5 * c + firm * 0.3 + rng.normal(size=sessions)[session] + rng.normal(size=n)
    return pl.DataFrame({"ticker": firm, "session": session, "a": a, "b": b, "c": c, "y": y})


def test_each_draw_is_the_regression_on_emotions_dealt_out_within_sessions():
    """Dummies and numpy's least squares on the very permutation that the seed gives."""
    panel = panel_of(1, slope=0.4)
    ready = prepare([SPEC], {"panel": panel})
    got = permute(ready, panel.select("a", "b"), "y", draws=3, seed=5)
    rng = np.random.default_rng(5)
    firm, session = panel["ticker"].to_numpy(), panel["session"].to_numpy()
    order = np.argsort(session, kind="stable")
    dummies = np.column_stack([*(firm == f for f in range(12)), *(session == s for s in range(1, 15))])
    for draw in range(3):
        shuffled = order[np.lexsort((rng.random(len(order)), session[order]))]
        dealt = np.empty((panel.height, 2))
        dealt[order] = panel.select("a", "b").to_numpy()[shuffled]
        assert (session[shuffled] == session[order]).all()
        x = np.column_stack([dealt, panel["c"], dummies.astype(float)])
        b = np.linalg.lstsq(x, panel["y"].to_numpy(), rcond=None)[0]
        np.testing.assert_allclose(got[draw], b[:2], atol=1e-9)


def test_a_planted_slope_stands_outside_all_placebos_and_its_rank_says_so():
    fit = estimate_spec(SPEC, panel_of(2, slope=1.0))
    a = fit.terms.row(0, named=True)
    assert (a["term"], a["placebo_rank"]) == ("a", 99)
    assert a["p_placebo"] == pytest.approx(1 / 100)
    assert a["placebo_low"] < 0 < a["placebo_high"] < a["estimate"]
    assert "99 times" in fit.summary["method"]
    # The estimate itself is the table's own.
    plain = estimate_spec(replace(SPEC, estimator="least_squares"), panel_of(2, slope=1.0)).terms
    assert a["estimate"] == plain["estimate"][0]


def test_weights_and_pooled_data_are_permuted_too():
    panel = panel_of(3, slope=1.0).with_columns(w=pl.int_range(pl.len()) % 3 + 1.0)
    for changes in ({"weights": "w"}, {"effects": ()}):
        terms = estimate_spec(replace(SPEC, **changes), panel).terms
        assert terms["p_placebo"][0] <= 0.02


def test_a_product_cannot_be_permuted_and_is_a_sentence():
    with pytest.raises(EstimationError, match="permutes variables, not products"):
        estimate_spec(replace(SPEC, regressors=("a:b",)), panel_of(1))


def test_equal_data_give_equal_placebos():
    one, two = (estimate_spec(SPEC, panel_of(4)).terms for _ in range(2))
    assert one.equals(two)


@pytest.mark.slow
def test_without_a_slope_five_of_a_hundred_are_called_significant():
    """400 panels, two regressors without slope: 5 % with 2 standard errors, about 1.6 points."""
    found = [estimate_spec(SPEC, panel_of(seed)).terms["p_placebo"].to_list() for seed in range(400)]
    share = float((np.array(found) <= 0.05).mean())
    print(share)
    assert 0.03 <= share <= 0.07
