"""Reading settings: defaults, then `emotape.toml`, then the environment; each value knows its origin."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from difflib import get_close_matches
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from etl.configuration.sections import Feed, Settings
from etl.errors import BadInput
from etl.settings import Home

DEFAULT = "default"
_FEED_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TAKEN = ("stocktwits", "simulated")
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a list of texts",
}


@dataclass(frozen=True)
class Effective:
    """A setting as it counts: its dotted name, value, origin, and what it is.

    A secret's value is only whether it is set.
    """

    name: str
    value: object
    origin: str
    words: str


def environment_name(name: str) -> str:
    """Return the variable that overrides a setting: `EMOTAPE_STOCKTWITS_TOKEN` for `stocktwits.token`."""
    return "EMOTAPE_" + name.replace(".", "_").replace("-", "_").upper()


def read_settings(
    home: Home, environment: Mapping[str, str] | None = None
) -> tuple[Settings, list[Effective]]:
    """Read the settings of a home.

    Raises
    ------
    BadInput
        The file is no TOML, or a setting is unknown, of another kind, out of its bounds, or a secret in
        the file.
    """
    environment = os.environ if environment is None else environment
    written = _read_file(home)
    hints = get_type_hints(Settings)
    sections = {name: hint for name, hint in hints.items() if name != "feeds"}
    _refuse_unknown(home, "section", written, (*sections, "feeds"))
    effective: list[Effective] = []
    values: dict[str, Any] = {
        name: _read_section(
            home, name, section, _table(home, name, written.get(name, {})), environment, effective
        )
        for name, section in sections.items()
    }
    values["feeds"] = {
        name: _read_feed(home, name, table, environment, effective)
        for name, table in _table(home, "feeds", written.get("feeds", {})).items()
    }
    settings = Settings(**values)
    _check_together(home, settings)
    return settings, effective


def _read_file(home: Home) -> dict[str, Any]:
    try:
        return tomllib.loads(home.settings_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{home.settings_file} is no TOML: {error}. Mend that line.") from error
    except OSError as error:
        raise BadInput(f"{home.settings_file} cannot be read: {error.strerror}.") from error


def _table(home: Home, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{home.settings_file}: {name} is {value!r}; expected a table, [{name}].")
    return value


def _refuse_unknown(home: Home, what: str, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}."
            raise BadInput(f"{home.settings_file}: there is no {what} '{name}'; {hint}")


def _read_section(
    home: Home,
    name: str,
    section: Any,
    table: dict[str, Any],
    environment: Mapping[str, str],
    effective: list[Effective],
) -> Any:
    declared = {item.name: item for item in fields(section)}
    _refuse_unknown(home, f"setting in [{name}]", table, tuple(declared))
    kinds = get_type_hints(section)
    values = {}
    for key, item in declared.items():
        dotted, kind = f"{name}.{key}", _kind(kinds[key])
        variable = environment_name(dotted)
        secret = item.metadata["secret"]
        if secret and key in table:
            raise BadInput(
                f"{home.settings_file}: {dotted} is a secret, and secrets are not kept in files; take "
                f"it out, and give it as {variable} in the environment."
            )
        if variable in environment:
            value, origin = _parse(variable, kind, environment[variable]), variable
        elif key in table:
            value, origin = table[key], home.settings_file.name
        else:
            value, origin = _default(item), DEFAULT
        where = f"{home.settings_file}: {dotted}" if origin == home.settings_file.name else variable
        values[key] = _check(where, item, kind, value)
        shown = ("set" if values[key] else "not set") if secret else values[key]
        effective.append(Effective(dotted, shown, origin, item.metadata["words"]))
    return section(**values)


def _read_feed(
    home: Home, name: str, table: object, environment: Mapping[str, str], effective: list[Effective]
) -> Feed:
    if not _FEED_NAME.fullmatch(name) or name in _TAKEN:
        raise BadInput(
            f"{home.settings_file}: a feed cannot be called '{name}'; expected small letters, digits and "
            f"hyphens, and none of {', '.join(_TAKEN)}."
        )
    dotted = f"feeds.{name}"
    feed: Feed = _read_section(home, dotted, Feed, _table(home, dotted, table), environment, effective)
    if "{symbol}" not in feed.url:
        raise BadInput(f"{home.settings_file}: {dotted}.url has no {{symbol}}; expected an address with it.")
    return feed


def _kind(hint: Any) -> type:
    return hint if hint in {bool, int, float, str} else tuple


def _default(item: "Field[Any]") -> Any:
    return item.default_factory() if callable(item.default_factory) else item.default


def _parse(variable: str, kind: type, text: str) -> object:
    """Read a value from the environment: lists are divided by commas."""
    if kind is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is str:
        return text
    if kind is bool:
        word = text.strip().lower()
        if word in {"true", "1", "yes"}:
            return True
        if word in {"false", "0", "no"}:
            return False
    else:
        try:
            return int(text) if kind is int else float(text)
        except ValueError:
            pass
    raise BadInput(f"{variable} is {text!r}; expected {_KINDS[kind]}.")


def _check(where: str, item: "Field[Any]", kind: type, value: object) -> object:
    facts = item.metadata
    if kind is tuple and isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if kind is tuple or not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        shown = "a secret" if facts["secret"] else repr(value)
        raise BadInput(f"{where} is {shown}; expected {_KINDS[kind]} ({facts['words']}).")
    if isinstance(value, int | float):
        low, high = facts["least"], facts["most"]
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            bounds = " and ".join(
                f"at {word} {bound:g}"
                for word, bound in (("least", low), ("most", high))
                if bound is not None
            )
            raise BadInput(f"{where} is {value:g}; expected {bounds} ({facts['words']}).")
    if isinstance(value, str) and facts["pattern"] and not re.fullmatch(facts["pattern"], value):
        raise BadInput(f"{where} is {value!r}; expected {facts['words']}.")
    return value


def _check_together(home: Home, settings: Settings) -> None:
    """Check what no setting can say of itself."""
    for kind in ("posts", "prices"):
        warn, error = (getattr(settings.freshness, f"{kind}_{level}_hours") for level in ("warn", "error"))
        if warn > error:
            raise BadInput(
                f"freshness.{kind}_warn_hours is {warn:g} and {kind}_error_hours {error:g}; a source is late "
                "before it is stale, so expected the first to be the smaller."
            )
    try:
        ZoneInfo(settings.schedule.zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            f"schedule.zone is {settings.schedule.zone!r}; expected a time zone such as America/New_York."
        ) from error
    if settings.stocktwits.requests_per_hour > 200 and not settings.stocktwits.token:
        raise BadInput(
            "stocktwits.requests_per_hour is above 200, which the API allows only with a token; lower it, or "
            f"give {environment_name('stocktwits.token')} in the environment."
        )
