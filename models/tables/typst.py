"""A table as Typst: all text is in string literals, which no sign can leave."""

from collections.abc import Sequence

from models.tables.office_text import clean, stands_once
from models.tables.signs import sign_minus, split_powers
from models.tables.table import Cell, Row, Table

MOST_UPRIGHT = 6  # columns; a table with more lies across the page
MOST_NARROW = 4  # columns that keep their own widths; more share the page, so that their words break
SIZES = ((4, 9.0), (8, 8.0), (11, 7.0))  # most columns for a size in points
SMALLEST = 6.0


def render_typst(table: Table) -> str:
    """Return a figure that compiles by itself and, by `#include`, in a paper."""
    n = len(table.headings)
    size = next((points for most, points in SIZES if n <= most), SMALLEST)
    across = n > MOST_UPRIGHT
    heads = [heading.number for heading in table.headings]
    titles = [heading.title for heading in table.headings]
    body = []
    for group in table.groups:
        body.append(f"table.cell(colspan: {n + 1}, inset: (top: 0.8em), emph({_text(group.heading)})),")
        for row in group.rows:
            body += _rows(row)
    above = [_note(" ".join(table.notes))] if table.notes_above else []
    below = [] if table.notes_above else [_note(note) for note in table.notes]
    lines = [
        f"#page(flipped: {str(across).lower()}, margin: 2cm)[" if across else "#[",
        f"#set text(size: {size:g}pt)",
        "#set par(justify: false)",
        "#show figure: set block(breakable: true)",
        "#show figure.caption: set align(left)",
        "#figure(",
        "kind: table,",
        f"caption: figure.caption(position: top, {_text(table.title)}),",
        "[",
        *above,
        "#table(",
        f"columns: (auto,) + ({'1fr' if n > MOST_NARROW else 'auto'},) * {n},",
        "stroke: none,",
        "inset: (x: 0.35em, y: 0.28em),",
        "align: (x, y) => if x == 0 { left + bottom } else { right + bottom },",
        "table.hline(stroke: 0.08em),",
        "table.header(",
        *([_line('""', [_text(text) for text in heads])] if any(heads) else []),
        _line('""', [_text(text) for text in titles]),
        "table.hline(stroke: 0.05em),",
        "),",
        *body,
        "table.hline(stroke: 0.08em),",
        ")",
        *below,
        "])",
        "]",
    ]
    return "\n".join(lines) + "\n"


def _note(text: str) -> str:
    return f"#block(width: 100%, spacing: 0.5em, align(left, text(size: 0.85em, {_text(text)})))"


def _rows(row: Row) -> list[str]:
    label = _text(row.label)
    if stands_once([clean(cell.text) for cell in row.cells]):
        once = f"table.cell(colspan: {len(row.cells)}, align: center, {_text(row.cells[0].text)})"
        return [_line(label, [once])]
    first = _line(label, [_estimate(cell) for cell in row.cells])
    return [first, _line('""', [_number(cell.below) for cell in row.cells])] if row.has_below else [first]


def _line(label: str, cells: Sequence[str]) -> str:
    return ", ".join([label, *cells]) + ","


def _estimate(cell: Cell) -> str:
    return _number(cell.text) + (f' + super("{"*" * cell.stars}")' if cell.stars else "")


def _number(text: str) -> str:
    """Write numbers with minus signs and powers of ten."""
    parts: list[str] = []
    for words, power in split_powers(sign_minus(clean(text))):
        parts += [_text(words)] if words or not parts else []
        parts += [] if power is None else [f'"×10" + super("{sign_minus(str(power))}")']
    return " + ".join(parts)


def _text(text: str) -> str:
    """Return a string literal of one line."""
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
