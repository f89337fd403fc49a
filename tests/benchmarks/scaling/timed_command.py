"""Run `emotape` and write down when each of its pieces of work began and ended.

    python timed_command.py FILE ARGUMENTS...

A piece is what the command shows a progress bar for (`etl.commands.options.counting`), so the pieces are
those that a user sees, whatever function does them. FILE becomes JSON: a list of name, begin and end in
seconds since 1970.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.commands import options


def record_pieces(target: Path) -> None:
    """Let `counting` write down its times; must run before the commands are imported."""
    pieces: list[tuple[str, float, float]] = []

    @contextmanager
    def counting(what: str, unit: str = "rows", total: int | None = None) -> Iterator[Callable[[int], None]]:
        begin = time.time()
        try:
            yield lambda step: None
        finally:
            pieces.append((what, begin, time.time()))
            target.write_text(json.dumps(pieces), encoding="utf-8")

    options.counting = counting


if __name__ == "__main__":
    record_pieces(Path(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    from etl.cli import main

    main()
