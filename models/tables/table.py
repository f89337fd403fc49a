"""The table model: headings, groups of rows and notes, before any format is chosen."""

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Heading:
    """The head of a column: its number, such as "(1)", and its title."""

    number: str
    title: str


@dataclass(frozen=True)
class Cell:
    """One cell, ready to be shown; renderers escape it but never round.

    Parameters
    ----------
    text
        A number or words; "" for an empty cell.
    stars
        How many stars follow the text, 0 to 3.
    std_error
        The standard error without its brackets; "" where the cell is no estimate.
    """

    text: str = ""
    stars: int = 0
    std_error: str = ""


@dataclass(frozen=True)
class Row:
    """A label and one cell a column."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def has_std_errors(self) -> bool:
        """Whether a line of standard errors stands under this one."""
        return any(cell.std_error for cell in self.cells)


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """A regression table.

    Parameters
    ----------
    name
        A short name for labels, such as "predictive".
    title
        What stands over the table; it begins with "SIMULATED DATA: " where data are simulated.
    headings
        One a column.
    groups
        The rows, in reading order.
    notes
        Sentences under the table.
    tidy
        One row a column and term, in raw decimals: the columns of the stored terms, `label`, and
        the facts of the model.
    """

    name: str
    title: str
    headings: tuple[Heading, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    tidy: pl.DataFrame = field(compare=False, repr=False)
