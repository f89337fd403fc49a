"""The relations that regressions read, each read when it is asked for, and no more of it than is needed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property

import polars as pl

from etl.warehouse.published import Parameter, Published
from models.estimation.columns import columns_read, rows_needed
from models.estimation.spec import Spec

CONFUSION = "confusion"  # the one relation that has another source where the warehouse has no row of it
PANEL = "panel"


class Relations(Mapping[str, pl.DataFrame]):
    """The relations of a tagger that a family names; whole ones are kept once they are read."""

    def __init__(self, published: Published, names: Sequence[str], tagger_name: str) -> None:
        self._published, self._names, self._tagger = published, list(names), tagger_name
        self._read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._query(name)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def needed_by(self, specs: Sequence[Spec]) -> Mapping[str, pl.DataFrame]:
        """Return the relations as specs that share a sample need them.

        The panel of least squares has only the columns and rows that bear on the numbers, and is read anew
        each time: twenty million firm-days are not held twice.
        """
        if not _read_the_panel_alone(specs):
            return self
        needed = rows_needed(specs, self._columns)
        if needed is None:
            return self.columns_of(specs)
        return _ReadAnew(self._published, "panel_sample", {"tagger": self._tagger, **asdict(needed)})

    def columns_of(self, specs: Sequence[Spec]) -> Mapping[str, pl.DataFrame]:
        """Return the relations with all rows: those that are counted where nothing can be estimated."""
        if not _read_the_panel_alone(specs):
            return self
        columns = [name for spec in specs for name in columns_read(spec, self._columns.columns)]
        return _ReadAnew(self._published, "panel_part", {"tagger": self._tagger, "columns": columns})

    def is_empty(self, name: str) -> bool:
        """Tell whether a relation has no row of the tagger."""
        if name != PANEL:
            return self[name].is_empty()
        return not self._published.query("panel_rows", tagger=self._tagger)["n_firm_days"][0]

    @cached_property
    def _columns(self) -> pl.DataFrame:
        return self._published.query("panel_columns")

    def _query(self, name: str) -> pl.DataFrame:
        rows = self._published.query(name, tagger=self._tagger)
        if name == CONFUSION and rows.is_empty():
            from models.measurement.confusion import shipped_confusion

            # Only the simulated market knows the truth; elsewhere the tagger's own figures serve.
            shipped = shipped_confusion(self._tagger)
            return rows if shipped is None else shipped
        return rows


class _ReadAnew(Mapping[str, pl.DataFrame]):
    """The panel by a query. Nothing is kept, so what its reader lets go of is free."""

    def __init__(self, published: Published, query: str, parameters: Mapping[str, Parameter]) -> None:
        self._published, self._name, self._parameters = published, query, parameters

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name != PANEL:
            raise KeyError(name)
        parts = [_copy(part) for part in self._published.stream(self._name, **self._parameters)]
        if not parts:
            return self._published.query(self._name, **self._parameters)
        return pl.concat(parts, rechunk=False)

    def __iter__(self) -> Iterator[str]:
        return iter([PANEL])

    def __len__(self) -> int:
        return 1


def _copy(part: pl.DataFrame) -> pl.DataFrame:
    """Copy rows, so that each column has memory of its own and can be let go by itself.

    What DuckDB hands over lies in one piece, which stays as long as any of its columns does.
    """
    return part.select(pl.all().gather(pl.int_range(pl.len())))


def _read_the_panel_alone(specs: Sequence[Spec]) -> bool:
    return all(spec.estimator == "least_squares" and spec.frame == PANEL for spec in specs)
