"""Styles change what is shown, never the numbers behind it."""

import pytest

from models.tables import FORMATS, STYLES, choose_style, regression_table, render


def cells_of(table):
    return [cell for group in table.groups for row in group.rows for cell in row.cells]


def notes_of(results, name, **options):
    return "\n".join(regression_table(*results(name), choose_style(**options)).notes)


def test_styles_differ_in_what_they_are_known_for(results):
    tables = {name: regression_table(*results("one_column"), style) for name, style in STYLES.items()}
    stars = {name: max(cell.stars for cell in cells_of(table)) for name, table in tables.items()}
    assert stars == {"plain": 3, "aer": 0, "jf": 3}
    happy = {name: cells_of(table)[2].below for name, table in tables.items()}
    assert happy == {"plain": "(21.1)", "aer": "(21.1)", "jf": "(2.71)"}
    assert {name: table.notes_above for name, table in tables.items()} == {
        "plain": False,
        "aer": False,
        "jf": True,
    }


@pytest.mark.parametrize("style", STYLES)
def test_no_style_changes_a_number(results, style):
    plain = cells_of(regression_table(*results("four_columns")))
    other = cells_of(regression_table(*results("four_columns"), STYLES[style]))
    assert [cell.value for cell in other] == [cell.value for cell in plain]


@pytest.mark.parametrize("name", ["one_column", "rows_of_models", "adjusted"])
def test_without_stars_there_is_no_legend_but_the_number_of_tests_is_told(results, name):
    notes = notes_of(results, name, stars=False)
    assert "p < 0.10" not in notes
    assert "terms are tested in a" in notes
    assert "* p < 0.10, ** p < 0.05, *** p < 0.01" in notes_of(results, name)


@pytest.mark.parametrize(
    ("below", "words", "shown"),
    [
        ("se", "their standard errors (in parentheses)", "(21.1)"),
        ("t", "their t statistics (in parentheses)", "(2.71)"),
        ("interval", "their 95% intervals (in brackets)", "[15.1, 99.1]"),
    ],
)
def test_notes_say_what_stands_below(results, below, words, shown):
    table = regression_table(*results("one_column"), choose_style(below=below))
    assert cells_of(table)[2].below == shown
    assert any(words in note for note in table.notes)


def test_digits_are_significant(results):
    shown = {
        digits: cells_of(regression_table(*results("one_column"), choose_style(digits=digits)))[2]
        for digits in (1, 2, 5)
    }
    assert [cell.text for cell in shown.values()] == ["57", "57", "57.100"]
    assert [cell.below for cell in shown.values()] == ["(21)", "(21)", "(21.100)"]


def test_nothing_stands_below_what_was_not_stored(results):
    models, terms = results("nasty")  # one term has no variance, so neither a t nor an interval of use
    for below in ("se", "t", "interval"):
        cells = cells_of(regression_table(models, terms, choose_style(below=below)))
        assert all(
            len(cell.below_values) == (0 if not cell.below else 1 + (below == "interval")) for cell in cells
        )
    fear = [
        cell
        for cell in cells_of(regression_table(models, terms, choose_style(below="t")))
        if cell.value == 42
    ]
    assert [cell.below for cell in fear] == [""]


def test_notes_above_stand_between_the_title_and_the_body(results):
    table = regression_table(*results("one_column"), choose_style("jf"))
    for name, body in {"md": "|", "tex": "\\toprule", "html": "<thead>", "typ": "#table("}.items():
        text = render(table, name)
        assert text.index("Predictive regressions") < text.index("Made from: "), name
        assert "begin{threeparttable}" not in text  # it would move the caption under the notes
        assert text.index("Made from: ") < text.index(body, text.index(table.title[:20])), name
        assert text.count("Made from: ") == 1


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_style_renders_in_every_format(case, format_name):
    _, models, terms = case
    for style in STYLES.values():
        assert render(regression_table(models, terms, style), format_name).endswith("\n")


def test_what_is_no_style_is_refused():
    with pytest.raises(ValueError, match="no style 'qje'; there are: plain, aer, jf"):
        choose_style("qje")
    with pytest.raises(ValueError, match="se, t, interval"):
        choose_style(below="p")
    with pytest.raises(ValueError, match="1 to 12 significant digits, not 0"):
        choose_style(digits=0)
