"""Time, and the wish to stop: what waits asks here, so that a signal ends it and tests need not wait."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from etl.errors import Stopped


class Clock:
    """The time of this machine, and whether somebody asked the run to stop.

    The time of day may jump, backwards too: `now` is for what is stored, `elapsed` for durations.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._reason = ""

    def now(self) -> datetime:
        """Return the present moment, in UTC with its zone."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Return seconds that never run backwards, from some start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises
        ------
        Stopped
            Somebody asked to stop before the time was over.
        """
        self._stop.wait(max(seconds, 0.0))
        self.check()

    def ask_to_stop(self, reason: str) -> None:
        """Ask the run to stop at the next point where everything is committed."""
        self._reason = reason
        self._stop.set()

    def check(self) -> None:
        """Stop here if somebody asked for it: called where everything is committed.

        Raises
        ------
        Stopped
            Somebody asked.
        """
        if self._stop.is_set():
            raise Stopped(
                f"Stopped by {self._reason}. What was committed is kept; the next run goes on from there."
            )


@contextmanager
def stopping_on_signals(clock: Clock) -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into a wish to stop while the block runs; a second Ctrl-C is impatient."""

    def ask(number: int, frame: object) -> None:
        clock.ask_to_stop(signal.Signals(number).name)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
