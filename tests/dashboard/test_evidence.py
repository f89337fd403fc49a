"""The pages of evidence on stored estimates: their answers, cautions, files, and what is missing."""

import json
import shutil
import tomllib
from datetime import date

import polars as pl
import pytest
from homes import invent_results, store

from etl.settings import open_home
from models.emotions import SIX
from models.tables.answers import (
    compare_choices,
    in_its_direction,
    most_lasting,
    strongest,
    tally_joint_tests,
)

PAGES = {
    "volatility": "emotape regress volatility",
    "persistence": "emotape regress persistence",
    "robustness": "emotape regress robustness",
    "trading": "emotape regress portfolios",
    "ipo": "emotape load ipos",
}


def text_of(app) -> str:
    return "\n".join(
        e.value for kind in ("title", "caption", "info", "warning", "markdown") for e in app.get(kind)
    )


def figures_of(app) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def of_family(family: str, outcomes: list[str], joint_p: list[float], estimates: list[float]):
    """A column an outcome, each with six emotions, all of one estimate, and adjusted p-values."""
    models, terms = invent_results(joint_p=0.5, estimate=0.001)
    model, six = models.tail(1), terms.filter(pl.col("column_no") == 2).head(6)
    columns, every = [], []
    for n, (outcome, p, estimate) in enumerate(zip(outcomes, joint_p, estimates, strict=True), 1):
        columns.append(
            model.with_columns(
                family=pl.lit(family),
                column_no=pl.lit(n, dtype=pl.Int64),
                title=pl.lit(f"Choice {n}"),
                outcome=pl.lit(outcome),
                joint_p=pl.lit(p),
            )
        )
        every.append(
            six.with_columns(
                column_no=pl.lit(n, dtype=pl.Int64),
                estimate=pl.lit(estimate),
                conf_low=pl.lit(estimate - 0.002),
                conf_high=pl.lit(estimate + 0.002),
                estimate_per_sd=pl.lit(estimate * 0.1),
                p_value=pl.lit(p),
                p_romano_wolf=pl.lit(min(1.0, 2 * p)),
                p_benjamini_hochberg=pl.lit(min(1.0, 1.5 * p)),
            )
        )
    return pl.concat(columns), pl.concat(every)


def of_portfolios():
    """Two portfolios: one earned upwards, one downwards; costs eat both."""
    models, _ = invent_results(0.5, 0.0)
    models = models.with_columns(
        family=pl.lit("portfolios"),
        title=pl.Series(["Happy", "Fear"]),
        estimator=pl.lit("sort_portfolios"),
        corrections=pl.lit(None, dtype=pl.String),
        unit=pl.lit("own"),
        verdict=pl.Series(["Nothing to earn: gone.", "Nothing: <script>no</script>."]),
        joint_p=pl.lit(None, dtype=pl.Float64),
        joint_f=pl.lit(None, dtype=pl.Float64),
        joint_df1=pl.lit(None, dtype=pl.Int64),
        joint_df2=pl.lit(None, dtype=pl.Int64),
    )
    rows = []
    for column, spread in ((1, 30.0), (2, -20.0)):
        named = {"group_1": -spread / 2, "group_2": spread / 2, "long_short": spread}
        named |= {"net_10": abs(spread) - 40.0, "break_even": abs(spread) / 4}
        for position, (term, value) in enumerate(named.items(), 1):
            rows.append(
                {"column_no": column, "position": position, "term": term, "estimate": value}
                | {"std_error": 2.0, "statistic": value / 2, "p_value": 0.01}
                | {"conf_low": value - 4, "conf_high": value + 4, "within_sd": None, "estimate_per_sd": None}
                | {"unit_of_term": "basis points"}
            )
    return models, pl.DataFrame(rows, infer_schema_length=None)


@pytest.fixture(scope="module")
def rich(built, tmp_path_factory):
    """A home with invented results of the families that pages lead with."""
    home = open_home(shutil.copytree(built.path, tmp_path_factory.mktemp("evidence") / "home"))
    volatility = ["log_rv_gk", "log_rv_parkinson"]
    returns = ["ret_oc", "ret_cc_lead1", "ret_cc_lead2"]
    for results in (
        of_family("volatility", volatility, [0.40, 0.60], [0.01, 0.02]),
        of_family("persistence", returns, [0.001, 0.30, 0.70], [0.004, 0.001, -0.001]),
        of_family("robustness", ["ret_oc"] * 4, [0.001, 0.01, 0.02, 0.60], [0.004, 0.003, 0.005, -0.0005]),
        of_portfolios(),
    ):
        store(home, *results)
    return home


@pytest.mark.parametrize(("page", "command"), PAGES.items())
def test_a_page_without_estimates_names_the_exact_command(show, built, page, command):
    app = show(built, page)
    assert not app.exception
    assert len(app.title) == 1
    assert command in "\n".join(info.value for info in app.info)


def test_insignificant_volatility_is_said_in_the_title_with_its_p_value(show, rich):
    app = show(rich, "volatility")
    assert not app.exception
    assert app.title[0].value.startswith("No tie to volatility beyond its own past can be told from zero")
    assert "0.40" in app.title[0].value
    assert app.metric[0].label == "Joint test"
    assert "RW p = 0.80" in app.metric[1].delta
    assert "log points" in app.metric[1].value


def test_the_measure_of_volatility_is_part_of_the_address(show, rich):
    app = show(rich, "volatility", measure="2")
    assert app.metric[0].value == "p = 0.60"


def test_persistence_says_that_the_association_is_gone_and_draws_an_emotion_a_figure(show, rich):
    app = show(rich, "persistence")
    assert not app.exception
    assert app.title[0].value.startswith("Gone by the next session")
    assert app.metric[0].value == "0 of 2"
    figures = figures_of(app)
    assert len(figures) == len(SIX)
    ranges = {tuple(figure["layout"]["yaxis"]["range"]) for figure in figures}
    assert len(ranges) == 1  # they can be compared
    (low, high) = ranges.pop()
    assert low < 0 < high


def test_what_is_missing_of_a_page_names_its_command_and_leaves_the_rest(show, rich):
    app = show(rich, "persistence")
    shown = text_of(app)
    for family in ("half_life", "transitions", "event_study"):
        assert f"emotape regress {family}" in shown


def test_the_specification_curve_counts_the_choices_that_agree(show, rich):
    app = show(rich, "robustness", emotion="fear")
    assert not app.exception
    assert "holds under 2 of 3 other choices" in app.title[0].value
    assert [metric.value for metric in app.metric] == ["2 of 3", "2 of 3", "−0.5 to +5.0 bp"]
    (curve,) = figures_of(app)
    assert len(curve["data"]) == 8  # a bar and a point a choice, of one emotion
    assert len(figures_of(show(rich, "robustness", emotion="all"))[0]["data"]) == 8 * len(SIX)


def test_would_it_have_paid_says_no_and_turns_spreads_in_the_direction_that_earned(show, rich):
    app = show(rich, "trading")
    assert not app.exception
    assert app.title[0].value.startswith("No: of 2 portfolios none leaves anything after costs")
    points = [trace for trace in figures_of(app)[0]["data"] if trace["mode"] == "markers"]
    assert [trace["x"][0] for trace in points] == [30.0, -10.0, 20.0, -20.0]
    assert app.metric[0].value == "+30.0 bp"
    told = app.table[0].value["Would it have paid?"].to_list()
    assert told[1] == r"Nothing\: \<script\>no\<\/script\>\."  # a cell is Markdown


def test_every_family_has_its_caution_and_its_table_in_every_format(show, rich):
    for page in ("volatility", "trading", "robustness", "persistence"):
        app = show(rich, page)
        labels = [button.proto.label for button in app.get("download_button")]
        assert labels[:8] == ["Markdown", "LaTeX", "HTML", "Typst", "CSV", "JSON", "Word", "Excel"]
        assert any("Associations, not effects" in e.value or "Paper" in e.value for e in app.info)


def test_regressions_are_chosen_by_question_with_adjusted_p_values_beside_plain_ones(show, rich):
    app = show(rich, "regressions", family="persistence", column="1")
    assert not app.exception
    question = next(box for box in app.selectbox if box.key == "filter_family")
    assert "Later sessions: " in "\n".join(question.options)
    assert "Return from open to close" in text_of(app).replace("\\", "")
    numbers = app.dataframe[0].value
    assert numbers["p"].to_list()[0] == "0.001"
    assert numbers["p, RW"].to_list()[0] == "0.002"
    assert numbers["Estimate"].to_list()[0] == pytest.approx(40.0)  # basis points


def test_a_stored_column_is_a_file_that_runs_again():
    from dashboard.own import write_own
    from models.estimation import FAMILIES
    from models.estimation.own_specs import parse_family

    spec = FAMILIES["predictive"].specs[1]
    text = write_own({"spec": spec.as_json()})
    assert parse_family(tomllib.loads(text), spec.variables, FAMILIES).specs[0].regressors == spec.regressors
    assert write_own({"spec": None}) is None
    assert write_own({"spec": FAMILIES["market_returns"].specs[0].as_json()}) is None  # no file can say it


def listings() -> pl.DataFrame:
    """Three offerings; the last has neither offer price nor posts, and a hostile name."""
    return pl.DataFrame(
        {
            "ticker": ["QZRA", "QZRB", "QZRC"],
            "name": ["Alpha", None, "<b>**x**</b>"],
            "first_trade": [date(2016, 1, 4), date(2016, 2, 1), date(2016, 3, 1)],
            "session": [date(2016, 1, 4), date(2016, 2, 1), None],
            "enthusiasm": [0.5, 0.2, None],
            "first_day_return": [0.3, -0.1, None],
            "offer_to_open": [0.25, -0.05, None],
            "offer_price": [10.0, 20.0, None],
            "first_close": [13.0, 18.0, None],
            "n_posts_before": [40, 12, 0],
            "drop_reason": [None, None, "no price"],
            "industry": [None, "Retail", None],
            "proceeds": [None, 1e8, None],
            "age": [None, 7.0, None],
            "venture": [None, 1, None],
            "bhar_m_63": [0.1, None, None],
        }
    )


def test_a_listing_says_what_is_known_of_it_and_no_more():
    from dashboard.words.ipo import listing_numbers, listing_sentence

    first, second, third = listings().to_dicts()
    assert listing_numbers(first)[0].value == "+30.0 %"
    assert listing_numbers(first)[0].below == "offer 10.00, first close 13.00"
    assert listing_sentence(second) == (
        "first trade 1 Feb 2016 · Retail · proceeds 100,000,000 dollars · 7 years old · venture-backed"
    )
    assert [number.value for number in listing_numbers(third)] == ["unknown"] * 4
    assert listing_numbers(third)[0].below == "no price"


def test_first_days_are_drawn_over_enthusiasm_with_the_stored_line():
    from dashboard.charts.ipo import draw_first_days

    known = listings().drop_nulls(["enthusiasm", "first_day_return"])
    figure = draw_first_days(known, (-0.2, 1.0), "QZRA")
    assert list(figure.data[0].y) == pytest.approx([30, -10])
    assert list(figure.data[1].y) == pytest.approx([0, 30])  # -20 % + enthusiasm of 20 % and of 50 %
    assert figure.layout.shapes[0].y0 == 0


def test_published_figures_stand_beside_those_that_they_speak_of():
    from dashboard.words.ipo import tabulate_groups

    row = {"estimate": 0.2, "conf_low": 0.1, "conf_high": 0.3, "p_value": 0.0001, "n": 30}
    bare = row | {"conf_low": None, "conf_high": None, "p_value": None, "n": None}
    told = tabulate_groups(
        [
            ("First day", "high_enthusiasm", row),
            ("21 sessions, less market", "high_enthusiasm", row),
            ("252 sessions, less industry", "low_enthusiasm", bare),
        ]
    )
    assert told["Published, %"].to_list() == [pytest.approx(29.73), None, pytest.approx(-0.14)]
    assert told["p"].to_list() == ["< 0.001", "< 0.001", ""]
    assert told["95 % low"].to_list() == [pytest.approx(10), pytest.approx(10), None]


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (
            {"estimate": 0.12, "p_value": 0.004},
            "High enthusiasm goes with higher first-day returns (+12.0 points",
        ),
        ({"estimate": -0.01, "p_value": 0.62}, "cannot be told apart (−1.0 points"),
        (None, "3 listings: returns by enthusiasm are not estimated yet"),
    ],
)
def test_the_title_of_listings_says_either_answer_as_plainly(difference, words):
    from dashboard.words.ipo import ipo_title

    assert words in ipo_title(difference, 3)


def test_tests_are_tallied_without_those_that_were_not_made():
    tests = tally_joint_tests(pl.DataFrame({"joint_p": [None, 0.01, 0.2, 0.05]}))
    assert (tests.n, tests.n_below, tests.smallest) == (3, 1, 0.01)
    none = tally_joint_tests(pl.DataFrame({"joint_p": [None, None]}))
    assert (none.n, none.n_below, none.smallest) == (0, 0, None)


def test_choices_are_compared_with_the_headline_alone():
    models = pl.DataFrame({"result_id": ["a", "b", "c"], "column_no": [1, 2, 3]})
    terms = pl.DataFrame(
        {
            "result_id": ["a", "b", "c", "c"],
            "position": [1, 1, 1, 2],
            "term": ["pre_open_fear", "intraday_fear_lag1", "pre_open_fear", "pre_open_happy"],
            "estimate_per_sd": [-0.3, 0.1, -0.2, 9.0],
            "p_value": [0.01, 0.01, 0.2, 0.0001],
            "conf_low": [-1.0, -1.0, None, 0.0],
        }
    )
    found = compare_choices(models, terms, "fear")
    assert (found.n, found.n_same_sign, found.n_below) == (2, 1, 0)
    assert (found.low, found.high) == (-0.3, 0.1)
    assert compare_choices(models, terms, "sad") is None
    assert strongest(terms)["term"] == "pre_open_happy"


def test_the_emotion_that_stays_most_is_told_against_its_share_over_all_sessions():
    models = pl.DataFrame(
        {"result_id": ["a", "b"], "column_no": [1, 2], "outcome": ["pre_open_happy", "pre_open_fear"]}
    )
    terms = pl.DataFrame(
        {
            "result_id": ["a", "a", "b", "b"],
            "term": ["from_happy", "from_any", "from_fear", "from_any"],
            "estimate": [0.5, 0.45, 0.3, 0.1],
        }
    )
    assert most_lasting(models, terms) == ("fear", 0.3, 0.1)
    assert most_lasting(models, terms.filter(pl.col("term") == "from_any")) is None


def test_a_spread_that_earned_downwards_is_turned_with_its_interval():
    turned = in_its_direction({"estimate": -20.0, "conf_low": -24.0, "conf_high": -16.0})
    assert (turned["estimate"], turned["conf_low"], turned["conf_high"]) == (20.0, 16.0, 24.0)
    assert in_its_direction({"estimate": 3.0, "conf_low": -1.0, "conf_high": 7.0})["conf_low"] == -1.0
