"""Handing a home over to restored content: many files change places, and a kill between them is mended.

The plan is written down before the first file moves. From then on the handover is finished by whoever opens
the store next; before it, nothing has changed. Nothing is deleted: what was there is moved aside.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from etl.settings import Home
from etl.warehouse.gate import gate
from etl.warehouse.versions import flush
from etl.whole_files import write_whole

PATIENCE = 5.0  # seconds: a handover takes milliseconds
_NEW, _PLAN, _ARRIVING = "new", "plan.json", "arriving.json"
# Logs that belong to a file go where it goes.
CONTENT = (
    "store.duckdb",
    "store.duckdb.wal",
    "posts",
    "published",
    "journal.sqlite",
    "journal.sqlite-wal",
    "journal.sqlite-shm",
    "emotape.toml",
    "simulated",
)


def find_content(home: Home, more: Sequence[str] = ()) -> list[str]:
    """Return which files and folders are there of those that a handover replaces."""
    return [name for name in dict.fromkeys((*CONTENT, *more)) if (home.path / name).exists()]


def prepare_staging(home: Home) -> Home:
    """Return an empty home inside this one, in which the new content is made; leftovers are removed."""
    remove_staging(home)
    staged = home.restoring / _NEW
    staged.mkdir(parents=True)
    return Home(staged)


def remove_staging(home: Home) -> None:
    """Remove what an unfinished restore left. Only for whoever holds the lock of runs."""
    if leftover := find_staging(home):
        _remove(leftover)


def find_staging(home: Home) -> Path | None:
    """Return the folder that an unfinished restore left; None where a handover from it has begun."""
    staging = home.restoring
    return staging if staging.exists() and not _is_begun(home) else None


def hand_over(home: Home, arriving: Sequence[str], aside: str) -> None:
    """Move the present content aside, and the staged content into its place.

    Only for whoever holds the gate of the store.

    Parameters
    ----------
    arriving
        The staged files and folders.
    aside
        The folder, in the home, for what is there now; made where anything is.
    """
    plan = {"arriving": list(arriving), "aside": aside}
    write_whole(home.restoring / _PLAN, json.dumps(plan))
    flush(home.restoring / _PLAN)
    flush(home.restoring)
    finish_handover(home)


def finish_interrupted(home: Home) -> None:
    """Finish a handover that was interrupted, before anything of the home is read; without one, do nothing.

    Raises
    ------
    WarehouseBusy
        Another process holds the gate of the store.
    EmotapeError
        The home cannot be written.
    """
    if _is_begun(home):
        with gate(home, PATIENCE):
            finish_handover(home)


def finish_handover(home: Home) -> None:
    """Go on with a handover wherever it was interrupted; without one, do nothing.

    Only for whoever holds the gate of the store.
    """
    staging = home.restoring
    plan, arriving = staging / _PLAN, staging / _ARRIVING
    if plan.exists():
        _clear(home, json.loads(plan.read_text(encoding="utf-8")))
        # Clearing once more would take away what has arrived.
        plan.replace(arriving)
        flush(staging)
    if arriving.exists():
        _arrive(home, json.loads(arriving.read_text(encoding="utf-8")))
        arriving.unlink()
        _remove(staging)


def _clear(home: Home, plan: dict[str, list[str] | str]) -> None:
    for name in find_content(home, list(plan["arriving"])):
        _move(home.path / name, home.path / str(plan["aside"]))
    flush(home.path)


def _arrive(home: Home, plan: dict[str, list[str] | str]) -> None:
    for name in plan["arriving"]:
        staged, place = home.restoring / _NEW / name, home.path / name
        if staged.exists():
            if place.exists():  # somebody made it anew after the kill
                _move(place, home.path / str(plan["aside"]))
            staged.replace(place)
    flush(home.path)


def _is_begun(home: Home) -> bool:
    return any((home.restoring / name).exists() for name in (_PLAN, _ARRIVING))


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _move(path: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.name}-{number}"
    path.replace(target)
