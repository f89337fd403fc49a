"""Published versions: folders that never change, and a pointer that is switched in one step.

A version is `published/<number>/` with `market.duckdb` (prices, emotions, panel), `results.duckdb` (what was
estimated on it), and the relations of single posts as Parquet files, one a period (`posts/2016-11.parquet`),
which versions share by hard links. Versioned names are needed: DuckDB cannot open a file that another
process writes, and goes on showing the old data of a file that was replaced under the same name.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from etl.errors import NothingPublished, WarehouseBusy
from etl.settings import Home

MARKET, RESULTS, POINTER = "market.duckdb", "results.duckdb", "current"
POST_FILES = ("posts", "post_tickers", "scores")  # relations, and folders of their files
KEPT = 3
PATIENCE = 60.0  # seconds to wait for another publication, which takes milliseconds


@dataclass(frozen=True)
class Version:
    """A published version."""

    folder: Path

    @property
    def number(self) -> int:
        """Versions count up from 1."""
        return int(self.folder.name)

    @property
    def market(self) -> Path:
        """The file of prices, emotions and the panel."""
        return self.folder / MARKET

    def post_files(self, relation: str) -> list[Path]:
        """Return the files of one of `POST_FILES`, in order of their periods."""
        return sorted((self.folder / relation).glob("*.parquet"))

    @property
    def results(self) -> Path:
        """The file of estimates; it may be missing where nothing was estimated yet."""
        return self.folder / RESULTS


def current_version(home: Home) -> Version:
    """Return the version that readers should open.

    Raises
    ------
    NothingPublished
        Nothing was built yet.
    """
    try:
        name = (home.published / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise NothingPublished(
            f"Nothing is published in {home.path} yet: load posts and prices, then run `emotape build` "
            "(or `emotape demo` for a simulated market)."
        ) from error
    return Version(home.published / name)


def prepare_folder(home: Home) -> Path:
    """Return an empty folder in which the next version can be made; leftovers of killed runs are removed."""
    home.published.mkdir(exist_ok=True)
    for leftover in find_leftovers(home):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = home.published / f".making-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def find_leftovers(home: Home) -> list[Path]:
    """Return the folders of versions that killed runs never finished."""
    return [
        folder
        for folder in sorted(home.published.glob(".making-*"))
        if not _is_running(int(folder.name.removeprefix(".making-")))
    ]


def publish(home: Home, folder: Path, kept: int = KEPT) -> Version:
    """Make a prepared folder the current version, and keep the `kept` newest.

    What the folder lacks of the two files is taken over from the version before it, by hard link.
    """
    try:
        with FileLock(home.published / ".lock", timeout=PATIENCE):
            number = _take_over(home, folder) + 1
            for file in folder.iterdir():
                flush(file)
            target = home.published / f"{number:06d}"
            # A run that was killed before it switched the pointer left a version that nobody saw.
            shutil.rmtree(target, ignore_errors=True)
            folder.rename(target)
            flush(home.published)
            _point_to(home, target.name)
            remove_old(home, kept)
    except Timeout as error:
        raise WarehouseBusy(
            f"Another process has been publishing in {home.published} for {PATIENCE:.0f} seconds; "
            "try again later."
        ) from error
    return Version(target)


def find_old(home: Home, kept: int) -> list[Path]:
    """Return the folders of the published versions that are older than the `kept` newest, oldest first."""
    return [version.folder for version in list_versions(home)][:-kept]


def list_versions(home: Home) -> list[Version]:
    """Return the published versions, oldest first; the last is the current one."""
    try:
        newest = current_version(home).folder
    except NothingPublished:
        return []
    # A folder above the pointer is no version yet: its run was killed before it switched.
    folders = sorted(path for path in home.published.iterdir() if path.name.isdigit() and path <= newest)
    return [Version(folder) for folder in folders]


def remove_old(home: Home, kept: int) -> None:
    """Remove the published versions that are older than the `kept` newest."""
    for old in find_old(home, kept):
        shutil.rmtree(old, ignore_errors=True)


def _take_over(home: Home, folder: Path) -> int:
    """Link what a new version lacks from the current one, and return the current one's number (or 0)."""
    try:
        before = current_version(home)
    except NothingPublished:
        return 0
    if not (folder / MARKET).exists():
        for name in POST_FILES:
            for file in before.post_files(name):
                link_file(file, folder / name / file.name)
    for name in (MARKET, RESULTS):
        if not (folder / name).exists() and (before.folder / name).exists():
            link_file(before.folder / name, folder / name)
    return before.number


def _point_to(home: Home, name: str) -> None:
    pointer = home.published / POINTER
    new = pointer.with_suffix(".new")
    new.write_text(f"{name}\n", encoding="ascii")
    flush(new)
    new.replace(pointer)
    flush(home.published)


def link_file(source: Path, target: Path) -> None:
    """Let a version share a file of another one; it is copied where the file system has no hard links."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def flush(path: Path) -> None:
    """Make sure that what was written survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:  # some systems cannot flush a folder
        pass
    finally:
        os.close(descriptor)


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
