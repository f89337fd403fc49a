"""Deadlines that hold whatever a library says of its own: the call is given up, not waited for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
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
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    # A thread of a pool would keep the program from ending.
    threading.Thread(target=run, name="deadline", daemon=True).start()
    if not wait([outcome], timeout=seconds).done:
        raise TooLate
    return outcome.result()
