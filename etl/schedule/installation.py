"""What a schedule must know of this installation: the program, the home, the hour."""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from etl.configuration import read_settings
from etl.errors import BadInput
from etl.settings import Home

# systemd takes none of these in a program's path, whatever the quoting.
_UNHOLDABLE = re.compile(r"""[\x00-\x1f\x7f"'\\]""")


@dataclass(frozen=True)
class Installation:
    """A home, the program that refreshes it, and when.

    Parameters
    ----------
    program
        How emotape is called, by whole paths: nothing depends on a `PATH` or a folder.
    time, zone
        Hour and minute ("06:30") of each day, and the zone that they are of.
    """

    program: tuple[str, ...]
    home: Path
    time: str
    zone: str

    @property
    def refresh(self) -> tuple[str, ...]:
        """The command of the daily run."""
        return (*self.program, "refresh", "--home", str(self.home))

    @property
    def environment_file(self) -> Path:
        """Where the secrets of this home are: `NAME='value'` lines, which systemd and the shell both read."""
        return self.home / "emotape.env"

    def shown(self, *arguments: str) -> str:
        """Return an emotape command about this home, for a person to type."""
        return shlex.join((*self.program, *arguments, "--home", str(self.home)))


def find_installation(home: Home) -> Installation:
    """Describe the emotape that is running, for a home and its settings.

    Raises
    ------
    BadInput
        A setting is wrong, or a path has a sign that schedules cannot hold.
    """
    settings, _ = read_settings(home)
    program = _find_program(Path(sys.executable))
    for path in (*program, str(home.path)):
        if _UNHOLDABLE.search(path):
            raise BadInput(
                f"{path!r} has a quotation mark, a backslash or a control character in its name, which no "
                "schedule can hold; rename that folder."
            )
    return Installation(program, home.path, settings.schedule.time, settings.schedule.zone)


def _find_program(python: Path) -> tuple[str, ...]:
    """Return the `emotape` beside this Python, or its module where no such program was installed."""
    program = python.with_name("emotape")
    return (str(program),) if program.is_file() else (str(python), "-m", "etl")
