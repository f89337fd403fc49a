"""A warehouse of two weeks around Thanksgiving 2016, with live sources that were down as a test says."""

from datetime import datetime

import polars as pl
from samples import flat_scores, message, price_table, write_lines

from etl.settings import open_home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores


def utc(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2016. New York opens at 14:30 UTC and closes at 21:00, on the 25th at 18:00."""
    return datetime(2016, 11, day, hour, minute, second)


def follow(store, ticker, begin_at, checked_at, source="live", gaps=()):
    """Write the mark of a stream and its gaps."""
    mark = {"source": source, "ticker": ticker, "begin_at": begin_at, "checked_at": checked_at}
    write(store, "stream_marks", [mark])
    write(
        store,
        "stream_gaps",
        [
            {"source": source, "ticker": ticker, "floor_at": floor, "ceiling_at": ceiling}
            | {"n_tries": 0, "reachable": True}
            for floor, ceiling in gaps
        ],
    )


def write(store, table, rows):
    if rows:
        store.register("rows", pl.DataFrame(rows))
        store.execute(f"insert into {table} by name select * from rows")
        store.unregister("rows")


def fill_store(folder, days, posts, tickers=("QZRA", "QZRB")):
    """A home whose store has a post a moment, given as (moment, symbols...), and prices of these days."""
    folder.mkdir(exist_ok=True)
    home = open_home(folder / "home")
    messages = [message(n, f"{p[0]:%Y-%m-%dT%H:%M:%SZ}", "x", *p[1:]) for n, p in enumerate(posts, 1)]
    price_table(list(tickers), days).write_csv(folder / "prices.csv")
    with open_store(home) as store:
        load_posts(store, StockTwits(), write_lines(folder / "p.jsonl", messages))
        load_prices(store, folder / "prices.csv", None)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(store, "linear", "test", flat_scores(raw))
    return home


def build(home, *streams):
    """Build with streams, given as arguments of `follow`."""
    with open_store(home) as store:
        store.execute("delete from stream_marks")
        store.execute("delete from stream_gaps")
        for ticker, begin_at, checked_at, *more in streams:
            follow(store, ticker, begin_at, checked_at, **(more[0] if more else {}))
        return build_version(store, home)
