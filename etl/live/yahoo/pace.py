"""How fast a source is asked: so many calls in a minute, however they are bunched within it."""

from collections import deque

from etl.clock import Clock

MINUTE = 60.0


class Pace:
    """A limit on calls.

    Parameters
    ----------
    per_minute
        No minute sees more than so many calls; below 1, they are further than a minute apart.
    """

    def __init__(self, per_minute: float, clock: Clock) -> None:
        self._clock = clock
        self._calls: deque[float] = deque(maxlen=max(1, int(per_minute)))
        self._window = MINUTE * max(1, int(per_minute)) / per_minute

    def wait(self) -> None:
        """Wait until a call may be made, and count it.

        Raises
        ------
        Stopped
            Somebody asked to stop.
        """
        if len(self._calls) == self._calls.maxlen:
            left = self._calls[0] + self._window - self._clock.elapsed()
            if left > 0:
                self._clock.sleep(left)
        self._calls.append(self._clock.elapsed())
