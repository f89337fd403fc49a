r"""A table as LaTeX, for booktabs and threeparttable; it compiles as it is inside a document."""

import re
import unicodedata

from models.tables.table import Cell, Row, Table

PACKAGES = r"""% Needs in the preamble:
%   \usepackage[T1]{fontenc}
%   \usepackage[utf8]{inputenc}
%   \usepackage{booktabs}
%   \usepackage{threeparttable}
% A table with many terms may need a smaller margin as well: \usepackage[margin=2cm]{geometry}"""

# Most lines that a page takes in a size, smallest size last.
SIZES = ((40, r"\small"), (52, r"\footnotesize"))
SMALLEST = r"\scriptsize"

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    # After \\ and \item, a bare [ or * would be read as their argument.
    **{sign: f"{{{sign}}}" for sign in "[]*"},
    "−": "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "²": r"\textsuperscript{2}",
    "³": r"\textsuperscript{3}",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
    "€": r"\texteuro{}",
}
_NUMBER = re.compile(r"-?\d[\d,.]*(e[+-]\d+)?")
# Words that all columns share stand once over all of them; Yes and No stand in each.
_LONG_WORDS = re.compile(r"[^\W\d]{4}")
_ACCENTED_IN_T1 = "ŁłŒœ"


def render_latex(table: Table) -> str:
    """Return a `table` float with its caption, label, three-part table and notes."""
    n = len(table.headings)
    body: list[str] = []
    for group in table.groups:
        body += [r"\midrule", rf"\multicolumn{{{n + 1}}}{{l}}{{\textit{{{escape(group.heading)}}}}} \\"]
        for row in group.rows:
            body += _lines(row)
    size = next((size for most, size in SIZES if len(body) <= most), SMALLEST)
    heads = [_line("", [escape(h.number) for h in table.headings])]
    heads.append(_line("", [escape(h.title) for h in table.headings]))
    slug = re.sub(r"[^a-z0-9]+", "-", table.name.lower()).strip("-")
    lines = [
        PACKAGES,
        r"\begin{table}[!htbp]",
        r"\centering",
        size,
        r"\begin{threeparttable}",
        rf"\caption{{{escape(table.title)}}}",
        rf"\label{{tab:{slug}}}",
        rf"\begin{{tabular}}{{l*{{{n}}}{{c}}}}",
        r"\toprule",
        *heads,
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\begin{tablenotes}[flushleft]",
        *(rf"\item {escape(note)}" for note in table.notes),
        r"\end{tablenotes}",
        r"\end{threeparttable}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Make text plain in LaTeX, and one line; a sign that fonts lack is named in brackets."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(_escape_sign(sign) for sign in words)


def _escape_sign(sign: str) -> str:
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    if (sign.isascii() and sign.isprintable()) or _is_accented(sign):
        return sign
    if unicodedata.category(sign) in {"Mn", "Me", "Cf", "Cc"}:  # joiners, variation selectors, controls
        return ""
    return f"{{[}}{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}{{]}}"


def _is_accented(sign: str) -> bool:
    """Whether a letter is in the T1 encoding: Latin-1, and letters that are a base and an accent."""
    decomposed = unicodedata.decomposition(sign)
    return (
        ("À" <= sign <= "ÿ" and sign not in "×÷")
        or sign in _ACCENTED_IN_T1
        or (sign <= "ž" and bool(decomposed) and not decomposed.startswith("<"))
    )


def _lines(row: Row) -> list[str]:
    shown = [_show(cell) for cell in row.cells]
    if len(set(shown)) == 1 and len(shown) > 1 and _LONG_WORDS.match(shown[0]):
        return [_line(escape(row.label), [rf"\multicolumn{{{len(shown)}}}{{c}}{{{shown[0]}}}"])]
    first = _line(escape(row.label), shown)
    if not row.has_std_errors:
        return [first]
    below = [f"({_number(cell.std_error)})" if cell.std_error else "" for cell in row.cells]
    return [first, _line("", below)]


def _line(label: str, cells: list[str]) -> str:
    return " & ".join([label, *cells]) + r" \\"


def _show(cell: Cell) -> str:
    return _number(cell.text) + (f"$^{{{'*' * cell.stars}}}$" if cell.stars else "")


def _number(text: str) -> str:
    """Write a number with a minus sign in place of the hyphen; other text is escaped."""
    if not _NUMBER.fullmatch(text):
        return escape(text)
    mantissa, _, exponent = text.replace("-", "$-$", int(text.startswith("-"))).partition("e")
    return rf"{mantissa}$\times10^{{{int(exponent)}}}$" if exponent else mantissa
