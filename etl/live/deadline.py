"""Deadlines that hold whatever a library says of its own: the call is given up, not waited for."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class TooLate(Exception):
    """The work was not done in time."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do work in a thread, and give it up after so many seconds.

    Work that is given up goes on by itself until it ends or the program does, so it may change nothing that
    others look at.

    Raises
    ------
    TooLate
        It was not done in time. Whatever else the work raises, this raises.
    """
    done: SimpleQueue[Callable[[], T]] = SimpleQueue()

    def run() -> None:
        try:
            result = work()
            done.put(lambda: result)
        except BaseException as error:
            done.put(_raiser(error))

    threading.Thread(target=run, name="within a deadline", daemon=True).start()
    try:
        outcome = done.get(timeout=seconds)
    except Empty:
        raise TooLate from None
    return outcome()


def _raiser(error: BaseException) -> Callable[[], T]:
    def raise_it() -> T:
        raise error

    return raise_it
