"""The relations of single posts: Parquet files of a version, one a period, which later versions share."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from etl.warehouse.building.periods import Period
from etl.warehouse.checks import check_grain
from etl.warehouse.segments.reading import quote_files, read_stored
from etl.warehouse.segments.writing import write_parquet
from etl.warehouse.sql_files import read_sql
from etl.warehouse.versions import POST_FILES, link_file

_SCORED = "scored_posts"  # the posts of a period with their scores, joined once for all marts of them
_NONE = "none"  # a file without rows, where there is no post at all: readers need the columns


def make_files(store: duckdb.DuckDBPyConnection, folder: Path, period: Period) -> bool:
    """Write a period's posts, what they name and their scores, and show them as temporary views.

    `scored_posts` is a table until other periods are shown: the marts of the period read it.

    Returns
    -------
    bool
        Whether it has any post; without one there is no file.
    """
    read_stored(store, period.span)
    for name in POST_FILES:
        file = folder / name / f"{period.name}.parquet"
        write_parquet(store, read_sql("marts", name).text, file)
        _show(store, name, [file])
        check_grain(store, name, read_sql("marts", name).grain)
    store.execute(f"create or replace temp table made_{_SCORED} as {read_sql('staging', _SCORED).text}")
    store.execute(f"create or replace temp view {_SCORED} as select * from temp.made_{_SCORED}")
    ((n_posts,),) = store.execute("select count(*) from posts").fetchall()
    return bool(n_posts)


def remove_files(folder: Path, period: Period) -> None:
    """Remove a period's files."""
    for name in POST_FILES:
        (folder / name / f"{period.name}.parquet").unlink(missing_ok=True)


def take_over_files(before: Path, folder: Path, period: Period) -> None:
    """Take a period's files over from another version's folder."""
    for name in POST_FILES:
        file = before / name / f"{period.name}.parquet"
        if file.exists():
            link_file(file, folder / name / file.name)


def show_files(store: duckdb.DuckDBPyConnection, folder: Path, periods: Iterable[Period]) -> None:
    """Show the posts of some periods, and them with their scores, as temporary views."""
    names = [period.name for period in periods]
    for name in POST_FILES:
        files = [file for p in names if (file := folder / name / f"{p}.parquet").exists()]
        if not files:
            none = folder / name / f"{_NONE}.parquet"
            write_parquet(store, f"select * from ({read_sql('marts', name).text}) limit 0", none)
            files = [none]
        _show(store, name, files)
    store.execute(f"create or replace temp view {_SCORED} as {read_sql('staging', _SCORED).text}")
    store.execute(f"drop table if exists temp.made_{_SCORED}")


def _show(store: duckdb.DuckDBPyConnection, name: str, files: list[Path]) -> None:
    store.execute(f"create or replace temp view {name} as select * from read_parquet({quote_files(files)})")
