"""What an archive says of itself in its first member, `manifest.json`; what it does not name is not taken."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from etl.archive.unpacked import damaged
from etl.errors import BadInput
from etl.warehouse.segments.catalogue import FOLDER
from etl.warehouse.versions import POST_FILES

MANIFEST = "manifest.json"
FORMAT = 2
READABLE = (1, FORMAT)  # the first had no files beside the databases
STORE, JOURNAL, SETTINGS = "store.duckdb", "journal.sqlite", "emotape.toml"
SIMULATED = "simulated/market.json"  # in a home that has it, all data are simulated
_VERSION_FILE = re.compile(
    r"published/([0-9]{6,9})/"
    rf"((market|results)\.duckdb|({'|'.join(POST_FILES)})/(all|none|[0-9]{{4}}-[0-9]{{2}})\.parquet)"
)
_SEGMENT_FILE = re.compile(
    rf"{FOLDER}/[0-9]{{4}}-[0-9]{{2}}/[0-9]{{6,9}}(\.(scores|traits)-[0-9a-f]{{12}})?\.parquet"
)
_WATCHLIST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.(txt|csv)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """A file of an archive: its path in the home, its size in bytes, and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds.

    Parameters
    ----------
    schema_version
        Of the store's tables.
    made_at
        UTC, in ISO 8601.
    files
        In the order in which they follow.
    rows
        Table of the store -> number of rows.
    posts_in_segments
        How many posts lie in files beside the store.
    """

    emotape_version: str
    schema_version: int
    made_at: str
    files: tuple[Entry, ...]
    rows: dict[str, int]
    posts_in_segments: int = 0

    @property
    def published(self) -> int | None:
        """The number of the published version that it holds."""
        numbers = {int(found[1]) for entry in self.files if (found := _VERSION_FILE.fullmatch(entry.name))}
        return max(numbers, default=None)

    @property
    def segment_files(self) -> set[str]:
        """The files beside the store: those of segments, and what is derived of them."""
        return {entry.name for entry in self.files if _SEGMENT_FILE.fullmatch(entry.name)}

    @property
    def n_rows(self) -> int:
        """How many rows the store's tables and the posts in segments are in all."""
        return sum(self.rows.values()) + self.posts_in_segments

    @property
    def size(self) -> int:
        """How many bytes its files have in all."""
        return sum(entry.size for entry in self.files)

    def to_json(self) -> bytes:
        """Return the text of `manifest.json`."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n").encode()


def may_be_archived(name: str) -> bool:
    """Tell whether a file of the home, by its path in it, can be part of an archive."""
    return name in {STORE, JOURNAL, SETTINGS, SIMULATED} or bool(
        _VERSION_FILE.fullmatch(name) or _SEGMENT_FILE.fullmatch(name) or _WATCHLIST.fullmatch(name)
    )


def segment_name(file: Path) -> str:
    """Return what a file beside the store is called in an archive."""
    return f"{FOLDER}/{file.parent.name}/{file.name}"


def read_manifest(archive: str, content: bytes) -> Manifest:
    """Read and check `manifest.json`.

    Raises
    ------
    BadInput
        It is of another format, lacks something, or names files that no archive has.
    """
    try:
        values: dict[str, Any] = json.loads(content)
        written_in = values["format"]
        if written_in in READABLE:
            return _check(archive, values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(archive, "its manifest is not emotape's") from error
    raise BadInput(
        f"{archive} is of archive format {written_in}; this emotape knows formats up to {FORMAT}. "
        "Update emotape."
    )


def _check(archive: str, values: dict[str, Any]) -> Manifest:
    files = tuple(Entry(str(e["name"]), int(e["size"]), str(e["sha256"])) for e in values["files"])
    for entry in files:
        if not may_be_archived(entry.name):
            raise damaged(archive, f"it names a file {entry.name!r}, which no backup has")
    names = [entry.name for entry in files]
    versions = {found[1] for name in names if (found := _VERSION_FILE.fullmatch(name))}
    if (
        STORE not in names
        or len(names) != len(set(names))
        or len(versions) > 1
        or any(entry.size < 0 or not _SHA256.fullmatch(entry.sha256) for entry in files)
    ):
        raise ValueError(names)
    return Manifest(
        emotape_version=str(values["emotape_version"]),
        schema_version=int(values["schema_version"]),
        made_at=str(values["made_at"]),
        files=files,
        rows={str(table): int(n) for table, n in values["rows"].items()},
        posts_in_segments=int(values.get("posts_in_segments", 0)),
    )
