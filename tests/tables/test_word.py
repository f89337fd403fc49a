"""Word documents: read again with python-docx, they say what the table says, in Word's own terms."""

import dataclasses
import io
import re
import shutil
import subprocess
import time
import zipfile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from office_tables import HOSTILE, hostile_table, table_of

from models.tables.office_text import clean
from models.tables.table import Heading
from models.tables.word import render_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(table):
    document = Document(io.BytesIO(render_word(table)))
    assert len(document.tables) == 1
    return document


def lines_of(document):
    return [[cell.text for cell in row.cells] for row in document.tables[0].rows]


def plain(text):
    """A number in Word as the table writes it: minus signs and powers of ten undone."""
    return re.sub(r"×10(-?)(\d+)", lambda m: f"e{m[1] or '+'}{m[2]:0>2}", text.replace("−", "-")).replace(
        "\xa0", " "
    )


@pytest.mark.parametrize("n_columns", [1, 6])
def test_every_row_and_number_is_the_tables(n_columns):
    table = table_of(n_columns)
    expected = [["", *(h.number for h in table.headings)], ["", *(h.title for h in table.headings)]]
    for group in table.groups:
        expected.append([group.heading] * (n_columns + 1))
        for row in group.rows:
            expected.append([row.label, *(cell.text + "*" * cell.stars for cell in row.cells)])
            if any(cell.below for cell in row.cells):
                expected.append(["", *(cell.below for cell in row.cells)])
    lines = lines_of(read(table))
    # A hyphen stays one in words, such as "Firm-days": only numbers have minus signs.
    assert [[line[0], *map(plain, line[1:])] for line in lines] == expected


def test_numbers_have_minus_signs_and_powers_of_ten():
    texts = {cell for line in lines_of(read(table_of(6))) for cell in line}
    assert {"−0.0511", "−1,092**", "3.21×10−13*", "(4.00×10−14)", "[−12.1,\xa023.5]"} <= texts


def test_stars_and_powers_are_superscript_and_nothing_else_is():
    body = read(table_of(7)).tables[0]
    raised = {
        run.text
        for row in body.rows
        for cell in row.cells
        for run in cell.paragraphs[0].runs
        if run.font.superscript
    }
    assert raised == {"***", "**", "*", "−13", "−14"}


def test_the_head_repeats_on_every_page_and_no_row_is_torn():
    rows = read(table_of(3)).tables[0]._tbl.tr_lst
    repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
    assert repeated == [True, True] + [False] * (len(rows) - 2)
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_an_estimate_stays_on_the_page_of_the_line_below_it_and_a_heading_on_that_of_its_group():
    table = read(table_of(3)).tables[0]
    kept = {
        row.cells[0].text: all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells)
        for row in table.rows
    }
    assert kept["Emotion terms"]
    assert kept["Term 0, before the open"]
    assert not kept["Firm-days"]


def test_group_headings_are_italic_over_all_columns():
    rows = read(table_of(3)).tables[0].rows
    spanned = {row.cells[0].text: row for row in rows if len(row._tr.tc_lst) == 1}
    assert set(spanned) == {"Dependent variable", "Emotion terms", "Effects", "Fit"}
    assert all(row.cells[0].paragraphs[0].runs[0].italic for row in spanned.values())


def test_words_that_all_columns_share_stand_once():
    rows = {row.cells[0].text: row for row in read(table_of(3)).tables[0].rows}
    assert len(rows["Name"]._tr.tc_lst) == 2
    assert len(rows["Firm effects"]._tr.tc_lst) == 4


def test_rules_are_above_under_the_head_and_below_and_none_is_upright():
    table = read(table_of(3)).tables[0]._tbl
    assert {rule.tag.removeprefix(W) for rule in table.find(f"{W}tblPr/{W}tblBorders")} == {"top", "bottom"}
    ruled = [
        {rule.tag.removeprefix(W) for borders in row.iter(f"{W}tcBorders") for rule in borders}
        for row in table.tr_lst
    ]
    assert ruled == [set(), {"bottom"}] + [set()] * (len(ruled) - 2)


@pytest.mark.parametrize(("n_columns", "orientation"), [(3, "PORTRAIT"), (6, "LANDSCAPE"), (40, "LANDSCAPE")])
def test_wide_tables_lie_across_the_page_and_none_leaves_it(n_columns, orientation):
    document = read(table_of(n_columns))
    section = document.sections[0]
    assert section.orientation == getattr(WD_ORIENT, orientation)
    assert (section.page_width > section.page_height) == (orientation == "LANDSCAPE")
    room = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in document.tables[0].columns) <= room


def test_the_caption_numbers_itself_and_the_notes_stand_below():
    table = table_of(2, title="Returns & emotions")
    document = read(table)
    caption, *notes = document.paragraphs
    assert caption.style.name == "Caption"
    assert caption.text == "Table 1. Returns & emotions"
    assert " SEQ Table " in caption._p.xml
    assert [note.text for note in notes] == ["Notes: The first note.", table.notes[1]]
    assert {p.style.name for row in document.tables[0].rows for c in row.cells for p in c.paragraphs} == {
        "Table Text"
    }
    assert {note.style.name for note in notes} == {"Table Notes"}
    assert notes[0].style.font.size < document.styles["Table Text"].font.size
    order = [child.tag.removeprefix(W) for child in document.element.body]
    assert order == ["p", "tbl", "p", "p", "sectPr"]


def test_notes_above_are_one_paragraph_between_the_caption_and_the_table():
    table = dataclasses.replace(table_of(2), notes_above=True)
    document = read(table)
    assert [child.tag.removeprefix(W) for child in document.element.body] == ["p", "p", "tbl", "sectPr"]
    assert document.paragraphs[1].text == " ".join(table.notes)
    assert document.paragraphs[1].paragraph_format.keep_with_next


def test_a_head_without_numbers_has_one_row():
    table = table_of(2)
    unnumbered = dataclasses.replace(table, headings=(Heading("", "Happy"), Heading("", "Sad")))
    assert lines_of(read(unnumbered))[:2] == [["", "Happy", "Sad"], ["Dependent variable"] * 3]


def test_hostile_text_is_text():
    document = read(hostile_table())
    assert [note.text.removeprefix("Notes: ") for note in document.paragraphs[1:]] == [
        clean(text) for text in HOSTILE
    ]
    assert document.core_properties.title == '=HYPERLINK("http://x")'
    lines = lines_of(document)
    assert [line[0] for line in lines[2::3]] == [clean(text) for text in HOSTILE]
    assert plain(lines[3][1]) == HOSTILE[0] + "*"


def test_a_title_of_any_length_is_written():
    document = read(table_of(1, title="long " * 2000))
    assert document.paragraphs[0].text.endswith("long long")


def test_equal_tables_give_equal_bytes_that_name_no_day_of_making():
    first = render_word(table_of(6))
    archive = zipfile.ZipFile(io.BytesIO(first))
    assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    facts = Document(io.BytesIO(first)).core_properties
    assert (facts.created.year, facts.modified.year, facts.author) == (2000, 2000, "emotape")
    assert render_word(table_of(6)) == first
    assert render_word(table_of(6, title="Another")) != first


def test_a_hundred_tables_of_six_columns_take_less_than_ten_seconds():
    table = table_of(6, terms=20)
    started = time.process_time()
    for _ in range(100):
        render_word(table)
    assert time.process_time() - started < 10


def test_libreoffice_shows_the_table_on_paper(tmp_path):
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        pytest.skip("LibreOffice or pdftotext is not installed")
    for name, table in {"plain": table_of(6), "hostile": hostile_table()}.items():
        (tmp_path / f"{name}.docx").write_bytes(render_word(table))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "plain.docx", "hostile.docx"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=120,
    )
    done = subprocess.run(
        [reader, "-layout", "plain.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    for shown in ("Table 1. A title", "−1,092**", "(0.835)", "[−12.1, 23.5]", "11,232", "Notes: The first"):
        assert shown in done.stdout.replace("\xa0", " ")
    assert (tmp_path / "hostile.pdf").stat().st_size > 0
