"""The stored tables and figures as files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from etl.errors import EmotapeError
from etl.figures import render_figures
from etl.settings import Home
from etl.warehouse.published import Published, open_published
from etl.warehouse.results import read_results
from etl.whole_files import write_all

if TYPE_CHECKING:
    from models.tables import Table
    from models.tables.style import Below, Style

TEXT_FORMATS = ("md", "csv", "tex", "html", "typ", "json")
OFFICE_FORMATS = ("docx", "xlsx")  # of the second, one workbook holds all tables
FORMATS = TEXT_FORMATS + OFFICE_FORMATS
WORKBOOK = "tables.xlsx"


@dataclass(frozen=True)
class Choice:
    """What is exported, and how it looks.

    Parameters
    ----------
    formats, figures
        Of `FORMATS` and `FIGURE_FORMATS`.
    style, stars, below, digits
        As `models.tables.Style` has them; None for what the style says.
    """

    formats: tuple[str, ...] = FORMATS
    figures: tuple[str, ...] = ()
    style: str = "plain"
    stars: bool | None = None
    below: "Below | None" = None
    digits: int | None = None

    def as_style(self) -> "Style":
        """Return the style with the choices made."""
        from models.tables.style import choose_style

        return choose_style(self.style, stars=self.stars, below=self.below, digits=self.digits)

    def as_dict(self) -> dict[str, Any]:
        """Return the choices with the options of `emotape export` that make them."""
        options = [("--style", self.style), ("--below", self.below), ("--digits", self.digits)]
        arguments = [f"{name} {value}" for name, value in options if value is not None]
        if self.stars is not None:
            arguments.append("--stars" if self.stars else "--no-stars")
        arguments += [f"--format {name}" for name in self.formats if self.formats != FORMATS]
        arguments += [f"--figures {name}" for name in self.figures or ("none",)]
        return {**vars(self), "arguments": arguments}


def export_tables(home: Home, folder: Path, choice: Choice, force: bool = False) -> list[Path]:
    """Write every stored table and the figures asked for, and return the files.

    Raises
    ------
    EmotapeError
        Nothing was estimated yet, or a figure needs a browser that is not there.
    BadInput
        The folder cannot be written, or a file would be overwritten with other content.
    """
    with open_published(home) as published:
        files = {Path(path).name: content for path, content in render_stored(published, choice)}
    return write_all(folder, files, force)


def read_stored(published: Published) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the stored models and terms.

    Raises
    ------
    EmotapeError
        Nothing was estimated yet.
    """
    models, terms = read_results(published)
    if models.is_empty():
        raise EmotapeError("No table is stored yet: run `emotape regress` first.")
    return models, terms


def render_stored(published: Published, choice: Choice) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the tables and figures: its path ("tables/predictive.tex") and its content."""
    from models.tables import render_bytes
    from models.tables.excel import write_workbook

    models, terms = read_stored(published)
    tables = list(_lay_out(models, terms, choice))
    for name, _, table in tables:
        for format_name in choice.formats:
            if format_name != "xlsx":
                yield f"tables/{name}.{format_name}", render_bytes(table, format_name)
    if "xlsx" in choice.formats:
        yield f"tables/{WORKBOOK}", write_workbook([table for _, _, table in tables], models)
    if choice.figures:
        groups = [(name, group, _terms_of(group, terms)) for name, group, _ in tables]
        yield from render_figures(published, groups, choice.figures)


def _lay_out(
    models: pl.DataFrame, terms: pl.DataFrame, choice: Choice
) -> Iterator[tuple[str, pl.DataFrame, "Table"]]:
    """Yield a file's name, the models and the table of each family and tagger."""
    from models.tables import regression_table

    for (family, tagger), group in models.group_by("family", "tagger", maintain_order=True):
        # Names such as `transformer:owner/name` hold signs that file names may not.
        safe = re.sub(r"[^\w.]+", "-", str(tagger)).strip("-")
        name = str(family) if tagger == "linear" else f"{family}-{safe}"
        yield name, group, regression_table(group, _terms_of(group, terms), choice.as_style())


def _terms_of(models: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    return terms.filter(pl.col("result_id").is_in(models["result_id"].implode()))
