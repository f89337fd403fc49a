"""Windows that were not observed whole leave the sample, are counted, and are told under the table."""

import tomllib
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from truths.firm_days import simulate_firm_days

from models.emotions import EMOTIONS
from models.estimation import FAMILIES, EstimationError, Sample, estimate_family, estimate_spec
from models.estimation.own_specs import OwnSpecsError, parse_family
from models.estimation.own_written import write_family
from models.estimation.sample import describe_rules, select_rows
from models.estimation.spec import Family, Spec, read_spec
from models.estimation.uncovered import count_uncovered
from models.tables import regression_table

HEADLINE = FAMILIES["predictive"].specs[2]
FIRM, DAYS = 3, range(100, 105)


@pytest.fixture(scope="module")
def panel():
    """A firm whose source was down for five sessions, one half observed; of others nothing is known."""
    drawn = simulate_firm_days(2)
    rng = np.random.default_rng(2)
    tags = {f"pre_open_n_{name}": pl.Series(rng.integers(1, 5, drawn.height)) for name in EMOTIONS}
    plain = drawn.with_columns(**tags)
    down = (pl.col("ticker") == FIRM) & pl.col("session_no").is_in(DAYS)
    half = (pl.col("ticker") == FIRM) & (pl.col("session_no") == 110)
    coverage = pl.when(down).then(0.0).when(half).then(0.5).when(pl.col("ticker") == FIRM).then(1.0)
    marked = plain.with_columns(
        pre_open_coverage=coverage, intraday_coverage=coverage, pre_open_posts_seen=pl.col("pre_open_posts")
    )
    counts = ["pre_open_posts", "pre_open_log_posts", *tags]
    return marked.with_columns(pl.when(down | half).then(None).otherwise(pl.col(counts)).name.keep())


def sessions_of_the_firm(spec, panel):
    return set(select_rows(spec, {"panel": panel}).filter(ticker=FIRM)["session_no"])


WITHOUT_COUNTS = replace(HEADLINE, controls=("ret_oc_lag1", "ret_co"), needs=(), winsorised=())


def test_rows_of_a_source_that_was_down_are_left_out_even_where_there_are_posts(panel):
    assert panel["session_no"].min() < 100
    assert panel["session_no"].max() > 110
    left_out = {*DAYS, 110}
    assert not sessions_of_the_firm(WITHOUT_COUNTS, panel) & left_out
    unknown = panel.drop("pre_open_coverage", "intraday_coverage")
    assert left_out <= sessions_of_the_firm(WITHOUT_COUNTS, unknown)
    others = select_rows(WITHOUT_COUNTS, {"panel": panel}).filter(pl.col("ticker") != FIRM)
    assert others.equals(select_rows(WITHOUT_COUNTS, {"panel": unknown}).filter(pl.col("ticker") != FIRM))


def test_how_many_were_left_out_is_recorded_and_told(panel):
    spec = replace(WITHOUT_COUNTS, column_no=1)
    estimated = estimate_family(Family("mine", "x", (spec, replace(HEADLINE, column_no=2))), panel)
    models = estimated.models()
    assert models["n_uncovered"].to_list() == [6, 6]
    table = regression_table(models, estimated.terms())
    said = [note for note in table.notes if "not completely observed" in note]
    assert said == ["Left out: 6 firm-days whose posts were not completely observed (a source was down)."]
    assert table.tidy["n_uncovered"].unique().to_list() == [6]


def test_nothing_is_said_where_nothing_was_left_out_or_results_are_older():
    estimated = estimate_family(Family("mine", "x", (HEADLINE,)), simulate_firm_days(2))
    assert estimated.models()["n_uncovered"].to_list() == [0]
    for models in (estimated.models(), estimated.models().drop("n_uncovered")):
        notes = regression_table(models, estimated.terms()).notes
        assert not any("observed" in note for note in notes)


def test_columns_that_differ_are_told_apart(panel):
    specs = [
        replace(WITHOUT_COUNTS, column_no=1),
        replace(WITHOUT_COUNTS, column_no=2, sample=Sample(min_coverage=0.5)),
        replace(WITHOUT_COUNTS, column_no=3, sample=Sample(min_coverage=0.0)),
    ]
    estimated = estimate_family(Family("mine", "x", tuple(specs)), panel)
    assert estimated.models()["n_uncovered"].to_list() == [6, 5, 0]
    (said,) = [n for n in regression_table(estimated.models(), estimated.terms()).notes if "Left out" in n]
    assert said.startswith("Left out: 6/5/0 firm-days whose posts were not completely observed")


def test_a_lower_bound_takes_windows_observed_in_part_by_the_posts_that_were_seen(panel):
    some = replace(WITHOUT_COUNTS, sample=Sample(min_coverage=0.5))
    assert sessions_of_the_firm(some, panel) >= {110}
    assert not sessions_of_the_firm(some, panel) & set(DAYS)
    any_share = replace(WITHOUT_COUNTS, sample=Sample(min_coverage=0.0))
    assert sessions_of_the_firm(any_share, panel) >= {*DAYS, 110}
    fewest = panel.filter(ticker=FIRM, session_no=110)["pre_open_posts_seen"].item() + 1
    many = replace(WITHOUT_COUNTS, sample=Sample(min_coverage=0.0, min_posts=fewest))
    assert 110 not in sessions_of_the_firm(many, panel)
    # A count that is not known is no variable, whatever the bound; what it costs is counted.
    counted = replace(HEADLINE, sample=Sample(min_coverage=0.0))
    assert not sessions_of_the_firm(counted, panel) & {*DAYS, 110}
    assert count_uncovered(counted, {"panel": panel}) == 6


def test_windows_of_other_sessions_count_where_their_posts_are_variables(panel):
    lagged = replace(WITHOUT_COUNTS, regressors=("pre_open_happy", "intraday_fear_lag2"))
    assert not sessions_of_the_firm(lagged, panel) & {*DAYS, 105, 106, 110, 112}
    assert sessions_of_the_firm(lagged, panel) >= {107, 108, 109, 111}
    assert count_uncovered(lagged, {"panel": panel}) == 9
    without_posts = replace(WITHOUT_COUNTS, regressors=(), controls=("ret_co",), sample=Sample(min_posts=0))
    assert sessions_of_the_firm(without_posts, panel) >= {*DAYS}
    assert count_uncovered(without_posts, {"panel": panel}) == 0


def test_only_rows_that_the_other_rules_take_are_counted(panel):
    dated = panel.with_columns(session=pl.date(2016, 1, 1) + pl.duration(days="session_no"))

    def count(**rules):
        return count_uncovered(replace(WITHOUT_COUNTS, sample=Sample(**rules)), {"panel": dated})

    assert count(without=(FIRM,)) == 0
    assert count(part=(0.0, 0.5)) + count(part=(0.5, 1.0)) == 6
    day = dated.filter(session_no=102)["session"][0]
    assert count(start=str(day)) == 4
    no_return = panel.with_columns(ret_oc=pl.when(pl.col("session_no") == 101).then(None).otherwise("ret_oc"))
    assert count_uncovered(WITHOUT_COUNTS, {"panel": no_return}) == 5


@pytest.mark.parametrize(
    "name", ["measurement", "event_study", "half_life", "transitions", "tails", "placebo"]
)
def test_estimators_of_every_kind_leave_them_out(panel, name):
    """A source that was down yields the estimates of a panel that lacks those rows' posts."""
    emotions = [name for name in panel.columns if name.startswith(("pre_open_", "intraday_"))]
    family = FAMILIES[name]
    spec = family.specs[0]
    lacking = panel.with_columns(
        pl.when(pl.col("pre_open_coverage") < 1).then(None).otherwise(pl.col(emotions)).name.keep()
    ).drop("pre_open_coverage", "intraday_coverage")
    found = estimate_spec(spec, {"panel": panel})
    expected = estimate_spec(spec, {"panel": lacking})
    assert found.summary["n_obs"] == expected.summary["n_obs"]
    assert found.terms["estimate"].to_list() == pytest.approx(
        expected.terms["estimate"].to_list(), nan_ok=True
    )


def test_a_series_of_the_market_leaves_out_sessions_that_were_not_observed():
    rng = np.random.default_rng(1)
    n = 200
    days = pl.date_range(pl.date(2016, 1, 1), pl.date(2016, 12, 31), eager=True)[:n]
    drawn = {name: rng.normal(size=n) for name in ("ret_market", "pre_open_valence")}
    market = pl.DataFrame(drawn).with_columns(
        session=days, session_no=pl.int_range(n), pre_open_posts=pl.lit(5), pre_open_posts_seen=pl.lit(5),
        pre_open_coverage=pl.when(pl.int_range(n).is_between(50, 53)).then(0.9).otherwise(1.0),
    )  # fmt: skip
    spec = Spec(
        "mine", 1, "t", "ret_market", ("pre_open_valence",), effects=(), inference="newey-west:5",
        frame="market_days",
    )  # fmt: skip
    estimated = estimate_family(Family("mine", "x", (spec,)), {"market_days": market})
    assert estimated.models().select("n_obs", "n_uncovered").row(0) == (196, 4)
    table = regression_table(estimated.models(), estimated.terms())
    assert any(note.startswith("Left out: 4 sessions whose posts") for note in table.notes)


def test_a_sample_that_is_empty_for_want_of_coverage_says_so(panel):
    nothing = panel.with_columns(pre_open_coverage=pl.lit(0.4))
    with pytest.raises(EstimationError, match="not observed whole"):
        select_rows(WITHOUT_COUNTS, {"panel": nothing})


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match=r"min_coverage is .*; expected a share from 0 to 1"):
        Sample(min_coverage=share)


def test_own_specs_may_lower_it():
    known = ("ret_oc", "pre_open_happy")
    column = {"title": "t", "outcome": "ret_oc", "regressors": ["pre_open_happy"]}

    def parse(**keys):
        return parse_family({"family": {"name": "mine"}, "column": [column | keys]}, known, ())

    family = parse(min_coverage=0.9)
    assert family.specs[0].sample == Sample(min_coverage=0.9)
    assert parse(sample={"min_coverage": 0}).specs[0].sample.min_coverage == 0.0
    assert parse_family(tomllib.loads(write_family(family)), known, ()).specs == family.specs
    assert read_spec(family.specs[0].as_json()) == family.specs[0]
    for value, says in ((True, "found True; expected a share"), (90, "min_coverage is 90")):
        with pytest.raises(OwnSpecsError, match=says):
            parse(min_coverage=value)


def test_a_spec_that_was_stored_before_there_was_coverage_is_read():
    text = HEADLINE.as_json().replace('"min_coverage": 1.0, ', "")
    assert "min_coverage" not in text
    assert read_spec(text) == HEADLINE


def test_rules_say_a_bound_that_is_not_the_usual_one():
    assert "observed" not in describe_rules(HEADLINE)
    said = describe_rules(replace(HEADLINE, sample=Sample(min_coverage=0.95)))
    assert "posts observed for at least 0.95 of their window" in said
    said = describe_rules(replace(HEADLINE, sample=Sample(min_coverage=0.0)))
    assert "posts observed for however little of their window" in said
