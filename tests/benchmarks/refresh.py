"""How long a refresh takes that finds nothing new: beside the start of its libraries alone, in turn.

    python tests/benchmarks/refresh.py [--symbols 60] [--repeats 5]

Three warehouses: the demo as it is (nobody is followed); and one of the demo's size that follows 60 symbols
at a StockTwits and a Yahoo on loopback, once without a new post and once, for comparison, with one new post
a symbol, which are tagged, built, estimated and published. The peer is a Python that imports what a refresh
imports and does nothing.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from live.stocktwits_server import FakeStockTwits
from live.yahoo_server import FakeYahoo

from etl.journal import open_journal
from etl.settings import open_home

PEER = [sys.executable, "-c", "import duckdb, polars, requests, exchange_calendars, numpy"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--symbols", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=5)
    wanted = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    symbols = [f"QZ{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(wanted.symbols)]
    stocktwits, yahoo = FakeStockTwits(now=now), FakeYahoo(now)
    for n, symbol in enumerate(symbols):
        # A page each: more requests than an hour allows would be waited for in earnest.
        stocktwits.write_many(symbol, 25, now, timedelta(minutes=30 + n))
        yahoo.add(symbol, date(now.year - 1, 1, 2))
    with (
        tempfile.TemporaryDirectory() as folder,
        stocktwits.running() as posts_at,
        yahoo.serving() as prices_at,
    ):
        demo, followed = Path(folder) / "demo", Path(folder) / "followed"
        run("demo", "--no-serve", "--home", demo)
        followed.mkdir()
        (followed / "emotape.toml").write_text(
            f'[stocktwits]\nbase_url = "{posts_at}"\nbackfill_days = 30\n'
            f'[yahoo]\nbase_url = "{prices_at}"\nfirst_day = "{now.year - 1}-01-02"\nfacts = false\n'
            f"[watchlist]\nsymbols = {symbols}\n".replace("'", '"')
        )
        while refresh(followed):
            pass  # until no page is missing any more

        def write_one_each() -> None:
            stocktwits.now += timedelta(minutes=5)
            for symbol in symbols:
                stocktwits.write(symbol, stocktwits.now - timedelta(minutes=1), f"${symbol} again 🚀")

        cases: dict[str, tuple[Path, Callable[[], None]]] = {
            "demo, nothing new": (demo, lambda: None),
            f"{wanted.symbols} symbols, nothing new": (followed, lambda: None),
            f"{wanted.symbols} symbols, a new post each": (followed, write_one_each),
        }
        print("| refresh | seconds (median) | peer: imports alone | ratio (median of pairs) |")
        print("|---|---:|---:|---:|")
        for title, (home, prepare) in cases.items():
            print(f"| {title} | {compare(home, prepare, wanted.repeats)} |", flush=True)


def compare(home: Path, prepare: Callable[[], None], repeats: int) -> str:
    """Time refresh and peer in turn."""
    own, peer = [], []
    for _ in range(repeats):
        prepare()
        allow_requests(home)
        own.append(timed(lambda: refresh(home)))
        peer.append(timed(lambda: subprocess.run(PEER, check=True)))
    ratio = statistics.median(a / b for a, b in zip(own, peer, strict=True))
    return f"{statistics.median(own):.2f} | {statistics.median(peer):.2f} | {ratio:.1f}"


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def refresh(home: Path) -> bool:
    """Refresh, and return whether something is still missing."""
    allow_requests(home)
    return run("refresh", "--home", home) == 3


def allow_requests(home: Path) -> None:
    """Make the hour's requests anew: what is timed is the work, not the waiting that StockTwits wants."""
    with open_journal(open_home(home)) as journal, closing(journal.connection.cursor()) as cursor:
        cursor.execute("delete from allowances")


def run(*arguments: object) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 3}:
        raise SystemExit(done.stderr)
    return done.returncode


if __name__ == "__main__":
    main()
