"""The table says what is stored: every number, every star, every fact a reader needs."""

import math
import re

import polars as pl
import pytest

from models.emotions import SIX
from models.tables import regression_table, render
from models.tables.labels import label

PLAIN_CASES = ["one_column", "four_columns", "effects_beside_none", "simulated"]


def read_markdown(text):
    """Rows of the pipe table as lists of cells, escapes undone."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows]
    return [[re.sub(r"\\(?=[^\w\s])", "", cell).strip() for cell in row] for row in cells]


def test_emotions_stand_in_their_order_before_the_controls_and_the_intercept_last(results):
    table = regression_table(*results("effects_beside_none"))
    groups = {group.heading: [row.label for row in group.rows] for group in table.groups}
    assert groups["Emotion terms"] == [label(f"pre_open_{emotion}") for emotion in SIX]
    assert groups["Controls"] == [label("ret_oc_lag1"), label("pre_open_log_posts"), "Intercept"]


def test_columns_stand_by_number_not_by_the_order_of_their_ids(results):
    table = regression_table(*results("four_columns"))
    assert [heading.number for heading in table.headings] == ["(1)", "(2)", "(3)", "(10)"]
    assert table.headings[-1].title == "+ windows of t-1"


def test_effects_are_said_for_each_column(results):
    table = regression_table(*results("effects_beside_none"))
    effects = next(group for group in table.groups if group.heading == "Effects")
    said = {row.label: [cell.text for cell in row.cells] for row in effects.rows}
    assert said == {"Firm effects": ["No", "Yes"], "Session effects": ["No", "Yes"]}


def test_a_jointly_tested_term_is_of_interest_whatever_its_name_and_a_control_emotion_is_not(results):
    table = regression_table(*results("nasty"))
    groups = {group.heading: [row.label for row in group.rows] for group in table.groups}
    assert groups["Regressors of interest"] == ["[odd|term]_1"]
    assert label("pre_open_fear_lag1") in groups["Controls"]


@pytest.mark.parametrize("format_name", ["md", "tex"])
def test_only_simulated_data_are_called_so_and_first_of_all(results, format_name):
    real = regression_table(*results("one_column"))
    made_up = regression_table(*results("simulated"))
    assert made_up.title == f"SIMULATED DATA: {real.title}"
    assert "SIMULATED DATA: " in render(made_up, format_name)
    assert "simulated" not in render(real, format_name).lower()
    assert "simulated" in made_up.notes[0]


def test_one_simulated_column_marks_the_table(results):
    models, terms = results("four_columns")
    models = models.with_columns(simulated=pl.col("column_no") == 3)
    assert regression_table(models, terms).title.startswith("SIMULATED DATA: ")


def test_notes_name_inference_sample_and_provenance(results):
    notes = "\n".join(regression_table(*results("one_column")).notes)
    for words in (
        "in basis points",
        "two-way clustered by firm (87 clusters) and session (539 clusters)",
        "(n-1)/(n-K) with K = 9, G/(G-1) with the smallest G = 87, t(86)",
        "* p < 0.10, ** p < 0.05, *** p < 0.01",
        "Up to 6 emotion terms are tested in a column; p-values are not adjusted for that.",
        "firm-days with at least 1 post before the open",
        "2014-01-02 to 2016-04-01",
        "Return from open to close, t-1, each at 0.1% and 99.9%",
        "tagger linear (version 3), data 0123456789ab, emotape 0.1.0",
        "Neutral is the emotion left out.",
        "Associations, not effects",
    ):
        assert words in notes
    assert "dropped as collinear" not in notes
    assert "Weights" not in notes


def test_neutral_is_not_called_left_out_where_it_is_a_term(results):
    models, terms = results("one_column")
    terms = terms.with_columns(pl.col("term").replace("pre_open_sad", "pre_open_neutral"))
    notes = "\n".join(regression_table(models, terms).notes)
    assert "left out" not in notes


def test_notes_that_differ_by_column_say_which(results):
    notes = "\n".join(regression_table(*results("four_columns")).notes)
    assert "firm (87/87/87/68 clusters) and session (539 clusters)" in notes
    assert "K = 3/4/9/21" in notes
    assert "Sessions: 2014-01-02 to 2016-04-01. Except (10): 2014-01-03 to 2016-04-01." in notes
    assert notes.count("(Divided by /: one number a column.)") == 1
    beside = "\n".join(regression_table(*results("effects_beside_none")).notes)
    assert "(1): Standard errors are robust to heteroskedasticity (HC1), not clustered." in beside
    assert "(2): Standard errors are two-way clustered" in beside


def test_dropped_terms_and_weights_are_named_in_words(results):
    notes = "\n".join(regression_table(*results("nasty")).notes)
    assert (
        "Terms dropped as collinear with the others or the effects: Sad, before the open; +mystery_x."
        in notes
    )
    assert "Weights: Posts before the open." in notes


def test_nothing_is_called_an_effect_on_returns(results):
    for name in PLAIN_CASES:
        text = render(regression_table(*results(name)), "md")
        assert not re.search(r"effects? (of|on) ", text, re.IGNORECASE)


def test_an_outcome_that_is_no_return_stays_in_its_own_unit(results):
    models, terms = results("one_column")
    models = models.with_columns(outcome=pl.lit("intraday_valence"), dependent_mean=pl.lit(0.25))
    text = render(regression_table(models, terms), "md")
    assert "basis points:" not in text.splitlines()[0]
    rows = {row[0]: row[1] for row in read_markdown(text)}
    assert rows["Mean, in its own unit"] == "0.250"
    assert rows["Happy, before the open"] == "0.00571***"


def test_estimates_that_were_never_stored_make_the_same_table(results):
    models, terms = results("four_columns")
    fresh = models.drop(
        "result_id", "simulated", "code_version", "data_version", "tagger_version", "estimated_at"
    )
    table = regression_table(fresh, terms.drop("result_id").with_columns(pl.col("column_no").cast(pl.Int32)))
    stored = regression_table(models, terms)
    assert table.groups == stored.groups
    assert "tagger linear, data of unknown version" in "\n".join(table.notes)


def test_terms_of_other_models_are_left_out(results):
    models, terms = results("four_columns")
    table = regression_table(models.filter(pl.col("column_no") == 2), terms)
    assert table.tidy["term"].to_list() == ["pre_open_valence", "ret_oc_lag1", "pre_open_log_posts"]


def test_what_is_not_one_table_is_refused(results):
    models, terms = results("one_column")
    with pytest.raises(ValueError, match="no model"):
        regression_table(models.clear(), terms)
    two = pl.concat([models, models.with_columns(tagger=pl.lit("emtract"))])
    with pytest.raises(ValueError, match="one tagger; found emtract, linear"):
        regression_table(two, terms)
    two = pl.concat([models, models.with_columns(family=pl.lit("ipo"))])
    with pytest.raises(ValueError, match="one family; found ipo, predictive"):
        regression_table(two, terms)
    with pytest.raises(ValueError, match="one column number"):
        regression_table(pl.concat([models, models]), terms)


def test_an_estimate_without_variance_has_no_stars_and_one_that_is_not_a_number_says_so(results):
    models, terms = results("nasty")
    terms = terms.with_columns(
        estimate=pl.when(pl.col("term") == "*starred").then(math.nan).otherwise(pl.col("estimate"))
    )
    rows = {row[0]: row[1] for row in read_markdown(render(regression_table(models, terms), "md"))}
    assert rows["Fear, before the open, session t-1"] == "42.0"
    assert rows["*starred"] == "n/a"


@pytest.mark.parametrize(("n_firms", "warned"), [(5, True), (39, True), (40, False), (87, False)])
def test_few_clusters_are_cautioned_against(results, n_firms, warned):
    models, terms = results("four_columns")
    table = regression_table(models.with_columns(n_clusters_firm=pl.lit(n_firms)), terms)
    assert any("fewer than 40 clusters" in note for note in table.notes) == warned


def groups_of(table):
    return {group.heading: {row.label: row.cells for row in group.rows} for group in table.groups}


def test_a_chi_squared_test_has_no_second_degrees_of_freedom(results):
    models, terms = results("one_column")
    table = regression_table(models.with_columns(joint_df2=pl.lit(None, pl.Int64)), terms)
    freedom = groups_of(table)["Fit"]["Joint test of the emotion terms: degrees of freedom"]
    assert [cell.text for cell in freedom] == ["6, ∞"]
    assert r"6, $\infty$" in render(table, "tex")


def test_effects_that_no_reader_expects_are_not_denied(results):
    models, terms = results("effects_beside_none")
    sessions = models.with_columns(rows=pl.lit("sessions"), effects=pl.lit(""))
    groups = groups_of(regression_table(sessions, terms))
    assert "Effects" not in groups
    assert "Singletons dropped" not in groups["Sample"]
    listings = models.with_columns(
        rows=pl.lit("listings"),
        effects=pl.when(pl.col("column_no") == 1).then(pl.lit("quarter")).otherwise(pl.lit("")),
    )
    effects = groups_of(regression_table(listings, terms))["Effects"]
    assert {label: [cell.text for cell in cells] for label, cells in effects.items()} == {
        "Quarter effects": ["Yes", "No"]
    }


def test_figures_are_no_controls_even_where_standard_errors_are_clustered(results):
    models, terms = results("one_column")
    terms = terms.head(3).with_columns(term=pl.Series(["rho", "half_life", "from_fear"]))
    table = regression_table(models.with_columns(joint_df1=pl.lit(None, pl.Int64)), terms)
    assert list(groups_of(table)["Estimates"]) == [label(name) for name in ("rho", "half_life", "from_fear")]
    assert "the others held" not in "\n".join(table.notes)


def test_every_lag_of_a_vector_autoregression_is_of_interest(results):
    models, terms = results("one_column")
    models = models.with_columns(estimator=pl.lit("vector_autoregression"), joint_df1=pl.lit(2))
    groups = groups_of(regression_table(models, terms))
    assert "Controls" not in groups
    assert "Joint test of the other variables' lags: F" in groups["Fit"]


def test_a_granger_estimate_is_called_a_sum(results):
    models, terms = results("one_column")
    groups = groups_of(regression_table(models.with_columns(estimator=pl.lit("granger")), terms))
    assert "Happy, before the open, sum of the lags" in groups["Emotion terms"]
    assert "Granger test: p" in groups["Fit"]


def test_rows_with_units_of_their_own_are_not_scaled_and_empty_ones_are_left_out(results):
    models, terms = results("one_column")
    terms = terms.head(2).with_columns(
        term=pl.Series(["long_short", "alpha"]),
        unit_of_term=pl.lit("percent"),
        estimate=pl.Series([4.5, None], dtype=pl.Float64),
    )
    models = models.with_columns(
        joint_df1=pl.lit(None, pl.Int64), corrections=pl.lit(None, pl.String), unit=pl.lit("own")
    )
    table = regression_table(models, terms)
    assert {name: cells[0].text for name, cells in groups_of(table)["Estimates"].items()} == {
        "Highest less lowest group, percent": "4.50"
    }
    assert groups_of(table)["Dependent variable"]["Mean, in basis points"][0].text == "1.63"
    assert any("each in the unit that its row names" in note for note in table.notes)
    assert "basis points" not in table.title


def test_families_have_titles_and_names_in_notes_are_words(results):
    models, terms = results("one_column")
    models = models.with_columns(
        family=pl.lit("fama_macbeth"), caution=pl.lit("half_life takes out what bhar_m_126 has.")
    )
    table = regression_table(models, terms)
    assert table.title == "Fama-MacBeth regressions, in basis points: Return from open to close"
    assert table.notes[-1] == (
        '"Half-lives of emotions" takes out what Buy-and-hold return over 126 sessions, less the market has.'
    )


def test_many_columns_of_samples_of_their_own_are_told_as_ranges(results):
    models, terms = results("six_columns")
    i = pl.col("column_no")
    models = models.with_columns(
        sample_end=pl.date(2016, 4, i),
        outcome=pl.format("ret_{}", i),
        winsorising=pl.format("ret_{}, vol_183 at 0.1% and 99.9%", i),
    )
    notes = "\n".join(regression_table(models, terms).notes)
    assert "Sessions: from 2014-01-02 to between 2016-04-01 and 2016-04-06, by column." in notes
    assert "Winsorised: the dependent variable; Volatility over 183 sessions, each at 0.1%" in notes


def test_how_standard_errors_were_computed_is_said_of_the_models_that_it_holds_for(results):
    models, terms = results("effects_beside_none")
    second = pl.col("column_no") == 2
    models = models.with_columns(
        corrections=pl.when(second).then("corrections"), method=pl.when(~second).then(pl.lit("Means."))
    )
    notes = "\n".join(regression_table(models, terms).notes)
    assert "(2): Standard errors are two-way clustered" in notes
    assert "Small-sample corrections: (2): (n-1)/(n-K)" in notes
    assert "(1): Means." in notes
    assert "two-sided" not in notes
