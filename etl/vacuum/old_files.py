"""Which files of a home are kept no longer: old versions, old files of the inbox, what killed runs left."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from etl.settings import Home
from etl.warehouse.handover import find_staging
from etl.warehouse.versions import find_leftovers

# A file that somebody is writing just now looks like one that a killed run left, but is not this old.
SURELY_LEFT = timedelta(days=1)


def find_put_away(home: Home, before: datetime) -> list[Path]:
    """Return the files in done/ and failed/ that came there before a moment, or changed since."""
    return [path for folder in (home.done, home.failed) for path in _walk(folder) if came(path) < before]


def find_left(home: Home, now: datetime) -> list[Path]:
    """Return the files and folders that killed runs left. Only for whoever holds the lock of runs.

    An unfinished copy of the store is not among them: it goes when the store is opened.
    """
    unfinished = (
        path
        for folder in (home.path, home.done, home.failed)
        for path in folder.glob(".*.unfinished")
        if came(path) < now - SURELY_LEFT
    )
    staging = find_staging(home)
    return [*find_leftovers(home), *([staging] if staging else []), *unfinished]


def remove_empty_folders(folder: Path) -> None:
    """Remove the folders below a folder that hold nothing."""
    for path, _, _ in os.walk(folder, topdown=False):
        if Path(path) != folder and not os.listdir(path):
            os.rmdir(path)


def measure(sets: Iterable[Iterable[Path]]) -> list[int]:
    """Return how many bytes are given back by each set of files and folders, when they go in this order.

    Versions share files by hard links: one counts where its last link goes.
    """
    links: Counter[tuple[int, int]] = Counter()
    sizes = []
    for paths in sets:
        size = 0
        for path in paths:
            for file in _walk(path) if path.is_dir() and not path.is_symlink() else [path]:
                found = file.lstat()
                links[found.st_dev, found.st_ino] += 1
                if links[found.st_dev, found.st_ino] == found.st_nlink:
                    size += found.st_size
        sizes.append(size)
    return sizes


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, in order. Links are files, wherever they lead."""
    for path, folders, names in os.walk(folder):
        folders.sort()
        linked = [name for name in folders if (Path(path) / name).is_symlink()]
        yield from (Path(path) / name for name in sorted([*names, *linked]))


def came(path: Path) -> datetime:
    """Return when a file came to where it is: moving keeps the time of its content, and changes its other."""
    facts = path.lstat()
    return datetime.fromtimestamp(max(facts.st_mtime, facts.st_ctime)).astimezone()
