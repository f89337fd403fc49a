"""A table in a format."""

from collections.abc import Callable

from models.tables.html import render_html
from models.tables.json import render_json
from models.tables.latex import render_latex
from models.tables.markdown import render_markdown
from models.tables.table import Table
from models.tables.tidy import render_csv
from models.tables.typst import render_typst
from models.tables.word import render_word

_TEXTS: dict[str, Callable[[Table], str]] = {
    "md": render_markdown,
    "tex": render_latex,
    "html": render_html,
    "typ": render_typst,
    "csv": render_csv,
    "json": render_json,
}
_FILES: dict[str, Callable[[Table], bytes]] = {"docx": render_word}
FORMATS = tuple(_TEXTS)  # of text
FILE_FORMATS = tuple(_FILES)


def render(table: Table, format_name: str) -> str:
    """Return a table as text in one of `FORMATS`, ending with a newline; equal tables give equal text.

    Raises
    ------
    ValueError
        There is no such format.
    """
    if format_name not in _TEXTS:
        raise ValueError(f"There is no format '{format_name}'; there are: {', '.join(FORMATS)}.")
    return _TEXTS[format_name](table)


def render_bytes(table: Table, format_name: str) -> bytes:
    """Return a table as a file in one of `FORMATS` or `FILE_FORMATS`; equal tables give equal bytes.

    Raises
    ------
    ValueError
        There is no such format.
    """
    if format_name in _FILES:
        return _FILES[format_name](table)
    if format_name not in _TEXTS:
        known = ", ".join((*FORMATS, *FILE_FORMATS))
        raise ValueError(f"There is no format '{format_name}'; there are: {known}.")
    return render(table, format_name).encode()
