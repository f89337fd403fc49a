import json
import math
from html import unescape

import numpy as np
import polars as pl
import pytest
from scipy import stats

from models.emotions import COLOURS, SIX
from models.figures import (
    FIGURES,
    draw_coefficients,
    draw_figures,
    draw_ipo_paths,
    draw_reliability,
    read_card,
)
from models.figures.drawing import DASHES, SYMBOLS
from models.ipo.paths import average_paths
from models.tagger import load_tagger

BP = 1e4
ONE_A_FAMILY = [
    "predictive", "persistence", "market_responses", "robustness", "placebo", "portfolios", "half_life",
    "transitions",
]  # fmt: skip


def only_figure(models, terms):
    (figure,) = draw_figures(models, terms)
    return figure


def numbers_of(values):
    return (
        []
        if values is None
        else [float(v) for v in np.ravel(np.asarray(values, dtype=object)) if is_number(v)]
    )


def is_number(value):
    return isinstance(value, int | float | np.number) and math.isfinite(value)


def markers(figure):
    return [t for t in figure.plot.data if t.type == "scatter" and "markers" in t.mode and t.x[0] is not None]


def lines(figure):
    return [t for t in figure.plot.data if t.type == "scatter" and t.mode == "lines" and t.line.width]


@pytest.mark.parametrize("family", ONE_A_FAMILY)
def test_a_family_has_one_figure_with_its_words(results, family):
    figure = only_figure(*results(family))
    assert figure.name.startswith(f"{family}-")
    assert figure.title in unescape(figure.plot.layout.title.text.replace("<br>", " "))
    assert "11,199 firm-days, 4 Jan 2024 to 31 Dec 2024" in figure.caption
    assert "Tagger: linear, version 9833." in figure.caption
    assert "Associations, not effects." in figure.caption
    assert figure.plot.layout.width == 700


@pytest.mark.parametrize("family", ["predictive", "robustness", "placebo", "half_life"])
def test_every_interval_and_estimate_drawn_is_stored(results, family):
    models, terms = results(family)
    figure = only_figure(models, terms)
    per_sd = "per within-firm SD" in figure.caption
    unit = 1.0 if family == "half_life" else BP
    shown = terms.with_columns(s=unit * pl.when(per_sd).then(pl.col("within_sd")).otherwise(1.0))
    stored = {
        round(value, 9)
        for name in ("estimate", "conf_low", "conf_high", "placebo_low", "placebo_high")
        for value in (shown[name] * shown["s"]).drop_nulls()
    }
    points = [x for trace in markers(figure) for x in numbers_of(trace.x)]
    ends = [x for trace in lines(figure) for x in numbers_of(trace.x)]
    assert len(points) >= 6
    assert len(ends) >= 2 * len(points)
    assert {round(x, 9) for x in points + ends} <= stored


def test_emotions_are_drawn_and_controls_on_demand_or_where_nothing_else_is(results):
    models, terms = results("predictive")
    assert len(markers(draw_coefficients(models, terms))) == 6 + 12
    assert len(markers(draw_coefficients(models, terms, controls=True))) == 2 + 8 + 14
    first = models.filter(pl.col("column_no") == 1)
    alone = draw_coefficients(first, terms)
    assert [text.partition("<br>")[0] for text in alone.plot.layout.yaxis.ticktext] == [
        "Return from open to close, t-1",
        "Volatility over 183 sessions",
    ]


def test_estimates_are_per_sd_or_per_unit_and_the_axis_says_which(results):
    models, terms = results("predictive")
    column = models.filter(pl.col("column_no") == 2)
    per_sd, per_unit = (draw_coefficients(column, terms, per_sd=choice) for choice in (True, False))
    assert markers(per_sd)[0].x[0] == pytest.approx(0.001 * 0.11 * BP)
    assert markers(per_unit)[0].x[0] == pytest.approx(0.001 * BP)
    said = ["".join(a.text for a in f.plot.layout.annotations) for f in (per_sd, per_unit)]
    assert said == [
        "Return from open to close, in basis points per within-firm SD",
        "Return from open to close, in basis points per unit (a share from 0 to 1)",
    ]


def test_a_term_without_interval_is_not_drawn(results):
    models, terms = results("predictive")
    unknown = pl.when(pl.col("term") != "pre_open_fear").then(pl.col("conf_low"))
    assert len(markers(draw_coefficients(models, terms.with_columns(conf_low=unknown)))) == 5 + 11
    assert draw_coefficients(models, terms.with_columns(conf_low=pl.lit(None, pl.Float64))) is None


def test_outcomes_without_a_common_unit_have_axes_of_their_own(results):
    models, terms = results("predictive")
    mixed = models.with_columns(
        outcome=pl.when(pl.col("column_no") == 2).then(pl.lit("log_rv_gk")).otherwise(pl.lit("ret_oc"))
    )
    alike, unlike = (draw_coefficients(m, terms).plot.layout for m in (models, mixed))
    assert alike.xaxis.range == alike.xaxis2.range
    assert alike.xaxis.matches == "x2" or alike.xaxis2.matches == "x"
    assert unlike.xaxis.matches is None
    assert unlike.xaxis2.matches is None


def test_horizons_are_those_of_the_outcomes(results):
    models, terms = results("persistence")
    drawn = [trace for trace in only_figure(models, terms).plot.data if "markers" in trace.mode]
    assert [trace.name.lower() for trace in drawn] == list(SIX)
    assert drawn[0].x == (0, 2, 3)
    assert list(drawn[0].y) == pytest.approx([0.001 * 0.11 * BP * (1 - h) for h in (0, 2, 3)])
    assert drawn[0].marker.symbol == SYMBOLS["happy"]
    assert drawn[1].line.dash == DASHES["sad"]


def test_responses_have_their_bands(results):
    models, terms = results("market_responses")
    figure = only_figure(models, terms)
    high, low, line = figure.plot.data[:3]
    assert list(line.y) == pytest.approx([0.001 * (s + 1) * BP for s in range(4)])
    assert list(low.y) == pytest.approx([0.0] * 4)
    assert list(high.y) == pytest.approx([0.002 * (s + 1) * BP for s in range(4)])
    assert len(figure.plot.data) == 3 * 7


def test_the_headline_is_marked_and_insignificant_choices_look_like_the_others(results):
    models, terms = results("robustness")
    insignificant = pl.when(pl.col("result_id") == "robustness.linear.2").then(0.9).otherwise(0.001)
    figure = only_figure(models, terms.with_columns(p_value=insignificant))
    assert figure.plot.layout.yaxis.ticktext == (
        "<b>As in the headline</b>",
        "Clustered by firm",
        "One ticker",
    )
    zeros = [s for s in figure.plot.layout.shapes if s.type == "line" and s.line.dash is None]
    assert [(line.x0, line.x1) for line in zeros] == [(0, 0)] * 6
    looks = {}
    for trace in markers(figure):
        looks.setdefault(trace.y[0], []).append((trace.marker.color, trace.marker.symbol, trace.marker.size))
    assert looks[0] == looks[1] == looks[2]
    dotted = [shape for shape in figure.plot.layout.shapes if shape.line.dash == "dot"]
    assert [shape.x0 for shape in dotted] == pytest.approx(
        [0.001 * n * (0.1 + 0.01 * n) * BP for n in range(1, 7)]
    )


def test_groups_and_their_spread_are_bars_with_intervals(results):
    figure = only_figure(*results("portfolios"))
    bars = figure.plot.data[0]
    assert bars.x == ("1", "2", "3", "4", "5", "5−1")
    assert bars.y == (-7.0, -3.0, 1.0, 5.0, 9.0, 16.0)
    assert bars.error_y.array == pytest.approx((7.0, 3.0, 1.0, 5.0, 9.0, 16.0))
    assert bars.marker.pattern.shape == ("", "", "", "", "", "/")


def test_transitions_keep_rows_before_and_columns_after(results):
    models, terms = results("transitions")
    odd = pl.when((pl.col("result_id") == "transitions.linear.2") & (pl.col("term") == "from_sad"))
    terms = terms.with_columns(estimate=odd.then(0.77).otherwise(pl.col("estimate")))
    (heat,) = only_figure(models, terms).plot.data
    assert heat.z[heat.y.index("From sad")][heat.x.index("Happy")] == 0.77
    assert heat.z[heat.y.index("From happy")][heat.x.index("Sad")] == pytest.approx(0.13)


@pytest.mark.parametrize("family", ["predictive", "persistence", "robustness", "placebo", "half_life"])
def test_each_emotion_has_one_colour_in_every_figure(results, family):
    found = set()
    for trace in markers(only_figure(*results(family))):
        found.add(trace.marker.color)
    assert found >= {COLOURS[emotion] for emotion in SIX}


def test_emotions_are_told_apart_in_grey():
    assert len({SYMBOLS[emotion] for emotion in COLOURS}) == len(COLOURS)
    assert len({DASHES[emotion] for emotion in COLOURS}) == len(COLOURS)


def test_families_that_are_absent_or_hold_nothing_have_no_figure(results):
    assert list(draw_figures(pl.DataFrame(), pl.DataFrame())) == []
    models, terms = results("predictive")
    for family in FIGURES:
        renamed = models.with_columns(family=pl.lit(family))
        nothing = terms.clear()
        assert list(draw_figures(renamed, nothing)) == [], family


def test_families_of_the_user_have_figures_by_their_layout(results):
    for family, end in (("predictive", "-coefficients"), ("robustness", "-specification-curve")):
        models, terms = results(family)
        assert only_figure(models.with_columns(family=pl.lit("mine")), terms).name == f"mine{end}"


def test_two_taggers_make_no_figure(results):
    models, terms = results("predictive")
    other = models.with_columns(tagger=pl.lit("vader"))
    with pytest.raises(ValueError, match="one family and tagger"):
        list(draw_figures(pl.concat([models, other]), terms))


@pytest.mark.parametrize("family", ONE_A_FAMILY)
def test_hostile_titles_and_terms_are_inert(results, family):
    bad = '<a href="http://x">b</a><script>$\\alpha$ %{x} \u202e=1+1'
    models, terms = results(family)
    figures = list(draw_figures(models.with_columns(title=pl.lit(bad)), terms))
    strange = pl.when(pl.col("term").is_in(["ret_oc_lag1"])).then(pl.lit(bad)).otherwise(pl.col("term"))
    figures.append(draw_coefficients(models, terms.with_columns(term=strange), controls=True))
    for figure in filter(None, figures):
        text = json.dumps(figure.plot.to_plotly_json(), default=str, ensure_ascii=False)
        assert "<a" not in text
        assert "<script" not in text
        assert "$\\" not in text
        assert "\u202e" not in text


def test_simulated_data_are_marked_in_title_and_caption(results):
    models, terms = results("predictive")
    figure = only_figure(models.with_columns(simulated=pl.lit(value=True)), terms)
    assert figure.title.startswith("SIMULATED DATA: ")
    assert "SIMULATED DATA: " in figure.plot.layout.title.text
    assert figure.caption.endswith("The data are simulated: nothing here is a finding about a market.")


def test_paths_are_means_by_group_with_intervals_of_t(paths):
    means = average_paths(paths)
    row = means.filter(group="high_enthusiasm", event_session=2).row(0, named=True)
    values = np.array([0.02 * (n - 2.5) for n in (3, 4, 5)])
    margin = stats.t.ppf(0.975, 2) * values.std(ddof=1) / math.sqrt(3)
    assert (row["n"], row["mean"]) == (3, pytest.approx(values.mean()))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(
        (values.mean() - margin, values.mean() + margin)
    )
    assert means.filter(event_session=4)["n"].to_list() == [2, 2]


def test_paths_without_posts_are_of_all_listings(paths):
    unknown = paths.with_columns(enthusiasm=pl.lit(None, pl.Float64))
    assert average_paths(unknown)["group"].unique().to_list() == ["all_listings"]
    equal = paths.with_columns(enthusiasm=pl.lit(0.5))
    assert average_paths(equal)["group"].unique().to_list() == ["all_listings"]
    figure = draw_ipo_paths(unknown, "linear", simulated=False)
    assert "Listings followed at first: 6;" in figure.caption
    assert draw_ipo_paths(paths.clear(), "linear", simulated=False) is None
    assert draw_ipo_paths(paths.filter(pl.col("ticker") == "T0"), "linear", simulated=False) is None


def test_paths_are_drawn_in_percent_with_the_number_followed(paths):
    figure = draw_ipo_paths(paths, "linear", simulated=True)
    named = {trace.name: trace for trace in figure.plot.data if trace.name}
    means = average_paths(paths).filter(group="low_enthusiasm")
    assert list(named["Low enthusiasm"].y) == pytest.approx((means["mean"] * 100).to_list())
    assert named["Low enthusiasm"].line.dash != named["High enthusiasm"].line.dash
    assert [3, 3, 3, 2, 2] in [list(trace.y) for trace in figure.plot.data]
    assert figure.title.startswith("SIMULATED DATA: ")


def test_reliability_is_drawn_from_its_figures_with_wilsons_interval():
    bins = pl.DataFrame({"confidence": [0.3, 0.9], "accuracy": [0.2, 1.0], "n_posts": [10, 50]})
    points = draw_reliability(bins, "linear", "posts").plot.data[1]
    assert (points.x, points.y) == ((0.3, 0.9), (0.2, 1.0))
    interval = stats.binomtest(2, 10).proportion_ci(method="wilson")
    assert points.error_y.array[0] == pytest.approx(interval.high - 0.2, abs=1e-6)
    assert points.error_y.arrayminus[0] == pytest.approx(0.2 - interval.low, abs=1e-6)
    assert draw_reliability(bins.clear(), "linear", "posts") is None


def test_the_model_card_has_the_reliability_of_its_own_version():
    version = load_tagger("linear").version
    card = read_card(version)
    assert card["n_posts"].sum() == 8000
    assert card["confidence"].is_sorted()
    assert card.height > 5
    assert read_card("0").is_empty()


def test_terms_in_units_of_their_own_have_no_common_axis(results):
    assert draw_coefficients(*results("portfolios")) is None
