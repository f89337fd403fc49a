"""HTML, Typst and JSON stand by themselves, whatever stands in the titles."""

import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest

from models.tables import choose_style, regression_table, render, render_bytes
from models.tables.json import SCHEMA

HOSTILE = [
    "</title><script>alert(1)</script>",
    '"] #panic("x") [',
    "\\u{41} \\",
    "#include \"/etc/passwd\"",
    '" onmouseover="x',
    "\u202eevil\x00\x07",
]  # fmt: skip


class Tags(HTMLParser):
    """Counts tags, collects attributes and texts, and checks that what is opened is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes, self.texts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def tags_of(text):
    parser = Tags()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


def with_title(results, title):
    models, terms = results("one_column")
    return regression_table(models.with_columns(title=pl.lit(title), caution=pl.lit(title)), terms)


# --- HTML


def test_html_is_one_table_with_scoped_heads_and_needs_no_other_file(case):
    _, models, terms = case
    table = regression_table(models, terms)
    text = render(table, "html")
    tags = tags_of(text)
    assert set(tags.seen) <= {
        "meta", "title", "style", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "sup", "p",
    }  # fmt: skip
    assert tags.seen.count("table") == 1
    assert tags.seen.count("th") == len([name for name, _ in tags.attributes if name == "scope"])
    scopes = [value for name, value in tags.attributes if name == "scope"]
    assert scopes.count("rowgroup") == len(table.groups)
    assert scopes.count("row") == sum(len(group.rows) for group in table.groups)
    assert not re.search(r"url\(|@import|src=|href=", text)
    assert "color-scheme: light dark" in text


def test_html_rows_fill_the_columns_of_the_table(case):
    _, models, terms = case
    n = len(regression_table(models, terms).headings) + 1
    waiting = 0
    for line in re.findall(r"<tr>.*?</tr>", render(regression_table(models, terms), "html")):
        spans = [int(span) for span in re.findall(r'colspan="(\d+)"', line)]
        cells = len(re.findall(r"<t[hd]", line)) - len(spans) + sum(spans)
        assert cells + waiting == n, line
        waiting = line.count('rowspan="2"')


@pytest.mark.parametrize("title", HOSTILE)
def test_html_takes_signs_literally(results, title):
    text = render(with_title(results, title), "html")
    tags = tags_of(text)
    assert "script" not in tags.seen
    assert not any(name.startswith("on") for name, _ in tags.attributes)
    assert not re.search("[\u202e\x00\x07]", text)


# --- Typst


@pytest.fixture(scope="module")
def typst():
    return pytest.importorskip("typst", reason="the Typst compiler is not installed: pip install typst")


def compile_to_pdf(typst, text, folder):
    source = folder / "table.typ"
    source.write_text(text, encoding="utf-8")
    return typst.compile(str(source), root=str(folder))


@pytest.mark.parametrize("style", ["plain", "jf"])
def test_typst_compiles_as_it_is(typst, case, style, tmp_path):
    _, models, terms = case
    text = render(regression_table(models, terms, choose_style(style)), "typ")
    assert compile_to_pdf(typst, text, tmp_path).startswith(b"%PDF")


@pytest.mark.parametrize("title", HOSTILE)
def test_typst_takes_signs_literally(typst, results, title, tmp_path):
    text = render(with_title(results, title), "typ")
    assert compile_to_pdf(typst, text, tmp_path).startswith(b"%PDF")
    # Without the string literals nothing of the title is left.
    code = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    assert not re.search("panic|passwd|script|mouse|evil", code)


# --- JSON


def test_json_tells_its_schema_and_has_a_cell_a_column_in_each_row(case):
    _, models, terms = case
    read = json.loads(render(regression_table(models, terms), "json"))
    assert read["schema"] == SCHEMA
    n = len(read["headings"])
    rows = [row for group in read["groups"] for row in group["rows"]]
    assert {len(row["cells"]) for row in rows} == {n}
    assert len(read["models"]) == models.height
    assert len(read["terms"]) == terms.height
    assert "estimated_at" not in read["models"][0]


@pytest.mark.parametrize("title", HOSTILE)
def test_json_gives_titles_back_as_they_are(results, title):
    read = json.loads(render(with_title(results, title), "json"))
    assert read["headings"][0]["title"] == title


# --- Files


def test_a_file_has_the_bytes_of_the_text_and_unknown_formats_are_refused(results):
    table = regression_table(*results("one_column"))
    assert render_bytes(table, "html") == render(table, "html").encode()
    assert render_bytes(table, "docx")[:2] == b"PK"
    with pytest.raises(ValueError, match="no format 'exe'; there are: md, tex, html, typ, csv, json, docx"):
        render_bytes(table, "exe")
