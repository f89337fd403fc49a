"""Where things live: one home folder holds the store, the published versions and the exports."""

import os
from dataclasses import dataclass
from pathlib import Path

from etl.errors import BadInput


@dataclass(frozen=True)
class Home:
    """The folder of one warehouse.

    `store` is written by one process at a time and never read by the dashboard; `published` holds
    the versions that readers open, which never change once they are there.
    """

    path: Path

    @property
    def store(self) -> Path:
        """The DuckDB file that is written."""
        return self.path / "store.duckdb"

    @property
    def published(self) -> Path:
        """The folder of the published versions and of the pointer to the current one."""
        return self.path / "published"

    @property
    def settings_file(self) -> Path:
        """The settings of this home; every one of them has a default, so the file may be missing."""
        return self.path / "emotape.toml"

    @property
    def journal(self) -> Path:
        """The SQLite file of runs, steps and allowances: readable while the store is being written."""
        return self.path / "journal.sqlite"

    @property
    def inbox(self) -> Path:
        """Files that are dropped here are loaded by the next refresh."""
        return self.path / "inbox"

    @property
    def done(self) -> Path:
        """Where files of the inbox go that were loaded."""
        return self.path / "done"

    @property
    def failed(self) -> Path:
        """Where files of the inbox go that could not be loaded, each beside its reason."""
        return self.path / "failed"

    @property
    def restoring(self) -> Path:
        """What a restore makes ready, and its plan: while it is there, a restore was not finished."""
        return self.path / ".restoring"

    @property
    def tables(self) -> Path:
        """Where the demo exports its tables."""
        return self.path / "tables"

    @property
    def simulated(self) -> Path:
        """The files of a simulated market: in a home that has them, all data are simulated."""
        return self.path / "simulated"


def default_home() -> Path:
    """Return `EMOTAPE_HOME`, else the platform's folder for user data."""
    from_environment = os.environ.get("EMOTAPE_HOME")
    if from_environment:
        return Path(from_environment)
    from platformdirs import user_data_path

    return user_data_path("emotape", appauthor=False)


def open_home(path: Path | None) -> Home:
    """Return the home at `path` (default: `default_home()`), created where it is missing.

    Raises
    ------
    BadInput
        The path is a file, or cannot be created.
    """
    folder = (path or default_home()).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"The home folder {folder} cannot be used: {error.strerror}. Name a writable folder with --home."
        ) from error
    return Home(folder)
