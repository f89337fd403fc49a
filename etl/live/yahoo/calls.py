"""A call to Yahoo through yfinance: paced, bounded in time, tried again, and its failures told apart."""

import logging
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from etl.clock import Clock
from etl.configuration.sections import Yahoo as YahooSettings
from etl.errors import AllowanceSpent, SourceFailed, SourceRefused
from etl.live.deadline import TooLate, within
from etl.live.patience import Patience
from etl.live.traffic import Traffic
from etl.live.yahoo.pace import Pace
from etl.settings import Home

if TYPE_CHECKING:
    from etl.live.yahoo.session import BoundedSession

T = TypeVar("T")
GRACE = 5.0  # seconds that the library may need beside its requests, which end at the deadline
MOST_UNANSWERED = 3  # calls in a row; then Yahoo is down, and each further symbol would take as long
FIRST_PAUSE = 2.0  # seconds before a call that failed is made again; doubled each time
_NOTHING_THERE = {200, 400, 404, 422}  # with them Yahoo says that it has no such prices


class NothingThere(Exception):
    """Yahoo has nothing of that name: delisted or unknown, or it says so to an address that it blocks."""


class Calls:
    """Calls to Yahoo in one run.

    Parameters
    ----------
    home
        yfinance keeps its cookie in the folder `yahoo/` of it. One process at a time works in a home.
    patience
        What the run may wait in all: waiting out a limited rate takes from it.
    """

    def __init__(self, settings: YahooSettings, home: Home, clock: Clock, patience: Patience) -> None:
        self.traffic = Traffic()
        self._settings = settings
        self._folder = home.path / "yahoo"
        self._clock = clock
        self._patience = patience
        self._session: BoundedSession | None = None
        self._given_up: SourceFailed | None = None
        self._unanswered = 0

    def ask(self, what: str, pace: Pace, call: Callable[["BoundedSession"], T]) -> T:
        """Make a call, as often as the settings allow.

        Parameters
        ----------
        what
            What is asked for, as it stands in a sentence: `prices of AAPL`.
        call
            Asks yfinance, each time anew.

        Raises
        ------
        NothingThere
            Yahoo has no such thing.
        SourceRefused
            It turned this address away, now or before in this run.
        AllowanceSpent
            It limits the rate for longer than the run may wait.
        SourceFailed
            It did not answer, or with nothing that can be read.
        Stopped
            Somebody asked the run to stop.
        """
        if self._given_up:
            raise self._given_up
        reason = ""
        for attempt in range(self._settings.attempts):
            if attempt:
                self.traffic.retries += 1
            self._clock.check()
            pace.wait()
            session = self._open()
            try:
                answer = within(self._settings.deadline_seconds + GRACE, partial(call, session))
            except Exception as error:
                # What a library cannot read it may raise anything for: KeyError, TypeError, its own errors.
                reason = self._tell_apart(what, error, session)
            else:
                self._unanswered = 0
                return answer
            if attempt + 1 < self._settings.attempts:
                self._wait(reason, attempt)
        failed = SourceFailed(
            f"Yahoo did not give {what}: {reason}, asked {self._settings.attempts} times. The next run asks "
            "again."
        )
        # A limit is on the address: whatever is asked next would wait as long, for nothing.
        raise self.give_up(failed) if reason == _LIMITED else failed

    def give_up(self, error: SourceFailed) -> SourceFailed:
        """Ask no more in this run: the same error meets every later call."""
        self._given_up = error
        return error

    def _open(self) -> "BoundedSession":
        """Make a session ready for a call, whose time begins."""
        import yfinance
        from yfinance.data import YfData

        from etl.live.yahoo.session import BoundedSession

        if self._session is None:
            yfinance.config.debug.hide_exceptions = False
            yfinance.set_tz_cache_location(str(self._folder))
            # What goes wrong is raised, and said in one sentence; its own lines would say it again. What it
            # should change for the next pandas is for its authors.
            logging.getLogger("yfinance").setLevel(logging.CRITICAL)
            warnings.filterwarnings("ignore", module="yfinance")
            self._session = BoundedSession(self._settings.base_url, self.traffic)
        # yfinance remembers answers, broken ones too, so a second try would get the first one's.
        YfData.cache_get.cache_clear()
        self._session.status = None
        self._session.ends_at = time.monotonic() + self._settings.deadline_seconds
        return self._session

    def _tell_apart(self, what: str, error: Exception, session: "BoundedSession") -> str:
        """Say why a call failed; raise where trying again would not help.

        yfinance says "possibly delisted" of many failures, so the status counts before its error.
        """
        from yfinance.exceptions import YFRateLimitError, YFTickerMissingError

        status = session.status
        if isinstance(error, TooLate) or time.monotonic() >= session.ends_at:
            self._session = None  # given up: it may still be in use
            self._fail_unanswered(what)
        if isinstance(error, YFRateLimitError) or status == 429:
            return _LIMITED
        if status == 403:
            raise self.give_up(
                SourceRefused(
                    "Yahoo turned this address away (403), so it is asked no more in this run. "
                    "Refresh later; prices in files can be loaded meanwhile."
                )
            ) from error
        if status == 404 or (isinstance(error, YFTickerMissingError) and status in _NOTHING_THERE):
            raise NothingThere(str(error)) from error
        if status is None:
            return f"the connection failed ({type(error).__name__})"
        return (
            f"its answer cannot be read ({type(error).__name__})" if status < 400 else f"it answered {status}"
        )

    def _fail_unanswered(self, what: str) -> None:
        seconds = f"{self._settings.deadline_seconds:g} seconds"
        self._unanswered += 1
        if self._unanswered >= MOST_UNANSWERED:
            raise self.give_up(
                SourceFailed(
                    f"Yahoo left {self._unanswered} calls in a row without an answer for {seconds}, so it is "
                    "asked no more in this run. The next run asks again."
                )
            )
        raise SourceFailed(f"Yahoo did not give {what} within {seconds}. The next run asks again.")

    def _wait(self, reason: str, attempt: int) -> None:
        if reason != _LIMITED:
            self._clock.sleep(FIRST_PAUSE * 2**attempt)
            return
        try:
            self._patience.wait(60 * self._settings.backoff_minutes, "Yahoo")
        except AllowanceSpent as error:
            raise self.give_up(error) from error


_LIMITED = "it limits the rate of calls (429)"
