"""A table as Markdown: pipes aligned, so that it also reads as plain text."""

import re
import unicodedata

from models.tables.table import Cell, Row, Table

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def render_markdown(table: Table) -> str:
    """Return the title, a pipe table and the notes as a list."""
    heads = [f"{h.number} {h.title}".strip() for h in table.headings]
    lines = [["", *map(_escape, heads)]]
    for group in table.groups:
        lines.append([f"*{_escape(group.heading)}*", *[""] * len(heads)])
        for row in group.rows:
            lines += _lines(row)
    widths = [max(3, *(_width(line[i]) for line in lines)) for i in range(len(heads) + 1)]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    body = [_align(lines[0], widths), _align(rule, widths), *(_align(line, widths) for line in lines[1:])]
    notes = [f"- {_escape(note)}" for note in table.notes]
    title = [f"### {_escape(table.title)}", ""]
    if table.notes_above:
        described = " ".join(map(_escape, table.notes))
        return "\n".join([*title, described, "", *body]) + "\n"
    return "\n".join([*title, *body, "", "Notes:", "", *notes]) + "\n"


def _lines(row: Row) -> list[list[str]]:
    first = [_escape(row.label), *(_show(cell) for cell in row.cells)]
    if not row.has_below:
        return [first]
    return [first, ["", *(_escape(cell.below) for cell in row.cells)]]


def _show(cell: Cell) -> str:
    # Stars that follow a digit to the end of the cell can open no emphasis: they need no escape.
    return _escape(cell.text) + "*" * cell.stars


def _escape(text: str) -> str:
    """Make text plain in Markdown, and one line."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _ENTITY.sub(r"\\&", _TAG.sub(r"\\<", plain))


def _align(cells: list[str], widths: list[int]) -> str:
    """Pad cells to their widths: the labels to the left, the columns to the right."""
    pads = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    padded = [cells[0] + pads[0], *(pad + cell for cell, pad in zip(cells[1:], pads[1:], strict=True))]
    return f"| {' | '.join(padded)} |"


def _width(text: str) -> int:
    """Count the places that a text takes on a terminal: an emoji takes two, a combining mark none."""
    return sum(
        0 if unicodedata.category(c) in {"Mn", "Me", "Cf"} else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
