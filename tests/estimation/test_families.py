"""Families on firm-days recover what `truths.firm_days` plants, and say what they cannot do."""

from dataclasses import replace

import polars as pl
import pytest
from truths.firm_days import (
    BETA,
    HAPPY_ON_RETURN,
    KAPPA,
    LOG_POSTS_ON_VOLUME,
    RHO,
    THETA,
    Shape,
    simulate_firm_days,
)

from models.emotions import SIX
from models.estimation import FAMILIES, Sample, estimate_family, estimate_spec
from models.estimation.spec import read_spec


def spec_of(family: str, title: str, **changes):
    (spec,) = (spec for spec in FAMILIES[family].specs if spec.title == title)
    # Winsorising cuts the tails of what is planted; its own test is in test_estimate.py.
    return replace(spec, sample=replace(spec.sample, winsorise=None), **changes)


def emotions(planted: dict[str, float], pattern: str = "pre_open_{}", scale: float = 1.0) -> dict[str, float]:
    return {pattern.format(e): scale * planted[e] for e in SIX}


SMALL = Shape()
# Family, column -> the planted coefficient of each term that is checked.
CASES = {
    "interactions": (
        spec_of("interactions", "High volatility"),
        emotions(BETA, "pre_open_{}:high_vol_183") | emotions(BETA),
    ),
    "persistence t+1": (spec_of("persistence", "t+1"), emotions(BETA, scale=RHO[1])),
    "persistence t+2": (spec_of("persistence", "t+2"), emotions(BETA, scale=RHO[2])),
    "persistence t+5": (spec_of("persistence", "t+5"), emotions(BETA, scale=0.0)),
    "contemporaneous": (
        spec_of("contemporaneous", "+ six emotions", outcome="intraday_ret"),
        emotions(BETA, "intraday_{}"),
    ),
    "determinants": (
        spec_of("determinants", "Happy"),
        {"ret_oc_lag1": HAPPY_ON_RETURN, "ret_20": 0.0, "abnormal_volume_lag1": 0.0},
    ),
    "volatility": (spec_of("volatility", "Garman-Klass"), emotions(THETA)),
    "volume": (
        spec_of("volume", "Log volume"),
        emotions(KAPPA) | {"pre_open_log_posts": LOG_POSTS_ON_VOLUME},
    ),
}


def intervals(case: str, seed: int, shape: Shape = SMALL) -> pl.DataFrame:
    spec, planted = CASES[case]
    terms = estimate_spec(spec, simulate_firm_days(seed, shape), "truth").terms
    truth = pl.DataFrame({"term": list(planted), "planted": list(planted.values())})
    found = terms.join(truth, on="term", how="inner")
    assert found.height == len(planted)
    return found.with_columns(covered=pl.col("planted").is_between("conf_low", "conf_high"))


@pytest.mark.parametrize("case", CASES)
def test_a_large_panel_recovers_what_is_planted(case):
    """Within four standard errors, and with standard errors small enough for that to mean something."""
    found = intervals(case, seed=11, shape=Shape(100, 120))
    off = ((found["estimate"] - found["planted"]) / found["std_error"]).abs()
    assert off.max() < 4
    largest = found.filter(pl.col("planted").abs() == pl.col("planted").abs().max()).row(0, named=True)
    if largest["planted"]:
        assert abs(largest["planted"]) > 1.5 * largest["std_error"]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_intervals_cover_as_often_as_they_say(case):
    """200 panels of 50 firms and 90 sessions."""
    covered = pl.concat([intervals(case, seed).select("term", "covered") for seed in range(200)])
    share = covered["covered"].mean()
    print(f"{case}: {share:.3f}")
    assert 0.90 <= share <= 0.98


def test_cumulated_projections_add_up_the_single_ones():
    """Where returns are small, the cumulated return is nearly their sum, and so are its slopes."""
    panel = simulate_firm_days(3, Shape(80, 80))
    cumulated = estimate_spec(spec_of("persistence_cumulated", "t+2"), panel).terms
    rows = panel.filter(pl.col("session_no") <= panel["session_no"].max() - 2)
    days = rows["session_no"].unique()
    single = [estimate_spec(spec_of("persistence", t), panel).terms for t in ("t", "t+1", "t+2")]
    assert len(days) == 78
    for term in ("pre_open_happy", "pre_open_fear"):
        parts = [terms.filter(pl.col("term") == term)["estimate"][0] for terms in single]
        whole = cumulated.filter(pl.col("term") == term).row(0, named=True)
        # The samples differ by two sessions, and products of returns are left out.
        assert whole["estimate"] == pytest.approx(sum(parts), abs=0.5 * whole["std_error"])


def test_every_family_is_a_row_of_data_that_explains_itself():
    for name, family in FAMILIES.items():
        assert family.name == name
        assert {spec.family for spec in family.specs} == {name}
        assert [spec.column_no for spec in family.specs] == list(range(1, len(family.specs) + 1))
        assert len({spec.title for spec in family.specs}) == len(family.specs)
        assert family.explanation[0].isupper()
        assert family.explanation[-1] in ".?"


def test_no_family_but_the_contemporaneous_regresses_on_what_the_session_itself_brings():
    """Before the open of t nobody knows the posts, prices and volume of t."""
    known_after = (
        "intraday_posts",
        "ret_cc",
        "log_volume",
        "abnormal_volume",
        "abs_ret_oc",
        "rv_gk",
        "log_rv_gk",
    )
    for name, family in FAMILIES.items():
        for spec in family.specs:
            if spec.frame not in {"panel", "panel_by_part"} or name == "contemporaneous":
                continue
            factors = {factor for term in spec.terms for factor in term.split(":")}
            late = {f for f in factors if f.startswith("intraday_") and "_lag" not in f} | (
                factors & set(known_after)
            )
            assert not late, (name, spec.title, late)


def test_columns_that_cannot_be_estimated_are_named_and_the_others_are_not_lost():
    panel = simulate_firm_days(1)
    got = estimate_family(FAMILIES["interactions"], panel.with_columns(high_illiq=pl.lit(None, pl.Float64)))
    assert [fit.spec.title for fit in got.fits] == ["High volatility"]
    assert {u.spec.title for u in got.unestimated} == {
        "High short interest",
        "High institutional share",
        "High illiquidity",
        "High market value",
    }


def test_sample_rules_leave_rows_out_and_are_recorded():
    panel = simulate_firm_days(2).with_columns(
        close_lag1=pl.when(pl.col("ticker") < 10).then(3.0).otherwise(20.0),
        pre_open_posts=pl.when(pl.col("ticker") == 20).then(50).otherwise("pre_open_posts"),
    )
    headline = FAMILIES["predictive"].specs[2]

    def summary(**rules):
        return estimate_spec(replace(headline, sample=Sample(**rules)), panel).summary

    assert summary(price_floor=5.0)["n_firms"] == 40
    assert "a close of at least 5 dollars" in summary(price_floor=5.0)["sample_rules"]
    assert summary(without=(3, 4))["n_firms"] == 48
    most = summary(without_most_posted=1)
    assert (most["n_firms"], "not among the 1 most posted" in most["sample_rules"]) == (49, True)
    first, second = summary(part=(0.0, 0.5)), summary(part=(0.5, 1.0))
    assert first["sample_end"] < second["sample_start"]
    assert first["n_obs"] + second["n_obs"] == summary()["n_obs"]


def test_every_spec_is_written_and_read_again():
    for family in FAMILIES.values():
        for spec in family.specs:
            assert read_spec(spec.as_json()) == spec
    for text in ("{}", "[1]", '{"family": 1}', "nothing"):
        with pytest.raises(ValueError, match=r"."):
            read_spec(text)
