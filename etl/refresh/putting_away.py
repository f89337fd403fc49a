"""Moving a file to where it is kept: whole, over nothing, and with the reason beside it where it failed."""

import errno
import os
import shutil
from pathlib import Path

from etl.errors import BadInput
from etl.sources.files import COMPRESSED


def put_away(file: Path, folder: Path, name: str, reason: str | None = None) -> Path:
    """Move a file to `folder/name`, or `folder/name-2` where something lies there, and return the place.

    Parameters
    ----------
    name
        May have folders of its own, with slashes.
    reason
        Written beside the file, as `name.reason.txt`.

    Raises
    ------
    BadInput
        The file cannot be moved; it lies where it was, and there is no copy of it.
    """
    try:
        target = _free(folder / name)
        note = _note(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if reason is not None:
                note.write_text(f"{reason}\n", encoding="utf-8")
            _move(file, target)
        except OSError:
            note.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BadInput(
            f"{file} cannot be moved to {folder}: {error.strerror or error}. Make both folders writable, or "
            "take the file away."
        ) from error
    return target


def _free(wanted: Path) -> Path:
    """Return the first of name, name-2, name-3, ... at which neither a file nor a reason lies."""
    ending = "".join(wanted.suffixes[-2:]) if wanted.suffix.lower() in COMPRESSED else wanted.suffix
    stem = wanted.name.removesuffix(ending)
    target, number = wanted, 1
    while os.path.lexists(target) or os.path.lexists(_note(target)):
        number += 1
        target = wanted.with_name(f"{stem}-{number}{ending}")
    return target


def _note(target: Path) -> Path:
    return target.with_name(f"{target.name}.reason.txt")


def _move(file: Path, target: Path) -> None:
    try:
        file.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_across(file, target)


def _move_across(file: Path, target: Path) -> None:
    """Move to another file system: by a copy that takes its name when it is whole."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        shutil.copy2(file, unfinished, follow_symlinks=False)
        if not unfinished.is_symlink():
            with unfinished.open("rb") as stream:
                os.fsync(stream.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    try:
        file.unlink()
    except OSError:
        # Else each run would leave a further copy of a file that nobody may remove.
        target.unlink()
        raise
