"""Pieces over several processes of this machine, results in order, a bounded number of them at once."""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from typing import Any

from etl.engines.pieces import Piece, derive
from etl.engines.work import Transform, Work
from etl.errors import EmotapeError

AHEAD = 2  # pieces a process: one at work, one waiting
# Each process has one core: threads of its libraries would only stand in each other's way.
ONE_THREAD = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


def derive_in_processes(work: Work, pieces: Iterable[Piece], processes: int) -> Iterator[tuple[Piece, Any]]:
    """Give each piece with what is derived of it, in order.

    Raises
    ------
    BadInput
        As `derive` and `Work.open`.
    EmotapeError
        A process was ended from outside.
    """
    left = iter(pieces)
    with _one_thread_each():
        # Processes are started afresh, not forked: threads of this one would be lost in a copy.
        pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (work,))
        try:
            waiting: deque[tuple[Piece, Future[Any]]] = deque()
            for piece in islice(left, AHEAD * processes):
                waiting.append((piece, pool.submit(_derive, piece)))
            while waiting:
                piece, future = waiting.popleft()
                table = future.result()
                for following in islice(left, 1):
                    waiting.append((following, pool.submit(_derive, following)))
                yield piece, table
        except BrokenProcessPool as error:
            raise EmotapeError(
                "A process that tags posts was ended from outside, often for want of memory. Allow less "
                "memory, so that fewer processes run, and run again: what is finished stays."
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Set what processes inherit; libraries that run in this one have read it long ago."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_work: Work
_transform: Transform | None = None


def _begin(work: Work) -> None:
    global _work  # noqa: PLW0603 (a process has one work, for all its life)
    _work = work
    # Ctrl-C reaches all processes of a terminal, and the one that writes decides what follows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that writes has been killed: nobody else would end this one."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _derive(piece: Piece) -> Any:
    global _transform  # noqa: PLW0603
    if _transform is None:
        # Here rather than in `_begin`, where an error would break the pool and be lost.
        _transform = _work.open()
    return derive(piece, _work, _transform)
