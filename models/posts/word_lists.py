"""The word lists of this package: text files in sections, each under the last comment before it."""

from functools import cache
from importlib.resources import files


def read_lines(name: str) -> dict[str, tuple[str, ...]]:
    """Read a list as lines by section; an introduction, which has no lines, is left out."""
    sections: dict[str, list[str]] = {}
    heading = ""
    for line in (files("models.posts") / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line[1:].strip()
        elif line:
            sections.setdefault(heading, []).append(line)
    return {heading: tuple(lines) for heading, lines in sections.items()}


@cache
def read_words(name: str) -> dict[str, frozenset[str]]:
    """Read a list whose lines hold words side by side, as sets by section."""
    return {heading: frozenset(" ".join(lines).split()) for heading, lines in read_lines(name).items()}
