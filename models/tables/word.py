"""A table as a Word document: a caption that numbers itself, a real table, notes in small type."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from models.tables.office_text import clean
from models.tables.table import Table
from models.tables.word_layout import LONG_SIDE, MARGIN, SHORT_SIDE, Layout, lay_out
from models.tables.word_table import NAMESPACE, write_run, write_table

if TYPE_CHECKING:
    from docx.styles.style import ParagraphStyle
    from docx.styles.styles import Styles

FONT = "Times New Roman"
NOTES_STYLE = "TableNotes"
# A file says when it was made; a day of today would make two files of equal tables differ.
_MADE = datetime(2000, 1, 1)
_ZIPPED = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_LONGEST_PROPERTY = 255
# Parts of python-docx's template: a picture of another document, styles for Word 2007, an empty store.
_NOT_OURS = ("thumbnail", "stylesWithEffects", "customXml")
_NAMES_KEPT = {"Normal", "Caption", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"}


def render_word(table: Table) -> bytes:
    """Return a document of one table; equal tables give equal bytes."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import parse_xml
    from docx.shared import Pt, Twips

    layout = lay_out(table)
    document = Document(io.BytesIO(_template()))
    section = document.sections[0]
    sides = (LONG_SIDE, SHORT_SIDE) if layout.across else (SHORT_SIDE, LONG_SIDE)
    section.orientation = WD_ORIENT.LANDSCAPE if layout.across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Twips(sides[0]), Twips(sides[1])
    # The styles hold the sizes, so that one change in Word changes the whole table.
    sizes = {"Table Text": layout.size, "Table Notes": min(8.5, layout.size - 0.5)}
    for name, size in sizes.items():
        document.styles[name].font.size = Pt(size)
    body = [write_table(table, layout)]
    if table.notes_above:
        body = [*_notes([" ".join(table.notes)], layout, "<w:keepNext/>"), *body]
    else:
        body += _notes(table.notes, layout)
    for markup in (_caption(table.title, layout), *body):
        document.element.body.insert_element_before(parse_xml(markup), "w:sectPr")
    document.core_properties.title = clean(table.title)[:_LONGEST_PROPERTY]
    stream = io.BytesIO()
    document.save(stream)
    return _repeatable(stream.getvalue())


@cache
def _template() -> bytes:
    """Return an empty document with our styles alone; python-docx's own has 160 that no table needs."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import RGBColor, Twips

    document = Document()
    for relations in (document.part.package.rels, document.part.rels):
        for relation_id, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in _NOT_OURS:
                del relations[relation_id]
    for style in list(document.styles):
        if style.name not in _NAMES_KEPT:
            style.delete()
    styles = document.styles
    _set(styles, "Normal", 11)
    caption = _set(styles, "Caption", 11, after=6)
    caption.font.bold, caption.font.color.rgb = True, RGBColor(0, 0, 0)
    caption.paragraph_format.keep_with_next = True
    for name in ("Table Text", "Table Notes"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _set(styles, "Table Text", 10)
    _set(styles, "Table Notes", 8.5, after=1.5)
    section = document.sections[0]
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Twips(MARGIN))
    facts = document.core_properties
    facts.author = facts.last_modified_by = "emotape"
    facts.comments = facts.keywords = ""
    facts.created = facts.modified = _MADE
    facts.revision = 1
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set(styles: "Styles", name: str, size: float, after: float = 0) -> "ParagraphStyle":
    from docx.shared import Pt

    style: ParagraphStyle = styles[name]
    style.font.name, style.font.size = FONT, Pt(size)
    style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.line_spacing = 1.0
    return style


def _caption(title: str, layout: Layout) -> str:
    """Return a caption whose number Word counts: tables put into one paper number themselves."""
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> SEQ Table \\* ARABIC </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    runs = write_run("Table ") + field + write_run(f". {clean(title)}")
    return _written_paragraph("Caption", runs, _indent(layout))


def _notes(notes: Sequence[str], layout: Layout, above: str = "") -> list[str]:
    """Return a paragraph a note, no wider than the table; `above` are properties of notes over it."""
    first = "" if above else write_run("Notes: ", "<w:i/>")
    gap = '<w:spacing w:after="120"/>' if above else '<w:spacing w:before="60"/>'
    return [
        _written_paragraph(
            NOTES_STYLE,
            (first if i == 0 else "") + write_run(clean(note)),
            above + (gap if i == 0 else "") + _indent(layout),
        )
        for i, note in enumerate(notes)
    ]


def _indent(layout: Layout) -> str:
    """Return an indent on both sides that leaves the table's width."""
    room = (LONG_SIDE if layout.across else SHORT_SIDE) - 2 * MARGIN
    beside = max(0, (room - sum(layout.widths)) // 2)
    return f'<w:ind w:left="{beside}" w:right="{beside}"/>'


def _written_paragraph(style: str, runs: str, properties: str = "") -> str:
    return f'<w:p xmlns:w="{NAMESPACE}"><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def _repeatable(document: bytes) -> bytes:
    """Return the archive with its parts dated alike: zip files tell the second of writing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _ZIPPED)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return stream.getvalue()
