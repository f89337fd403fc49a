"""Every number in a table is the stored one, and every format shows the table's numbers and no others."""

import html
import json
import math
import re

import polars as pl
import pytest

from models.tables import STYLES, choose_style, regression_table, render
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
}
SLOPES = {"Emotion terms", "Regressors of interest", "Controls"}
STYLED = {
    **STYLES,
    "intervals": choose_style("plain", below="interval"),
    "five digits": choose_style("plain", digits=5),
}
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?")


def agrees(shown, stored, digits=3):
    """Whether a shown number is the stored one to its last digit, and that digit is not too early."""
    mantissa, _, exponent = shown.replace(",", "").partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    if abs(float(shown.replace(",", "")) - stored) > 0.5000001 * unit:
        return False
    # Digits before the point are all shown; a number that rounds up may have one digit fewer behind it.
    least = 10.0 ** (math.floor(math.log10(abs(stored))) - digits + 2) if stored else 1.0
    return unit <= 1.0000001 * (least if abs(stored) < 1 else max(1.0, least))


def rows_of(table, headings=None):
    """Each row of a table with the heading of its group."""
    return [(g.heading, row) for g in table.groups for row in g.rows if not headings or g.heading in headings]


# --- The table holds what is stored


@pytest.mark.parametrize("style", STYLED)
def test_every_shown_number_is_that_behind_its_cell(case, style):
    _, models, terms = case
    table = regression_table(models, terms, STYLED[style])
    digits = STYLED[style].digits
    numbers = 0
    for _, row in rows_of(table):
        for cell in row.cells:
            if cell.value is not None:
                assert agrees(cell.text, cell.value, digits), (row.label, cell)
                numbers += 1
            shown = NUMBER.findall(cell.below)
            assert len(shown) == len(cell.below_values)
            for text, value in zip(shown, cell.below_values, strict=True):
                assert agrees(text, value, digits), (row.label, cell)
                numbers += 1
    assert numbers > 12


@pytest.mark.parametrize("style", STYLED)
@pytest.mark.parametrize(
    "name", ["one_column", "four_columns", "effects_beside_none", "interactions", "adjusted"]
)
def test_every_number_behind_a_cell_of_a_term_is_the_stored_one_in_basis_points(results, name, style):
    models, terms = results(name)
    table = regression_table(models, terms, STYLED[style])
    numbers = models["column_no"].sort().to_list()
    stored = {(row["column_no"], label(row["term"])): row for row in terms.to_dicts()}
    below = {"se": ("std_error",), "t": ("statistic",), "interval": ("conf_low", "conf_high")}
    kind = STYLED[style].below
    scale = 1.0 if kind == "t" else BASIS_POINTS
    seen = set()
    for _, row in rows_of(table, SLOPES):
        for number, cell in zip(numbers, row.cells, strict=True):
            fit = stored.get((number, row.label))
            if fit is None:
                assert (cell.text, cell.below, cell.stars) == ("", "", 0)
                continue
            assert cell.value == pytest.approx(fit["estimate"] * BASIS_POINTS, rel=1e-12)
            assert cell.below_values == pytest.approx([fit[name] * scale for name in below[kind]], rel=1e-12)
            stars = sum(fit["p_value"] < level for level in (0.10, 0.05, 0.01))
            assert cell.stars == (stars if STYLED[style].stars else 0)
            seen.add((number, row.label))
    assert seen == set(stored)


@pytest.mark.parametrize(
    "name", ["one_column", "four_columns", "effects_beside_none", "interactions", "adjusted"]
)
def test_every_fact_is_the_stored_one(results, name):
    models, terms = results(name)
    models = models.sort("column_no")
    by_label = {row.label: row.cells for _, row in rows_of(regression_table(models, terms))}
    for words, fact in FACTS.items():
        assert [cell.value for cell in by_label[words]] == models[fact].to_list(), words
    means = [cell.value for cell in by_label["Mean, in basis points"]]
    assert means == pytest.approx([mean * BASIS_POINTS for mean in models["dependent_mean"]])
    joint = [cell.text for cell in by_label["Joint test of the emotion terms: p"]]
    for text, stored in zip(joint, models["joint_p"], strict=True):
        assert (
            (text == "") if stored is None else (text == "<0.001" and stored < 0.001) or agrees(text, stored)
        )
    freedom = [cell.text for cell in by_label["Joint test of the emotion terms: degrees of freedom"]]
    assert freedom == [
        f"{a}, {b}" if a else "" for a, b in models.select("joint_df1", "joint_df2").iter_rows()
    ]


def test_adjusted_p_values_stand_beside_the_plain_one(results):
    models, terms = results("adjusted")
    table = regression_table(models, terms)
    (group,) = (group for group in table.groups if group.heading.startswith("p-values"))
    assert group.heading == "p-values: plain / Romano-Wolf / Benjamini-Hochberg"
    stored = {label(row["term"]): row for row in terms.to_dicts() if row["p_romano_wolf"] is not None}
    assert [row.label for row in group.rows] == list(stored)
    for row in group.rows:
        first, second = row.cells
        assert first.text == ""  # one term is tested there
        shown = second.text.split(" / ")
        for text, name in zip(shown, ("p_value", "p_romano_wolf", "p_benjamini_hochberg"), strict=True):
            p = stored[row.label][name]
            assert (text == "<0.001" and p < 0.001) or agrees(text, p)
    assert any("wild cluster bootstrap (999 draws)" in note for note in table.notes)


def test_a_row_a_model_holds_the_stored_numbers(results):
    models, terms = results("rows_of_models")
    table = regression_table(models, terms)
    stored = {(row["column_no"], row["term"]): row for row in terms.to_dicts()}
    titles = [heading.title for heading in table.headings]
    assert titles[-4:] == ["Firm-days", "Clusters", "R² within", "Joint p"]
    facts = models.sort("column_no").to_dicts()
    for model, (_, row) in zip(facts, rows_of(table), strict=True):
        assert row.label == f"({model['column_no']}) {model['title']}"
        cells = dict(zip(titles, row.cells, strict=True))
        for emotion in titles[:-4]:
            fit = stored[model["column_no"], f"pre_open_{emotion.lower()}"]
            assert cells[emotion].value == pytest.approx(fit["estimate"] * BASIS_POINTS)
            assert cells[emotion].below_values == pytest.approx([fit["std_error"] * BASIS_POINTS])
        assert cells["Firm-days"].value == model["n_obs"]
        firms = model["n_clusters_firm"]
        assert cells["Clusters"].text == f"{'-' if firms is None else firms} / {model['n_clusters_session']}"


def test_parts_of_the_posts_are_rows_where_they_would_leave_most_cells_empty(results):
    table = regression_table(*results("parts_of_posts"))
    assert [heading.title for heading in table.headings][:2] == ["Happy", "Fear"]
    labels = [row.label for _, row in rows_of(table)]
    assert labels[-2:] == ["(8) Two, posts in finance language", "(8) Two, chat"]


# --- The formats show the table


def grid_of(table):
    """Rows of texts as a reader sees them: label, cells; the line below has an empty label."""
    grid = []
    for _, row in rows_of(table):
        grid.append([row.label, *(cell.text + "*" * cell.stars for cell in row.cells)])
        if row.has_below:
            grid.append(["", *(cell.below for cell in row.cells)])
    return [[" ".join(text.split()) for text in line] for line in grid]


def read_markdown(text):
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    plain = [[re.sub(r"\\(?=[^A-Za-z0-9\s])", "", cell) for cell in row] for row in cells]
    return [
        row for raw, row in zip(cells, plain, strict=True) if any(row[1:]) or not re.match(r"\*[^*]", raw[0])
    ]


def read_latex(text):
    commands = (
        (r"\$\\times10\^\{(-?\d+)\}\$", lambda found: f"e{int(found[1]):+03d}"),
        (r"\$-\$", "-"),
        (r"\$\^\{(\*+)\}\$", r"\1"),
        (r"\\textsuperscript\{2\}", "²"),
        (r"\\text(less|greater|bar)\{\}", lambda found: {"less": "<", "greater": ">", "bar": "|"}[found[1]]),
        (r"\{([\[\]*])\}", r"\1"),
        (r"\\([&%$#_{}])", r"\1"),
    )
    body = text.split("\\endfoot\n" if "\\endfoot" in text else "\\midrule\n", 1)[1]
    grid = []
    for line in body.splitlines():
        if not re.search(r" \\\\\*?$", line) or r"\textit" in line:
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)&", re.sub(r" \\\\\*?$", "", line))]
        spread = []
        for cell in cells:
            merged = re.fullmatch(r"\\multicolumn\{(\d+)\}\{\w\}\{(.*)\}", cell)
            spread += [merged[2]] * int(merged[1]) if merged else [cell]
        for pattern, sign in commands:
            spread = [re.sub(pattern, sign, cell) for cell in spread]
        grid.append(spread)
    return grid


def read_html(text):
    grid, waiting = [], False
    for line in re.findall(r"<tr>.*?</tr>", text.split("</thead>")[1]):
        if "rowgroup" in line:
            continue
        cells = [""] if waiting else []
        waiting = 'rowspan="2"' in line
        for attributes, content in re.findall(r"<t[hd]([^>]*)>(.*?)</t[hd]>", line):
            power = re.sub(r"×10<sup>(.*?)</sup>", lambda found: f"e{signed(found[1]):+03d}", content)
            words = html.unescape(re.sub(r"<[^>]*>", "", power)).replace("−", "-")
            spanned = re.search(r'colspan="(\d+)"', attributes)
            cells += [words] * (int(spanned[1]) if spanned else 1)
        grid.append(cells)
    return grid


def signed(text):
    return int(text.replace("−", "-"))


def read_typst(text):
    body = text.split("table.hline(stroke: 0.05em),\n),\n")[1].split("\ntable.hline")[0]
    grid = []
    for line in body.splitlines():
        if "emph(" in line:
            continue
        plain = re.sub(r'(?: \+ )?"×10" \+ super\("([^"]*)"\)(?: \+ "([^"]*)")?', r'E\1E\2"', line)
        plain = re.sub(r'"E(.*?)E', lambda found: f"e{signed(found[1]):+03d}", plain)
        plain = re.sub(r'" \+ super\("(\*+)"\)', r'\1"', plain)
        cells = []
        for spanned, words in re.findall(
            r'(?:table\.cell\(colspan: (\d+), [^"]*)?"((?:[^"\\]|\\.)*)"', plain
        ):
            cells += [re.sub(r"\\(.)", r"\1", words).replace("−", "-")] * int(spanned or 1)
        grid.append(cells)
    return grid


def read_json(text):
    grid = []
    for row in (row for group in json.loads(text)["groups"] for row in group["rows"]):
        grid.append([row["label"], *(cell["text"] + "*" * cell["stars"] for cell in row["cells"])])
        if any(cell["below"] for cell in row["cells"]):
            grid.append(["", *(cell["below"] for cell in row["cells"])])
    return grid


READERS = {
    "md": read_markdown,
    "tex": read_latex,
    "html": read_html,
    "typ": read_typst,
    "json": read_json,
}


@pytest.mark.parametrize("style", ["plain", "jf", "intervals"])
@pytest.mark.parametrize("format_name", READERS)
def test_a_format_shows_every_cell_of_the_table_and_nothing_else(case, format_name, style):
    name, models, terms = case
    table = regression_table(models, terms, STYLED[style])
    assert READERS[format_name](render(table, format_name)) == grid_of(table), name


def test_json_has_the_numbers_the_facts_and_the_stored_terms(results):
    models, terms = results("four_columns")
    table = regression_table(models, terms)
    read = json.loads(render(table, "json"))
    cells = [cell for group in read["groups"] for row in group["rows"] for cell in row["cells"]]
    values = [cell.value for _, row in rows_of(table) for cell in row.cells]
    assert [cell["value"] for cell in cells] == values
    assert [model["r_squared"] for model in read["models"]] == models.sort("column_no")["r_squared"].to_list()
    stored = models.select("result_id", number="column_no").join(terms, on="result_id")
    stored = stored.sort("number", "position")
    assert [term["estimate"] for term in read["terms"]] == stored["estimate"].to_list()
    assert pl.Series([model["sample_start"] for model in read["models"]]).str.to_date().to_list() == (
        models.sort("column_no")["sample_start"].to_list()
    )
