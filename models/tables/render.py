"""A table in a format."""

from collections.abc import Callable

from models.tables.latex import render_latex
from models.tables.markdown import render_markdown
from models.tables.table import Table
from models.tables.tidy import render_csv

_RENDERERS: dict[str, Callable[[Table], str]] = {
    "md": render_markdown,
    "csv": render_csv,
    "tex": render_latex,
}
FORMATS = ("md", "csv", "tex")


def render(table: Table, format_name: str) -> str:
    """Return a table as text in one of `FORMATS`, ending with a newline; equal tables give equal text.

    Raises
    ------
    ValueError
        There is no such format.
    """
    if format_name not in _RENDERERS:
        raise ValueError(f"There is no format '{format_name}'; there are: {', '.join(FORMATS)}.")
    return _RENDERERS[format_name](table)
