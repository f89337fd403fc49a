"""A clock that tests move: waiting takes no time, and the time of day may jump."""

from datetime import UTC, datetime, timedelta

from etl.clock import Clock


class FakeClock(Clock):
    """Stands still but for `sleep`; `jump` sets the time of day only, as an administrator or NTP does."""

    def __init__(self, start: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)) -> None:
        super().__init__()
        self.today = start
        self.since_start = 0.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.today

    def elapsed(self) -> float:
        return self.since_start

    def pass_time(self, seconds: float) -> None:
        """Let time go by, as it does while nobody waits."""
        self.today += timedelta(seconds=seconds)
        self.since_start += seconds

    def sleep(self, seconds: float) -> None:
        self.check()
        self.waits.append(seconds)
        self.pass_time(seconds)
        self.check()

    def jump(self, by: timedelta) -> None:
        self.today += by
