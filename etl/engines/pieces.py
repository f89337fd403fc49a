"""A segment in pieces: whole row groups, about as many posts as are best tagged at once.

Pieces follow from the file alone, and each becomes one row group of the target: so every engine writes the
same file.
"""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from etl.engines.work import Task, Transform, Work
from etl.errors import BadInput

# As many as DuckDB puts into a row group. Smaller batches are slower: 20,000 posts by 12 to 18 %.
PIECE_POSTS = 122_880


@dataclass(frozen=True)
class Piece:
    """Row groups of a task's source, of `posts` posts together; `is_last` where they end it."""

    task: Task
    row_groups: tuple[int, ...]
    posts: int
    is_last: bool


def cut(task: Task, work: Work) -> Iterator[Piece]:
    """Give the pieces of a segment in order; an empty segment is one piece without posts.

    Raises
    ------
    BadInput
        The file cannot be read, lacks a column, or holds another number of posts than the task says.
    """
    with _opened(task) as source:
        missing = [name for name in work.columns if name not in source.schema_arrow.names]
        if missing:
            raise BadInput(
                f"{task.source} has no column {', '.join(missing)}; expected a segment of posts. "
                "Restore it from a backup, or load its posts again."
            )
        if source.metadata.num_rows != task.posts:
            raise BadInput(
                f"{task.source} holds {source.metadata.num_rows:,} posts, expected {task.posts:,}; "
                "restore it from a backup, or load its posts again."
            )
        counts = [source.metadata.row_group(n).num_rows for n in range(source.metadata.num_row_groups)]
    groups: list[int] = []
    posts = 0
    for group, count in enumerate(counts):
        if groups and posts + count > PIECE_POSTS:
            yield Piece(task, tuple(groups), posts, is_last=False)
            groups, posts = [], 0
        groups.append(group)
        posts += count
    yield Piece(task, tuple(groups), posts, is_last=True)


def derive(piece: Piece, work: Work, transform: Transform) -> Any:
    """Read a piece and return what is derived of it, a `pyarrow.Table`, rows in the same order.

    Raises
    ------
    BadInput
        The file cannot be read.
    """
    import pyarrow

    with _opened(piece.task) as source:
        # One batch at a time: a row group may be far larger than a piece should be.
        batches = source.iter_batches(
            PIECE_POSTS, row_groups=list(piece.row_groups), columns=list(work.columns), use_threads=False
        )
        derived = [transform(batch) for batch in _readable(piece.task, batches)]
        if not derived:
            schema = pyarrow.schema([source.schema_arrow.field(name) for name in work.columns])
            derived = [transform(pyarrow.RecordBatch.from_pylist([], schema))]
    return pyarrow.Table.from_batches(derived)


def _readable(task: Task, batches: Iterator[Any]) -> Iterator[Any]:
    import pyarrow

    try:
        yield from batches
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise _unreadable(task, error) from error


def _opened(task: Task) -> Any:
    """Return the segment as a `ParquetFile`."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(task.source)
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise _unreadable(task, error) from error


def _unreadable(task: Task, error: Exception) -> BadInput:
    reason = str(error).split("\n", 1)[0].rstrip(".")
    return BadInput(
        f"{task.source} cannot be read on {platform.node()}: {reason}. A segment has to be whole, and on a "
        "cluster in a folder that every machine sees under the same name."
    )
