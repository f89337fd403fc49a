"""An analyst's TOML file becomes a family that runs, or sentences on all that is wrong with it."""

import math
import re
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import BadInput
from etl.own_specs import read_own_specs
from models.estimation import Family, Sample, Spec, estimate_family
from models.estimation.own_specs import OwnSpecsError, parse_family

KNOWN = (
    *(
        "ticker",
        "session",
        "session_no",
        "ret_oc",
        "ret_oc_lag1",
        "ret_co",
        "ret_cc",
        "vol_183",
        "high_vol_183",
    ),
    *("pre_open_happy", "pre_open_log_posts", "intraday_happy", "log_rv_gk", "log_rv_gk_week", "illiq"),
)
BUILT_IN = ("predictive", "volatility")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "own-specs.md"


def tables(*columns: dict, name: str = "mine", **more) -> dict:
    return {"family": {"name": name}, "column": list(columns), **more}


def column(**keys) -> dict:
    return {"title": "t", "outcome": "ret_oc", "regressors": ["pre_open_happy"], **keys}


def parse(found: dict) -> Family:
    return parse_family(found, KNOWN, BUILT_IN)


def problems(found: dict) -> tuple[str, ...]:
    with pytest.raises(OwnSpecsError) as raised:
        parse(found)
    return raised.value.problems


def test_each_key_reaches_its_place_in_the_spec():
    every = column(
        controls=["ret_co", "ret_oc_lag2"],
        effects=["ticker"],
        inference="driscoll-kraay:5",
        weights="pre_open_log_posts",
        winsorised=["ret_oc"],
        needs=["illiq"],
        estimator="least_squares",
        options={"lags": 5, "at": [0.1, 0.9]},
        sample={"window": "intraday", "min_posts": 5, "winsorise": [0.01, 0.99], "price_floor": 5},
        start=date(2020, 1, 31),
        end="2020-12-31",
        without=["GME"],
    )
    (spec,) = parse(tables(every)).specs
    sample = Sample("intraday", 5, (0.01, 0.99), 5.0, "2020-01-31", "2020-12-31", ("GME",))
    assert spec == Spec(
        family="mine",
        column_no=1,
        title="t",
        outcome="ret_oc",
        regressors=("pre_open_happy",),
        controls=("ret_co", "ret_oc_lag2"),
        effects=("ticker",),
        inference="driscoll-kraay:5",
        weights="pre_open_log_posts",
        winsorised=("ret_oc",),
        needs=("illiq",),
        sample=sample,
        options=(("lags", 5), ("at", (0.1, 0.9))),
    )


def test_what_is_not_said_is_as_in_a_built_in_spec_with_returns_winsorised():
    (spec,) = parse(tables(column(controls=["ret_co", "vol_183"]))).specs
    assert (spec.effects, spec.inference, spec.sample) == (
        Spec("", 1, "", "").effects,
        spec.inference,
        Sample(),
    )
    assert spec.winsorised == ("ret_oc", "ret_co")


def test_a_column_goes_before_the_defaults_key_by_key():
    shared = {"outcome": "ret_co", "sample": {"min_posts": 5, "price_floor": 1.0}, "winsorise": False}
    own = {"title": "t", "regressors": ["illiq"], "min_posts": 10}
    (spec,) = parse(tables(own, defaults=shared)).specs
    assert spec.outcome == "ret_co"
    assert spec.sample == Sample(min_posts=10, price_floor=1.0, winsorise=None)


def test_all_that_is_wrong_is_said_at_once():
    bad = tables(
        column(regresors=["ret_co"], regressors=["pre_open_hapy"], min_posts="five"),
        {"title": "u", "controls": ["illiq:vol_138"]},
        name="predictive",
        default={},
    )
    found = problems(bad)
    assert len(found) == 7, found
    for expected in (
        "'default': unknown table; did you mean defaults?",
        "[family] name: predictive is a family of emotape already",
        "column 1, 'regresors': unknown key; did you mean regressors?",
        "column 1, regressors: there is no variable 'pre_open_hapy'; did you mean pre_open_happy?",
        "column 1, min_posts: found 'five'; expected a whole number",
        "column 2, controls: there is no variable 'vol_138'; did you mean vol_183?",
        "column 2, outcome: is missing",
    ):
        assert any(problem.startswith(expected) for problem in found), expected


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"title": 3}, "column 1, title: found 3; expected a line of text"),
        ({"title": "two\nlines"}, "title: found 'two\\\\nlines'"),
        ({"regressors": "pre_open_happy"}, "regressors: found 'pre_open_happy'; expected a list"),
        ({"regressors": []}, "found none, nor controls"),
        ({"regressors": ["pre_open_happy", "pre_open_happy"]}, "'pre_open_happy' stands twice"),
        ({"controls": ["pre_open_happy"]}, "stands twice among regressors and controls"),
        ({"controls": ["illiq:vol_183", "vol_183:illiq"]}, "'vol_183:illiq': stands twice"),
        ({"controls": ["ret_oc"]}, "outcome: ret_oc stands among its regressors"),
        ({"controls": ["illiq:"]}, "no variable ''"),
        ({"regressors": ["ticker"]}, "'ticker' tells rows apart"),
        ({"regressors": ["ret_oc_lag0"]}, "no variable 'ret_oc_lag0'"),
        ({"outcome": "pre_open_hapy_lead2"}, "did you mean pre_open_happy_lead2"),
        ({"effects": ["firm"]}, "effects: found 'firm'; Expected: ticker, session, quarter"),
        ({"effects": ["tickers"]}, "did you mean ticker"),
        ({"inference": "robust"}, "inference 'robust' is unknown; expected one of iid, HC1"),
        ({"inference": "cluster:industry"}, "clusters of 'industry' are unknown"),
        ({"estimator": "least_square"}, "estimator: found 'least_square'; did you mean least_squares"),
        ({"options": 5}, "options: found 5; expected a table"),
        ({"options": {"lags": {}}}, "options: 'lags': found {}"),
        ({"window": "open"}, "window is 'open'; expected pre_open or intraday"),
        ({"min_posts": True}, "min_posts: found True"),
        ({"min_posts": -1}, "min_posts is -1; expected 0 or more"),
        ({"winsorise": [0.9, 0.1]}, "winsorise is \\(0.9, 0.1\\)"),
        ({"winsorise": True}, "winsorise: found True; expected two quantiles"),
        ({"price_floor": math.nan}, "price_floor: found nan"),
        ({"start": "2020-02-30"}, "start: found '2020-02-30'; expected a day"),
        ({"start": datetime(2020, 1, 1, tzinfo=UTC)}, "start: found datetime"),
        ({"start": "2020-02-01", "end": "2020-01-01"}, "2020-02-01 is after the end"),
        ({"min_posts": 1, "sample": {"min_posts": 2}}, "min_posts: stands both in sample and beside it"),
        ({"sample": 3}, "sample: found 3; expected a table"),
        ({"sample": {"min_post": 3}}, "sample, 'min_post': unknown key; did you mean min_posts"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(keys, says):
    found = problems(tables(column(**keys)))
    assert len(found) == 1, found
    assert re.search(says, found[0]), found[0]


@pytest.mark.parametrize("key", ["regressors", "controls", "weights"])
@pytest.mark.parametrize("ahead", ["ret_cc_lead1", "ret_oc_cum3"])
def test_a_look_ahead_is_refused_but_as_an_outcome(key, ahead):
    keys = {key: ahead} if key == "weights" else {key: ["illiq", ahead]}
    (problem,) = problems(tables(column(**keys)))
    assert problem.startswith(f"column 1, {key}: {ahead} is of a later session")
    assert parse(tables(column(outcome=ahead))).specs[0].outcome == ahead


def test_a_lead_in_a_product_is_a_look_ahead_too():
    (problem,) = problems(tables(column(controls=["illiq:ret_cc_lead1"])))
    assert "look ahead" in problem


@pytest.mark.parametrize(
    ("outcome", "regressor", "contemporaneous"),
    [
        ("ret_oc", "intraday_happy", True),
        ("ret_oc", "pre_open_happy:intraday_happy", True),
        ("ret_oc", "ret_cc", True),
        ("ret_oc", "log_rv_gk", True),
        ("ret_oc", "pre_open_happy", False),
        ("ret_oc", "ret_co", False),
        ("ret_oc", "intraday_happy_lag1", False),
        ("ret_oc", "log_rv_gk_week", False),
        ("ret_oc_lead1", "intraday_happy", False),
        ("ret_oc_cum3", "intraday_happy", True),
        ("ret_co", "pre_open_happy", True),
        ("ret_co", "illiq", False),
        ("pre_open_happy", "ret_oc_lag1", False),
    ],
)
def test_what_is_known_only_after_the_outcome_began_is_said(outcome, regressor, contemporaneous):
    family = parse(tables(column(outcome=outcome, regressors=[regressor])))
    assert ("Contemporaneous" in family.caution) == contemporaneous
    assert "Associations, not effects" in family.caution


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "name: is missing"),
        ({"family": {"name": "mine"}}, "[[column]]: found none"),
        ({"family": {"name": "mine"}, "column": {"title": "t"}}, "in two brackets"),
        ({"family": {"name": "mine"}, "column": [3]}, "column 1: found 3; expected a table"),
        ({"family": 3, "column": [column()]}, "[family]: found 3; expected a table"),
        (tables(column(), name="My Table"), "expected a small letter"),
        (tables(column(), column()), "title: 't' stands twice"),
        (tables(column(), defaults=[1]), "[defaults]: found [1]; expected a table"),
        (tables(column(), defaults={"controls": ["x"]}), "[defaults], controls: there is no variable 'x'"),
    ],
)
def test_the_file_as_a_whole_is_checked(found, says):
    assert any(says in problem for problem in problems(found))


def write(folder: Path, content: str | bytes) -> Path:
    file = folder / "specs.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[family]\nname = \n", "no valid TOML: Invalid value .at line 2, column 8"),
        (b"\xff\xfe", "no UTF-8 text"),
        ("x = " + "[" * 5000, "no valid TOML"),
        ("x = " + "9" * 5000, "no valid TOML"),
        ("#" * 1_000_001, "larger than 1,000,000 bytes"),
        ("", "has 2 problems:\n- "),
    ],
)
def test_a_file_that_cannot_be_used_gives_a_sentence_with_its_name(tmp_path, content, says):
    file = write(tmp_path, content)
    with pytest.raises(BadInput, match=says) as raised:
        read_own_specs(file, KNOWN, BUILT_IN)
    assert str(raised.value).startswith(str(file))


def test_a_file_that_is_not_there_gives_a_sentence(tmp_path):
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        read_own_specs(tmp_path / "none.toml", KNOWN, BUILT_IN)
    with pytest.raises(BadInput, match="cannot be read"):
        read_own_specs(tmp_path, KNOWN, BUILT_IN)


def test_the_example_of_the_page_runs(tmp_path):
    example = re.search(r"```toml\n(.+?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[1]
    family = read_own_specs(write(tmp_path, "\ufeff" + example), KNOWN, BUILT_IN)
    rng = np.random.default_rng(0)
    n = 30 * 60
    firm, session = np.divmod(np.arange(n), 60)
    days = pl.date_range(date(2020, 2, 1), date(2020, 3, 31), eager=True)
    panel = pl.DataFrame(
        {
            "ticker": firm.astype(str),
            "session": days.gather(session),
            "session_no": session,
            "high_vol_183": rng.integers(0, 2, n),
            "pre_open_posts": rng.integers(1, 10, n),
            **{
                v: rng.normal(size=n)
                for v in ("ret_oc", "ret_oc_lag1", "ret_co", "pre_open_happy", "pre_open_log_posts")
            },
        }
    )
    estimated = estimate_family(family, panel)
    assert not estimated.unestimated
    assert estimated.models()["title"].to_list() == [
        "Happy",
        "+ happy x high volatility",
        "Five posts and more",
    ]
    first, _, few = estimated.models()["n_obs"]
    assert first == n
    assert few == panel.filter(pl.col("pre_open_posts") >= 5, pl.col("session") >= date(2020, 3, 1)).height


def test_the_page_names_every_key():
    from models.estimation.own_values import COLUMN, SAMPLE

    page = PAGE.read_text(encoding="utf-8")
    assert [key for key in (*COLUMN, *SAMPLE) if f"`{key}`" not in page] == []


NAMES = st.sampled_from([*KNOWN, "ret_oc_lag3", "ret_oc_lead1", "a:b", "illiq:vol_183", "", "x" * 300, "ü\n"])
VALUES = st.recursive(
    NAMES
    | st.text(max_size=5)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    *("title", "outcome", "regressors", "controls", "effects", "inference", "weights", "winsorised", "needs"),
    *("estimator", "options", "sample", "window", "min_posts", "winsorise", "price_floor", "start", "end"),
    *("without", "titel", "part", "without_most_posted"),
)
ROWS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5).map(lambda keys: {**column(), **keys})
FILES = st.fixed_dictionaries(
    {"column": st.lists(ROWS, max_size=3) | VALUES},
    optional={
        "family": st.just({"name": "mine"}) | VALUES,
        "defaults": st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3) | VALUES,
        "other": VALUES,
    },
)


@settings(max_examples=100, deadline=None)
@given(FILES)
def test_any_tables_give_a_family_or_sentences(found):
    said: tuple[str, ...] = ()
    try:
        family = parse(found)
    except OwnSpecsError as error:
        said = error.problems
    assert said or len(family.specs) == len(found["column"])
    assert all(problem.endswith(".") and problem.isprintable() for problem in said)


EXAMPLE = re.search(r"```toml\n(.+?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[1]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_text_gives_a_family_or_a_sentence(tmp_path_factory, data):
    """The page's example with some of its characters deleted, doubled or replaced."""
    characters = list(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(characters) - 1))
        characters[at] = data.draw(
            st.sampled_from(["", "[", "]", '"', "=", "\n", "1", "é", characters[at] * 2])
        )
    content = "".join(characters)
    try:
        tables_of = tomllib.loads(content)
    except ValueError:
        tables_of = None
    file = tmp_path_factory.mktemp("fuzz") / "specs.toml"
    file.write_text(content, encoding="utf-8")
    said = ""
    try:
        family = read_own_specs(file, KNOWN, BUILT_IN)
    except BadInput as error:
        said = str(error)
    assert said.startswith(str(file)) or len(family.specs) == len(tables_of["column"])


def test_a_family_that_is_written_and_read_again_is_the_same():

    from models.estimation.own_written import write_family
    from models.estimation.spec import Family, Sample, Spec

    specs = (
        Spec(family="mine", column_no=1, title="Plain", outcome="ret_oc", regressors=("pre_open_happy",)),
        Spec(
            family="mine",
            column_no=2,
            title='Odd "title" \\ é 😀',
            outcome="ret_oc",
            regressors=("pre_open_happy", "pre_open_happy:high_vol_183"),
            controls=("ret_oc_lag1",),
            effects=(),
            inference="newey-west:3",
            weights="pre_open_posts",
            winsorised=("ret_oc",),
            needs=("pre_open_sad",),
            sample=Sample(
                min_posts=5,
                winsorise=None,
                price_floor=1.5,
                start="2020-01-02",
                without=("GME", "A"),
                part=(0.0, 0.5),
                without_most_posted=2,
            ),
            options=(("bootstrap", "never"),),
        ),
        Spec(
            family="mine",
            column_no=3,
            title="Chat",
            outcome="ret_oc",
            regressors=("pre_open_happy_of_chat", "pre_open_sad"),
            frame="panel_by_part",
        ),
    )
    known = {"ret_oc", "ret_oc_lag1", "pre_open_happy", "pre_open_sad", "high_vol_183", "pre_open_posts"}
    text = write_family(Family("mine", "Why not?", specs))
    assert parse_family(tomllib.loads(text), known, ()).specs == specs
    with pytest.raises(ValueError, match="cannot name"):
        write_family(Family("mine", "x", (Spec("mine", 1, "t", "ret_oc", ("a",), frame="listings"),)))


def test_measures_of_a_part_of_the_posts_are_variables_and_bring_their_relation():
    (spec,) = parse(tables(column(regressors=["pre_open_happy_of_chat"]))).specs
    assert spec.frame == "panel_by_part"
    for absent in ("intraday_happy_of_chat", "pre_open_happy_of_nobody", "pre_open_happy_of_chat_lag1"):
        with pytest.raises(OwnSpecsError, match="there is no variable"):
            parse(tables(column(regressors=[absent])))


def test_every_built_in_column_on_firm_days_can_be_written_and_changed():
    from models.estimation import FAMILIES
    from models.estimation.own_choices import change, read_choices
    from models.estimation.own_written import write_family

    on_firm_days = [s for f in FAMILIES.values() for s in f.specs if s.frame.startswith("panel") and s.terms]
    assert len(on_firm_days) > 100
    for spec in on_firm_days:
        assert change(spec, read_choices(spec)) == spec
        known = {name.partition("_of_")[0] for name in (*spec.variables, *spec.winsorised)}
        written = write_family(Family("mine", "Why?", (replace(spec, column_no=1),)))
        assert parse_family(tomllib.loads(written), known, ()).specs == (
            replace(spec, family="mine", column_no=1),
        )
