"""A complete `emotape.toml` to start from: every setting with what it is and its default, commented out."""

from dataclasses import Field, fields
from textwrap import wrap
from typing import Any

from etl.configuration.reading import FEEDS, environment_name, section_classes
from etl.configuration.sections import Feed
from etl.configuration.values import as_toml, default_value, words_of

WIDTH = 108
_HEAD = f"""\
# Settings of this home. What is commented out stands at its default, and a later emotape may have a better
# one: take the # away only where you want another value. Each setting can be overridden by a variable of the
# environment: {environment_name("stocktwits.attempts")} for attempts in [stocktwits].
"""
_SHOWN_FEED = "example"
_SHOWN = {"url": "https://feeds.example.com/posts/{symbol}.json"}


def example_settings() -> str:
    """Return the text of an `emotape.toml` that reads back as all defaults."""
    parts = [_HEAD]
    for name, section in section_classes().items():
        parts.append(f"{_prose(_summary(section))}\n[{name}]\n{_settings(name, section)}")
    name = f"{FEEDS}.{_SHOWN_FEED}"
    parts.append(f"{_prose(_summary(Feed))}\n#[{name}]\n{_settings(name, Feed)}")
    return "\n".join(parts)


def _settings(name: str, section: Any) -> str:
    return "".join(_setting(name, item) for item in fields(section))


def _setting(section: str, item: "Field[Any]") -> str:
    if item.metadata["secret"]:
        variable = environment_name(f"{section}.{item.name}")
        words = f"{item.name}: {words_of(item)}; a secret, so only as {variable} in the environment"
        return f"{_prose(words)}\n"
    value = default_value(item)
    if section.startswith(FEEDS):
        value = _SHOWN.get(item.name, value)
    return f"{_prose(words_of(item))}\n#{item.name} = {as_toml(value)}\n"


def _prose(text: str) -> str:
    return "\n".join(wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# "))


def _summary(section: Any) -> str:
    return str(section.__doc__).split("\n", 1)[0]
