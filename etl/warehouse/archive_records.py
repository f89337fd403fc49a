"""Records of the archive wait, filtered and sorted by their ids, for the texts that belong to them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from etl.sources.archive.filters import Filters
from etl.sources.archive.layout import RECORDS
from etl.sources.archive.values import read_symbol_lists, read_times
from etl.warehouse.archive_csv import find_lines, keep, make, read_rows, refused_rows
from etl.warehouse.segments.reading import quote
from etl.warehouse.segments.writing import write_parquet
from etl.warehouse.sql_files import read_sql

# Anything else is read by Python, each distinct text once: DuckDB passes over offsets.
USUAL_TIME = r"\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z| UTC|\+00:00)?"


class StagedRecords:
    """The waiting records of one file.

    Attributes
    ----------
    path
        Parquet, sorted by id. While it is not there, the file is not staged.
    refused
        Parquet of `REJECT_SCHEMA`: the rows of the file that cannot be used.
    shifts
        Parquet: what tells the lines of the file from the numbers of its rows.
    """

    def __init__(self, staging: Path, number: int) -> None:
        self.number = number
        folder = staging / "records"
        self.path = folder / f"{number:06d}.parquet"
        self.refused = folder / f"{number:06d}.refused.parquet"
        self.shifts = folder / f"{number:06d}.shifts.parquet"

    @property
    def is_there(self) -> bool:
        """Whether the file needs not be read again."""
        return self.path.exists()


def stage_records(
    store: duckdb.DuckDBPyConnection, file: Path, staged: StagedRecords, filters: Filters, staging: Path
) -> int:
    """Read a file of records, keep what the filters want, and let it wait.

    Returns
    -------
    int
        The number of rows that were read.

    Raises
    ------
    BadInput
        The file cannot be read, or has other columns.
    """
    not_records = read_rows(store, file, RECORDS, staging)
    _read_values(store, filters)
    make(store, "archive_refused", "refused_records")
    find_lines(store)
    refused = pl.concat([not_records, refused_rows(store)]).sort("line", maintain_order=True)
    keep(store, "archive_refused", refused)
    write_parquet(store, "from archive_refused", staged.refused)
    write_parquet(store, "from archive_shifts", staged.shifts)
    query = read_sql("archive", "staged_records").text.replace("$file_number", str(staged.number))
    write_parquet(store, query, staged.path)
    ((n_rows,),) = store.execute("select count(*) from archive_rows").fetchall()
    return int(n_rows) + not_records.height


def _read_values(store: duckdb.DuckDBPyConnection, filters: Filters) -> None:
    lists = store.sql("select distinct symbol_list from archive_rows").pl()["symbol_list"].to_list()
    keep(store, "archive_symbol_lists", read_symbol_lists(lists, filters))
    odd = store.sql(read_sql("archive", "odd_times").text, params={"usual": USUAL_TIME}).pl()
    keep(store, "archive_times", read_times(odd["text"].to_list()))
    make(
        store,
        "archive_values",
        "record_values",
        usual=USUAL_TIME,
        first_day=filters.first_day,
        last_day=filters.last_day,
    )


class Ranges:
    """Which Parquet files may hold ids of a range: their smallest and largest ids, read once.

    Parameters
    ----------
    files
        Each with a column `message_id`.

    Attributes
    ----------
    any_file
        One of them.
    """

    def __init__(self, store: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
        self.known: list[tuple[Path, int, int]] = []
        for file in files:
            ((first, last),) = store.execute(
                f"select min(message_id), max(message_id) from read_parquet({quote(str(file))})"
            ).fetchall()
            if first is not None:
                self.known.append((file, first, last))

        self.any_file = list(files[:1])

    def within(self, first: int, last: int) -> list[Path]:
        """Return the files with ids between two, both included, as far as can be told."""
        return [file for file, least, most in self.known if least <= last and most >= first]
