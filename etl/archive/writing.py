"""Writing an archive: a home as one file, consistent, and read back before it takes its name."""

import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO

import zstandard

from etl.archive.manifest import (
    JOURNAL,
    MANIFEST,
    SETTINGS,
    SIMULATED,
    STORE,
    Entry,
    Manifest,
    may_be_archived,
)
from etl.archive.reading import read_archive
from etl.clock import Clock
from etl.configuration import Settings, read_settings
from etl.errors import BadInput, EmotapeError, NothingPublished
from etl.settings import Home
from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.store import store_at_rest
from etl.warehouse.versions import current_version, flush
from etl.whole_files import writing

Progress = Callable[[int], None]


def write_archive(
    home: Home,
    target: Path,
    *,
    force: bool = False,
    progress: Progress = lambda size: None,
    clock: Clock | None = None,
) -> Manifest:
    """Write the store, the current published version, the journal and the settings of a home into one file.

    It is read back and checked before it takes the target's name. No command can write to the store while
    it is being copied.

    Parameters
    ----------
    force
        Whether a file that is there may be replaced.
    progress
        Called with numbers of bytes, three times those of the home's files: when they are summed, written,
        and read back.

    Raises
    ------
    BadInput
        There is no warehouse, the target is there or cannot be written, or the settings cannot be read.
    WarehouseBusy
        Another process is writing to the store.
    """
    if not home.store.exists():
        raise BadInput(f"There is no warehouse in {home.path}, so nothing to back up; name it with --home.")
    if target.exists() and not force:
        raise BadInput(f"{target} is there already; name another file, or say --force.")
    settings, _ = read_settings(home)  # which refuses a file that holds a secret
    with writing(target) as file:
        with _open_parts(home, settings) as (parts, rows):
            manifest = Manifest(
                emotape_version=code_version(),
                schema_version=SCHEMA_VERSION,
                made_at=(clock or Clock()).now().isoformat(timespec="seconds"),
                files=tuple(_describe(name, part, progress) for name, part in parts.items()),
                rows=rows,
            )
            _write(file, manifest, parts, progress)
        file.flush()
        os.fsync(file.fileno())
        read_archive(Path(file.name), begin=lambda manifest: progress)
    flush(target.parent)
    return manifest


@contextmanager
def _open_parts(home: Home, settings: Settings) -> Iterator[tuple[dict[str, IO[bytes]], dict[str, int]]]:
    """Give the files of the home, open and unchanging, and the number of rows by table of the store."""
    with ExitStack() as stack:
        rows = stack.enter_context(store_at_rest(home))
        paths = {STORE: home.store, **_published_files(home)}
        if home.journal.exists():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emotape-")))
            paths[JOURNAL] = _copy_journal(home, folder / JOURNAL)
        beside = settings.watchlist.file
        for name in (SETTINGS, SIMULATED, beside):
            # A watchlist elsewhere than beside the settings is no part of the home.
            if name and may_be_archived(name) and (home.path / name).is_file():
                paths[name] = home.path / name
        # What is open stays as it is, even when a newer version takes the place of this one.
        yield {name: stack.enter_context(path.open("rb")) for name, path in paths.items()}, rows


def _published_files(home: Home) -> dict[str, Path]:
    try:
        version = current_version(home)
    except NothingPublished:
        return {}
    files = {f"published/{version.folder.name}/{f.name}": f for f in (version.market, version.results)}
    return {name: file for name, file in files.items() if file.exists()}


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


def _describe(name: str, part: IO[bytes], progress: Progress) -> Entry:
    content, size = hashlib.sha256(), 0
    while chunk := part.read(2**20):
        content.update(chunk)
        size += len(chunk)
        progress(len(chunk))
    part.seek(0)
    return Entry(name, size, content.hexdigest())


def _write(file: IO[bytes], manifest: Manifest, parts: dict[str, IO[bytes]], progress: Progress) -> None:
    packer = zstandard.ZstdCompressor(write_checksum=True)
    with (
        packer.stream_writer(file, closefd=False) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        text = manifest.to_json()
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        for entry in manifest.files:
            tar.addfile(_member(entry.name, entry.size), _Counted(parts[entry.name], progress))


class _Counted(io.RawIOBase):
    """A stream that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        self._stream, self._progress = stream, progress

    def read(self, size: int = -1) -> bytes:
        """Read from the stream."""
        content = self._stream.read(size)
        self._progress(len(content))
        return content


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member
