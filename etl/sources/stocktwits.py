"""StockTwits API messages, as the API has answered from 2016 on: single, in arrays, or in envelopes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from etl.sources.files import open_bytes
from etl.sources.json_stream import stream_json
from etl.sources.posts import Batch, Collector


class StockTwits:
    """Messages of the public API, version 2.

    Every key but `id`, `body` and `created_at` has come and gone over the years, so all others are
    optional; unknown keys stay in the raw record.
    """

    name = "stocktwits"
    symbols_are_complete = True

    def read(self, path: Path) -> Iterator[Batch]:
        """Yield the messages of a file of JSON lines, an array, or whole API envelopes."""
        rows = Collector()
        with open_bytes(path) as stream:
            for item in stream_json(stream):
                if item.error:
                    rows.reject(item.line, item.error, item.text)
                else:
                    is_message = isinstance(item.value, dict) and "messages" not in item.value
                    for message in _messages(item.value):
                        _add(rows, item.line, message, item.text if is_message else None)
                if rows.is_full:
                    yield rows.flush()
        yield rows.flush()


def _messages(value: object) -> Iterator[object]:
    """Find the messages in a message, an array of messages or envelopes, or an envelope."""
    if isinstance(value, list):
        for item in value:
            yield from _messages(item)
    elif isinstance(value, dict) and isinstance(value.get("messages"), list):
        yield from value["messages"]
    elif isinstance(value, dict) and isinstance(value.get("message"), dict) and "body" not in value:
        yield value["message"]
    else:
        yield value


def _add(rows: Collector, line: int, message: object, raw: str | None) -> None:
    if not isinstance(message, dict):
        rows.reject(line, "not a message: a JSON object was expected", str(message))
        return
    rows.add(line, message_fields(message), raw if raw is not None else _as_json(message))


def message_fields(message: Mapping[str, Any]) -> dict[str, Any]:
    """Name a message's values as `etl.sources.posts.POST_SCHEMA` does."""
    user = _object(message, "user")
    conversation = _object(message, "conversation")
    sentiment = _object(_object(message, "entities"), "sentiment")
    return {
        "post_id": message.get("id"),
        "created_at": message.get("created_at"),
        "body": message.get("body"),
        "symbols": message.get("symbols"),
        "sentiment": sentiment.get("basic"),
        "likes": _object(message, "likes").get("total"),
        "reshares": _object(message, "reshares").get("reshared_count"),
        # The key is there on posts that pass another one on; its absence says nothing in old files.
        "is_reshare": True if message.get("reshare_message") else None,
        "user_id": user.get("id"),
        "user_name": user.get("username"),
        "followers": user.get("followers"),
        "client": _object(message, "source").get("title"),
        "thread_id": conversation.get("parent_message_id"),
        "reply_to": conversation.get("in_reply_to_message_id"),
    }


def _object(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a nested object, or an empty one where it is absent, null or of another type."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _as_json(message: Mapping[str, Any]) -> str:
    import json

    return json.dumps(message)
