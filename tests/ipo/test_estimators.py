from datetime import date

import numpy as np
import polars as pl
import pytest
from truths.ipo import PER_ENTHUSIASM, draw_listings, draw_skewed, frame_of

from models.estimation import EstimationError, estimate_family, estimate_spec
from models.estimation.families.ipo import IPO, IPO_AFTER, IPO_BHAR, IPO_CROSS_SECTION, IPO_FIRST_DAY


def column(family, number):
    return next(spec for spec in family.specs if spec.column_no == number)


def terms_of(fit):
    return {row["term"]: row for row in fit.terms.to_dicts()}


def first_day(listings, number=2):
    return estimate_spec(column(IPO_FIRST_DAY, number), {"listings": listings})


def test_high_and_low_are_cut_at_the_median_and_those_at_it_are_low():
    listings = frame_of(enthusiasm=[0.1, 0.2, 0.3, 0.4, 0.5], first_day_return=[0.0, 0.1, 0.2, 0.6, 0.8])
    got = terms_of(first_day(listings))
    assert got["high_enthusiasm"]["estimate"] == pytest.approx(0.7)
    assert got["high_enthusiasm"]["n"] == 2
    assert got["low_enthusiasm"]["estimate"] == pytest.approx(0.1)
    assert got["low_enthusiasm"]["n"] == 3
    assert got["high_less_low"]["estimate"] == pytest.approx(0.6)


def test_the_difference_is_scipys_welch_test():
    from scipy import stats

    listings = draw_listings(1)
    high = listings["enthusiasm"].to_numpy() > listings["enthusiasm"].median()
    y = listings["first_day_return"].to_numpy()
    expected = stats.ttest_ind(y[high], y[~high], equal_var=False)
    interval = expected.confidence_interval()
    got = terms_of(first_day(listings))["high_less_low"]
    # The same algebra in another order.
    assert got["statistic"] == pytest.approx(expected.statistic, rel=1e-12)
    assert got["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert got["t_df"] == pytest.approx(expected.df, rel=1e-12)
    assert (got["conf_low"], got["conf_high"]) == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_the_mean_of_all_is_scipys_one_sample_test():
    from scipy import stats

    listings = draw_listings(2)
    expected = stats.ttest_1samp(listings["first_day_return"].to_numpy(), 0)
    got = terms_of(first_day(listings, 1))["all_listings"]
    assert (got["statistic"], got["p_value"]) == pytest.approx(
        (expected.statistic, expected.pvalue), rel=1e-9
    )


def test_published_figures_stand_in_the_note_and_are_no_terms():
    fit = first_day(draw_listings(1))
    assert "29.73%" in fit.summary["method"]
    assert "17.59%" in fit.summary["method"]
    assert set(fit.terms["term"]) == {"high_enthusiasm", "low_enthusiasm", "high_less_low"}


def test_dropped_listings_are_counted_by_reason():
    listings = draw_listings(1, 20).with_columns(
        drop_reason=pl.Series(["split suspect"] * 3 + ["no price"] * 2 + [None] * 15),
        first_day_return=pl.when(pl.int_range(20) < 5).then(None).otherwise(pl.col("first_day_return")),
        enthusiasm=pl.when(pl.int_range(20) == 7).then(None).otherwise(pl.col("enthusiasm")),
    )
    summary = first_day(listings).summary
    assert summary["n_obs"] == 14
    assert summary["dropped_rows"] == 6
    assert summary["sample_rules"] == ("14 of 20 listings; dropped: 3 split suspect, 2 no price, 1 no posts")


def test_a_split_does_not_drop_a_long_run_return():
    listings = frame_of(bhar_m_21=draw_skewed(1, 30)).with_columns(drop_reason=pl.lit("split suspect"))
    assert estimate_spec(column(IPO_BHAR, 1), {"listings": listings}).summary["n_obs"] == 30


def test_rows_in_another_order_give_the_same_bits():
    listings = draw_listings(3)
    shuffled = listings.sample(fraction=1.0, shuffle=True, seed=5)
    for family in (IPO_FIRST_DAY, IPO_CROSS_SECTION):
        one = estimate_family(family, {"listings": listings}).terms()
        assert one.equals(estimate_family(family, {"listings": shuffled}).terms())


@pytest.mark.parametrize(("number", "cov"), [(5, "HC1"), (6, "HC3")])
def test_cross_section_equals_statsmodels_with_dummies(number, cov):
    import statsmodels.api as sm

    listings = draw_listings(4)
    names = ["enthusiasm", "log_proceeds", "log_age", "venture", "market_ret_15"]
    dummies = listings["quarter"].to_dummies(drop_first=True).to_numpy()
    x = sm.add_constant(np.column_stack([listings.select(names).to_numpy(), dummies]))
    expected = sm.OLS(listings["first_day_return"].to_numpy(), x).fit(cov_type=cov, use_t=True)
    got = terms_of(estimate_spec(column(IPO_CROSS_SECTION, number), {"listings": listings}))
    for j, name in enumerate(names, 1):
        # Quarter effects are absorbed here and dummies there; K counts both alike.
        assert got[name]["estimate"] == pytest.approx(expected.params[j], rel=1e-8)
        assert got[name]["std_error"] == pytest.approx(expected.bse[j], rel=1e-6)
        assert got[name]["p_value"] == pytest.approx(expected.pvalues[j], rel=1e-5)


@pytest.mark.slow
def test_the_slope_of_enthusiasm_is_covered_as_often_as_promised():
    covered = {5: 0, 6: 0}
    for seed in range(300):
        listings = draw_listings(seed)
        for number in covered:
            row = terms_of(estimate_spec(column(IPO_CROSS_SECTION, number), {"listings": listings}))[
                "enthusiasm"
            ]
            covered[number] += row["conf_low"] <= PER_ENTHUSIASM <= row["conf_high"]
    print({number: count / 300 for number, count in covered.items()})
    assert all(0.90 <= count / 300 <= 0.98 for count in covered.values())


@pytest.mark.slow
def test_the_difference_of_groups_is_covered_as_often_as_promised():
    """The true difference, with what goes along with E: by 400,000 listings of the same equations."""
    big = terms_of(first_day(draw_listings(10_000, 400_000)))["high_less_low"]["estimate"]
    covered = 0
    for seed in range(300):
        row = terms_of(first_day(draw_listings(seed)))["high_less_low"]
        covered += row["conf_low"] <= big <= row["conf_high"]
    print(f"difference {big:.4f}, covered {covered / 300:.3f}")
    assert 0.90 <= covered / 300 <= 0.98


def test_long_run_columns_have_all_groups_with_adjusted_t_beside_plain():
    listings = frame_of(bhar_m_63=draw_skewed(1, 100), enthusiasm=np.linspace(0, 1, 100))
    spec = next(s for s in IPO_BHAR.specs if s.outcome == "bhar_m_63" and s.regressors)
    fit = estimate_spec(spec, {"listings": listings})
    got = terms_of(fit)
    assert list(got) == ["all_listings", "high_enthusiasm", "low_enthusiasm", "high_less_low"]
    assert got["high_less_low"]["estimate"] == pytest.approx(
        got["high_enthusiasm"]["estimate"] - got["low_enthusiasm"]["estimate"]
    )
    assert got["all_listings"]["statistic"] != got["all_listings"]["t_plain"]
    assert "-8.22%" in fit.summary["method"]


def test_change_after_listing_is_the_paired_t_test():
    from scipy import stats

    rng = np.random.default_rng(3)
    before = rng.beta(2, 4, 50)
    after = 0.1 + 0.5 * before + rng.normal(0, 0.05, 50)
    fits = estimate_family(IPO_AFTER, {"listings": frame_of(enthusiasm=before, enthusiasm_after=after)}).fits
    all_, high, low, difference, slope = (terms_of(fit) for fit in fits)
    expected = stats.ttest_rel(after, before)
    assert all_["change"]["statistic"] == pytest.approx(expected.statistic, rel=1e-10)
    assert all_["change"]["p_value"] == pytest.approx(expected.pvalue, rel=1e-8)
    assert difference["change"]["estimate"] == pytest.approx(
        high["change"]["estimate"] - low["change"]["estimate"], rel=1e-10
    )
    assert slope["enthusiasm"]["conf_low"] < 0.5 < slope["enthusiasm"]["conf_high"]


def test_without_listings_the_error_says_what_to_load():
    for family in IPO:
        with pytest.raises(EstimationError, match="emotape load ipos"):
            estimate_family(family, {"listings": pl.DataFrame()})


def test_without_posts_columns_by_enthusiasm_say_so_and_the_others_stand():
    listings = draw_listings(1).with_columns(
        enthusiasm=pl.lit(None, pl.Float64), enthusiasm_valence=pl.lit(None, pl.Float64)
    )
    done = estimate_family(IPO_FIRST_DAY, {"listings": listings})
    assert [fit.spec.column_no for fit in done.fits] == [1]
    assert all("posts from the 90 days before" in missing.reason for missing in done.unestimated)


def test_two_listings_cannot_be_cut():
    with pytest.raises(EstimationError, match="cannot be cut at the median"):
        first_day(frame_of(enthusiasm=[0.1, 0.2], first_day_return=[0.0, 0.1]))


def test_a_sample_keeps_to_its_dates_and_leaves_tickers_out():
    from dataclasses import replace

    from models.estimation import Sample

    spec = replace(
        column(IPO_FIRST_DAY, 1), sample=Sample(start="2014-01-04", end="2014-01-10", without=("ZQ0003",))
    )
    fit = estimate_spec(spec, {"listings": draw_listings(1)})
    assert fit.summary["n_obs"] == 6
    assert fit.summary["sample_start"] == date(2014, 1, 4)
