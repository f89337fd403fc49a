"""What a build takes over from the version before: its file, and which periods of it are still right."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from etl.errors import NothingPublished
from etl.settings import Home
from etl.warehouse.building.periods import Period, rules_word
from etl.warehouse.store import CONFIG
from etl.warehouse.versions import current_version

Words = dict[str, tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Before:
    """A version, and the words of its periods; without a version that can be used, nothing."""

    folder: Path | None = None
    words: Words = field(default_factory=dict)

    def is_same(self, period: Period, kind: str) -> bool:
        """Tell whether a period's marts of a kind are made of what they were made of."""
        return period.name in self.words and self.words[period.name][_KINDS.index(kind)] == getattr(
            period, kind
        )


_KINDS = ("posts", "authors", "moods", "prices", "firms")


def copy_before(home: Home, target: Path) -> Before:
    """Copy the file of the current version to where the next one is made, if it can be built upon.

    It cannot where it was made by other rules: then everything is made anew.
    """
    try:
        version = current_version(home)
        words = _read_words(version.market)
    except (NothingPublished, duckdb.Error, OSError):
        return Before()
    if words is None:
        return Before()
    shutil.copyfile(version.market, target)
    return Before(version.folder, words)


def _read_words(market: Path) -> Words | None:
    with duckdb.connect(str(market), read_only=True, config=CONFIG) as connection:
        known = connection.execute(
            "select count(*) from duckdb_tables() where table_name = 'built'"
        ).fetchall()
        if known != [(1,)]:
            return None
        rows = connection.execute(f"select period, rules, {', '.join(_KINDS)} from built").fetchall()
    if any(row[1] != rules_word() for row in rows):
        return None
    return {row[0]: row[2:] for row in rows}


def can_go_on(before: Before, periods: list[Period]) -> bool:
    """Tell whether every period of the version before is one of today's."""
    return bool(before.words) and before.words.keys() <= {period.name for period in periods}


def note_words(store: duckdb.DuckDBPyConnection, periods: list[Period]) -> None:
    """Note in the version's file what each period was made of: relation `built`, one row a period."""
    store.execute(
        "create or replace table market.built"
        " (period varchar, rules varchar, posts varchar, authors varchar, moods varchar, prices varchar,"
        " firms varchar)"
    )
    store.executemany(
        "insert into market.built values (?, ?, ?, ?, ?, ?, ?)",
        [[p.name, rules_word(), *(getattr(p, kind) for kind in _KINDS)] for p in periods],
    )
