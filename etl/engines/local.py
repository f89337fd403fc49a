"""The engine of one machine: one process, or one a core where that is faster.

Measured with the linear tagger and with traits: one process keeps one core busy, however many threads
Polars has, so more cores take more processes. They read and tag; this one writes, in order, which costs a
tenth of that. Starting them takes seconds, so work begins here, and they are started when what is left
takes longer than that at the speed seen so far.
"""

import os
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

from etl.engines.pieces import Piece, cut, derive
from etl.engines.processes import derive_in_processes
from etl.engines.targets import writing
from etl.engines.work import Task, Work

# Peak of one process with the linear tagger, and of this one: 0.35 GB, and some air.
PROCESS_BYTES = 400 * 2**20
START_SECONDS = 3.0  # until processes are at work, beside another's load
Progress = Callable[[int], None]
Derived = tuple[Piece, Any]


def run_local(work: Work, tasks: Sequence[Task], progress: Progress, memory: int) -> None:
    """Make the targets on the cores of this machine; `memory` as `run_engine` says."""
    posts = sum(task.posts for task in tasks)
    pieces = chain.from_iterable(cut(task, work) for task in tasks)
    with closing(_derive(work, pieces, posts, _count_processes(work, memory))) as derived:
        for task in tasks:
            with writing(task) as target:
                for piece, table in derived:
                    target.write(table)
                    progress(piece.posts)
                    if piece.is_last:
                        break


def _derive(
    work: Work, pieces: Iterable[Piece], posts: int, processes: int
) -> Generator[Derived, None, None]:
    """Give what is derived of each piece, in order, at first in this process."""
    left = iter(pieces)
    transform = work.open()
    seconds, done = 0.0, 0
    for piece in left:
        began = time.perf_counter()
        table = derive(piece, work, transform)
        seconds += time.perf_counter() - began
        done += piece.posts
        yield piece, table
        saved = seconds * (posts - done) / max(done, 1) * (1 - 1 / processes)
        if saved > START_SECONDS:
            del transform, table
            yield from derive_in_processes(work, left, processes)
            return


def _count_processes(work: Work, memory: int) -> int:
    """Return how many processes tag: one a core, as far as memory goes beside the process that writes."""
    if not work.parallel:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, memory // PROCESS_BYTES - 1))
