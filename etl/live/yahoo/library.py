"""The calls of yfinance that are used, each by a session of ours."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from etl.live.yahoo.symbols import yahoo_symbol

if TYPE_CHECKING:
    from etl.live.yahoo.session import BoundedSession

NEW_YORK = ZoneInfo("America/New_York")
PAGE = 100  # rows of the calendar in an answer: Yahoo gives no more


def ask_prices(
    session: "BoundedSession", symbol: str, start: date, now: datetime
) -> tuple[Any, datetime | None]:
    """Ask for daily prices from a day on: a pandas frame a row a day, and the moment of the first ever.

    Closes are adjusted for splits, adjusted closes for dividends too; today's live row may be the last.
    """
    ticker = _ticker(session, symbol)
    # An end that is over would be answered from the library's memory; so it lies ahead of the run's clock
    # and of the machine's, which may disagree.
    end = max(now, datetime.now(UTC)).date() + timedelta(days=2)
    frame = ticker.history(start=start.isoformat(), end=end.isoformat(), auto_adjust=False, actions=True)
    return frame, ticker.get_history_metadata().get("firstTradeDate")


def ask_figures(session: "BoundedSession", symbol: str) -> dict[str, Any]:
    """Ask for what Yahoo says of a firm, under its own names."""
    return dict(_ticker(session, symbol).get_info())


def ask_share_counts(session: "BoundedSession", symbol: str, start: date) -> dict[date, float]:
    """Ask for shares outstanding since a day: the last count of each day that has one."""
    counts = _ticker(session, symbol).get_shares_full(start=start.isoformat())
    return {} if counts is None else {moment.date(): float(count) for moment, count in counts.items()}


def ask_offerings(session: "BoundedSession", start: date, end: date, offset: int) -> list[dict[str, Any]]:
    """Ask for a page of the calendar of offerings, under Yahoo's names."""
    import yfinance

    calendars = yfinance.Calendars(start=start.isoformat(), end=end.isoformat(), session=session)
    frame = calendars.get_ipo_info_calendar(limit=PAGE, offset=offset)
    rows: list[dict[str, Any]] = frame.reset_index().to_dict("records")
    return rows


def _ticker(session: "BoundedSession", symbol: str) -> Any:
    import yfinance

    ticker = yfinance.Ticker(yahoo_symbol(symbol), session=session)
    # Only the exchange's sessions are kept, and they are New York's. Known beforehand, the zone saves a
    # request a symbol, and the many ways in which that request can fail.
    ticker._tz = NEW_YORK.key
    return ticker
