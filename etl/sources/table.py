"""Posts in tables: CSV, Parquet and JSON lines of any provenance, one row a post (or a post and symbol)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from etl.errors import BadInput
from etl.sources.posts import Batch, Collector
from etl.sources.rows import open_rows

# What each field may be called, in the order in which a name is preferred. --map adds to it.
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "post_id": ("post_id", "id", "message_id", "tweet_id", "status_id"),
    "created_at": ("created_at", "timestamp", "datetime", "time", "date", "created"),
    "body": ("body", "text", "message", "message_body", "content"),
    "symbols": ("symbols", "tickers", "symbol", "ticker", "symbol_list", "cashtag"),
    "sentiment": ("sentiment", "senti_label", "self_tag"),
    "likes": ("likes", "like_count", "favorites", "favourites"),
    "reshares": ("reshares", "retweets", "retweet_count", "reshared_count"),
    "is_reshare": ("is_reshare", "is_retweet"),
    "user_id": ("user_id", "author_id"),
    "user_name": ("user_name", "username", "author", "user"),
    "followers": ("followers", "followers_count", "user_followers"),
    "client": ("client", "source"),
    "thread_id": ("thread_id", "parent_message_id", "conversation_id"),
    "reply_to": ("reply_to", "in_reply_to_message_id", "in_reply_to_status_id"),
}
REQUIRED = ("post_id", "created_at", "body")
SPOKEN = {"post_id": "id", "symbols": "symbol"}  # the short names that --map takes too


class Table:
    """A table of posts.

    Parameters
    ----------
    name
        What to call this collection of posts; ids need only be unique within it.
    mapping
        Field of emotape -> column of the file, for what the file calls differently.
    """

    symbols_are_complete = False

    def __init__(self, name: str = "table", mapping: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.mapping = {_field_name(key): column for key, column in (mapping or {}).items()}

    def read(self, path: Path) -> Iterator[Batch]:
        """Yield the rows of a CSV, Parquet or JSON lines file in batches."""
        collected = Collector()
        with open_rows(path) as (present, rows):
            columns = self.columns(present, path)
            for row in rows:
                if row.error:
                    collected.reject(row.line, row.error, row.raw)
                else:
                    record = {field: row.values[column] for field, column in columns.items()}
                    collected.add(row.line, record, row.raw)
                if collected.is_full:
                    yield collected.flush()
        yield collected.flush()

    def columns(self, present: list[str], path: Path) -> dict[str, str]:
        """Decide which column holds which field.

        Raises
        ------
        BadInput
            A required field has no column, or the mapping names a column that is not there.
        """
        by_lower_case = {column.strip().lower(): column for column in reversed(present)}
        chosen: dict[str, str] = {}
        for field, names in COLUMN_NAMES.items():
            if field in self.mapping:
                column = by_lower_case.get(self.mapping[field].strip().lower())
                if column is None:
                    raise BadInput(
                        f"{path.name} has no column '{self.mapping[field]}' "
                        f"(named for {SPOKEN.get(field, field)}); it has: {', '.join(present)}."
                    )
                chosen[field] = column
            else:
                free = (by_lower_case[n] for n in names if n in by_lower_case)
                column = next((c for c in free if c not in self.mapping.values()), None)
                if column is not None:
                    chosen[field] = column
        for field in REQUIRED:
            if field not in chosen:
                short = SPOKEN.get(field, field)
                raise BadInput(
                    f"{path.name} has no column for the post's {short}; it has: {', '.join(present)}. "
                    f"Name it with --map {short}=COLUMN."
                )
        return chosen


def _field_name(key: str) -> str:
    field = {short: field for field, short in SPOKEN.items()}.get(key, key)
    if field not in COLUMN_NAMES:
        raise BadInput(
            f"--map {key}=...: emotape has no field '{key}'; "
            f"it has: {', '.join(SPOKEN.get(f, f) for f in COLUMN_NAMES)}."
        )
    return field
