"""Writing an archive: a home as one file, consistent, and read back before it takes its name."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import zstandard

from etl.archive.manifest import MANIFEST, Entry, Manifest
from etl.archive.parts import Parts, open_parts
from etl.archive.reading import read_archive
from etl.clock import Clock
from etl.configuration import read_settings
from etl.errors import BadInput
from etl.settings import Home
from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.versions import flush
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
    """Write the store, its segments, the current published version, the journal and the settings of a home.

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
    EmotapeError
        A file has gone meanwhile, or was missing.
    """
    if not home.store.exists():
        raise BadInput(f"There is no warehouse in {home.path}, so nothing to back up; name it with --home.")
    if target.exists() and not force:
        raise BadInput(f"{target} is there already; name another file, or say --force.")
    settings, _ = read_settings(home)  # which refuses a file that holds a secret
    with writing(target) as file:
        with open_parts(home, settings) as parts:
            manifest = Manifest(
                emotape_version=code_version(),
                schema_version=SCHEMA_VERSION,
                made_at=(clock or Clock()).now().isoformat(timespec="seconds"),
                files=tuple(_describe(name, parts, progress) for name in parts.paths),
                rows=dict(parts.rows),
                posts_in_segments=parts.posts_in_segments,
            )
            _write(file, manifest, parts, progress)
        file.flush()
        os.fsync(file.fileno())
        read_archive(Path(file.name), begin=lambda manifest: progress)
    flush(target.parent)
    return manifest


def _describe(name: str, parts: Parts, progress: Progress) -> Entry:
    content, size = hashlib.sha256(), 0
    with parts.open(name) as part:
        while chunk := part.read(2**20):
            content.update(chunk)
            size += len(chunk)
            progress(len(chunk))
    return Entry(name, size, content.hexdigest())


def _write(file: IO[bytes], manifest: Manifest, parts: Parts, progress: Progress) -> None:
    packer = zstandard.ZstdCompressor(write_checksum=True)
    with (
        packer.stream_writer(file, closefd=False) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        text = manifest.to_json()
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
        for entry in manifest.files:
            with parts.open(entry.name) as part:
                tar.addfile(_member(entry.name, entry.size), _Counted(part, progress))


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
