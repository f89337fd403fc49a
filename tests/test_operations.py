"""What docs/operations.md tells people to type is there."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from etl.cli import ENTRIES, cli
from etl.configuration.sections import Feed, Settings

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "operations.md").read_text()


TYPED = sorted(set(re.findall(r"(?:`|^|exec refresh )emotape ([a-z]+(?: [a-z]+| --[a-z-]+)*)", PAGE, re.M)))


@pytest.mark.parametrize("line", TYPED)
def test_each_command_and_option_exists(line):
    name, *rest = line.split()
    assert name in ENTRIES
    command = cli.get_command(click.Context(cli), name)
    if isinstance(command, click.Group) and rest:
        command = command.commands[rest[0]]
    for option in (word for word in rest if word.startswith("--")):
        assert option in {name for parameter in command.params for name in parameter.opts}


def test_each_setting_exists():
    sections = [item.name for item in fields(Settings)]
    named = re.findall(rf"`({'|'.join(sections)})\.([a-z_]+)`", PAGE)
    for block in re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL):
        written = tomllib.loads(block)
        for feed in written.pop("feeds", {}).values():
            assert set(feed) <= {item.name for item in fields(Feed)}
        named += [(section, name) for section, table in written.items() for name in table]
    assert named
    for section, name in named:
        assert hasattr(getattr(Settings(), section), name)
    assert set(re.findall(r"`\[([a-z]+)\]`", PAGE)) <= set(sections)
