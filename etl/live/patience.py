"""How long a run may wait in all: shared by everything in it that waits for a source."""

from datetime import timedelta

from etl.clock import Clock
from etl.errors import AllowanceSpent


class Patience:
    """A store of seconds that a run may spend on waiting.

    Parameters
    ----------
    seconds
        How long the run may wait in all, whatever for.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.left = seconds
        self._clock = clock

    def wait(self, seconds: float, source: str) -> None:
        """Wait for a source to allow the next request.

        Parameters
        ----------
        seconds
            Until then.
        source
            Who is waited for, as people call it.

        Raises
        ------
        AllowanceSpent
            That is longer than what is left; no time was spent.
        Stopped
            Somebody asked the run to stop.
        """
        if seconds > self.left:
            allowed_at = self._clock.now() + timedelta(seconds=seconds)
            raise AllowanceSpent(
                f"{source} is to be asked no sooner than {allowed_at:%Y-%m-%d %H:%M:%S} UTC, and this run "
                f"may wait {self.left:.0f} s more (refresh.patience_minutes); the next run goes on from "
                "there."
            )
        self._clock.sleep(seconds)
        self.left -= seconds
