r"""A table as LaTeX, for booktabs; it compiles as it is inside a document.

What fits on a page is a float with three-part notes; what does not is a longtable with the notes after it,
on pages that lie on their side where the columns need that.
"""

import re

from models.tables.latex_layout import Layout, lay_out
from models.tables.latex_text import escape, write_number
from models.tables.office_text import stands_once
from models.tables.table import Cell, Row, Table

PACKAGES = r"""% Needs in the preamble:
%   \usepackage[T1]{fontenc}
%   \usepackage[utf8]{inputenc}
%   \usepackage[a4paper,margin=2.5cm]{geometry}
%   \usepackage{array,booktabs,longtable,pdflscape,threeparttable}"""


def render_latex(table: Table) -> str:
    """Return a table with its caption, label and notes."""
    layout = lay_out(table)
    n = len(table.headings)
    heads = [[escape(heading.number) for heading in table.headings]]
    heads.append([escape(heading.title) for heading in table.headings])
    head = [_line("", cells) for cells in heads if any(cells)]
    # A longtable breaks anywhere but after a starred end of row.
    is_long = layout.long or layout.across
    keep = "*" if is_long else ""
    body: list[str] = []
    for group in table.groups:
        heading = rf"\multicolumn{{{n + 1}}}{{l}}{{\textit{{{escape(group.heading)}}}}} \\{keep}"
        # A rule could be left alone at the foot of a page; room cannot be seen there.
        rule = [r"\addlinespace"] if body else []
        body += [*(rule if is_long else [r"\midrule"]), heading]
        for row in group.rows:
            body += _lines(row, keep)
    slug = re.sub(r"[^a-z0-9]+", "-", table.name.lower()).strip("-")
    caption = rf"\caption{{{escape(table.title)}}}"
    label = rf"\label{{tab:{slug}}}"
    notes = [escape(note) for note in table.notes]
    make = _make_long if is_long else _make_float
    lines = make(layout, caption, label, head, body, notes, table.notes_above)
    return "\n".join([PACKAGES, *lines]) + "\n"


def _make_float(
    layout: Layout,
    caption: str,
    label: str,
    head: list[str],
    body: list[str],
    notes: list[str],
    above: bool,
) -> list[str]:
    """Lay a table on one page; threeparttable would put its caption under a description, so not there."""
    tabular = [
        rf"\begin{{tabular}}{{{layout.columns}}}",
        r"\toprule",
        *head,
        *body,
        r"\bottomrule",
        r"\end{tabular}",
    ]
    described = [caption, label, rf"\parbox{{\linewidth}}{{{' '.join(notes)}}}\par\medskip", *tabular]
    three_parts = [
        r"\begin{threeparttable}",
        caption,
        label,
        *tabular,
        r"\begin{tablenotes}[flushleft]",
        *(rf"\item {note}" for note in notes),
        r"\end{tablenotes}",
        r"\end{threeparttable}",
    ]
    parts = described if above else three_parts
    return [r"\begin{table}[!htbp]", r"\centering", layout.size, *parts, r"\end{table}"]


def _make_long(
    layout: Layout,
    caption: str,
    label: str,
    head: list[str],
    body: list[str],
    notes: list[str],
    above: bool,
) -> list[str]:
    """Lay a table over pages, each with the head; the notes follow as paragraphs."""
    n = head[0].count(" & ") + 1
    described = [rf"\multicolumn{{{n}}}{{p{{0.97\linewidth}}}}{{{' '.join(notes)}}} \\[1ex]"]
    after = [rf"\noindent {note}\par" for note in notes]
    inside = [
        rf"\begingroup{layout.size}",
        r"\setlength{\LTcapwidth}{\linewidth}",
        rf"\begin{{longtable}}{{{layout.columns}}}",
        caption + label + r" \\",
        *(described if above else []),
        r"\toprule",
        *head,
        r"\midrule",
        r"\endfirsthead",
        r"\toprule",
        *head,
        r"\midrule",
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        *body,
        r"\end{longtable}",
        *([] if above else after),
        r"\endgroup",
    ]
    return [r"\begin{landscape}", *inside, r"\end{landscape}"] if layout.across else inside


def _lines(row: Row, keep: str) -> list[str]:
    texts = [cell.text for cell in row.cells]
    if stands_once(texts):
        return [_line(escape(row.label), [rf"\multicolumn{{{len(texts)}}}{{c}}{{{escape(texts[0])}}}"])]
    first = _line(escape(row.label), [_show(cell) for cell in row.cells])
    if not row.has_below:
        return [first]
    return [first + keep, _line("", [write_number(cell.below) for cell in row.cells])]


def _line(label: str, cells: list[str]) -> str:
    return " & ".join([label, *cells]) + r" \\"


def _show(cell: Cell) -> str:
    return write_number(cell.text) + (f"$^{{{'*' * cell.stars}}}$" if cell.stars else "")
