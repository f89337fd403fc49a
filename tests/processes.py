"""Processes of their own that begin with the libraries imported, as a tested command would import them.

A fresh interpreter spends most of a small command's time on imports and on the exchange's calendar. Here each
worker has one process that did both and does nothing else, and `multiprocessing` forks from it: own memory,
own exit code, killed by any signal. What a fresh interpreter alone can prove (that imports are lazy, that
another seed of the hashes changes nothing, how much memory is taken) wants `subprocess`.
"""

import atexit
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path

TESTS = Path(__file__).resolve().parent
COMMAND = "from etl.cli import main\nmain()"
PATIENCE = 300.0  # seconds

_forking = multiprocessing.get_context("forkserver")


@dataclass
class Running:
    """A process that was started.

    Parameters
    ----------
    folder
        Holds what it wrote to its two outputs, in files `out` and `err`.
    """

    process: ForkServerProcess
    arguments: list[str]
    folder: Path

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process.pid is not None
        return self.process.pid

    @property
    def shown(self) -> str:
        """What it wrote to its standard output up to now."""
        return (self.folder / "out").read_text(encoding="utf-8")

    def poll(self) -> int | None:
        """Return its exit code (minus the signal that ended it), None while it runs."""
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is over."""
        if self.process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def finish(self, timeout: float = PATIENCE) -> "subprocess.CompletedProcess[str]":
        """Wait for its end.

        Raises
        ------
        subprocess.TimeoutExpired
            It still runs after so many seconds.
        """
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.arguments, timeout)
        wrong = (self.folder / "err").read_text(encoding="utf-8")
        return subprocess.CompletedProcess(self.arguments, self.process.exitcode, self.shown, wrong)


def start(code: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Running:
    """Start Python code in a process of its own, with nothing to read from its standard input.

    Parameters
    ----------
    arguments
        Follow the program's name in `sys.argv`.
    environment
        All of its variables; this process's where there are none.
    """
    _begin()
    folder = Path(tempfile.mkdtemp(prefix="emotape-test-"))
    for name in ("out", "err"):
        (folder / name).touch()
    words = ["emotape", *map(str, arguments)]
    variables = dict(os.environ if environment is None else environment)
    process = _forking.Process(target=_live, args=(code, words, variables, os.getcwd(), folder))
    process.start()
    running = Running(process, words, folder)
    weakref.finalize(running, shutil.rmtree, folder, ignore_errors=True)
    return running


def run(
    code: str, *arguments: object, environment: Mapping[str, str] | None = None, timeout: float = PATIENCE
) -> "subprocess.CompletedProcess[str]":
    """Run Python code in a process of its own, to its end."""
    running = start(code, *arguments, environment=environment)
    try:
        return running.finish(timeout)
    finally:
        running.send_signal(signal.SIGKILL)


def run_command(
    *arguments: object, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own, to its end."""
    return run(COMMAND, *arguments, environment=environment)


def _begin() -> None:
    """Start the process to fork from, where there is none, and wait until it is ready."""
    if not _begun:
        _begun.append(True)
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(TESTS), before)))
        _forking.set_forkserver_preload(["libraries_at_hand"])
        ensure_running()
        # It answers when all is imported: whoever measures how long a process takes begins after that.
        first = _forking.Process(target=os.getpid)
        first.start()
        first.join()
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


_begun: list[bool] = []


def _live(code: str, arguments: list[str], variables: dict[str, str], cwd: str, folder: Path) -> None:
    """Be the process: as `python -c` is, but for the imports."""
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(cwd)
    for number, path, mode in ((0, os.devnull, "r"), (1, folder / "out", "a"), (2, folder / "err", "a")):
        with open(path, mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = arguments
    try:
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
    finally:
        # A process that was forked ends without them.
        atexit._run_exitfuncs()
