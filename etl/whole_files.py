"""Files that appear when they are whole: a reader never sees half of one, and a failure keeps the old one."""

from collections.abc import Iterator
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
