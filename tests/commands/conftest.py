"""The command line as a user meets it, and one small demo that several tests look at."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import run_command

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def emotape() -> Run:
    """Run the command line in a process of its own, away from the user's warehouse."""

    def run(
        *arguments: object, home: Path | None = None, piped: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        if piped is not None:
            return run_afresh(*arguments, home=home, piped=piped)
        return run_command(*arguments, environment=environment_of(home))

    return run


@pytest.fixture(scope="session")
def emotape_afresh() -> Run:
    """Run the command line as a shell does: a new interpreter, with its own seed of the hashes."""
    return run_afresh


def run_afresh(
    *arguments: object, home: Path | None = None, piped: str | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)],
        env=environment_of(home),
        **({"stdin": subprocess.DEVNULL} if piped is None else {"input": piped}),
        capture_output=True,
        text=True,
        check=False,
    )


def environment_of(home: Path | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "EMOTAPE_HOME"}
    return kept if home is None else {**kept, "EMOTAPE_HOME": str(home)}


@pytest.fixture(scope="session")
def demo(emotape: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo of a small market: its home, and what it printed. Read only."""
    home = tmp_path_factory.mktemp("demo") / "home"
    size = ("--firms", 20, "--sessions", 60, "--posts-per-day", 3, "--seed", 11)
    done = emotape("demo", "--home", home, "--no-serve", *size)
    assert done.returncode == 0, done.stderr
    return home, done.stdout
