"""Each format can be read by what reads it, whatever stands in the titles."""

import csv
import io
import math
import re
import shutil
import subprocess

import polars as pl
import pytest

from models.tables import FORMATS, regression_table, render
from models.tables.latex import PACKAGES
from models.tables.latex_text import escape

FORMULA_SIGNS = ("=", "+", "-", "@")


def text_of(case, format_name):
    _, models, terms = case
    return render(regression_table(models, terms), format_name)


def table_lines(text):
    return [line for line in text.splitlines() if line.startswith("|")]


# --- Markdown


@pytest.mark.parametrize("name", ["one_column", "four_columns", "effects_beside_none", "simulated"])
def test_markdown_pipes_stand_under_one_another(results, name):
    lines = table_lines(render(regression_table(*results(name)), "md"))
    assert len({tuple(i for i, sign in enumerate(line) if sign == "|") for line in lines}) == 1


def test_markdown_counts_an_emoji_as_two_places_and_its_joiner_as_none(results):
    models, terms = results("one_column")
    title = "😀" * 20 + "\u200d"
    heading, rule, *_ = table_lines(
        render(regression_table(models.with_columns(title=pl.lit(title)), terms), "md")
    )
    assert len(heading) == len(rule) - 20 + 1
    assert rule.endswith("| " + "-" * (len("(1) ") + 40 - 1) + ": |")


def test_markdown_rows_have_as_many_cells_as_headings(case):
    _, models, terms = case
    counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table_lines(text_of(case, "md"))}
    assert counts == {len(regression_table(models, terms).headings) + 2}


def test_markdown_takes_signs_literally(results):
    text = render(regression_table(*results("nasty")), "md")
    heading = table_lines(text)[0]
    assert r"\| a\_b & 50% \<b> \*c\* \$x\$ {y} #1 \~ ^ \\ " in heading
    assert r"\[z\] − “é”" in heading  # and the line break before it is a space
    assert r"| \[odd\|term\]\_1 " in text


# --- LaTeX


def test_latex_rows_have_as_many_cells_as_columns_and_braces_and_environments_match(case):
    text = text_of(case, "tex")
    _, models, terms = case
    n = len(regression_table(models, terms).headings)
    rows = [line for line in text.splitlines() if re.search(r" \\\\\*?$", line) and "caption" not in line]
    assert len(rows) > 10
    for line in rows:
        merged = sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", line))
        assert len(re.findall(r"(?<!\\)&", line)) + merged == n
    bare = re.sub(r"\\[{}]", "", text)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"(?<!\\)\$", text)) % 2 == 0
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert opened in (
        ["table", "threeparttable", "tabular", "tablenotes"],
        ["longtable"],
        ["landscape", "longtable"],
    )
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", text))


def test_latex_has_nothing_that_tex_would_read_as_a_command_or_a_comment(case):
    text = text_of(case, "tex").replace(PACKAGES, "")
    assert not re.search(r"(?<!\\)[%#~_]", text)
    assert not re.search(r"\\\\\s*\[|\\\\\s+\*", text)  # would be the argument of the row's end
    assert not re.search(r"\\item\s*\[", text)
    assert all(sign.isascii() or "À" <= sign <= "ſ" for sign in text)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (r"a\b", r"a\textbackslash{}b"),
        ("50% & #1 $x_1$", r"50\% \& \#1 \$x\_1\$"),
        ("{~^}", r"\{\textasciitilde{}\textasciicircum{}\}"),
        ("p<0.05 > |x|", r"p\textless{}0.05 \textgreater{} \textbar{}x\textbar{}"),
        ("−1 × 2 ≤ R²", r"$-$1 $\times$ 2 $\leq$ R\textsuperscript{2}"),
        ("😀", "{[}grinning face{]}"),
        ("❤\ufe0f\u200d🔥", "{[}heavy black heart{]}{[}fire{]}"),
        ("cafe\u0301 Łódź ß", "café Łódź ß"),
        ("two\n lines\t", "two lines"),
        ("[x]*", "{[}x{]}{*}"),
        ("\u202eright\x07", "right"),
        ("\U0010fffe", "{[}u+10fffe{]}"),
    ],
)
def test_latex_escapes(text, escaped):
    assert escape(text) == escaped


def test_latex_minus_signs_are_mathematical(results):
    text = render(regression_table(*results("one_column")), "tex")
    assert "$-$97.0 " in text
    assert "& -" not in text


def test_latex_compiles_as_it_is_inside_a_document(case, tmp_path):
    engine = next((found for name in ("pdflatex", "tectonic") if (found := shutil.which(name))), None)
    if engine is None:
        pytest.skip("neither pdflatex nor tectonic is installed")
    needed = "\n".join(re.findall(r"^% +(\\usepackage.*)$", PACKAGES, re.MULTILINE))
    source = tmp_path / "table.tex"
    parts = [
        "\\documentclass{article}",
        needed,
        "\\begin{document}",
        text_of(case, "tex"),
        "\\end{document}",
        "",
    ]
    source.write_text("\n".join(parts), encoding="utf-8")
    flags = [] if engine.endswith("tectonic") else ["-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run(
        [engine, *flags, source.name], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "table.pdf").stat().st_size > 0
    log = (tmp_path / "table.log").read_text(encoding="latin-1")
    widest = max((float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)), default=0.0)
    assert widest < 15, "columns leave the page"


# --- CSV


def test_csv_has_a_row_a_column_and_term_with_the_stored_decimals(case):
    _, models, terms = case
    read = pl.read_csv(io.StringIO(text_of(case, "csv")), infer_schema_length=None)
    stored = terms.join(models.select("result_id", number="column_no"), on="result_id").sort(
        "number", "position"
    )
    assert read["column_no"].to_list() == stored["number"].to_list()
    for name in ("position", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"):
        assert read[name].to_list() == stored[name].to_list(), name  # to the last bit
    facts = models.sort("column_no")
    of_column = read.unique("column_no").sort("column_no")
    for name in ("n_obs", "n_clusters_firm", "r_squared", "r_squared_within", "joint_f", "simulated"):
        # A column that is empty throughout has no type of its own to come back as.
        assert [v if v != "" else None for v in of_column[name]] == facts[name].to_list(), name


def test_csv_text_is_no_formula_and_numbers_stay_numbers(case):
    rows = list(csv.reader(io.StringIO(text_of(case, "csv"), newline="")))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        if cell.strip().startswith(FORMULA_SIGNS):
            assert math.isfinite(float(cell)), cell


def test_csv_formulas_get_an_apostrophe_and_nothing_else_changes(results):
    text = render(regression_table(*results("nasty")), "csv")
    row = next(row for row in csv.DictReader(io.StringIO(text, newline="")) if row["term"].endswith("minus"))
    assert row["term"] == "'-minus"
    assert row["tagger"] == "'@tagger"
    assert row["title"].startswith("'=HYPERLINK(")
    assert row["title"].endswith("\n[z] − “é”")
    assert row["weights"] == "pre_open_posts"


@pytest.mark.parametrize("title", ["\t=1", " =1", "＝1", "\r=1", "+1"])
def test_csv_hidden_formulas_get_an_apostrophe(results, title):
    models, terms = results("one_column")
    text = render(regression_table(models.with_columns(title=pl.lit(title)), terms), "csv")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert row["title"] == f"'{title}"


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_negative_zero_is_never_written(results, format_name):
    text = render(regression_table(*results("nasty")), format_name)
    assert not re.search(r"(-|\$-\$)0(\.0+)?(?![\d.])", text)


def test_csv_leaves_empty_what_is_not_a_number(results):
    models, terms = results("one_column")
    text = render(regression_table(models, terms.with_columns(std_error=pl.lit(math.nan))), "csv")
    assert {row["std_error"] for row in csv.DictReader(io.StringIO(text, newline=""))} == {""}
