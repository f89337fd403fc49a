"""Which adapter reads a file: asked for by name, or told from the file itself."""

from collections.abc import Mapping
from pathlib import Path

from etl.sources.files import format_suffix, open_bytes
from etl.sources.json_stream import stream_json
from etl.sources.posts import PostSource
from etl.sources.stocktwits import StockTwits
from etl.sources.table import Table

FORMATS = ("auto", "stocktwits", "table")
# Keys that only the API's own records carry together.
STOCKTWITS_KEYS = {"body", "id", "created_at", "user"}


def choose_source(path: Path, format_name: str, mapping: Mapping[str, str], name: str | None) -> PostSource:
    """Return the adapter for a file.

    Parameters
    ----------
    format_name
        One of `FORMATS`; `auto` takes JSON with the API's keys for StockTwits and all else for a table.
    mapping
        Field -> column, for tables. A mapping makes `auto` choose the table.
    name
        What to call the collection; StockTwits' own posts are always `stocktwits` unless named.
    """
    if format_name == "stocktwits" or (format_name == "auto" and not mapping and _is_stocktwits(path)):
        source = StockTwits()
        if name:
            source.name = name
        return source
    return Table(name or "table", mapping)


def _is_stocktwits(path: Path) -> bool:
    if format_suffix(path) not in {".json", ".jsonl", ".ndjson"}:
        return False
    with open_bytes(path) as stream:
        for item in stream_json(stream):
            value = item.value[0] if isinstance(item.value, list) and item.value else item.value
            if isinstance(value, dict):
                return "messages" in value or "message" in value or value.keys() >= STOCKTWITS_KEYS
            if item.line > 100:
                break
    # Nothing readable at the head: let the API's reader quarantine it line by line.
    return True
