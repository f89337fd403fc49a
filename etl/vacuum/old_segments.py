"""Which original records in segments are kept no longer, and letting go of them; files that nothing names.

A segment is written anew under its own name, so what is derived of it, and what is built of it, stays right:
nothing of either is made from the original record. The new file differs from the old one in nothing else,
which is checked before it takes the old one's place, in one step.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from etl.errors import EmotapeError
from etl.vacuum.old_files import SURELY_LEFT, came
from etl.vacuum.old_rows import naive
from etl.warehouse.segments.catalogue import Segment, list_files, list_segments, posts_folder
from etl.warehouse.segments.reading import has_segments, quote, quote_files
from etl.warehouse.segments.writing import write_parquet
from etl.warehouse.sql_files import read_sql
from etl.warehouse.versions import flush

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Emptying:
    """A segment, and how many of its posts lose their original record."""

    segment: Segment
    records: int


def find_expired(store: duckdb.DuckDBPyConnection, before: datetime | None) -> list[Emptying]:
    """Return the segments with original records that were stored before a moment (UTC); None is for ever.

    What the files say of themselves tells of most that they hold none.
    """
    if before is None or not has_segments(store):
        return []
    store.execute(
        f"create or replace temp table expired_loads as {read_sql('vacuum', 'expired_loads').text}",
        {"before": naive(before)},
    )
    found = []
    for segment in _with_old_records(store):
        _show(store, segment.posts)
        ((records,),) = store.execute(
            "select count(*) from segment_posts semi join expired_loads using (load_id) where raw is not null"
        ).fetchall()
        if records:
            found.append(Emptying(segment, int(records)))
    return found


def empty_records(
    store: duckdb.DuckDBPyConnection, found: Iterable[Emptying], progress: Progress = lambda posts: None
) -> int:
    """Empty the expired original records of segments; return how many bytes that gives back.

    Only for whoever has the store open for writing, after `find_expired`. Killed at any moment it leaves the
    old file of a segment or the new one.

    Raises
    ------
    EmotapeError
        The disk refuses, or a new file is not what it should be; the old one stays.
    """
    freed = 0
    for emptying in found:
        size = emptying.segment.posts.stat().st_size
        try:
            _empty(store, emptying.segment.posts)
        except (duckdb.Error, OSError) as error:
            raise EmotapeError(
                f"{emptying.segment.posts} could not be written anew, and is as it was: "
                f"{str(error).splitlines()[0]} That needs room beside it, about {size / 2**20:,.0f} MiB; "
                "free some space, then run the same command again."
            ) from error
        freed += size - emptying.segment.posts.stat().st_size
        progress(emptying.segment.n_posts)
    return freed


def _empty(store: duckdb.DuckDBPyConnection, file: Path) -> None:
    emptied = file.with_name(f".{file.name}.emptied")
    _show(store, file)
    rows = read_sql("vacuum", "emptied_segment").text
    try:
        write_parquet(
            store, f"select * exclude file_row_number from ({rows}) order by file_row_number", emptied
        )
        _compare(store, file, emptied)
        emptied.replace(file)
        flush(file.parent)
    finally:
        emptied.unlink(missing_ok=True)


def find_unnamed(store: duckdb.DuckDBPyConnection, now: datetime) -> list[Path]:
    """Return the files derived of segments that the catalogue does not name, older than a day.

    A younger one may be what a killed run finished, which the next run takes over.
    """
    if not has_segments(store):
        return []
    named = set(list_files(store))
    return [
        file
        for file in sorted(posts_folder(store).glob("*/*.parquet"))
        if file not in named and not file.name.startswith(".") and came(file) < now - SURELY_LEFT
    ]


def _with_old_records(store: duckdb.DuckDBPyConnection) -> list[Segment]:
    """Return the segments that hold original records, and posts of a load that expired."""
    segments = list_segments(store)
    if not segments:
        return []
    files = quote_files([segment.posts for segment in segments])
    candidates = store.execute(
        "select facts.file_name from ("
        " select file_name,"
        " min(try_cast(stats_min_value as bigint)) filter (path_in_schema = 'load_id') as first_load,"
        " max(try_cast(stats_max_value as bigint)) filter (path_in_schema = 'load_id') as last_load,"
        " sum(num_values - coalesce(stats_null_count, 0)) filter (path_in_schema = 'raw') as records"
        f" from parquet_metadata({files}) where path_in_schema in ('load_id', 'raw') group by file_name"
        " ) as facts semi join expired_loads as expired"
        " on expired.load_id between facts.first_load and facts.last_load and facts.records > 0"
    ).fetchall()
    names = {name for (name,) in candidates}
    return [segment for segment in segments if str(segment.posts) in names]


def _show(store: duckdb.DuckDBPyConnection, file: Path) -> None:
    store.execute(
        "create or replace temp view segment_posts as"
        f" from read_parquet({quote(str(file))}, file_row_number = true)"
    )


def _compare(store: duckdb.DuckDBPyConnection, old: Path, new: Path) -> None:
    """Check that two files hold the same posts in the same order, but for original records."""
    facts = [
        store.execute(
            "select count(*), bit_xor(hash(posts)) from (select * exclude raw"
            f" from read_parquet({quote(str(file))}, file_row_number = true)) as posts"
        ).fetchall()
        for file in (old, new)
    ]
    if facts[0] != facts[1]:
        raise EmotapeError(
            f"{old} written anew has {facts[1][0]} where it has {facts[0][0]}; it stays as it was. Check the "
            "disk, then run the same command again."
        )
