"""What a post is to emotape, whatever the source: one schema, one rule for what is refused."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from etl.sources.fields import (
    FieldError,
    clean_text,
    read_count,
    read_flag,
    read_sentiment,
    read_symbols,
    read_time,
)

# Missing is null, never zero: a post without `likes` has an unknown number of likes.
POST_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "post_id": pl.String,
    "created_at": pl.Datetime("us", "UTC"),  # null where the source gives a date only
    "created_on": pl.Date,  # as the source gives it; null where it gives a time
    "body": pl.String,
    "symbols": pl.List(pl.String),
    "sentiment": pl.String,  # the author's own tag: Bullish or Bearish
    "likes": pl.Int64,
    "reshares": pl.Int64,
    "is_reshare": pl.Boolean,
    "user_id": pl.String,
    "user_name": pl.String,
    "followers": pl.Int64,
    "client": pl.String,  # the program that posted: automated posting shows here
    "thread_id": pl.String,
    "reply_to": pl.String,
    "raw": pl.String,  # the original record, whole
    "line": pl.Int64,
}
REJECT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "reason": pl.String,
    "raw": pl.String,
}

BATCH_ROWS = 20_000
LONGEST_QUARANTINED = 2_000
_BLANK = re.compile(r"[\s\u200b\ufeff]*")


@dataclass
class Batch:
    """Some rows of a file: the posts that can be stored and the rows that cannot, with the reason."""

    posts: pl.DataFrame
    rejects: pl.DataFrame


class PostOrigin(Protocol):
    """Where posts are from, whether they come in files or over the network."""

    name: str
    """The platform, for the key (source, id) of a post."""

    symbols_are_complete: bool
    """Whether a record names all symbols of its post, or only one of them (a row a symbol)."""


class PostSource(PostOrigin, Protocol):
    """A format that posts come in. A new platform is one file with such a class."""

    def read(self, path: Path) -> Iterator[Batch]:
        """Yield the file's rows in batches, in order, never the whole file at once."""
        ...


@dataclass
class Collector:
    """Gathers rows into batches."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether the batch should be handed on."""
        return len(self.posts) + len(self.rejects) >= BATCH_ROWS

    def add(self, line: int, record: Mapping[str, Any], raw: str | None = None) -> None:
        """Store a record (keys of `POST_SCHEMA`, values as the source gave them) or quarantine it."""
        whole = raw if raw is not None else json.dumps(record, default=str)
        try:
            self.posts.append({**read_post(record), "raw": whole, "line": line})
        except FieldError as error:
            self.reject(line, str(error), whole)

    def reject(self, line: int, reason: str, raw: str) -> None:
        """Quarantine a row."""
        self.rejects.append({"line": line, "reason": reason, "raw": clean_text(raw[:LONGEST_QUARANTINED])})

    def flush(self) -> Batch:
        """Return what was gathered and start anew."""
        batch = Batch(
            pl.DataFrame(self.posts, schema=POST_SCHEMA, orient="row"),
            pl.DataFrame(self.rejects, schema=REJECT_SCHEMA, orient="row"),
        )
        self.posts, self.rejects = [], []
        return batch


def read_post(record: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a source's record into a row of `POST_SCHEMA`, without `raw` and `line`.

    Raises
    ------
    FieldError
        No id, an unreadable time, or an empty body; the message is the reason for the quarantine.
    """
    post_id = read_identifier(record.get("post_id"))
    if post_id is None:
        raise FieldError("no id")
    created_at, created_on = read_time(record.get("created_at"))
    body = record.get("body")
    if not isinstance(body, str) or _BLANK.fullmatch(body):
        raise FieldError("empty body")
    return {
        "post_id": post_id,
        "created_at": created_at,
        "created_on": created_on,
        "body": clean_text(body, entities=True),
        "symbols": read_symbols(record.get("symbols")),
        "sentiment": read_sentiment(record.get("sentiment")),
        "likes": read_count(record.get("likes")),
        "reshares": read_count(record.get("reshares")),
        "is_reshare": read_flag(record.get("is_reshare")),
        "user_id": read_identifier(record.get("user_id")),
        "user_name": read_identifier(record.get("user_name")),
        "followers": read_count(record.get("followers")),
        "client": read_identifier(record.get("client")),
        "thread_id": read_identifier(record.get("thread_id")),
        "reply_to": read_identifier(record.get("reply_to")),
    }


def read_identifier(value: object) -> str | None:
    """Return an identifier or name as text; blank, null and not-a-number are missing."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    if isinstance(value, float):
        # A column of integers with gaps arrives as floats from some writers.
        return str(int(value)) if value.is_integer() else None
    text = clean_text(str(value)).strip()
    return text or None
