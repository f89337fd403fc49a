"""Keeping figures of one firm: a snapshot a day, of which only what changed is stored."""

from datetime import date, timedelta

import duckdb
import polars as pl

from etl.errors import UnknownSymbol
from etl.live.yahoo.client import Yahoo
from etl.live.yahoo.figures import KINDS, keep_news, read_snapshot
from etl.live.yahoo.history import day_number
from etl.live.yahoo.symbols import is_crypto
from etl.refresh.outcome import NOTHING, Refreshed, add, summarise
from etl.sources.facts import FactFile
from etl.sources.rows import REJECT_SCHEMA, RowBatch
from etl.warehouse.asked import last_asked, note_asked
from etl.warehouse.load_live import load_answer

KIND = "facts"
BRIDGED = timedelta(days=7)  # a gap between snapshots so long is filled from the history of share counts


def refresh_facts(store: duckdb.DuckDBPyConnection, yahoo: Yahoo, symbol: str) -> Refreshed:
    """Take today's snapshot of a firm: short interest, institutional share, shares outstanding.

    Yahoo is asked once a day (of New York) and firm. The first time, and after a gap, it is asked for the
    history of shares outstanding too. A snapshot that says nothing new adds nothing. Each kind of figure is
    committed by itself and the asking after the last, so a kill between them costs a repeated call.

    Raises
    ------
    UnknownSymbol, SourceRefused, AllowanceSpent, SourceFailed, Stopped
        As `Yahoo.history` does. The day then counts as not asked.
    """
    if is_crypto(symbol):
        return Refreshed(NOTHING, "skipped", f"{symbol} is a crypto-currency and no firm: it has no figures.")
    today, last = yahoo.today(), last_asked(store, yahoo.name, KIND, symbol)
    if last is not None and last >= today:
        return Refreshed(NOTHING, "unchanged")
    try:
        info = yahoo.figures(symbol)
    except UnknownSymbol:
        if not _has_prices(store, symbol):
            raise
        # A fund, say: Yahoo knows it and has no such figures. Asked once a day like all others.
        note_asked(store, yahoo.name, KIND, today, symbol)
        return Refreshed(NOTHING, "skipped", f"Yahoo has prices of {symbol} and no figures of a firm.")
    is_bridged = last is not None and today - last <= BRIDGED
    since = last or date.fromisoformat(yahoo.settings.first_day)
    counts = {} if is_bridged else yahoo.share_counts(symbol, since)
    snapshot = read_snapshot(symbol, info, counts, today)
    count = NOTHING
    for wanted in KINDS:
        news = keep_news(wanted, snapshot.rows(wanted), _stored(store, wanted, symbol))
        batch = RowBatch(
            pl.DataFrame(news, schema=wanted.schema, orient="row"),
            pl.DataFrame(snapshot.refused[wanted.kind], schema=REJECT_SCHEMA, orient="row"),
        )
        loaded = load_answer(
            store,
            wanted.kind,
            f"{yahoo.name}:{symbol}",
            batch,
            wanted.schema,
            source=yahoo.name,
            from_line=day_number(today),
        )
        count = add(count, loaded)
    note_asked(store, yahoo.name, KIND, today, symbol)
    return summarise(count)


def _has_prices(store: duckdb.DuckDBPyConnection, ticker: str) -> bool:
    found = store.execute("select 1 from raw_prices where ticker = $ticker limit 1", {"ticker": ticker})
    return bool(found.fetchall())


def _stored(store: duckdb.DuckDBPyConnection, wanted: FactFile, ticker: str) -> list[dict[str, object]]:
    columns = ", ".join(wanted.schema)
    rows: pl.DataFrame = store.sql(
        f"select {columns} from raw_{wanted.kind} where ticker = $ticker", params={"ticker": ticker}
    ).pl()
    return rows.to_dicts()
