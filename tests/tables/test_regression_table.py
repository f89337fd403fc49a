"""The table says what is stored: every number, every star, every fact a reader needs."""

import math
import re
from itertools import pairwise

import polars as pl
import pytest

from models.emotions import SIX
from models.tables import regression_table, render
from models.tables.labels import label

BASIS_POINTS = 1e4
FACTS = {
    "Firm-days": "n_obs",
    "Firms": "n_firms",
    "Sessions": "n_sessions",
    "Singletons dropped": "n_singletons",
    "R²": "r_squared",
    "R² within": "r_squared_within",
    "Gain in R² over the controls, in basis points": "r_squared_gain_bp",
    "Joint test of the emotion terms: F": "joint_f",
    "Joint test of the emotion terms: p": "joint_p",
}
PLAIN_CASES = ["one_column", "four_columns", "effects_beside_none", "simulated"]


def read_markdown(text):
    """Rows of the pipe table as lists of cells, escapes undone."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows]
    return [[re.sub(r"\\(?=[^\w\s])", "", cell).strip() for cell in row] for row in cells]


def read_latex(text):
    """Rows of the tabular as lists of cells, in the same words as in Markdown."""
    inside = text.split("\\toprule\n")[1].split("\\bottomrule")[0]
    read = []
    for line in inside.splitlines():
        if line == "\\midrule":
            continue
        plain = line
        for command, sign in (
            (r"\$\\times10\^\{(-?\d+)\}\$", r"e\1"),
            (r"\$-\$", "-"),
            (r"\$\^\{(\*+)\}\$", r"\1"),
            (r"\\textsuperscript\{2\}", "²"),
            (r"\\textless\{\}", "<"),
        ):
            plain = re.sub(command, sign, plain)
        assert plain.endswith(" \\\\")
        cells = [cell.strip() for cell in re.split(r"(?<!\\)&", plain.removesuffix(" \\\\"))]
        spread = []
        for cell in cells:
            merged = re.fullmatch(r"\\multicolumn\{(\d+)\}\{\w\}\{(.*)\}", cell)
            spread += [merged[2]] * int(merged[1]) if merged else [cell]
        read.append(spread)
    return read


READERS = {"md": read_markdown, "tex": read_latex}


def agrees(shown, stored):
    """Whether a shown number is the stored one to its last digit."""
    shown = shown.replace(",", "")
    mantissa, _, exponent = shown.partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    return abs(float(shown) - stored) <= 0.5000001 * unit


@pytest.mark.parametrize("format_name", READERS)
@pytest.mark.parametrize("case_name", PLAIN_CASES)
def test_every_estimate_and_standard_error_shown_is_the_stored_one(results, case_name, format_name):
    models, terms = results(case_name)
    rows = READERS[format_name](render(regression_table(models, terms), format_name))
    numbers = models["column_no"].sort().to_list()
    stored = {(row["column_no"], label(row["term"])): row for row in terms.to_dicts()}
    labels = {name for _, name in stored}
    seen = set()
    for row, below in pairwise(rows):
        if row[0] not in labels:
            continue
        assert below[0] == ""
        for number, cell, std_error in zip(numbers, row[1:], below[1:], strict=True):
            fit = stored.get((number, row[0]))
            if fit is None:
                assert (cell, std_error) == ("", "")
                continue
            estimate, stars = re.fullmatch(r"([^*]+)(\**)", cell).groups()
            assert agrees(estimate, fit["estimate"] * BASIS_POINTS)
            assert agrees(std_error.strip("()"), fit["std_error"] * BASIS_POINTS)
            assert len(stars) == sum(fit["p_value"] < level for level in (0.10, 0.05, 0.01))
            seen.add((number, row[0]))
    assert seen == set(stored)


@pytest.mark.parametrize("format_name", READERS)
@pytest.mark.parametrize("case_name", PLAIN_CASES)
def test_every_fact_shown_is_the_stored_one(results, case_name, format_name):
    models, terms = results(case_name)
    models = models.sort("column_no")
    rows = READERS[format_name](render(regression_table(models, terms), format_name))
    # "Sessions" names a fact and "Happy" a term: labels of facts stand once.
    by_label = {row[0]: row[1:] for row in rows}
    for words, name in FACTS.items():
        for shown, stored in zip(by_label[words], models[name], strict=True):
            if stored is None:
                assert shown == ""
            elif shown == "<0.001":
                assert stored < 0.001
            else:
                assert agrees(shown, stored), words
    for shown, stored in zip(by_label["Mean, in basis points"], models["dependent_mean"], strict=True):
        assert agrees(shown, stored * BASIS_POINTS)


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
    assert "(1), (2), (3): 2014-01-02 to 2016-04-01. (10): 2014-01-03 to 2016-04-01." in notes
    beside = "\n".join(regression_table(*results("effects_beside_none")).notes)
    assert "(1): Standard errors in brackets, robust to heteroskedasticity (HC1), not clustered." in beside
    assert "(2): Standard errors in brackets, two-way clustered" in beside


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
