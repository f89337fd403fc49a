"""Files that engines make: each takes its name when it is whole.

Two attempts at one file may run at once (a cluster that loses sight of a worker starts another), so each
writes under a name of its own, and the last to finish replaces an equal file.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etl.engines.work import Task
from etl.errors import BadInput

# Columns of few different values. Left to itself, Parquet tries a dictionary for each, four times as slow.
REPEATING = ("source", "emotion", "kind", "originality")
UNFINISHED = ".unfinished"


@contextmanager
def writing(task: Task) -> Iterator["Target"]:
    """Give the target of a task; it appears when the block ends without an error.

    Raises
    ------
    BadInput
        It cannot be written.
    """
    unfinished = task.target.with_name(f".{task.target.name}.{os.getpid()}-{uuid.uuid4().hex}{UNFINISHED}")
    target = Target(unfinished)
    try:
        yield target
        target.close()
        unfinished.replace(task.target)
    except OSError as error:
        # Arrow's errors carry a paragraph, with the number of the system's own among it.
        reason = os.strerror(error.errno) if error.errno else error
        raise BadInput(
            f"{task.target} cannot be written: {reason}. Make room for it or mend the "
            "folder, and run again: what is finished stays."
        ) from error
    finally:
        target.close()
        unfinished.unlink(missing_ok=True)


class Target:
    """A Parquet file in the making: a row group for each table."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def write(self, table: Any) -> None:
        """Append a `pyarrow.Table` as one row group."""
        from pyarrow.parquet import ParquetWriter

        if self._writer is None:
            # Where the segment was written must not show in what is derived of it.
            schema = table.schema.remove_metadata()
            repeating = [name for name in REPEATING if name in schema.names]
            self._writer = ParquetWriter(
                self._path, schema, compression="zstd", use_dictionary=repeating, store_schema=False
            )
        self._writer.write_table(table.replace_schema_metadata(None), row_group_size=max(len(table), 1))

    def close(self) -> None:
        """Finish the file; once is enough."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()


def remove_unfinished(tasks: Iterable[Task]) -> None:
    """Remove what killed writers of these targets left; nobody may be writing them."""
    names: dict[Path, set[str]] = {}
    for task in tasks:
        names.setdefault(task.target.parent, set()).add(task.target.name)
    for folder, targets in names.items():
        for left in folder.glob(f".*{UNFINISHED}"):
            # .NAME.PID-RANDOM.unfinished
            if left.name.removeprefix(".").removesuffix(UNFINISHED).rpartition(".")[0] in targets:
                left.unlink(missing_ok=True)
