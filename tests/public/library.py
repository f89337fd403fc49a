"""A home of public files on loopback, in the layout of the real one, and small data sets written by us."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Event

import polars as pl
from live.loopback import Handler, serving
from samples import price_table

from etl.public.manifest import DataSet, PublicFile, Trained
from models.emotions import EMOTIONS
from models.sessions import exchange_sessions

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SESSIONS = exchange_sessions(date(2020, 1, 2), date(2020, 2, 28))["session"].to_list()[:40]


@dataclass
class Answer:
    """How one request is answered in place of the file.

    Parameters
    ----------
    cut
        After how many bytes of the answer the connection is closed.
    hang
        After those bytes, nothing comes until the test is over.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: bool = False


@dataclass
class Library:
    """What the home holds and how it behaves; `asked` are the paths and ranges that were asked for."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    knows_ranges: bool = True
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    closing: Event = field(default_factory=Event)

    def put(self, data_set: DataSet, contents: dict[str, bytes]) -> DataSet:
        """Keep the files of a data set here, and return it with their sizes and checksums."""
        known = []
        for file in data_set.files:
            content = contents[file.path]
            self.files[f"/{data_set.repository}/{data_set.commit}/{file.path}"] = content
            known.append(replace(file, bytes=len(content), sha256=hashlib.sha256(content).hexdigest()))
        return replace(data_set, files=tuple(known))


@contextmanager
def open_library() -> Iterator[Library]:
    library = Library()

    class Shelf(Handler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            library.asked.append((self.path.rsplit("/", 1)[-1], wanted))
            library.agents.add(self.headers.get("User-Agent", ""))
            how = library.answers.pop(0) if library.answers else Answer()
            content = library.files.get(self.path)
            if how.status or content is None:
                self.answer(how.status or 404, b"<html>not what you think</html>", headers=how.headers)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if not library.knows_ranges or not wanted:
                start, status = 0, 200
            elif start >= len(content):
                self.answer(416, b"")
                return
            else:
                status = 206
            self.send_response(status)
            if status == 206:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:] if how.cut is None else content[start : start + how.cut])
            self.wfile.flush()
            if how.hang:
                library.closing.wait(30)
            if how.cut is not None or how.hang:
                self.close_connection = True
                self.connection.shutdown(2)

    with serving(Shelf) as address:
        library.address = address
        try:
            yield library
        finally:
            library.closing.set()


def write_manifest(path: Path, *data_sets: DataSet) -> Path:
    """Write a manifest as the shipped one is written."""
    lines = []
    for data_set in data_sets:
        words = {name: getattr(data_set, name) for name in ("about", "repository", "commit", "licence")}
        lines += [f"[{data_set.name}]", *(f"{name} = {json.dumps(word)}" for name, word in words.items())]
        lines.append(f"columns = {_inline(data_set.columns)}")
        if data_set.labels:
            lines.append(f"labels = {json.dumps(data_set.labels)}")
        lines.append(f"files = [{', '.join(_inline(vars(file)) for file in data_set.files)}]")
        if data_set.trained:
            lines.append(f"[{data_set.name}.trained]")
            lines.append(f"counts = {_inline(data_set.trained.counts)}")
            lines.append(f"rows = {json.dumps(data_set.trained.rows)}")
    path.write_text("\n".join(lines) + "\n")
    return path


def _inline(table: object) -> str:
    return "{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in dict(table).items()) + " }"


def small_market(library: Library) -> DataSet:
    """Dated posts on three firms in two files, and a file of prices a firm, in StockEmotions' columns."""
    tickers = ["AAPL", "BRK-B", "TSLA"]
    posts = pl.DataFrame(
        [
            {
                "id": 100_000 + 3 * n + place,
                "date": f"{day}",
                "ticker": ticker.replace("-", "."),
                "emo_label": "optimism",
                "senti_label": "bullish",
                "original": f"${ticker} up again today 🚀 day {n}, said {place}" + " and again" * 30,
                "processed": "cashtag up again today",
            }
            for n, day in enumerate(SESSIONS)
            for place, ticker in enumerate(tickers)
        ]
    )
    contents = {
        "tweet/train.csv": posts[:60].write_csv().encode(),
        "tweet/val.csv": posts[60:].write_csv().encode(),
    }
    for ticker in tickers:
        prices = price_table([ticker], SESSIONS).drop("ticker")
        yahoo = {"date": "Date", "adj_close": "Adj Close"}
        contents[f"price/{ticker}.csv"] = prices.rename(yahoo).write_csv().encode()
    files = tuple(
        PublicFile("posts" if path.startswith("tweet") else "prices", path, 0, "") for path in contents
    )
    data_set = DataSet(
        "small-market", "posts written for tests", "ours/market", COMMIT, "ours", files, {"body": "original"}
    )
    return library.put(data_set, contents)


def tagged_posts() -> pl.DataFrame:
    """Labelled posts in EmTract's columns: four of each emotion, and one text that comes twice."""
    return pl.DataFrame(
        {
            "text": [f"post {row} that says {emotion}" for row, emotion in enumerate(EMOTIONS * 4)]
            + ["post 0 that says neutral"],
            "label": [*range(7), *range(7), *range(7), *range(7), 0],
        }
    )


def tagged_sample(library: Library, trained: Trained | None = None) -> DataSet:
    content = BytesIO()
    tagged_posts().write_parquet(content, compression="snappy")
    path = "data/tagged.parquet.snappy"
    data_set = DataSet(
        "small-sample",
        "posts labelled for tests",
        "ours/sample",
        COMMIT,
        "MIT",
        (PublicFile("labelled", path, 0, ""),),
        {"body": "text", "emotion": "label"},
        EMOTIONS,
        trained,
    )
    return library.put(data_set, {path: content.getvalue()})
