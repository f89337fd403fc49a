"""Yahoo in one run: prices, figures of a firm, offerings; what it lacks is told from what it withholds."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from etl.clock import Clock
from etl.configuration.sections import Yahoo as YahooSettings
from etl.errors import SourceFailed, SourceRefused, UnknownSymbol
from etl.live.patience import Patience
from etl.live.traffic import Traffic
from etl.live.yahoo.calls import Calls, NothingThere
from etl.live.yahoo.history import History, read_history
from etl.live.yahoo.library import (
    NEW_YORK,
    PAGE,
    ask_figures,
    ask_offerings,
    ask_prices,
    ask_share_counts,
)
from etl.live.yahoo.pace import Pace
from etl.settings import Home
from models.sessions import exchange_sessions

if TYPE_CHECKING:
    from etl.live.yahoo.session import BoundedSession

T = TypeVar("T")
SETTLES = timedelta(minutes=20)
"""How long after a close its prices may still move: quotes are delayed, and the closing auction is last."""
FIRST_SESSION = date(1990, 1, 2)


class Yahoo:
    """Yahoo, asked through yfinance.

    Nothing is imported or sent before the first question.

    Parameters
    ----------
    patience
        What the run may wait in all for sources that limit the rate.
    """

    name = "yahoo"

    def __init__(self, settings: YahooSettings, home: Home, clock: Clock, patience: Patience) -> None:
        self.settings = settings
        self._clock = clock
        self._calls = Calls(settings, home, clock, patience)
        self._price_pace = Pace(settings.calls_per_minute, clock)
        self._fact_pace = Pace(settings.facts_per_minute, clock)
        self._probe_answers: bool | None = None
        self._sessions: pl.DataFrame | None = None

    @property
    def traffic(self) -> Traffic:
        """What was asked so far, cookies and crumbs included."""
        return self._calls.traffic

    def today(self) -> date:
        """Return the day in New York."""
        return self._clock.now().astimezone(NEW_YORK).date()

    def closed_sessions(self) -> pl.Series:
        """Return the exchange's sessions (Date) since 1990 whose prices are final by now."""
        now = self._clock.now()
        if self._sessions is None or self._sessions["session"][-1] <= now.date():
            self._sessions = exchange_sessions(FIRST_SESSION, now.date() + timedelta(days=7))
        return self._sessions.filter(pl.col("close_at") + SETTLES <= now)["session"]

    def history(self, symbol: str, start: date) -> History:
        """Ask for the daily prices of a symbol from a day on.

        Raises
        ------
        UnknownSymbol
            Yahoo has none: the symbol is delisted or unknown there.
        SourceRefused
            It turned this address away, now or before in this run.
        AllowanceSpent
            It limits the rate for longer than the run may wait.
        SourceFailed
            It did not answer, or with nothing that can be read.
        Stopped
            Somebody asked the run to stop.
        """
        frame, first_trade = self._ask(
            symbol, "prices", self._price_pace, lambda s: ask_prices(s, symbol, start, self._clock.now())
        )
        return read_history(symbol, frame, first_trade, start, self.closed_sessions())

    def figures(self, symbol: str) -> dict[str, Any]:
        """Ask for what Yahoo says of a firm today, under its own names. Raises what `history` does."""
        return self._ask(symbol, "figures", self._fact_pace, lambda s: ask_figures(s, symbol))

    def share_counts(self, symbol: str, start: date) -> dict[date, float]:
        """Ask for the shares outstanding of a firm since a day. Raises what `history` does."""
        return self._ask(
            symbol, "share counts", self._fact_pace, lambda s: ask_share_counts(s, symbol, start)
        )

    def offerings(self, start: date, end: date) -> list[dict[str, Any]]:
        """Ask for the initial public offerings between two days, under Yahoo's names.

        Raises what `history` does, but for `UnknownSymbol`.
        """
        rows: list[dict[str, Any]] = []
        while len(rows) % PAGE == 0:
            page = self._ask_page(start, end, len(rows))
            rows += page
            if not page:
                break
        return rows

    def _ask_page(self, start: date, end: date, offset: int) -> list[dict[str, Any]]:
        try:
            return self._calls.ask(
                "the calendar of offerings", self._fact_pace, lambda s: ask_offerings(s, start, end, offset)
            )
        except NothingThere as error:
            raise SourceFailed(
                f"Yahoo has no calendar of offerings where it was ({error}). The next run asks again."
            ) from error

    def _ask(self, symbol: str, what: str, pace: Pace, call: Callable[["BoundedSession"], T]) -> T:
        try:
            return self._calls.ask(f"{what} of {symbol}", pace, call)
        except NothingThere as error:
            self._probe()
            raise UnknownSymbol(
                f"Yahoo has no {what} of {symbol}: it is delisted or unknown there. Check the symbol, or "
                "take it off the watchlist."
            ) from error

    def _probe(self) -> None:
        """Ask, once a run, for a symbol that must exist: an address that is blocked hears of none."""
        probe = self.settings.probe
        if self._probe_answers is None:
            now = self._clock.now()
            start = now.date() - timedelta(days=10)
            try:
                self._calls.ask(
                    f"prices of {probe}", self._price_pace, lambda s: ask_prices(s, probe, start, now)
                )
                self._probe_answers = True
            except NothingThere:
                self._probe_answers = False
        if not self._probe_answers:
            raise self._calls.give_up(
                SourceRefused(
                    f"Yahoo says that it has no prices, not even of {probe}, so it blocks this address; it "
                    "is asked no more in this run. Refresh later; prices in files can be loaded meanwhile."
                )
            )
