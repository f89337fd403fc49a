"""Which files an archive has, and what their columns are."""

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.errors import BadInput

RECORDS, TEXTS = "feature_wo_messages", "messages"
COLUMNS = {
    RECORDS: (
        "message_id",
        "user_id",
        "created_at",
        "sentiment",
        "parent_message_id",
        "in_reply_to_message_id",
        "symbol_list",
    ),
    TEXTS: ("message_id", "message_body"),
}
REMOTE = "s3://"


@dataclass(frozen=True)
class ArchiveFile:
    """A file of the archive.

    Attributes
    ----------
    address
        Its path or URL.
    size
        Bytes.
    stamp
        What changes when its content does: its time of modification.
    """

    address: str
    size: int
    stamp: str

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.address.rpartition("/")[2] if self.is_remote else Path(self.address).name

    @property
    def is_remote(self) -> bool:
        """Whether it must be fetched."""
        return self.address.startswith(REMOTE)


@dataclass(frozen=True)
class Archive:
    """The files of an archive, each kind in the order of names."""

    location: str
    records: tuple[ArchiveFile, ...]
    texts: tuple[ArchiveFile, ...]
    source: str = "stocktwits"  # what its posts are called

    def word(self, filters: Sequence[object]) -> str:
        """Return a word for these records, read with these filters: another one where either changes."""
        known = [[file.address, file.size, file.stamp] for file in self.records]
        whole = json.dumps([self.location, known, list(filters)], default=str)
        return hashlib.sha256(whole.encode()).hexdigest()[:12]


def find_local(folder: Path) -> Archive:
    """Find the files of an archive in a folder.

    Raises
    ------
    BadInput
        There is no such folder, one of its two folders is missing or empty, or a file has other columns.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder; name the one that holds {RECORDS}/ and {TEXTS}/.")
    found = {kind: _list(folder, kind) for kind in COLUMNS}
    for kind, files in found.items():
        for file in files:
            with Path(file.address).open("rb") as stream:
                read_header(stream.readline(), kind, file.name)
    return Archive(str(folder), found[RECORDS], found[TEXTS], _read_source(folder))


def _read_source(folder: Path) -> str:
    """Tell a simulated archive, which says so beside its files, from the real one."""
    try:
        said = json.loads((folder / "market.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "stocktwits"
    return "simulated" if isinstance(said, dict) and said.get("simulated") is True else "stocktwits"


def _list(folder: Path, kind: str) -> tuple[ArchiveFile, ...]:
    files = []
    for path in sorted((folder / kind).glob("*.csv")):
        facts = path.stat()
        files.append(ArchiveFile(str(path), facts.st_size, str(facts.st_mtime_ns)))
    refuse_if_missing(files, str(folder), kind)
    return tuple(files)


def refuse_if_missing(files: Sequence[ArchiveFile], location: str, kind: str) -> None:
    """Refuse a location that has no file of a kind.

    Raises
    ------
    BadInput
        The sequence is empty.
    """
    if not files:
        raise BadInput(
            f"{location} has no file {kind}/*.csv; an archive has the records of posts in {RECORDS}/ and "
            f"their texts in {TEXTS}/. Name the folder that holds both."
        )


def read_header(line: bytes, kind: str, name: str) -> tuple[tuple[str, ...], bytes]:
    """Return the columns of a file, in its order, and how its lines end.

    Raises
    ------
    BadInput
        They are not those of the archive.
    """
    newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    rows = list(csv.reader([line.decode("utf-8-sig", "replace").rstrip("\r\n")]))
    columns = tuple(rows[0]) if rows else ()
    expected = COLUMNS[kind]
    if sorted(columns) != sorted(expected):
        found = ", ".join(columns)[:200] or "nothing"
        raise BadInput(
            f"{kind}/{name} has the columns {found}; expected {', '.join(expected)}. Move it elsewhere, or "
            "fetch it again."
        )
    return columns, newline
