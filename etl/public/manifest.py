"""Which public data sets there are: each file's place, size and checksum."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from etl.settings import Home

MANIFEST: Traversable = files("etl.public") / "manifest.toml"


@dataclass(frozen=True)
class PublicFile:
    """A file of a data set.

    Parameters
    ----------
    kind
        posts, prices, or labelled (posts with an emotion each, and no time).
    path
        Its path in the repository, and below the data set's folder in a home.
    bytes, sha256
        What it must be.
    """

    kind: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Trained:
    """Which rows of a labelled table the shipped tagger was trained on.

    Parameters
    ----------
    rows
        A bit a row, from row 0, in hexadecimal digits.
    counts
        How many of each label those rows hold: shows whether the table is in the order that is meant.
    """

    rows: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class DataSet:
    """A public data set at one commit of its repository.

    Parameters
    ----------
    about, licence
        For a person to read before it is fetched.
    columns
        Field of emotape -> column, where its tables of posts call it otherwise.
    labels
        The label that each number of a labelled table stands for, from 0.
    trained
        Which of its rows the shipped tagger knows; None where it knows none.
    """

    name: str
    about: str
    repository: str
    commit: str
    licence: str
    files: tuple[PublicFile, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    trained: Trained | None = None

    @property
    def bytes(self) -> int:
        """The size of all its files."""
        return sum(file.bytes for file in self.files)

    def address(self, base_url: str, file: PublicFile) -> str:
        """Return where a file is."""
        return f"{base_url.rstrip('/')}/{self.repository}/{self.commit}/{quote(file.path)}"

    def folder(self, home: Home) -> Path:
        """Return where its files lie in a home."""
        return home.path / "public" / self.name

    def places(self, home: Home, *kinds: str) -> list[Path]:
        """Return where its files of some kinds lie in a home."""
        return [self.folder(home) / file.path for file in self.files if file.kind in kinds]


def read_manifest() -> dict[str, DataSet]:
    """Return all data sets by name."""
    with MANIFEST.open("rb") as stream:
        tables = tomllib.load(stream)
    return {
        name: DataSet(
            name,
            **{
                **table,
                "files": tuple(PublicFile(**file) for file in table["files"]),
                "labels": tuple(table.get("labels", ())),
                "trained": Trained(**table["trained"]) if "trained" in table else None,
            },
        )
        for name, table in tables.items()
    }


def say_size(size: int) -> str:
    """Say a number of bytes as people do."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"
