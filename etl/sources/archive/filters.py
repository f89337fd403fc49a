"""Which posts of the archive are wanted: of some symbols, of some days."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.configuration.watchlist import read_watchlist
from etl.errors import BadInput
from etl.settings import Home
from etl.sources.fields import canonical_symbol

_COLUMNS = ("symbol", "ticker")


@dataclass(frozen=True)
class Filters:
    """What is wanted of an archive; None is everything.

    Attributes
    ----------
    symbols
        A post that names one of them is kept, with all symbols that it names.
    first_day, last_day
        UTC days, both included.
    """

    symbols: frozenset[str] | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def keep_all(self) -> bool:
        """Whether nothing is left out."""
        return self.symbols is None and self.first_day is None and self.last_day is None

    @property
    def words(self) -> list[object]:
        """What tells these filters from others."""
        return [None if self.symbols is None else sorted(self.symbols), self.first_day, self.last_day]

    def wants(self, symbols: Iterable[str]) -> bool:
        """Tell whether a post that names these symbols is kept, as far as symbols go."""
        return self.symbols is None or not self.symbols.isdisjoint(symbols)


def make_filters(home: Home, file: Path | None, first_day: date | None, last_day: date | None) -> Filters:
    """Make filters of what the command line says.

    Raises
    ------
    BadInput
        The file of symbols cannot be read or names none, or the days are in the wrong order.
    """
    if first_day and last_day and first_day > last_day:
        raise BadInput(f"--from {first_day} is after --to {last_day}; exchange them.")
    if file is None:
        return Filters(None, first_day, last_day)
    path = file.expanduser().absolute()
    symbols = _read_csv(path) if path.suffix.lower() == ".csv" else read_watchlist(str(path), home)
    if not symbols:
        raise BadInput(f"{file} names no symbol; expected one a line, such as AAPL.")
    return Filters(frozenset(symbols), first_day, last_day)


def _read_csv(path: Path) -> list[str]:
    """Read the column `symbol` or `ticker` of a CSV file; without such a column, its first one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}. Expected a CSV with a column symbol.") from error
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = next((names.index(name) for name in _COLUMNS if name in names), None)
    symbols = []
    for number, row in enumerate(rows if column is None else rows[1:], start=1 if column is None else 2):
        cell = row[column or 0] if len(row) > (column or 0) else ""
        symbol = canonical_symbol(cell)
        if symbol is None:
            raise BadInput(f"{path}, row {number}: {cell[:40]!r} is no symbol; expected one such as AAPL.")
        symbols.append(symbol)
    return symbols
