"""A home that has been used: every kind of content that a backup holds and `vacuum` looks through."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from samples import flat_scores, message, price_table, write_lines

from etl.clock import Clock
from etl.journal import open_journal
from etl.settings import Home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.store import connect, open_store
from etl.warehouse.tables import count_rows
from etl.warehouse.tagging import store_scores
from etl.warehouse.versions import RESULTS, prepare_folder, publish

SESSIONS = [date(2016, 11, 21), date(2016, 11, 22), date(2016, 11, 23)]
SETTINGS = """[watchlist]
symbols = ["QZRA"]
file = "symbols.txt"
"""


class FixedClock(Clock):
    """A clock that shows what it is told to."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.shown = now

    def now(self) -> datetime:
        return self.shown


def write_posts(folder: Path) -> Path:
    """Forty good posts and one that is refused."""
    posts = [
        message(n, f"2016-11-{21 + n % 3}T{10 + n % 12:02}:30:00Z", f"post {n} 🚀", ("QZRA", "QZRB")[n % 2])
        for n in range(40)
    ]
    return write_lines(
        folder / "posts.jsonl", [*posts, {"body": "no id", "created_at": "2016-11-21T10:00:00Z"}]
    )


def fill(home: Home, folder: Path) -> None:
    """Load, score, build, publish results, run once, write settings."""
    prices = folder / "prices.csv"
    price_table(["QZRA", "QZRB", "SPY"], SESSIONS).write_csv(prices)
    with open_store(home) as store:
        load_posts(store, StockTwits(), write_posts(folder))
        load_prices(store, prices, None)
        store_scores(store, "flat", "1", flat_scores(store.sql("from raw_posts").pl()))
        build_version(store, home)
    publish_results(home, "first")
    with open_journal(home, FixedClock(datetime(2016, 11, 24, 7, tzinfo=UTC))) as journal:
        run = journal.begin_run({})
        journal.end_step(journal.begin_step(run, "posts", "stocktwits", "QZRA"))
        journal.end_run(run, "done")
    home.settings_file.write_text(SETTINGS)
    (home.path / "symbols.txt").write_text("QZRB\n")


def publish_results(home: Home, word: str) -> None:
    """Publish one more version, of the same market with other results."""
    folder = prepare_folder(home)
    connection = duckdb.connect(str(folder / RESULTS))
    connection.execute(
        "create table models as select 'r' as result_id, $word as family, 'flat' as tagger,"
        " 'x' as data_version, timestamp '2016-11-24' as estimated_at",
        {"word": word},
    )
    connection.execute("create table terms as select 'r' as result_id, 1 as position")
    connection.close()
    publish(home, folder, kept=100)


def read_store(home: Home, but: str = "") -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the store; `but` names a column to leave out."""
    store = connect(home.store, read_only=True)
    columns = f"* exclude ({but})" if but else "*"
    rows = {
        name: store.execute(
            f"select {columns if but in described(store, name) else '*'} from {name} order by all"
        ).fetchall()
        for name in count_rows(store)
    }
    store.close()
    return rows


def described(store: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Return the names of a table's columns."""
    return {row[0] for row in store.execute(f"describe {table}").fetchall()}


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, but for locks and what SQLite keeps beside its own."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal"))
    }
