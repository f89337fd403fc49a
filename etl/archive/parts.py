"""The files of a home that go into an archive: found at one moment, and read as they were then."""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from etl.archive.manifest import JOURNAL, SETTINGS, SIMULATED, STORE, may_be_archived, segment_name
from etl.configuration import Settings
from etl.errors import EmotapeError, NothingPublished
from etl.settings import Home
from etl.warehouse.segments.catalogue import FOLDER, list_files, list_segments
from etl.warehouse.store import connect, store_at_rest
from etl.warehouse.versions import POST_FILES, current_version


@dataclass(frozen=True)
class Parts:
    """What goes into an archive.

    Parameters
    ----------
    paths
        Path in the home -> file, in the order of the archive.
    rows
        Table of the store -> number of rows.
    posts_in_segments
        How many posts lie in files beside the store.
    """

    paths: Mapping[str, Path]
    rows: Mapping[str, int]
    posts_in_segments: int
    _held: Mapping[str, IO[bytes]]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a part at its beginning.

        Raises
        ------
        EmotapeError
            It has gone.
        """
        if name in self._held:
            self._held[name].seek(0)
            yield self._held[name]
            return
        try:
            file = self.paths[name].open("rb")
        except FileNotFoundError as error:
            raise EmotapeError(_say_gone(self.paths[name], name)) from error
        with file:
            yield file


@contextmanager
def open_parts(home: Home, settings: Settings) -> Iterator[Parts]:
    """Find the parts of a home, and keep them as they are while the block lasts.

    Files that nobody changes under their name, of which there may be thousands, are opened when their turn
    comes: those of segments, since nobody can write to the store meanwhile, and those of posts of the
    published version. The few others are held open, so they stay as they are whatever takes their place.
    """
    with ExitStack() as stack:
        rows = stack.enter_context(store_at_rest(home))
        segments, posts_in_segments = _segment_files(home)
        published, posts = _published_files(home)
        paths = {STORE: home.store, **segments, **published, **posts}
        if home.journal.exists():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emotape-")))
            paths[JOURNAL] = _copy_journal(home, folder / JOURNAL)
        beside = settings.watchlist.file
        for name in (SETTINGS, SIMULATED, beside):
            # A watchlist elsewhere than beside the settings is no part of the home.
            if name and may_be_archived(name) and (home.path / name).is_file():
                paths[name] = home.path / name
        held = {
            name: stack.enter_context(path.open("rb"))
            for name, path in paths.items()
            if name not in segments and name not in posts
        }
        yield Parts(paths, rows, posts_in_segments, held)


def _segment_files(home: Home) -> tuple[dict[str, Path], int]:
    """Return the files that the store's catalogue names, and the number of posts in them."""
    with closing(connect(home.store, read_only=True)) as store:
        files = {segment_name(file): file for file in list_files(store)}
        return files, sum(segment.n_posts for segment in list_segments(store))


def _published_files(home: Home) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the files of the current version: the databases, and those of its posts."""
    while True:
        try:
            version = current_version(home)
        except NothingPublished:
            return {}, {}
        place = f"published/{version.folder.name}"
        files = {f"{place}/{f.name}": f for f in (version.market, version.results) if f.exists()}
        posts = {
            f"{place}/{relation}/{f.name}": f for relation in POST_FILES for f in version.post_files(relation)
        }
        # A version goes when another has taken its place, so these are all files of one that had not gone.
        if current_version(home) == version:
            return files, posts


def _say_gone(path: Path, name: str) -> str:
    if name.startswith(f"{FOLDER}/"):
        return (
            f"{path} is missing, and the store names it, so what it held is lost here: bring the home back "
            "from an older backup with `emotape restore`, then load again what came since."
        )
    return (
        f"{path} has gone: other commands published newer versions while this one was being backed up. "
        "Run the same command again."
    )


def _copy_journal(home: Home, target: Path) -> Path:
    """Copy the journal as it is at one moment, whoever is writing to it."""
    try:
        with (
            closing(sqlite3.connect(f"{home.journal.as_uri()}?mode=ro", uri=True)) as journal,
            closing(sqlite3.connect(target)) as copy,
        ):
            journal.backup(copy)
    except sqlite3.Error as error:
        raise EmotapeError(
            f"The journal {home.journal} cannot be copied to {target.parent}: {error}. Free some space "
            "there; if the file is damaged, move it away: it holds the log of runs and no data."
        ) from error
    return target
