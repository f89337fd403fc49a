"""Finding input files and opening them, compressed or not."""

import glob
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from etl.errors import BadInput

COMPRESSED = {".gz", ".zst"}
# Some programs name a Parquet file for the packing inside it: such a file is read as it stands.
PACKED_PARQUET = ".parquet.snappy"


def find_files(patterns: Sequence[str]) -> list[Path]:
    """Expand globs and folders' names into the files to read, each once, in order.

    Raises
    ------
    BadInput
        A pattern names nothing, or names a folder.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = Path(pattern).expanduser()
        if path.is_dir():
            raise BadInput(
                f"{pattern} is a folder; name the files in it, for example '{pattern}/*.jsonl.gz'."
            )
        names = [str(path)] if path.is_file() else sorted(glob.glob(str(path), recursive=True))
        files = [Path(name).absolute() for name in names if Path(name).is_file()]
        if not files:
            raise BadInput(
                f"No file matches {pattern}; check the path (a glob such as 'posts/*.jsonl' works too)."
            )
        found.update(dict.fromkeys(files))
    return list(found)


def format_suffix(path: Path) -> str:
    """Return the ending that tells the format: `.jsonl` for `posts.jsonl.gz`."""
    if path.name.lower().endswith(PACKED_PARQUET):
        return ".parquet"
    return Path(path.stem).suffix.lower() if path.suffix.lower() in COMPRESSED else path.suffix.lower()


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, decompressing `.gz` and `.zst` on the way.

    Raises
    ------
    BadInput
        The file cannot be opened, or its compressed stream is broken or cut short.
    """
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as stream:
                yield cast("IO[bytes]", stream)
        elif path.suffix.lower() == ".zst":
            import zstandard

            with (
                path.open("rb") as packed,
                zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as reader,
            ):
                import io

                yield cast("IO[bytes]", io.BufferedReader(reader))
        else:
            with path.open("rb") as stream:
                yield stream
    except (OSError, EOFError) as error:
        raise BadInput(f"{path} cannot be read: {error}. Check the file, or fetch it again.") from error
    except Exception as error:
        if type(error).__name__ in {"ZstdError", "error"}:  # zstandard's and zlib's own classes
            raise BadInput(f"{path} cannot be decompressed: {error}. Fetch it again.") from error
        raise
