"""Bringing a home back from an archive: unpacked beside it, proven, and then put in place as a whole."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.archive.manifest import Manifest
from etl.archive.proving import prove
from etl.archive.reading import Progress, read_archive
from etl.clock import Clock
from etl.errors import BadInput, EmotapeError, WarehouseBusy
from etl.refresh.lock import run_lock
from etl.settings import Home
from etl.warehouse.gate import gate
from etl.warehouse.handover import (
    find_content,
    finish_interrupted,
    hand_over,
    prepare_staging,
    remove_staging,
)
from etl.warehouse.store import PATIENCE, connect
from etl.warehouse.tables import refuse_newer
from etl.warehouse.versions import flush


@dataclass(frozen=True)
class Restored:
    """What was brought back, and the folder to which what was there before was moved (None: nothing was)."""

    manifest: Manifest
    aside: Path | None


def restore_home(
    home: Home,
    archive: Path,
    *,
    force: bool = False,
    start: Callable[[Manifest], Progress] = lambda manifest: lambda size: None,
    clock: Clock | None = None,
) -> Restored:
    """Replace the content of a home by that of an archive, wholly or not at all.

    Of a home the store with its segments, the published versions, the journal and the settings are
    replaced; other files (the inbox, exports) stay.

    Parameters
    ----------
    force
        Whether content that is there may be moved aside, to a folder `before-restore-<UTC>` in the home.
    start
        Called with the manifest; gives what is called with numbers of bytes, `manifest.size` in all.

    Raises
    ------
    BadInput
        The home is used and `force` was not said, or the archive is damaged, cut short or no backup.
    WarehouseBusy
        Another command is running in the home.
    EmotapeError
        The archive is of a newer emotape, or does not hold what it says; or the disk is full.
    """
    with run_lock(home, "emotape restore"):
        finish_interrupted(home)
        used = find_content(home)
        if used and not force:
            raise BadInput(
                f"The home {home.path} is in use (it has {used[0]}); name an empty one with --home, or say "
                "--force to move what is there aside."
            )
        try:
            staged = prepare_staging(home)
            manifest = _unpack(staged, archive, start)
            prove(staged, manifest, archive.name)
            arriving = _arriving(staged, manifest)
            with gate(home, PATIENCE):
                _refuse_open(home)
                moved = find_content(home, arriving)
                aside = _free_name(home, clock or Clock())
                hand_over(home, arriving, aside)
        except OSError as error:
            raise EmotapeError(
                f"{archive.name} cannot be restored in {home.path}: {error.strerror or error}. Free some "
                "space, or make the folder writable, then run the same command again."
            ) from error
        finally:
            remove_staging(home)
    return Restored(manifest, home.path / aside if moved else None)


def _unpack(staged: Home, archive: Path, start: Callable[[Manifest], Progress]) -> Manifest:
    def begin(manifest: Manifest) -> Progress:
        refuse_newer(f"The store in {archive.name}", manifest.schema_version)
        free = shutil.disk_usage(staged.path).free
        if manifest.size > free:
            raise EmotapeError(
                f"{archive.name} unpacks to {manifest.size / 2**20:,.0f} MiB and the disk has "
                f"{free / 2**20:,.0f} MiB free; free some space, or name a home on another disk."
            )
        return start(manifest)

    return read_archive(archive, staged.path, begin)


def _arriving(staged: Home, manifest: Manifest) -> list[str]:
    """Return what is to be moved into the home, all of it safe on the disk."""
    for path in sorted(staged.path.rglob("*")):
        flush(path)
    flush(staged.path)
    return list(dict.fromkeys(entry.name.split("/")[0] for entry in manifest.files))


def _refuse_open(home: Home) -> None:
    """Refuse to replace a store that somebody is writing; one that is damaged may be replaced."""
    if not home.store.exists():
        return
    try:
        connect(home.store, read_only=True).close()
    except WarehouseBusy:
        raise
    except (EmotapeError, duckdb.Error):
        pass


def _free_name(home: Home, clock: Clock) -> str:
    wanted = name = f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}"
    number = 1
    while (home.path / name).exists():
        number += 1
        name = f"{wanted}-{number}"
    return name
