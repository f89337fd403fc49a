"""What lies in the inbox and may be taken: whole files, and what is to be said of all else."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from etl.clock import Clock
from etl.configuration.sections import Inbox
from etl.settings import Home

# The folders are called like the commands of `emotape load`, and each is a table raw_<kind> of the store.
KINDS = {
    name: name.replace("-", "_")
    for name in ("posts", "prices", "short-interest", "ownership", "shares", "ipos", "factors", "vix")
}
# What browsers, copying programs and editors call a file that they have not finished.
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download")


@dataclass(frozen=True)
class Dropped:
    """Something in the inbox.

    Parameters
    ----------
    name
        Its path below the inbox, with slashes.
    kind
        What its folder says that it holds, as the store calls it; None where its content must tell.
    source
        What its folder calls the posts in it; None elsewhere.
    problem
        Why it cannot be taken, in a sentence.
    stays
        Whether it is left where it is, whatever comes of it.
    """

    path: Path
    name: str
    kind: str | None = None
    source: str | None = None
    problem: str | None = None
    stays: bool = False


def find_dropped(home: Home, settings: Inbox, clock: Clock) -> list[Dropped]:
    """Return what may be taken, oldest first, so that of two files the later one has the last word.

    A file must have been left alone for `settle_seconds`; what is younger is for the next run. A file of
    the future has no age, so it is looked at twice, `settle_seconds` apart. Hidden and unfinished files
    are not seen.

    Raises
    ------
    Stopped
        Somebody asked to stop while a file was looked at twice.
    """
    with suppress(OSError):  # a folder that cannot be made is found to be missing below
        home.inbox.mkdir(parents=True, exist_ok=True)
    files, troubles = _walk(home.inbox)
    now = clock.now().timestamp()
    looks = {path: look for path, look in files.items() if now - look.st_mtime >= settings.settle_seconds}
    future = {path: look for path, look in files.items() if look.st_mtime > now}
    if future:
        clock.sleep(settings.settle_seconds)
        looks |= {path: look for path, look in future.items() if is_unchanged(path, look)}
    oldest_first = sorted(looks, key=lambda path: (looks[path].st_mtime_ns, str(path)))
    return troubles + [_place(home, path, looks[path]) for path in oldest_first]


def is_unchanged(path: Path, look: os.stat_result) -> bool:
    """Tell whether a file is as it was at an earlier look."""
    try:
        now = path.lstat()
    except OSError:
        return False
    same = ("st_ino", "st_size", "st_mtime_ns")
    return all(getattr(now, name) == getattr(look, name) for name in same)


def _walk(inbox: Path) -> tuple[dict[Path, os.stat_result], list[Dropped]]:
    """Find everything that is no folder, and the folders that cannot be looked into."""
    files: dict[Path, os.stat_result] = {}
    troubles: list[Dropped] = []

    def note(error: OSError) -> None:
        folder = Path(error.filename)
        name = "inbox" if folder == inbox else _name(inbox, folder)
        reason = (
            f"{folder} cannot be looked into: {error.strerror}. Make it a folder that this user can read."
        )
        troubles.append(Dropped(folder, name, problem=reason, stays=True))

    for folder, folders, names in os.walk(inbox, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        # A link to a folder is listed among the folders, and is not followed.
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*names, *links):
            if not name.startswith(".") and not name.lower().endswith(UNFINISHED):
                with suppress(OSError):  # it was taken away meanwhile
                    files[Path(folder, name)] = Path(folder, name).lstat()
    return files, troubles


def _place(home: Home, path: Path, look: os.stat_result) -> Dropped:
    """Say what the folder of a file says of it."""
    name = _name(home.inbox, path)
    *folders, _ = name.split("/")
    kind = KINDS.get(folders[0]) if folders else None
    source = folders[1] if kind == "posts" and len(folders) == 2 else None
    problem = None
    if stat.S_ISLNK(look.st_mode):
        problem = f"{name} is a link, and links are not followed out of the inbox; put the file itself there."
    elif not stat.S_ISREG(look.st_mode):
        problem = (
            f"{name} is no file that has an end; expected a file of posts, prices or what else is loaded."
        )
    elif folders and kind is None:
        problem = (
            f"{name}: the inbox knows no folder '{folders[0]}'; expected {', '.join(KINDS)}, or no folder, "
            "where the content tells posts and prices."
        )
    elif len(folders) > 1 and source is None:
        problem = f"{name} lies too deep; expected it in {folders[0]}/, or posts in posts/SOURCE/."
    return Dropped(path, name, kind, source, problem)


def _name(inbox: Path, path: Path) -> str:
    return path.relative_to(inbox).as_posix()
