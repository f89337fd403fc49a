"""The stages of one size, from simulated files to a regression table, each in a process of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scaling.ledger import RUNNING, Ledger
from benchmarks.scaling.watching import Watched, disk_bytes, watch

HERE = Path(__file__).resolve().parent
MIB = 1024**2
EXIT_PARTIAL = 3

SIMULATE, COPY, NEW_FILES = "simulate", "bare copy", "new day: files"
LOAD, PRICES, BUILD = "load archive", "load prices", "build"
NEW_POSTS, NEW_PRICES, NEW_BUILD = "new day: load posts", "new day: load prices", "new day: build"
REGRESS = "regress predictive"
OF_FILES = [SIMULATE, COPY, NEW_FILES]
OF_HOME = [LOAD, PRICES, BUILD, NEW_POSTS, NEW_PRICES, NEW_BUILD, REGRESS]


@dataclass(frozen=True)
class Size:
    """One size of the benchmark, and where its files lie."""

    posts: int
    firms: int
    sessions: int
    seed: int
    folder: Path

    @property
    def day_posts(self) -> int:
        """How many posts a new day brings: those of a mean session."""
        return max(1, self.posts // self.sessions)

    @property
    def archive(self) -> Path:
        """The simulated archive."""
        return self.folder / "archive"

    @property
    def day(self) -> Path:
        """The files of the new day."""
        return self.folder / "day"

    @property
    def home(self) -> Path:
        """The home that is filled."""
        return self.folder / "home"


def run_size(size: Size, ledger: Ledger, commit: str, say: Callable[[str], None]) -> bool:
    """Run what is not measured yet; return whether everything is.

    A stage that was interrupted or failed leaves a home in the middle of something: the home is then made
    anew, and its stages are measured again.
    """
    key = str(size.posts)
    if ledger.was_interrupted(key) or not all(ledger.find(key, stage) for stage in OF_HOME):
        lost = not size.home.exists() or ledger.was_interrupted(key)
        if lost:
            shutil.rmtree(size.home, ignore_errors=True)
            ledger.forget(key, OF_HOME)
        if not size.archive.exists() or not size.day.exists():
            ledger.forget(key, OF_FILES)
    for stage, measure in list_stages(size).items():
        if ledger.find(key, stage):
            continue
        say(f"{size.posts:,} posts: {stage}")
        ledger.write(key, stage, {RUNNING: True})
        figures = measure() | {"commit": commit}
        ledger.write(key, stage, figures)
        if "failed" in figures:
            say(f"{size.posts:,} posts: {stage} failed: {figures['failed']}")
            return False
        say(f"{size.posts:,} posts: {stage}: {figures['seconds']:,.1f} s")
    return True


def list_stages(size: Size) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return what measures each stage, in their order."""
    dimensions = ["--firms", str(size.firms), "--seed", str(size.seed)]
    lengths = ["--posts", str(size.posts), "--sessions", str(size.sessions)]
    home = ["--home", str(size.home)]

    def simulate() -> dict[str, Any]:
        shutil.rmtree(size.archive, ignore_errors=True)
        return _measure(size, ["simulate", str(size.archive), *dimensions, *lengths], disk=size.archive)

    def copy() -> dict[str, Any]:
        target = size.folder / "copied"
        shutil.rmtree(target, ignore_errors=True)
        program = [sys.executable, str(HERE / "bare_copy.py"), str(size.archive), str(target)]
        figures = describe(watch(program), size.posts, disk=target)
        shutil.rmtree(target, ignore_errors=True)
        return figures

    def write_new_day() -> dict[str, Any]:
        shutil.rmtree(size.day, ignore_errors=True)
        length = ["--posts", str(size.day_posts), "--sessions", "1"]
        simulated = _measure(size, ["simulate", str(size.day), *dimensions, *length], disk=size.day)
        program = [sys.executable, str(HERE / "new_day.py"), str(size.archive), str(size.day)]
        return simulated if "failed" in simulated else describe(watch(program), size.day_posts, size.day)

    def of_home(arguments: Sequence[str], posts: int = size.posts) -> Callable[[], dict[str, Any]]:
        return lambda: _measure(size, [*arguments, *home], disk=size.home, posts=posts)

    day = size.day_posts
    # The archive's posts are StockTwits' own by their layout; so are the new ones.
    new_posts = ["load", "posts", str(size.day / "posts.csv"), "--source", "stocktwits"]
    return {
        SIMULATE: simulate,
        COPY: copy,
        NEW_FILES: write_new_day,
        LOAD: of_home(["load", "archive", str(size.archive)]),
        PRICES: of_home(["load", "prices", str(size.archive / "prices.parquet")]),
        BUILD: of_home(["build"]),
        NEW_POSTS: of_home(new_posts, day),
        NEW_PRICES: of_home(["load", "prices", str(size.day / "prices.csv")], day),
        NEW_BUILD: of_home(["build"], day),
        REGRESS: of_home(["regress", "predictive"]),
    }


def _measure(size: Size, arguments: list[str], disk: Path, posts: int | None = None) -> dict[str, Any]:
    """Run an `emotape` command and describe it and its pieces."""
    size.folder.mkdir(parents=True, exist_ok=True)
    record = size.folder / "pieces.json"
    record.unlink(missing_ok=True)
    watched = watch([sys.executable, str(HERE / "timed_command.py"), str(record), *arguments])
    figures = describe(watched, size.posts if posts is None else posts, disk)
    if record.exists():
        figures["pieces"] = describe_pieces(json.loads(record.read_text(encoding="utf-8")), watched)
    return figures


def describe(watched: Watched, posts: int, disk: Path) -> dict[str, Any]:
    """Turn what was watched into figures."""
    figures: dict[str, Any] = {
        "seconds": watched.seconds,
        "cpu_seconds": watched.cpu_seconds,
        "posts": posts,
        "posts_per_second": posts / watched.seconds,
        "peak_mib": watched.peak() / MIB,
        "disk_mib": disk_bytes(disk) / MIB if disk.exists() else 0.0,
        "exit_code": watched.returncode,
    }
    said = watched.output.strip().splitlines()
    if watched.returncode not in {0, EXIT_PARTIAL}:
        figures["failed"] = said[-1] if said else f"it ended with {watched.returncode} and said nothing"
    elif watched.returncode == EXIT_PARTIAL:
        figures["said"] = said[-1] if said else ""
    return figures


def describe_pieces(pieces: list[tuple[str, float, float]], watched: Watched) -> dict[str, dict[str, float]]:
    """Add up the pieces of a command by name: seconds, and the most memory seen meanwhile."""
    found: dict[str, dict[str, float]] = {}
    for name, begin, end in pieces:
        piece = found.setdefault(name, {"seconds": 0.0, "peak_mib": 0.0})
        piece["seconds"] += end - begin
        piece["peak_mib"] = max(piece["peak_mib"], watched.peak(begin, end) / MIB)
    return found


def measure_peer(name: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run another benchmark of this folder and keep what it prints."""
    program = [sys.executable, str(HERE.parent / name), *arguments]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return {"failed": said[-1] if said else f"it ended with {done.returncode}"}
    return {"arguments": list(arguments), "printed": done.stdout.rstrip()}
