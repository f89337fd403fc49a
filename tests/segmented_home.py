"""A store most of whose posts lie in segments, and what is read of it wherever it lies."""

from pathlib import Path

import duckdb
from samples import message, write_lines

from etl.settings import Home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.load import LoadCount, load_posts
from etl.warehouse.segments.folding import fold
from etl.warehouse.segments.reading import read_stored
from etl.warehouse.store import connect
from etl.warehouse.tagging import score_posts
from models.tagger import load_tagger

VIEWS = ("stored_posts", "stored_scores", "stored_traits")
MONTHS = ("2016-09", "2016-10", "2016-11")


def write_posts(folder: Path, numbers: range, word: str = "post") -> Path:
    """Write posts that lie in three months in turn, with an id and a text for each number."""
    posts = [
        message(
            n,
            f"{MONTHS[n % 3]}-{1 + n % 28:02}T{n % 24:02}:30:00Z",
            f"{word} {n} 🚀",
            ("QZRA", "QZRB")[n % 2],
        )
        for n in numbers
    ]
    return write_lines(folder / f"{word}_{numbers.start}_{numbers.stop}.jsonl", posts)


def load_all(store: duckdb.DuckDBPyConnection, file: Path) -> LoadCount:
    """Load a file of posts, and derive of each what is derived."""
    count = load_posts(store, StockTwits(), file)
    score_posts(store, load_tagger("lexicon"))
    describe_stored_posts(store)
    return count


def fill_segments(store: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Load posts twice, fold them into two segments a month, change some, and load some more."""
    for numbers in (range(30), range(30, 60)):
        load_all(store, write_posts(folder, numbers))
        fold(store, enough=1, least=1)
    load_all(store, write_posts(folder, range(25, 35), word="edited"))
    load_all(store, write_posts(folder, range(60, 66)))


def read_all(store: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the views over tables and segments."""
    read_stored(store)
    return {name: store.execute(f"select * from {name} order by all").fetchall() for name in VIEWS}


def read_home(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """As `read_all`, of a home whose store nobody has open."""
    store = connect(home.store, read_only=True)
    try:
        return read_all(store)
    finally:
        store.close()


def list_names(home: Home) -> list[str]:
    """Return what lies in the folder of segments."""
    return sorted(path.relative_to(home.path).as_posix() for path in home.path.glob("posts/*/*"))
