"""Proving what was unpacked: everything is opened as the commands will open it, and counted."""

import sqlite3
from contextlib import closing

import duckdb

from etl.archive.manifest import Manifest, segment_name
from etl.archive.unpacked import damaged
from etl.errors import NothingPublished, PostsMissing
from etl.settings import Home
from etl.warehouse.published import open_published
from etl.warehouse.segments.catalogue import list_files, list_segments
from etl.warehouse.segments.reading import quote_files
from etl.warehouse.store import open_store
from etl.warehouse.tables import count_rows
from etl.warehouse.versions import POINTER

_OTHER_FILES = "its files of posts are not those that its store names"


def prove(staged: Home, manifest: Manifest, archive: str) -> None:
    """Prove that an unpacked home is whole; an older store becomes one of today by this.

    Raises
    ------
    BadInput
        Something cannot be opened, or is not what the manifest says.
    """
    _prove_store(staged, manifest, archive)
    _prove_published(staged, manifest, archive)
    _prove_journal(staged, archive)


def _prove_store(staged: Home, manifest: Manifest, archive: str) -> None:
    try:
        with open_store(staged) as store:
            _prove_tables(store, manifest, archive)
            _prove_segments(store, manifest, archive)
    except PostsMissing as error:
        raise damaged(archive, _OTHER_FILES) from error
    except duckdb.Error as error:
        raise damaged(archive, "its store cannot be opened") from error


def _prove_tables(store: duckdb.DuckDBPyConnection, manifest: Manifest, archive: str) -> None:
    found = count_rows(store)
    for table, expected in manifest.rows.items():
        if found.get(table) != expected:
            raise damaged(
                archive, f"its store has {found.get(table)} rows in {table} where {expected} are expected"
            )


def _prove_segments(store: duckdb.DuckDBPyConnection, manifest: Manifest, archive: str) -> None:
    """Compare the files beside the store with its catalogue: which there are, and how many rows they have."""
    files = list_files(store)
    if {segment_name(file) for file in files} != manifest.segment_files:
        raise damaged(archive, _OTHER_FILES)
    if not files:
        return
    counted = dict(
        store.execute(
            f"select file_name, num_rows from parquet_file_metadata({quote_files(files)})"
        ).fetchall()
    )
    expected = {f"{segment.number:06d}": segment.n_posts for segment in list_segments(store)}
    for file in files:
        found, wanted = counted[str(file)], expected[file.name.partition(".")[0]]
        if found != wanted:
            raise damaged(archive, f"{file.name} has {found:,} rows where {wanted:,} are expected")
    if sum(expected.values()) != manifest.posts_in_segments:
        raise damaged(
            archive,
            f"its segments hold {sum(expected.values()):,} posts where {manifest.posts_in_segments:,} are "
            "expected",
        )


def _prove_published(staged: Home, manifest: Manifest, archive: str) -> None:
    if manifest.published is not None:
        (staged.published / POINTER).write_text(f"{manifest.published:06d}\n", encoding="ascii")
        try:
            with open_published(staged):
                pass
        except NothingPublished:  # an older emotape built it: the next build makes it anew
            pass
        except duckdb.Error as error:
            raise damaged(archive, "its published version cannot be opened") from error


def _prove_journal(staged: Home, archive: str) -> None:
    if staged.journal.exists():
        try:
            with closing(sqlite3.connect(staged.journal)) as journal:
                found_wrong = journal.execute("pragma quick_check").fetchall() != [("ok",)]
        except sqlite3.Error:
            found_wrong = True
        if found_wrong:
            raise damaged(archive, "its journal cannot be opened")
