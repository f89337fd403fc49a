"""The family of parts finds in which posts the emotions lie that go with returns."""

import numpy as np
import pytest
from truths.parts import FINANCE, draw_panel_by_part

from models.emotions import SIX
from models.estimation.estimate import estimate_family
from models.estimation.families.parts import PARTS, WHOSE_AND_WHAT
from models.estimation.results import EstimationError

PAIR = WHOSE_AND_WHAT.select(lambda spec: spec.title == "Finance and chat")


def estimate(family, panel):
    return estimate_family(family, {"panel_by_part": panel}, "truth")


def estimates(fit, part):
    rows = {row["term"]: row for row in fit.terms.iter_rows(named=True)}
    return [rows[f"pre_open_{emotion}_of_{part}"] for emotion in SIX]


@pytest.fixture(scope="module")
def estimated():
    return estimate(WHOSE_AND_WHAT, draw_panel_by_part(PARTS, 60, 200, seed=1))


def test_every_part_and_pair_is_estimated_on_the_firm_days_that_have_its_posts(estimated):
    assert [fit.spec.column_no for fit in estimated.fits] == list(range(1, 17))
    assert estimated.unestimated == []
    sizes = {fit.spec.title: fit.summary["n_obs"] for fit in estimated.fits}
    # 80 % of 12,000 have a part's posts, 64 % those of both halves: within four standard errors.
    assert sizes["Chat"] == pytest.approx(9_600, abs=4 * np.sqrt(12_000 * 0.8 * 0.2))
    assert sizes["Finance and chat"] == pytest.approx(7_680, abs=4 * np.sqrt(12_000 * 0.64 * 0.36))


def test_finance_is_found_and_chat_beside_it_is_nothing(estimated):
    pair = next(fit for fit in estimated.fits if fit.spec.title == "Finance and chat")
    for row, true in zip(estimates(pair, "finance"), FINANCE.values(), strict=True):
        assert abs(row["estimate"] - true) < 3 * row["std_error"]
    for row in estimates(pair, "chat"):
        assert abs(row["estimate"]) < 3 * row["std_error"]


def test_chat_alone_seems_to_matter_because_it_moves_with_finance(estimated):
    """Why pairs are estimated together: alone, a part stands in for what goes with it."""
    alone = next(fit for fit in estimated.fits if fit.spec.title == "Chat")
    assert alone.summary["joint_p"] < 0.001


@pytest.mark.slow
def test_intervals_of_a_pair_hold_the_truth_in_95_of_100_panels():
    inside = []
    for seed in range(200):
        (fit,) = estimate(PAIR, draw_panel_by_part(("finance", "chat"), 60, 80, seed)).fits
        for part, truth in (("finance", FINANCE), ("chat", dict.fromkeys(SIX, 0.0))):
            for row, true in zip(estimates(fit, part), truth.values(), strict=True):
                inside.append(row["conf_low"] <= true <= row["conf_high"])
    coverage = float(np.mean(inside))
    print(f"coverage of 95 % intervals, 200 panels, 12 coefficients: {coverage:.4f}")
    assert 0.90 <= coverage <= 0.98


def test_a_panel_without_parts_is_refused_with_a_sentence():
    with pytest.raises(EstimationError, match="_of_finance"):
        estimate(WHOSE_AND_WHAT, draw_panel_by_part((), 5, 20, seed=1))
