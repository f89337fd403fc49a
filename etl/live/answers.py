"""What a source answered: JSON that can be read, or a page that is broken and says why."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.live.wire import Reply

LONGEST_WORDS = 200


@dataclass(frozen=True)
class Answer:
    """What a source answered.

    Parameters
    ----------
    address
        What was asked, without secrets.
    at
        When, by the source's clock where it tells the time (UTC).
    value
        The JSON; None where it is broken.
    text
        The answer as it came.
    broken
        Why it cannot be read, after all attempts; None where it can.
    """

    address: str
    at: datetime
    value: Any
    text: str
    broken: str | None = None


def read_answer(address: str, at: datetime, reply: Reply) -> Answer:
    """Read a reply as JSON; what cannot be read is broken, and says why."""
    # A bad byte costs a character of one post, not the page.
    text = reply.body.decode("utf-8-sig", "replace")
    try:
        return Answer(address, at, json.loads(text), text)
    except (ValueError, RecursionError) as error:
        # What was cut off is known from the line; else the JSON itself shows that it ends too early.
        found = reply.failure or (str(error) if reply.is_json else f"{reply.content_type} in place of JSON")
        return Answer(address, at, None, text, f"no whole JSON in {len(reply.body):,} bytes: {found}")


def words_of(reply: Reply) -> str:
    """Return what the source says of its refusal, as `: words`; empty where it says nothing of use."""
    try:
        errors = json.loads(reply.body)["errors"]
        words = " ".join(str(errors[0]["message"]).split())
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return f": {words[:LONGEST_WORDS].rstrip('.')}" if words else ""
