"""Files that appear when they are whole: a reader never sees half of one, and a failure keeps the old one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from etl.errors import BadInput


@contextmanager
def writing(target: Path) -> Iterator[IO[bytes]]:
    """Give a stream; what was written takes the target's name when the block ends without an error.

    Raises
    ------
    BadInput
        The target cannot be written.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            yield stream
        unfinished.replace(target)
    except OSError as error:
        raise BadInput(
            f"{target} cannot be written: {error.strerror or error}. Name another place."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def write_whole(target: Path, content: str | bytes) -> None:
    """Write a file at once, text as UTF-8 with plain line ends."""
    with writing(target) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


def write_all(folder: Path, files: Mapping[str, bytes], force: bool) -> list[Path]:
    """Write files into a folder, each whole or not at all; what is there already with equal content stays.

    Parameters
    ----------
    files
        Path below the folder -> content.
    force
        Whether files of other content may be replaced.

    Raises
    ------
    BadInput
        A file of other content is there (then nothing was written), or the folder cannot be written.
    """
    targets = {folder / path: content for path, content in files.items()}
    try:
        others = [path for path, content in targets.items() if path.exists() and path.read_bytes() != content]
        if others and not force:
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            raise BadInput(
                f"{others[0]}{more} would be overwritten with other content; name another folder, or say "
                "--force."
            )
        for path, content in targets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path in others:
                write_whole(path, content)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    return list(targets)
