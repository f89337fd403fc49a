"""Adjusted p-values: by hand, by brute force, against statsmodels; how often they find nothing's trace."""

import numpy as np
import polars as pl
import pytest

from models.estimation import Sample, Spec, estimate_spec
from models.estimation.covariance import Regression
from models.estimation.multiple_testing import choose_units, resample_statistics, step_down
from models.estimation.wild_bootstrap import draw_weights

SIX = tuple("abcdef")


def spec(**changes) -> Spec:
    given = {"family": "t", "column_no": 1, "title": "t", "outcome": "y", "regressors": SIX}
    return Spec(**{**given, "sample": Sample(min_posts=0, winsorise=None), **changes})


def null_panel(seed: int, firms: int = 50, sessions: int = 40) -> pl.DataFrame:
    """Six regressors that hang together (correlation 0.5) and persist; y has nothing to do with them."""
    rng = np.random.default_rng(seed)
    n = firms * sessions
    firm, session = np.divmod(np.arange(n), sessions)
    x = rng.normal(size=(n, 6)) + rng.normal(size=(n, 1)) + rng.normal(size=(firms, 6))[firm]
    y = rng.normal(size=sessions)[session] * (1 + 0.3 * rng.normal(size=n)) + rng.normal(size=n)
    return pl.DataFrame({"ticker": firm, "session": session, **dict(zip(SIX, x.T, strict=True)), "y": y})


def test_stepping_down_by_hand():
    """Three statistics and four draws: the largest is compared with the largest of all, and so on."""
    observed = np.array([1.0, 3.0, 2.0])
    drawn = np.array([[0.5, 0.2, 0.1], [1.5, 0.1, 0.3], [0.2, 3.5, 0.2], [0.1, 0.2, 2.5]])
    # 3.0: only the draw with 3.5 exceeds it: (1+1)/5. 2.0, among the first and third: only 2.5: 2/5.
    # 1.0, alone: only 1.5: 2/5, and never below the one before.
    np.testing.assert_allclose(step_down(observed, drawn), [0.4, 0.4, 0.4])
    drawn[2, 1] = 0.0
    np.testing.assert_allclose(step_down(observed, drawn), [0.4, 0.2, 0.4])


def test_drawn_statistics_equal_those_of_regressions_run_draw_by_draw():
    """Scores of a unit times its sign; variance from what the draw's own slopes leave of them."""
    rng = np.random.default_rng(1)
    x, e = rng.normal(size=(60, 3)), rng.normal(size=60)
    e -= x @ np.linalg.lstsq(x, e, rcond=None)[0]
    units = (np.arange(60) // 4).astype(np.uint32)
    bread = np.linalg.inv(x.T @ x)
    got = resample_statistics(Regression(x, e, bread, {}, {}), [0, 2], units, draws=20, seed=3)
    weights = draw_weights(15, 20, 3)
    for draw in range(20):
        y = weights[units, draw] * e
        b = bread @ x.T @ y
        scores = x * (y - x @ b)[:, None]
        sums = np.array([scores[units == g].sum(axis=0) for g in range(15)])
        se = np.sqrt(np.diag(bread @ sums.T @ sums @ bread))
        np.testing.assert_allclose(got[draw], np.abs(b / se)[[0, 2]], rtol=1e-10)


def test_benjamini_hochberg_equals_statsmodels():
    from statsmodels.stats.multitest import multipletests

    terms = estimate_spec(spec(), null_panel(3)).terms
    expected = multipletests(terms["p_value"].to_numpy(), method="fdr_bh")[1]
    np.testing.assert_allclose(terms["p_benjamini_hochberg"], expected, rtol=1e-12)


def test_adjusted_values_are_never_below_plain_ones_and_only_tested_terms_have_them():
    terms = estimate_spec(spec(regressors=SIX[:4], controls=SIX[4:]), null_panel(5)).terms
    tested, controls = terms.head(4), terms.tail(2)
    assert (tested["p_romano_wolf"] >= tested["p_value"]).all()
    assert (tested["p_benjamini_hochberg"] >= tested["p_value"]).all()
    assert controls["p_romano_wolf"].null_count() == controls["p_benjamini_hochberg"].null_count() == 2
    alone = estimate_spec(spec(regressors=("a",)), null_panel(5)).terms
    assert alone["p_romano_wolf"].null_count() == 1


@pytest.mark.parametrize(
    ("inference", "units"),
    [
        ("cluster:ticker+session", 40),
        ("cluster:ticker", 50),
        ("driscoll-kraay:3", 40),
        ("newey-west:4", 8),
        ("HC1", 2000),
    ],
)
def test_units_are_resampled_whole_as_the_inference_has_them(inference, units):
    panel = null_panel(1)
    codes = {name: panel[name].to_numpy().astype(np.uint32) for name in ("ticker", "session")}
    regression = Regression(np.zeros((panel.height, 1)), np.zeros(panel.height), np.eye(1), codes, {})
    assert len(np.unique(choose_units(regression, inference))) == units


@pytest.mark.slow
def test_romano_wolf_finds_anything_in_about_one_of_twenty_panels_without_anything():
    """300 panels: the smallest of six plain p-values is below 5 % far more often than the adjusted one."""
    found = {"p_value": 0, "p_romano_wolf": 0}
    for seed in range(300):
        terms = estimate_spec(spec(), null_panel(seed)).terms
        for kind in found:
            found[kind] += terms[kind].min() <= 0.05
    print(found)
    assert found["p_romano_wolf"] / 300 <= 0.075  # 5 % and two standard errors
    assert found["p_romano_wolf"] / 300 >= 0.015  # and not by finding nothing ever
    assert found["p_value"] / 300 > 0.12
