"""What was planted is found: exactly in the prices, and by the regression within its intervals."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.emotions import EMOTIONS, SIX
from models.estimation import FAMILIES, estimate_family, estimate_spec
from models.simulation import DEFAULT_SEED, PLANTED, ipos, market, simulate_market

SIX_COLUMN = FAMILIES["predictive"].specs[2]
TERMS = [f"pre_open_{emotion}" for emotion in SIX]

# Prices have four decimals and are above 5 dollars in small markets: a return is known to 2e-5.
RETURN_ROUNDING = 2e-5


def six_terms(panel: pl.DataFrame) -> pl.DataFrame:
    terms = estimate_spec(SIX_COLUMN, panel, "truth").terms
    return terms.filter(pl.col("term").is_in(TERMS)).with_columns(planted=pl.Series(PLANTED.values()))


def test_six_emotions_are_planted_and_one_of_them_is_nothing():
    assert tuple(PLANTED) == SIX
    assert PLANTED["surprise"] == 0
    assert all(abs(value) < 0.01 for value in PLANTED.values())


def test_returns_differ_from_those_without_planting_by_the_shares_of_the_posts_before_the_open(
    monkeypatch, true_panel
):
    with_it = true_panel(simulate_market(25, 60, 3.0, 7))
    monkeypatch.setattr(market, "PLANTED", dict.fromkeys(SIX, 0.0))
    without = true_panel(simulate_market(25, 60, 3.0, 7))
    shares = [f"pre_open_{emotion}" for emotion in EMOTIONS]
    assert_frame_equal(
        with_it.select("ticker", "session", *shares), without.select("ticker", "session", *shares)
    )

    got = (with_it["ret_oc"] - without["ret_oc"]).to_numpy()
    expected = with_it.select(
        pl.sum_horizontal(pl.col(f"pre_open_{e}").fill_null(0) * PLANTED[e] for e in SIX)
    ).to_series()
    assert with_it["close"].min() > 5
    assert np.abs(expected.to_numpy()).max() > 100 * RETURN_ROUNDING
    np.testing.assert_allclose(got, expected.to_numpy(), rtol=0, atol=RETURN_ROUNDING)


def test_the_regression_passes_on_what_is_planted_undiminished(monkeypatch, true_panel):
    """The same noise with and without planting: their difference is the planted value, controls and all."""
    with_it = six_terms(true_panel(simulate_market(40, 120, 5.0, 60)))
    monkeypatch.setattr(market, "PLANTED", dict.fromkeys(SIX, 0.0))
    without = six_terms(true_panel(simulate_market(40, 120, 5.0, 60)))
    # Winsorising, and controls that answer to yesterday's return, move it by less than half a basis point.
    np.testing.assert_allclose(
        with_it["estimate"] - without["estimate"], with_it["planted"], rtol=0, atol=5e-5
    )


def test_the_demo_seed_covers_all_six_and_all_but_nothing_are_significant(default_market, true_panel):
    terms = six_terms(true_panel(default_market))
    assert terms["term"].to_list() == TERMS
    covered = terms.select(pl.col("planted").is_between("conf_low", "conf_high")).to_series()
    assert covered.all(), terms
    found = dict(zip(SIX, (terms["p_value"] < 0.05).to_list(), strict=True))
    assert found == {emotion: emotion != "surprise" for emotion in SIX}


def test_over_seeds_the_estimates_are_unbiased_and_their_standard_errors_right(true_panel):
    errors = []
    for seed in range(100, 106):
        terms = six_terms(true_panel(simulate_market(40, 120, 5.0, seed)))
        errors.append(((terms["estimate"] - terms["planted"]) / terms["std_error"]).to_numpy())
    t = np.array(errors)  # (seeds, 6), each about standard normal
    # Six terms share a baseline, so that their mean over six seeds has a standard error of about 0.3.
    assert abs(t.mean()) < 1
    assert 0.6 < np.sqrt((t**2).mean()) < 1.5
    assert (np.abs(t.mean(axis=0)) < 4 / np.sqrt(6)).all()


def test_nothing_is_found_where_nothing_is_planted(monkeypatch, true_panel):
    monkeypatch.setattr(market, "PLANTED", dict.fromkeys(SIX, 0.0))
    panel = true_panel(simulate_market(40, 150, 5.0, 11))
    found = estimate_family(FAMILIES["predictive"].select(lambda spec: spec.column_no == 3), panel, "truth")
    assert found.fits[0].summary["joint_p"] > 0.01
    assert PLANTED["happy"] != 0  # the patch is the market's, not the record's


def test_emotions_during_a_session_follow_its_return(
    default_market, place_posts, cover_sessions, share_true_emotions, true_panel
):
    during = share_true_emotions(
        place_posts(default_market.posts, cover_sessions(default_market)), "intraday"
    )
    joined = true_panel(default_market).join(during, on=["ticker", "session"])
    up, down = joined.filter(pl.col("ret_oc") > 0.01), joined.filter(pl.col("ret_oc") < -0.01)
    assert up["intraday_happy"].mean() > down["intraday_happy"].mean() + 0.05
    assert up["intraday_fear"].mean() < down["intraday_fear"].mean() - 0.03
    calm = joined.filter(pl.col("ret_oc").abs() < 0.005)
    assert up["intraday_posts"].mean() > 1.05 * calm["intraday_posts"].mean()


@pytest.fixture(scope="module")
def many_listings():
    """Two markets of 500 firms, hence 100 listings."""
    return [simulate_market(500, 90, 1.0, seed).ipos for seed in (1, 2)]


def test_enthusiasm_goes_with_the_first_day_return_as_planted(many_listings):
    listed = pl.concat(many_listings).drop_nulls("enthusiasm_true")
    assert listed.height > 80
    slope, error = fit_line(listed["enthusiasm_true"], listed["first_day_return"])
    assert abs(slope - 0.40) < 3 * error
    assert slope > 3 * error
    assert error < 0.1


def test_enthusiasm_goes_with_a_worse_quarter_after_the_listing(monkeypatch):
    """The drift itself, to the digit: the same market with and without it."""
    drifting = simulate_market(100, 200, 0.5, 3).ipos
    monkeypatch.setattr(ipos, "DRIFT_PER_ENTHUSIASM", 0.0)
    still = simulate_market(100, 200, 0.5, 3).ipos
    both = drifting.join(still, on="ticker", suffix="_still").drop_nulls(["return_60", "enthusiasm_true"])
    assert both.height >= 5
    gap = (1 + both["return_60"]) / (1 + both["return_60_still"]) - 1
    np.testing.assert_allclose(
        gap.to_numpy(), -0.15 * both["enthusiasm_true"].to_numpy(), rtol=0.1, atol=1e-4
    )


def fit_line(x: pl.Series, y: pl.Series) -> tuple[float, float]:
    """Slope of y on x by least squares, and its standard error."""
    a, b = (x - x.mean()).to_numpy(), (y - y.mean()).to_numpy()
    slope = a @ b / (a @ a)
    rest = b - slope * a
    return float(slope), float(np.sqrt(rest @ rest / (len(a) - 2) / (a @ a)))


def test_the_demo_seed_is_the_one_the_record_describes(default_market):
    assert DEFAULT_SEED == 2
    assert default_market.planted == PLANTED
    assert default_market.planted is not PLANTED
