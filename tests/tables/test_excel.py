"""Workbooks: read again from their markup, every number is one and shows the digits of the table."""

import csv
import dataclasses
import io
import math
import re
import shutil
import subprocess
import time
import zipfile
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

import polars as pl
import pytest
from office_tables import HOSTILE, hostile_table, table_of

from models.tables.excel import write_workbook
from models.tables.excel_numbers import number_format, shown_alike
from models.tables.office_text import clean
from models.tables.table import Cell

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SPECS = pl.DataFrame(
    {
        "family": ["predictive", "@x"],
        "n_obs": [11_232, 10**16],
        "r_squared": [1 / 3, float("nan")],
        "joint_f": [float("inf"), None],
        "sample_start": [date(2014, 1, 2), None],
        "simulated": [True, False],
        "estimated_at": [datetime(2026, 1, 2)] * 2,
    }
)


@dataclasses.dataclass
class Found:
    """A cell of a workbook: its value, and the format it is shown with."""

    value: object
    shape: str


class Book:
    """What a test needs of a workbook, read from its markup without a library."""

    def __init__(self, content):
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        named = {r.get("Id"): r.get("Target") for r in self.xml("xl/_rels/workbook.xml.rels")}
        sheets = self.xml("xl/workbook.xml").find(f"{S}sheets")
        self.names = [sheet.get("name") for sheet in sheets]
        self.parts = {sheet.get("name"): f"xl/{named[sheet.get(R)]}" for sheet in sheets}
        self.strings = [
            "".join(t.text or "" for t in item.iter(f"{S}t")) for item in self.xml("xl/sharedStrings.xml")
        ]
        styles = self.xml("xl/styles.xml")
        shapes = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(f"{S}numFmt")}
        own = {"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "11": "0.00E+00"}
        self.shapes = [(own | shapes)[xf.get("numFmtId")] for xf in styles.find(f"{S}cellXfs")]

    def xml(self, name):
        return ElementTree.fromstring(self.zip.read(name))

    def rows(self, name):
        """Rows as lists of cells; what stands nowhere is None."""
        rows = []
        for row in self.xml(self.parts[name]).iter(f"{S}row"):
            cells = {}
            for cell in row:
                assert cell.find(f"{S}f") is None, "a formula"
                value = cell.find(f"{S}v")
                if value is None:
                    continue
                kind = cell.get("t", "n")
                read = {"s": lambda v: self.strings[int(v)], "b": lambda v: v == "1", "n": float}[kind]
                place = 0
                for letter in re.match(r"[A-Z]+", cell.get("r"))[0]:
                    place = place * 26 + ord(letter) - 64
                cells[place - 1] = Found(read(value.text), self.shapes[int(cell.get("s", 0))])
            rows.append([cells.get(i) for i in range(max(cells, default=-1) + 1)])
        return rows

    def records(self, name):
        head, *rows = self.rows(name)
        names = [cell.value for cell in head]
        padded = ([*row, *[None] * len(names)] for row in rows)
        return [{n: c and c.value for n, c in zip(names, row, strict=False)} for row in padded if any(row)]


def shown(found):
    """Write a cell as Excel shows it, for the shapes that tables have."""
    if isinstance(found.value, str):
        return found.value
    negative = found.value < 0
    parts = re.sub(r"_.", "", found.shape).split(";")
    sections = len(parts) > 1
    before, digits, after = re.fullmatch(
        r"([^0#]*)([#,0.E+]+)(.*)", parts[1 if negative and sections else 0]
    ).groups()
    number = Decimal(f"{abs(found.value):.15g}")
    mantissa, _, power = digits.partition("E+")
    decimals = len(mantissa.partition(".")[2])
    exponent = number.adjusted() if power and number else 0
    rounded = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:{',' if ',' in mantissa else ''}f}" + (f"e{exponent:+03d}" if power else "")
    return (
        ("-" if negative and not sections else "") + before.replace('"', "") + text + after.replace('"', "")
    )


def book_of(*tables, specs=SPECS):
    return Book(write_workbook(tables, specs))


@pytest.mark.parametrize("n_columns", [1, 6])
def test_every_number_is_a_number_that_shows_the_digits_of_the_table(n_columns):
    table = table_of(n_columns)
    rows = book_of(table).rows("predictive")
    labelled = {row[0].value: i for i, row in enumerate(rows) if row and row[0]}
    numbers = 0
    for row in (row for group in table.groups for row in group.rows if row.label != "Name"):
        at = labelled[row.label]
        for i, cell in enumerate(row.cells, start=1):
            if not cell.text:
                assert len(rows[at]) <= i or rows[at][i] is None
                continue
            assert shown(rows[at][i]) == cell.text + "*" * cell.stars
            if re.fullmatch(r"[-\d]\S*", cell.text):
                assert isinstance(rows[at][i].value, float)
                numbers += 1
            if cell.below:
                below = rows[at + 1][i]
                assert shown(below) == cell.below
                single = len(cell.below_values) == 1 and math.isfinite(cell.below_values[0])
                assert isinstance(below.value, float) == single
    assert numbers == 9 * n_columns


def test_numbers_keep_their_digits_beyond_those_shown():
    values = {cell.value for row in book_of(table_of(7)).rows("predictive") for cell in row if cell}
    assert {31.2987, 7.6189, -0.05108, 3.2099e-13, 11232.0} <= values


def test_words_that_all_columns_share_stand_once_and_a_p_value_below_a_bound_is_words():
    rows = {row[0].value: row[1:] for row in book_of(table_of(3)).rows("predictive") if row and row[0]}
    assert [cell.value for cell in rows["Name"]] == ["Return from open to close"]
    assert [cell.value for cell in rows["p"]] == ["<0.001"] * 3
    assert [cell.value for cell in rows["Firm effects"]] == ["Yes"] * 3


@pytest.mark.parametrize(
    ("text", "stars", "shape"),
    [
        ("57.1", 0, "0.0_*_*_*"),
        ("-57.1", 2, '0.0"**"_*'),
        ("1,234", 3, '#,##0"***"'),
        ("3.21e-13", 0, "0.00E+00_*_*_*"),
        ("(7.62)", 0, '"("0.00")"_*_)_);"("-0.00")"_*_)_)'),
        ("<0.001", 0, None),
        ("6, 539", 0, None),
        ("[1.2, 3.4]", 0, None),
        ("n/a", 0, None),
        ("", 0, None),
    ],
)
def test_formats_follow_the_text(text, stars, shape):
    assert number_format(text, stars) == shape


@pytest.mark.parametrize(
    ("value", "text", "written"),
    [
        (0.126, "0.13", 0.126),
        (0.125, "0.12", 0.12),  # Excel would show 0.13
        (2.675, "2.67", 2.67),
        (-1092.4, "-1,092", -1092.4),
        (3.2099e-13, "3.21e-13", 3.2099e-13),
        (-0.0, "0", 0.0),
    ],
)
def test_a_number_is_written_as_it_is_but_where_excel_would_round_it_elsewhere(value, text, written):
    assert math.copysign(1, shown_alike(value, text)) == math.copysign(1, written)
    assert shown_alike(value, text) == written


def test_sheets_are_the_tables_in_order_then_specs_and_terms():
    assert book_of(table_of(1, "b"), table_of(1, "a")).names == ["b", "a", "specs", "terms"]


def test_sheet_names_are_such_as_excel_takes():
    awkward = [
        "History",
        "Specs",
        "a/b",
        "A-B",
        "x" * 40,
        "x" * 41,
        "'quoted'",
        "",
        "😀" * 20,
        "same",
        "same",
    ]
    names = book_of(*(table_of(1, name) for name in awkward)).names
    assert len({name.casefold() for name in names}) == len(names) == len(awkward) + 2
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)
        assert name.casefold() != "history"
    assert names[9:11] == ["same linear", "same linear 2"]


def test_specs_have_a_row_a_model_with_all_facts_but_the_time_of_estimation():
    first, second = book_of(table_of(1)).records("specs")
    assert first == {
        "family": "predictive",
        "n_obs": 11232.0,
        "r_squared": pytest.approx(1 / 3, rel=1e-15),
        "joint_f": "n/a",
        "sample_start": 41641.0,  # Excel's count of days for 2 January 2014
        "simulated": True,
    }
    # Excel keeps 15 digits of a number: a longer one is text.
    assert second == {
        "family": "@x",
        "n_obs": str(10**16),
        "r_squared": "n/a",
        "joint_f": None,
        "sample_start": None,
        "simulated": False,
    }


def test_terms_are_the_tidy_rows_of_all_tables_in_full_and_leave_facts_to_the_specs():
    tables = [table_of(1, "a"), table_of(1, "b")]
    rows = book_of(*tables).records("terms")
    assert list(rows[0]) == ["sheet", "family", "tagger", "column_no", "term", "estimate"]
    assert [row["sheet"] for row in rows] == ["a"] * 8 + ["b"] * 8
    stored = [value for table in tables for value in table.tidy["estimate"]]
    assert [row["estimate"] for row in rows] == [pytest.approx(value, rel=1e-15) for value in stored]


def test_a_sheet_is_set_up_for_reading_and_for_paper():
    book = book_of(table_of(6), table_of(2, "narrow"))
    wide, narrow = (book.xml(book.parts[name]) for name in ("predictive", "narrow"))
    pane = wide.find(f"{S}sheetViews/{S}sheetView/{S}pane")
    assert (pane.get("state"), pane.get("xSplit"), pane.get("ySplit")) == ("frozen", "1", "3")
    setups = [sheet.find(f"{S}pageSetup") for sheet in (wide, narrow)]
    assert [s.get("orientation") for s in setups] == ["landscape", "portrait"]
    assert [(s.get("paperSize"), s.get("fitToHeight")) for s in setups] == [("9", "0")] * 2
    merged = [m.get("ref") for m in wide.iter(f"{S}mergeCell")]
    assert merged[0] == "A1:G1"
    assert len(merged) == 3  # the title and two notes
    heights = [float(r.get("ht", 15)) for r in wide.iter(f"{S}row")]
    assert 0 < max(heights) <= 409


def test_notes_stand_below_or_above_as_the_table_says():
    below = table_of(1)
    above = dataclasses.replace(below, name="above", notes_above=True)
    book = book_of(below, above)
    first = {n: [row[0].value for row in book.rows(n) if row and row[0]] for n in ("predictive", "above")}
    assert first["predictive"][-2:] == first["above"][1:3] == list(below.notes)
    pane = book.xml(book.parts["above"]).find(f"{S}sheetViews/{S}sheetView/{S}pane")
    assert (pane.get("xSplit"), pane.get("ySplit")) == ("1", None)


def test_hostile_text_is_text_and_nothing_runs_or_links():
    specs = pl.DataFrame({"=name": HOSTILE})
    book = book_of(hostile_table(), specs=specs)
    for name in book.names:
        book.rows(name)  # asserts that no cell has a formula
    parts = {name: book.zip.read(name).decode() for name in book.zip.namelist()}
    assert not any("<f>" in text or "hyperlink" in text.replace("HYPERLINK", "") for text in parts.values())
    texts = [record["=name"] for record in book.records("specs")]
    # xlsxwriter writes the underscore of what looks like Excel's own escape as one: Excel shows it plain.
    assert texts == [clean(text).replace("_x0041_", "_x005F_x0041_") for text in HOSTILE]


def test_what_is_not_finite_is_words_in_a_table():
    table = table_of(1)
    group = table.groups[1]
    odd = Cell("1.00", 0, "(n/a)", math.inf, (math.nan,))
    odd_row = dataclasses.replace(group.rows[0], cells=(odd,))
    rows = book_of(dataclasses.replace(table, groups=(dataclasses.replace(group, rows=(odd_row,)),))).rows(
        "predictive"
    )
    assert [rows[4][1].value, rows[5][1].value] == ["1.00", "(n/a)"]


def test_equal_inputs_give_equal_bytes_that_name_no_day_of_making():
    tables = [table_of(6), hostile_table()]
    first = write_workbook(tables, SPECS)
    book = Book(first)
    assert {part.date_time[0] for part in book.zip.infolist()} == {1980}
    facts = book.zip.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", facts)) == {"2000-01-01T"}
    later = SPECS.with_columns(estimated_at=pl.lit(datetime(2027, 1, 1)))
    assert write_workbook(tables, later) == first


def test_a_book_without_specs_or_notes_is_one_too():
    bare = dataclasses.replace(table_of(1), notes=())
    assert book_of(bare, specs=pl.DataFrame()).names == ["predictive", "specs", "terms"]


def test_a_hundred_tables_of_six_columns_take_less_than_ten_seconds():
    tables = [table_of(6, f"table {i}", terms=20) for i in range(100)]
    started = time.process_time()
    write_workbook(tables, SPECS)
    assert time.process_time() - started < 10


def test_libreoffice_shows_the_digits_of_the_table(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    table = table_of(6)
    (tmp_path / "book.xlsx").write_bytes(write_workbook([table], SPECS))
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", as_shown, "book.xlsx"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=120,
    )
    read = list(csv.reader(io.StringIO((tmp_path / "book.csv").read_text(), newline="")))
    # The room that formats leave for stars is spaces here.
    cells = [["".join(cell.split()).replace("E-", "e-") for cell in row] for row in read]
    at = next(i for i, row in enumerate(cells) if row[0].startswith("Term0"))
    for row in table.groups[1].rows:
        assert cells[at][1:] == [cell.text + "*" * cell.stars for cell in row.cells]
        assert cells[at + 1][1:] == [cell.below.replace(" ", "") for cell in row.cells]
        at += 2
