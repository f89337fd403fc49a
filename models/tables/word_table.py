"""A table in Word's markup: rules above, below and under the head, and every row one that can be edited."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from models.tables.office_text import clean, stands_once
from models.tables.table import Cell, Row, Table
from models.tables.word_layout import BRACKET, PADDING, SIGN, STAR, Layout

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_STYLE = "TableText"
# Thickness of rules in eighths of a point, after booktabs: heavy at the ends, light under the head.
_HEAVY, _LIGHT = 8, 4
BOTTOM = '<w:vAlign w:val="bottom"/>'
_GROUP_GAP = 80  # over a group's heading, in twentieths of a point

_NUMERIC = re.compile(r"[<(\[]?[-−]?\d")
_MINUS = re.compile(r"(?<![\w.)])-(?=\d)")
_EXPONENT = re.compile(r"(?<=\d)e([+-]\d+)")


def write_table(table: Table, layout: Layout) -> str:
    """Return the `w:tbl` element of a table as text."""
    heads = [[clean(heading.number) for heading in table.headings]]
    heads.append([clean(heading.title) for heading in table.headings])
    shown = [head for head in heads if any(head)] or heads[:1]
    lines = [_head(texts, layout, i == len(shown) - 1) for i, texts in enumerate(shown)]
    for group in table.groups:
        lines.append(_group(group.heading, layout))
        for row in group.rows:
            lines += _rows(row, layout)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in layout.widths)
    sides = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tbl xmlns:w="{NAMESPACE}"><w:tblPr>'
        f'<w:tblW w:w="{sum(layout.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{_rule('top', _HEAVY)}{_rule('bottom', _HEAVY)}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar>'
        '<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblDescription w:val={quoteattr(clean(table.title))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def write_run(text: str, properties: str = "") -> str:
    """Return a run of text; `properties` are elements such as `<w:i/>`."""
    marked = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marked}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _head(texts: Sequence[str], layout: Layout, last: bool) -> str:
    rule = f"<w:tcBorders>{_rule('bottom', _LIGHT)}</w:tcBorders>" if last else ""
    cells = ["", *texts]
    written = [
        _cell(write_run(text), layout, i, _paragraph(layout, right=i > 0, keep=True), rule + BOTTOM)
        for i, text in enumerate(cells)
    ]
    return _row(written, "<w:tblHeader/>")


def _group(heading: str, layout: Layout) -> str:
    properties = _paragraph(layout, keep=True, gap=_GROUP_GAP)
    return _row([_cell(write_run(clean(heading), "<w:i/>"), layout, 0, properties, span=len(layout.widths))])


def _rows(row: Row, layout: Layout) -> list[str]:
    """Return a row and, where it has one, the line below it, which stays on its page."""
    words = clean(row.label)
    two = any(cell.below for cell in row.cells)
    label = _cell(write_run(words), layout, 0, _paragraph(layout, keep=two, hanging=True))
    if not two and stands_once([cell.text for cell in row.cells]):
        once = write_run(clean(row.cells[0].text))
        spanned = _cell(once, layout, 1, _paragraph(layout, centred=True), span=len(row.cells))
        return [_row([label, spanned])]
    # Numbers stand beside the end of a label, but a label stands beside the first of several lines.
    aligned = BOTTOM if layout.em(SIGN * len(words)) > layout.widths[0] - 2 * PADDING else ""
    first = [
        _cell(
            _estimate(cell),
            layout,
            i,
            _paragraph(layout, right=True, hung=STAR * cell.stars, keep=two),
            aligned,
        )
        for i, cell in enumerate(row.cells, start=1)
    ]
    lines = [_row([label, *first])]
    if two:
        below = [
            _cell(
                _number(clean(cell.below)),
                layout,
                i,
                _paragraph(layout, right=True, hung=BRACKET * cell.below.endswith((")", "]"))),
            )
            for i, cell in enumerate(row.cells, start=1)
        ]
        lines.append(_row([_cell("", layout, 0, _paragraph(layout)), *below]))
    return lines


def _estimate(cell: Cell) -> str:
    text = clean(cell.text)
    stars = write_run("*" * cell.stars, '<w:vertAlign w:val="superscript"/>')
    return (_number(text) if _NUMERIC.match(text) else write_run(text)) + stars


def _number(text: str) -> str:
    """Write numbers with minus signs and powers of ten; the ends of an interval stay on one line."""
    signed = _MINUS.sub("−", text)
    if signed.startswith(("[", "(")):
        signed = signed.replace(" ", "\N{NO-BREAK SPACE}")
    parts = _EXPONENT.split(signed)  # words and exponents in turn
    runs = [write_run(parts[0])]
    for exponent, after in zip(parts[1::2], parts[2::2], strict=True):
        power = str(int(exponent)).replace("-", "−")
        runs += [write_run("×10"), write_run(power, '<w:vertAlign w:val="superscript"/>'), write_run(after)]
    return "".join(runs)


def _row(cells: Sequence[str], kind: str = "") -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{kind}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(runs: str, layout: Layout, column: int, paragraph: str, looks: str = "", span: int = 1) -> str:
    width = sum(layout.widths[column : column + span])
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{looks}</w:tcPr>'
        f"<w:p>{paragraph}{runs}</w:p></w:tc>"
    )


def _paragraph(
    layout: Layout,
    right: bool = False,
    centred: bool = False,
    hung: float = 0,
    keep: bool = False,
    gap: int = 0,
    hanging: bool = False,
) -> str:
    """Return the properties of a cell's paragraph.

    Parameters
    ----------
    right
        Whether the last digit stands on the column's line, with room for what hangs beyond it.
    hung
        How wide that is which hangs beyond the line, in ems.
    keep
        Whether it stays on the page of the next row.
    gap
        The room over it.
    hanging
        Whether a label's further lines are indented.
    """
    parts = [f'<w:pStyle w:val="{TEXT_STYLE}"/>']
    if keep:
        parts.append("<w:keepNext/>")
    if gap:
        parts.append(f'<w:spacing w:before="{gap}"/>')
    if right:
        parts.append(f'<w:ind w:right="{max(0, layout.hang - layout.em(hung))}"/><w:jc w:val="right"/>')
    elif centred:
        parts.append('<w:jc w:val="center"/>')
    elif hanging:
        parts.append(f'<w:ind w:left="{layout.em(1)}" w:hanging="{layout.em(1)}"/>')
    return f"<w:pPr>{''.join(parts)}</w:pPr>"


def _rule(side: str, thickness: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{thickness}" w:space="0" w:color="auto"/>'
