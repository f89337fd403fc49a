"""Tables made by hand for Word and Excel: every kind of cell, and text that means harm."""

import polars as pl

from models.tables.table import Cell, Group, Heading, Row, Table

HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    "＠x",
    "\t=1+1",
    "\r=1+1",
    "<w:p>&amp;</w:p> ]]>",
    "😀\u200d🔥 Łódź",
    "http://example.org/",
    "_x0041_",
    "{=1+1}",
)
ESTIMATES = (
    Cell("31.3", 3, "(7.62)", 31.2987, (7.6189,)),
    Cell("-0.0511", 0, "(0.835)", -0.05108, (0.83512,)),
    Cell("-1,092", 2, "(407)", -1092.4, (407.2,)),
    Cell("3.21e-13", 1, "(4.00e-14)", 3.2099e-13, (4.001e-14,)),
    Cell("5.710", 0, "[-12.1, 23.5]", 5.71, (-12.06, 23.48)),
    Cell("0.12", 0, "(-2.68)", 0.125, (-2.675,)),  # halves, which Python and Excel round apart
    Cell("0", 0, "(n/a)", -0.0, (float("nan"),)),
)


def table_of(n_columns: int, name: str = "predictive", terms: int = 8, title: str = "A title") -> Table:
    """Return a table whose cells go through `ESTIMATES`, each row beginning one further."""

    def row(i: int) -> Row:
        return Row(f"Term {i}, before the open", tuple(ESTIMATES[(i + j) % 7] for j in range(n_columns)))

    def same(label: str, cell: Cell) -> Row:
        return Row(label, (cell,) * n_columns)

    tidy = pl.DataFrame(
        {
            "family": [name] * terms,
            "tagger": ["linear"] * terms,
            "column_no": [1] * terms,
            "term": [f"term_{i}" for i in range(terms)],
            "estimate": [1 / (3 + i) for i in range(terms)],
            "n_obs": [11_232] * terms,
        }
    )
    return Table(
        name=name,
        title=title,
        headings=tuple(Heading(f"({i})", f"Column {i}") for i in range(1, n_columns + 1)),
        groups=(
            Group("Dependent variable", (same("Name", Cell("Return from open to close")),)),
            Group("Emotion terms", tuple(row(i) for i in range(terms))),
            Group("Effects", (same("Firm effects", Cell("Yes")), same("Session effects", Cell("No")))),
            Group(
                "Fit",
                (
                    same("Firm-days", Cell("11,232", value=11232)),
                    same("p", Cell("<0.001", value=0.0001)),
                    same("Nothing", Cell()),
                ),
            ),
        ),
        notes=("The first note.", "* p < 0.10, ** p < 0.05, *** p < 0.01."),
        tidy=tidy,
    )


def hostile_table() -> Table:
    """Return a table in which every text is hostile."""
    n = len(HOSTILE)
    return Table(
        name="=[a]:*?/\\'",
        title=f"{HOSTILE[0]} \x00\x07\u202e\ud800\ufffe",
        headings=tuple(Heading(text, text) for text in HOSTILE),
        groups=tuple(
            Group(text, (Row(text, tuple(Cell(t, 1, t) for t in HOSTILE[i:] + HOSTILE[:i])),))
            for i, text in enumerate(HOSTILE)
        ),
        notes=HOSTILE,
        tidy=pl.DataFrame({"tagger": HOSTILE, "@name": list(range(n)), "column_no": [1] * n}),
    )
