"""SQL is kept in files, one relation a file; this is how they are read."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_GRAIN = re.compile(r"^-- grain: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Relation:
    """A relation's file: its name, what a row of it is, and the statement that makes it."""

    name: str
    grain: tuple[str, ...]
    text: str


@cache
def read_sql(folder: str, name: str) -> Relation:
    """Read `sql/<folder>/<name>.sql`.

    Raises
    ------
    ValueError
        The file does not state its grain.
    """
    text = (files("sql") / folder / f"{name}.sql").read_text(encoding="utf-8")
    found = _GRAIN.search(text)
    if found is None:
        raise ValueError(f"sql/{folder}/{name}.sql must say what a row is: a line `-- grain: column, column`")
    return Relation(name, tuple(column.strip() for column in found[1].split(",")), text)


def list_sql(folder: str) -> list[str]:
    """Return the names of the relations in a folder of `sql/`, sorted."""
    return sorted(
        file.name.removesuffix(".sql")
        for file in (files("sql") / folder).iterdir()
        if file.name.endswith(".sql")
    )
