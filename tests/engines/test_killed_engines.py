"""SIGKILL at any moment: no half file, no process left behind, and the next run makes what is missing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from engines.segments import contents, make_tasks

from etl.engines import Scores, Task, local, run_engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc"),
]
SIZES = (20_000, 15_000, 25_000)
PROGRAM = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from etl.engines import Scores, Task, local, pieces, run_engine

if __name__ == "__main__":
    sources, targets, processes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    local.START_SECONDS = -1.0 if processes > 1 else 1e9
    local._count_processes = lambda work, memory: processes
    pieces.PIECE_POSTS = 2_000
    files = sorted(sources.glob("*.parquet"))
    tasks = [
        Task(file, targets / f"{file.stem}.derived.parquet", pq.ParquetFile(file).metadata.num_rows)
        for file in files
    ]
    run_engine("local", Scores("linear"), tasks)
"""


def children_of(pid: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.add(int(stat.parent.name))
    return found


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, what
        time.sleep(0.01)


@pytest.fixture
def whole(tmp_path, monkeypatch) -> list[Task]:
    """Tasks whose targets were made by a run that nobody disturbed."""
    from etl.engines import pieces

    monkeypatch.setattr(pieces, "PIECE_POSTS", 2_000)
    monkeypatch.setattr(local, "START_SECONDS", 1e9)
    tasks = make_tasks(tmp_path, *SIZES, targets="whole")
    run_engine("local", Scores("linear"), tasks)
    return tasks


@pytest.mark.parametrize("processes", [1, 2])
def test_a_killed_run_leaves_whole_files_only_and_the_next_completes_them(tmp_path, whole, processes):
    tasks = make_tasks(tmp_path, *SIZES, targets="killed")
    folder = tasks[0].target.parent
    arguments = [sys.executable, "-c", PROGRAM, str(tmp_path), str(folder), str(processes)]
    for task in tasks[:2]:
        run = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        # More than one piece is written, so processes are at work.
        wait_for(lambda task=task: any(f.stat().st_size > 12_000 for f in unfinished(folder, task)))
        workers = children_of(run.pid)
        run.send_signal(signal.SIGKILL)
        run.wait()
        wait_for(lambda workers=workers: not any(is_alive(pid) for pid in workers))
        assert len(workers) >= (processes if processes > 1 else 0)
        for made, undisturbed in zip(tasks, whole, strict=True):
            assert not made.target.exists() or contents([made]) == contents([undisturbed])
    assert [f.name for f in folder.iterdir() if f.name.startswith(".")]
    run_engine("local", Scores("linear"), tasks)
    assert contents(tasks) == contents(whole)
    assert sorted(folder.iterdir()) == sorted(task.target for task in tasks)


def unfinished(folder: Path, task: Task) -> list[Path]:
    return list(folder.glob(f".{task.target.name}.*.unfinished"))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody asked about is still listed.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
