"""Keeping the prices of one symbol up to date: what is new is appended, what was re-based is replaced."""

from dataclasses import replace
from datetime import date

import duckdb

from etl.live.yahoo.client import Yahoo
from etl.live.yahoo.history import History, day_number
from etl.live.yahoo.symbols import is_crypto
from etl.refresh.outcome import NOTHING, Refreshed, summarise
from etl.warehouse.live_prices import note_missing, store_prices
from etl.warehouse.stored_series import (
    StoredSeries,
    agrees,
    choose_start,
    continue_series,
    lacking,
    read_series,
)

MANY = 5  # sessions without a price up to the last one: more than Yahoo forgets of a firm that is traded


def refresh_prices(store: duckdb.DuckDBPyConnection, yahoo: Yahoo, symbol: str) -> Refreshed:
    """Bring the stored prices of a symbol up to its last closed session.

    Nothing is asked where nothing is missing. Else Yahoo is asked from some stored sessions before the first
    missing one. Where it disagrees about those, a split or dividend has re-based its prices: the whole
    series is asked for anew, and takes the old one's place in one transaction. A new series that lacks stored
    sessions is not trusted until it lacked them as often as the settings ask again.

    Raises
    ------
    UnknownSymbol, SourceRefused, AllowanceSpent, SourceFailed, Stopped
        As `Yahoo.history` does. What was stored before is as it was.
    """
    if is_crypto(symbol):
        return Refreshed(
            NOTHING, "skipped", f"{symbol} is a crypto-currency: no sessions of an exchange, so no prices."
        )
    settings, closed = yahoo.settings, yahoo.closed_sessions()
    stored = read_series(store, symbol)
    first_day = date.fromisoformat(settings.first_day)
    start = choose_start(stored, closed, first_day, settings.overlap_sessions, settings.ask_again)
    if start is None:
        return Refreshed(NOTHING, "unchanged")
    history = yahoo.history(symbol, start)
    if stored.prices.is_empty() or agrees(stored, history.batch.rows):
        rows = continue_series(stored, history.batch.rows)
        continued = replace(history, batch=replace(history.batch, rows=rows))
        return _store(store, yahoo, stored, continued, start, anew=False)
    if start > (whole := min([stored.days[0], *stored.asked])):
        start, history = whole, yahoo.history(symbol, whole)
    lost = set(stored.days) - set(history.batch.rows["date"])
    if history.batch.rows.is_empty() or any(stored.asked.get(day, 0) < settings.ask_again for day in lost):
        note_missing(store, symbol, sorted(lost))
        return Refreshed(
            NOTHING,
            "partial",
            f"Yahoo re-based the prices of {symbol}, but its new series lacks {_name(sorted(lost))} of the "
            "stored one, which is kept as it is. The next run asks again.",
        )
    return _store(store, yahoo, stored, history, start, anew=True)


def _store(
    store: duckdb.DuckDBPyConnection,
    yahoo: Yahoo,
    stored: StoredSeries,
    history: History,
    start: date,
    *,
    anew: bool,
) -> Refreshed:
    ask_again = yahoo.settings.ask_again
    present = {*history.batch.rows["date"], *([] if anew else stored.days)}
    absent = {*lacking(yahoo.closed_sessions(), _begin(history, start), present), *stored.days} - present
    missing = sorted(day for day in absent if stored.asked.get(day, 0) <= ask_again)
    count = store_prices(
        store,
        yahoo.name,
        stored.ticker,
        history.batch,
        missing,
        from_line=day_number(start),
        replace=anew,
        first_trade=(history.first_trade, yahoo.today()) if history.first_trade else None,
    )
    return summarise(count, _describe_missing(stored, missing, max(present, default=None), ask_again))


def _begin(history: History, start: date) -> date:
    """Return the day from which on prices are to be expected: a firm has none before it is listed."""
    first: date = history.batch.rows["date"].min() or date.max  # type: ignore[assignment]
    return max(start, history.first_trade or first)


def _describe_missing(
    stored: StoredSeries, missing: list[date], last: date | None, ask_again: int
) -> str | None:
    """Say which sessions have no price, those that are asked for again first."""
    if not missing:
        return None
    if last and sum(day > last for day in {*missing, *stored.asked}) >= MANY:
        return (
            f"Yahoo's last price of {stored.ticker} is of {last}: it may be delisted or renamed. If so, take "
            "it off the watchlist."
        )
    open_ = [day for day in missing if stored.asked.get(day, 0) < ask_again]
    if open_:
        return f"Yahoo has no price of {stored.ticker} for {_name(open_)} yet. The next run asks again."
    return (
        f"Yahoo has no price of {stored.ticker} for {_name(missing)}, asked {ask_again + 1} times. It stays "
        "without one and is not asked for again."
    )


def _name(days: list[date]) -> str:
    more = f" and {len(days) - 1} other sessions" if len(days) > 1 else ""
    return f"{days[0]}{more}"
