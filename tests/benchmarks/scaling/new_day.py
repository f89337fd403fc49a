"""One new day for a simulated archive: the posts and prices of the session after its last.

    python new_day.py ARCHIVE DAY

DAY is an archive of one session by `emotape simulate` with the same firms; its posts are dated to the next
session and numbered on, and every firm gets a price there. Writes DAY/posts.csv and DAY/prices.csv, for
`emotape load posts` and `emotape load prices`.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from models.sessions import exchange_sessions
from models.simulation.market import LAST_SESSION


def write_new_day(archive: Path, day: Path) -> None:
    """Write the new day's files."""
    following = exchange_sessions(LAST_SESSION, LAST_SESSION).filter(pl.col("session") > LAST_SESSION)
    session = following["session"][0]
    last_file = max(archive.glob("feature_wo_messages/*.csv"))
    last_id = pl.scan_csv(last_file).select(pl.col("message_id").max()).collect().item()
    posts = _read(day / "feature_wo_messages").join(_read(day / "messages"), on="message_id")
    ids = pl.col("message_id").cast(pl.Int64)
    time = pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ") + (session - LAST_SESSION)
    posts.with_columns(
        message_id=ids - ids.min() + last_id + 1,
        created_at=time.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        parent_message_id=None,
        in_reply_to_message_id=None,
    ).write_csv(day / "posts.csv")
    _write_prices(archive / "prices.parquet", day / "prices.csv", session)


def _read(folder: Path) -> pl.DataFrame:
    return pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob("*.csv"))])


def _write_prices(known: Path, target: Path, session: date) -> None:
    last = pl.scan_parquet(known).filter(pl.col("date") > LAST_SESSION - timedelta(days=1)).collect()
    moved = np.round(
        last["close"].to_numpy() * (1 + np.random.default_rng(1).normal(0, 0.01, last.height)), 4
    )
    last.with_columns(
        date=pl.lit(session),
        open="close",
        close=pl.Series(moved),
        adj_close=pl.Series(moved),
        high=pl.max_horizontal("close", pl.Series(moved)),
        low=pl.min_horizontal("close", pl.Series(moved)),
    ).write_csv(target)


if __name__ == "__main__":
    write_new_day(Path(sys.argv[1]), Path(sys.argv[2]))
