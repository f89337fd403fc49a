"""Pages that break the schema: quarantined whole, since nothing in them can be trusted."""

from etl.live.answers import Answer
from etl.live.posts import Page
from etl.sources.posts import Collector


class Broken(Exception):
    """A page breaks the schema; the message says what was found, to go on with in a sentence."""


def broken_page(answer: Answer, reason: str) -> Page:
    """Return a page that is one reject, its whole text, and says why."""
    rows = Collector()
    rows.reject(1, f"broken page: {reason}", answer.text)
    return Page(rows.flush(), answer.address, answer.at, broken=reason)
