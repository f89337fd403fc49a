"""Reading an archive to its end: every member, and its content, is what the manifest announces."""

import hashlib
import tarfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import IO, cast

from etl.archive.manifest import MANIFEST, Entry, Manifest, read_manifest
from etl.archive.unpacked import Unpacked, damaged
from etl.errors import BadInput

Progress = Callable[[int], None]
CHUNK = 2**20
LARGEST_MANIFEST = 2**23  # bytes, of which a file takes fewer than 200
READ_AHEAD = 2**16
LARGEST_HEADER = 2 * READ_AHEAD  # bytes between the contents of two members, with what is read ahead


def read_archive(
    archive: Path,
    folder: Path | None = None,
    begin: Callable[[Manifest], Progress] = lambda manifest: lambda size: None,
) -> Manifest:
    """Read an archive whole, in pieces, and check all that can be checked of it.

    Parameters
    ----------
    folder
        Where its files are written to; None to check them only.
    begin
        Called with the manifest before anything is written. It may refuse by an error, and gives what is
        then called with numbers of bytes, `manifest.size` in all.

    Raises
    ------
    BadInput
        The file cannot be read, is cut short or damaged, or holds anything but what a backup holds.
    """
    try:
        with archive.open("rb") as file:
            stream = Unpacked(file, archive.name)
            stream.allow(LARGEST_MANIFEST + LARGEST_HEADER)
            with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", bufsize=READ_AHEAD) as tar:
                manifest = _read_manifest(tar, archive.name)
                progress = begin(manifest)
                for entry in manifest.files:
                    stream.allow(LARGEST_HEADER)
                    content = _next_member(tar, archive.name, entry.name)
                    _check_size(archive.name, entry, content[0].size)
                    stream.allow(entry.size)
                    _take(archive.name, entry, content[1], folder, progress)
                stream.allow(LARGEST_HEADER)
                if (more := tar.next()) is not None:
                    raise damaged(archive.name, f"it holds {more.name!r}, which its manifest does not name")
            stream.finish()
    except tarfile.TarError as error:
        raise damaged(archive.name, "it cannot be unpacked") from error
    except OSError as error:
        where = error.filename or archive
        raise BadInput(f"{where} cannot be used: {error.strerror or error}. Nothing was changed.") from error
    return manifest


def _read_manifest(tar: tarfile.TarFile, archive: str) -> Manifest:
    member, content = _next_member(tar, archive, MANIFEST)
    if member.size > LARGEST_MANIFEST:
        raise damaged(archive, "its manifest is too long")
    return read_manifest(archive, content.read())


def _next_member(tar: tarfile.TarFile, archive: str, name: str) -> tuple[tarfile.TarInfo, IO[bytes]]:
    """Return the next member, which must be a plain file of this very name: no link, no device, no path."""
    member = tar.next()
    if member is None:
        raise damaged(archive, f"{name} is missing")
    plain = member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not member.issparse()
    content = tar.extractfile(member) if plain and member.name == name else None
    if content is None:
        kind = "" if plain else ", which is no plain file,"
        raise damaged(archive, f"it holds {member.name!r}{kind} where {name} is expected")
    return member, content


def _check_size(archive: str, entry: Entry, found: int) -> None:
    if found != entry.size:
        raise damaged(archive, f"{entry.name} has {found:,} bytes where {entry.size:,} are expected")


def _take(archive: str, entry: Entry, content: IO[bytes], folder: Path | None, progress: Progress) -> None:
    target = folder / entry.name if folder else None
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with target.open("xb") if target else nullcontext() as out:
        while chunk := content.read(CHUNK):
            found.update(chunk)
            if out:
                out.write(chunk)
            progress(len(chunk))
    if found.hexdigest() != entry.sha256:
        raise damaged(archive, f"{entry.name} is not what was archived")
