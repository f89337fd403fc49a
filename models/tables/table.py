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
        A number or words, without stars; "" for an empty cell.
    stars
        How many stars follow the text, 0 to 3.
    below
        What stands on the line under it, with its brackets: "(7.62)" or "[12.1, 50.4]"; "" for nothing.
    value
        The number that `text` shows, in the unit shown and unrounded; None where `text` is words.
    below_values
        The numbers that `below` shows, unrounded.
    """

    text: str = ""
    stars: int = 0
    below: str = ""
    value: float | None = None
    below_values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Row:
    """A label and one cell a column."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def has_below(self) -> bool:
        """Whether a line stands under this one."""
        return any(cell.below for cell in self.cells)


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
    models
        One row a model: its facts as they are stored.
    notes_above
        Whether the notes stand between the title and the body, as a paragraph that describes the table.
    """

    name: str
    title: str
    headings: tuple[Heading, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    tidy: pl.DataFrame = field(compare=False, repr=False)
    models: pl.DataFrame = field(default_factory=pl.DataFrame, compare=False, repr=False)
    notes_above: bool = False
