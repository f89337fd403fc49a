"""The version that a page shows: opened once for all readers, asked by name."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import streamlit as st

from etl.errors import EmotapeError, NothingPublished
from etl.settings import open_home
from etl.warehouse.published import Parameter, Published
from etl.warehouse.versions import Version, current_version

ROUND_TRIPS = 200  # answers kept a query


class VersionUnreadable(EmotapeError):
    """A published version is damaged or gone."""


@dataclass(frozen=True)
class Edition:
    """The version that a page shows; part of every cache key.

    `written` (modification times) tells a version from the same number of a home made anew.
    """

    folder: str
    number: int
    written: tuple[int, int]


def current_edition() -> Edition:
    """Return the version that the pointer names now.

    Raises
    ------
    NothingPublished
        Nothing was built yet.
    VersionUnreadable
        The pointer names a version that is not there.
    """
    version = current_version(open_home(None))
    try:
        written = version.market.stat().st_mtime_ns
        estimated = version.results.stat().st_mtime_ns if version.results.exists() else 0
        return Edition(str(version.folder), version.number, (written, estimated))
    except (OSError, ValueError) as error:
        raise unreadable(version.folder.name) from error


def is_anything_published() -> bool:
    """Return whether a version was ever published here, readable or not."""
    try:
        current_version(open_home(None))
    except NothingPublished:
        return False
    return True


def unreadable(name: str | int) -> VersionUnreadable:
    """Say that a version cannot be read, and what to do."""
    return VersionUnreadable(
        f"Version {name} cannot be read: its files are damaged or were removed. "
        "Run `emotape build` to publish a new one; loaded posts and prices are kept."
    )


@st.cache_resource(max_entries=3, show_spinner=False, on_release=Published.close)
def open_edition(edition: Edition) -> Published:
    """Open a version once, for all readers."""
    return Published(Version(Path(edition.folder)))


def ask(edition: Edition, name: str, **parameters: Parameter) -> pl.DataFrame:
    """Run `sql/queries/<name>.sql` on a version. For the functions of this package, which cache."""
    try:
        return open_edition(edition).query(name, **parameters)
    except duckdb.Error as error:
        raise unreadable(edition.number) from error
