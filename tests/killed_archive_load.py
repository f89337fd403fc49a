"""Loads an archive in a process that kills itself before one of the steps that a load is made of.

Called with the home, the archive and the number of the step; without ever being killed it prints how many
steps there were.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stocktwits_archives import load_archive

from etl.settings import open_home
from etl.warehouse import archive_csv, archive_records, archive_texts
from etl.warehouse import load_archive as loading

STEPS: list[tuple[Any, str]] = [
    (archive_csv, "write_plainly"),
    (archive_records, "write_parquet"),
    (archive_texts, "write_parquet"),
    (loading, "add_posts"),
    (loading, "quarantine_file"),
    (loading, "log_load"),
    (loading, "release_records"),
    (loading, "quarantine_records"),
    (loading, "next_load"),
    (shutil, "rmtree"),
]


def main(home: str, folder: str, deadly: int) -> None:
    taken = 0

    def mined(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*arguments, **named)

        return run

    for module, name in STEPS:
        setattr(module, name, mined(getattr(module, name)))
    load_archive(open_home(Path(home)), Path(folder))
    print(taken)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
