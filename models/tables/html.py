"""A table as HTML: one file that needs nothing else, and that can be put into a page as it is."""

import re
from html import escape

from models.tables.office_text import clean, stands_once
from models.tables.signs import sign_minus, split_powers
from models.tables.table import Cell, Row, Table

# Every rule is of our class, so that a page around the table keeps its own; system colours follow the
# reader's choice of light or dark.
STYLE = """
.emotape { color-scheme: light dark; color: CanvasText; background: Canvas; margin: 1.5rem auto;
  width: fit-content; max-width: 100%; overflow-x: auto;
  font: 0.875rem/1.35 Georgia, "Times New Roman", serif; }
.emotape table { border-collapse: collapse; border-block: 1.5px solid; font-variant-numeric: tabular-nums; }
.emotape caption { caption-side: top; font-weight: bold; text-align: left; padding-bottom: 0.6em; }
.emotape thead { border-bottom: 1px solid; }
.emotape thead th { font-weight: normal; text-align: right; vertical-align: bottom; max-width: 9em; }
.emotape th, .emotape td { padding: 0.1em 0.7em; }
.emotape tbody th { font-weight: normal; text-align: left; padding-left: 0.2em; }
.emotape tbody th[scope=rowgroup] { font-style: italic; padding-top: 0.7em; }
.emotape th[scope=row] { vertical-align: top; }
.emotape td { text-align: right; vertical-align: top; white-space: nowrap; padding-right: 1.5em; }
.emotape thead th { padding-right: 1.5em; }
.emotape sup { line-height: 0; }
.emotape sup.stars { position: absolute; margin-top: 0.5em; }
.emotape td.words { white-space: normal; max-width: 9em; }
.emotape td.once { text-align: center; white-space: normal; max-width: none; }
.emotape .notes { font-size: 0.85em; width: 0; min-width: 100%; }
.emotape caption .notes { font-weight: normal; }
.emotape .notes p { margin: 0.35em 0 0; }
""".strip()
_HAS_LETTERS = re.compile(r"[^\W\d_]{4}")


def render_html(table: Table) -> str:
    """Return a document whose tags outside the table may be left out by HTML's own rules."""
    notes = _notes(table)
    numbered = any(heading.number for heading in table.headings)
    heads = [_head([heading.number for heading in table.headings])] if numbered else []
    heads.append(_head([heading.title for heading in table.headings]))
    body = []
    for group in table.groups:
        span = len(table.headings) + 1
        body += ["<tbody>", f'<tr><th scope="rowgroup" colspan="{span}">{_text(group.heading)}</th></tr>']
        for row in group.rows:
            body += _rows(row)
        body.append("</tbody>")
    lines = [
        "<!doctype html>",
        '<meta charset="utf-8">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{_text(table.title)}</title>",
        f"<style>\n{STYLE}\n</style>",
        '<div class="emotape">',
        "<table>",
        f"<caption>{_text(table.title)}{notes if table.notes_above else ''}</caption>",
        "<thead>",
        *heads,
        "</thead>",
        *body,
        "</table>",
        *([] if table.notes_above else [notes]),
        "</div>",
    ]
    return "\n".join(lines) + "\n"


def _notes(table: Table) -> str:
    if table.notes_above:
        return f'<div class="notes"><p>{" ".join(map(_text, table.notes))}</p></div>'
    return '<div class="notes">' + "".join(f"<p>{_text(note)}</p>" for note in table.notes) + "</div>"


def _head(texts: list[str]) -> str:
    cells = "".join(f'<th scope="col">{_text(text)}</th>' for text in texts)
    return f"<tr><td></td>{cells}</tr>"


def _rows(row: Row) -> list[str]:
    label = _text(row.label)
    if stands_once([clean(cell.text) for cell in row.cells]):
        words = _text(row.cells[0].text)
        return [
            f'<tr><th scope="row">{label}</th><td class="once" colspan="{len(row.cells)}">{words}</td></tr>'
        ]
    cells = "".join(map(_cell, row.cells))
    if not row.has_below:
        return [f'<tr><th scope="row">{label}</th>{cells}</tr>']
    below = "".join(f"<td>{_number(cell.below)}</td>" for cell in row.cells)
    return [f'<tr><th scope="row" rowspan="2">{label}</th>{cells}</tr>', f"<tr>{below}</tr>"]


def _cell(cell: Cell) -> str:
    stars = f'<sup class="stars">{"*" * cell.stars}</sup>' if cell.stars else ""
    words = ' class="words"' if _HAS_LETTERS.search(cell.text) else ""
    return f"<td{words}>{_number(cell.text)}{stars}</td>"


def _number(text: str) -> str:
    """Write numbers with minus signs and powers of ten."""
    parts = split_powers(sign_minus(_text(text)))
    return "".join(
        words + (f"×10<sup>{sign_minus(str(power))}</sup>" if power is not None else "")
        for words, power in parts
    )


def _text(text: str) -> str:
    return escape(clean(text))
