"""Archives in the layout of the public one, written by the tests, and a plain reading of the same rows."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from etl.settings import Home
from etl.sources.archive.filters import Filters
from etl.sources.archive.layout import find_local
from etl.sources.fields import FieldError
from etl.sources.posts import read_post
from etl.warehouse.load_archive import ArchiveLoad
from etl.warehouse.segments.reading import read_stored
from etl.warehouse.store import open_store

RECORD = (
    "message_id",
    "user_id",
    "created_at",
    "sentiment",
    "parent_message_id",
    "in_reply_to_message_id",
    "symbol_list",
)
TEXT = ("message_id", "message_body")
COMPARED = "post_id, created_at, created_on, body, symbols, sentiment, likes, user_id, thread_id, reply_to"


def write_archive(
    folder: Path, records: Sequence[Sequence[tuple[str, ...]]], texts: Sequence[Sequence[tuple[str, ...]]]
) -> Path:
    """Write files of records and files of texts, each a sequence of rows, as pandas would."""
    for name, columns, files in (
        ("feature_wo_messages/feature_wo_messages", RECORD, records),
        ("messages/msg", TEXT, texts),
    ):
        for number, rows in enumerate(files):
            path = folder / f"{name}_{number:03d}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(columns)
                writer.writerows(rows)
    return folder


def read_plainly(
    records: Iterable[tuple[str, ...]], texts: Iterable[tuple[str, ...]]
) -> tuple[dict[str, dict[str, object]], list[str]]:
    """Read rows one by one: posts by id, and the reason of every row that is none."""
    known: dict[str, dict[str, str]] = {}
    without_text: list[str] = []
    reasons = []
    for row in records:
        named = dict(zip(RECORD, row, strict=True))
        try:
            key = _read_id(named["message_id"])
            read_post({"post_id": key, "created_at": named["created_at"], "body": "-"})
        except FieldError as error:
            reasons.append(str(error))
            continue
        known[key] = named
        without_text.append(key)
    posts, seen = {}, set()
    for text_id, body in texts:
        try:
            key = _read_id(text_id)
            named = known.get(key, {})
            seen.add(key)
            post = read_post(
                {
                    "post_id": key,
                    "created_at": named.get("created_at", "2016-01-01T00:00:00Z"),
                    "body": body,
                    "symbols": named.get("symbol_list"),
                    "sentiment": named.get("sentiment"),
                    "user_id": _whole(named.get("user_id")),
                    "thread_id": _whole(named.get("parent_message_id")),
                    "reply_to": _whole(named.get("in_reply_to_message_id")),
                }
            )
        except FieldError as error:
            reasons.append(str(error))
            continue
        if not named:
            reasons.append("no record of this message")
            continue
        posts[key] = post
    reasons += ["no text" for key in without_text if key not in seen]
    return posts, sorted(reasons)


def _read_id(text: str) -> str:
    if not text.strip():
        raise FieldError("no id")
    if not re.fullmatch(r"\d{1,18}(\.0)?", text):
        raise FieldError(f"bad id: '{text}'")
    return str(int(text.removesuffix(".0")))


def _whole(text: str | None) -> str | None:
    return re.sub(r"^(\d+)\.0$", r"\1", text) if text else None


def load_archive(home: Home, folder: Path, filters: Filters | None = None) -> None:
    """Load an archive as the command does."""
    with open_store(home) as store:
        load = ArchiveLoad(store, home, find_local(folder), filters or Filters())
        for file, staged in load.unstaged_records():
            load.stage(file, staged)
        for file in load.unread_texts():
            load.add(file)
        load.finish()


def stored_posts(store: duckdb.DuckDBPyConnection) -> dict[str, dict[str, object]]:
    """Return what is stored, by id, with moments as UTC."""
    read_stored(store)
    frame = store.sql(f"select {COMPARED} from temp.stored_posts").pl()
    return {row["post_id"]: row for row in frame.iter_rows(named=True)}


def whole_state(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a load leaves behind, but for the numbers and moments of loads."""
    with open_store(home) as store:
        read_stored(store)
        return {
            "posts": store.execute(
                "select * exclude (load_id) from temp.stored_posts order by source, post_id"
            ).fetchall(),
            "quarantine": store.execute(
                "select * exclude (load_id) from quarantine order by file, position"
            ).fetchall(),
            "loads": store.execute(
                "select * exclude (load_id, loaded_at) from loads order by file"
            ).fetchall(),
        }
