"""Reading settings: defaults, then `emotape.toml`, then the environment; each value knows its origin."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from etl.configuration.sections import Feed, Settings
from etl.configuration.values import (
    check_value,
    default_value,
    kind_of,
    parse_variable,
    without_password,
    words_of,
)
from etl.errors import BadInput
from etl.settings import Home

DEFAULT = "default"
FEEDS = "feeds"
_FEED_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TAKEN = ("stocktwits", "simulated")


@dataclass(frozen=True)
class Effective:
    """A setting as it counts: its dotted name, value, origin, and what it is.

    A secret's value is only whether it is set.
    """

    name: str
    value: object
    origin: str
    words: str
    secret: bool = False


def environment_name(name: str) -> str:
    """Return the variable that overrides a setting: `EMOTAPE_STOCKTWITS_TOKEN` for `stocktwits.token`."""
    return "EMOTAPE_" + name.replace(".", "_").replace("-", "_").upper()


def section_classes() -> dict[str, Any]:
    """Return the sections of `emotape.toml` by name, but for the feeds, which users name."""
    return {name: hint for name, hint in get_type_hints(Settings).items() if name != FEEDS}


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
    sections = section_classes()
    _refuse_unknown(home, "section", written, (*sections, FEEDS))
    effective: list[Effective] = []
    values: dict[str, Any] = {
        name: _read_section(
            home, name, section, _table(home, name, written.get(name, {})), environment, effective
        )
        for name, section in sections.items()
    }
    _refuse_unknown_variables(sections, environment, effective)
    values[FEEDS] = {
        name: _read_feed(home, name, table, environment, effective)
        for name, table in _table(home, FEEDS, written.get(FEEDS, {})).items()
    }
    settings = Settings(**values)
    _check_together(settings)
    return settings, effective


def _read_file(home: Home) -> dict[str, Any]:
    file = home.settings_file
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {error.strerror}. Make it a file that this user can read, or move it "
            "away."
        ) from error
    try:
        # Some editors of Windows begin a file with a mark of its encoding.
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{file} is not UTF-8 in line {line}; save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"{file} is no TOML: {error}. Mend it there; `emotape config --example` shows how each setting "
            "is written."
        ) from error
    except RecursionError as error:
        raise BadInput(f"{file} is nested too deeply; expected sections with settings.") from error


def _table(home: Home, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        # What stands there is not repeated: it may be a token in the wrong place.
        raise BadInput(f"{home.settings_file}: {name} is a single value; expected a table, [{name}].")
    return value


def _refuse_unknown(home: Home, what: str, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            raise BadInput(f"{home.settings_file}: there is no {what} '{name}'; {_near(name, known)}")


def _refuse_unknown_variables(
    sections: Mapping[str, Any], environment: Mapping[str, str], effective: list[Effective]
) -> None:
    """Refuse a misspelt variable, which would otherwise change nothing and say nothing."""
    known = [environment_name(setting.name) for setting in effective]
    beginnings = tuple(f"{environment_name(name)}_" for name in sections)
    for variable in environment:
        if variable.startswith(beginnings) and variable not in known:
            raise BadInput(
                f"The environment has {variable}, and there is no such setting; {_near(variable, known)}"
            )


def _near(name: str, known: tuple[str, ...] | list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}."


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
    for key in table:
        if declared[key].metadata["secret"]:
            raise BadInput(
                f"{home.settings_file}: {name}.{key} is a secret, and secrets are not kept in files; take it "
                f"out, and give it as {environment_name(f'{name}.{key}')} in the environment."
            )
    kinds = get_type_hints(section)
    values = {}
    for key, item in declared.items():
        dotted, kind = f"{name}.{key}", kind_of(kinds[key])
        where, variable = f"{home.settings_file}: {dotted}", environment_name(dotted)
        if variable in environment:
            value, origin = parse_variable(variable, item, kind, environment[variable]), variable
            where = variable
        elif key in table:
            value, origin = table[key], home.settings_file.name
        else:
            value, origin = default_value(item), DEFAULT
        values[key] = check_value(where, item, kind, value)
        secret = item.metadata["secret"]
        shown = ("set" if values[key] else "not set") if secret else without_password(values[key])
        effective.append(Effective(dotted, shown, origin, words_of(item), secret))
    return section(**values)


def _read_feed(
    home: Home, name: str, table: object, environment: Mapping[str, str], effective: list[Effective]
) -> Feed:
    if not _FEED_NAME.fullmatch(name) or name in _TAKEN:
        raise BadInput(
            f"{home.settings_file}: a feed cannot be called '{name}'; expected small letters, digits and "
            f"hyphens, and none of {', '.join(_TAKEN)}."
        )
    dotted = f"{FEEDS}.{name}"
    feed: Feed = _read_section(home, dotted, Feed, _table(home, dotted, table), environment, effective)
    if "{symbol}" not in feed.url:
        raise BadInput(f"{home.settings_file}: {dotted}.url has no {{symbol}}; expected an address with it.")
    return feed


def _check_together(settings: Settings) -> None:
    """Check what no setting can say of itself."""
    for kind in ("posts", "prices"):
        warn, error = (getattr(settings.freshness, f"{kind}_{level}_hours") for level in ("warn", "error"))
        if warn > error:
            raise BadInput(
                f"freshness.{kind}_warn_hours is {warn:g} and {kind}_error_hours {error:g}; a source is late "
                "before it is stale, so expected the first to be the smaller."
            )
    try:
        date.fromisoformat(settings.yahoo.first_day)
    except ValueError as error:
        raise BadInput(
            f"yahoo.first_day is {settings.yahoo.first_day!r}, which no calendar has; expected YYYY-MM-DD."
        ) from error
    try:
        ZoneInfo(settings.schedule.zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            f"schedule.zone is {settings.schedule.zone!r}; expected a time zone such as America/New_York."
        ) from error
