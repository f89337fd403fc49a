"""Secrets kept out of what is written and sent: their values are taken out of every text."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from etl.configuration import Settings

HIDDEN = "[secret]"
SHORTEST_PART = 4  # characters; a shorter part of an address hides nothing and stands in many words


class Redaction:
    """Takes the values of all secret settings out of texts.

    Of an address that is secret, what follows its host is secret by itself: errors of the network quote
    it so.
    """

    def __init__(self, settings: Settings) -> None:
        found = {form for secret in _secrets(settings) for form in _forms(secret)}
        # The longest first: a part must not be taken out of the whole.
        self._secrets = sorted(found, key=lambda secret: (-len(secret), secret))

    def __call__(self, value: Any) -> Any:
        """Return a value that JSON can hold, its texts without secrets; lists and tables are gone through."""
        if isinstance(value, Mapping):
            return {self._hide(str(key)): self(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self(item) for item in value]
        if value is None or isinstance(value, bool | int):
            return value
        # JSON has no infinity and no NaN.
        if isinstance(value, float) and value - value == 0:
            return value
        return self._hide(str(value))

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def _secrets(part: Any) -> Iterator[str]:
    """Yield the values of the settings that are declared secret, whatever section they are in."""
    if isinstance(part, Mapping):
        for item in part.values():
            yield from _secrets(item)
    elif is_dataclass(part):
        for item in fields(part):
            value = getattr(part, item.name)
            if item.metadata.get("secret"):
                yield str(value)
            else:
                yield from _secrets(value)


def _forms(secret: str) -> Iterator[str]:
    """Yield what a secret may look like in a text: as it is, quoted in an address, without its host."""
    if secret:
        yield from (secret, quote(secret, safe=""))
    address = urlsplit(secret)
    if address.scheme in {"http", "https"}:
        after = address.path + (f"?{address.query}" if address.query else "")
        for part in (after, address.query, address.password or ""):
            if len(part) >= SHORTEST_PART:
                yield part
