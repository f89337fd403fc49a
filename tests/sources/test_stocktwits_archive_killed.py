import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from stocktwits_archives import load_archive, whole_state, write_archive

from etl.settings import open_home

TESTS = Path(__file__).resolve().parent.parent


def _archive(folder: Path, n_posts: int, n_files: int) -> Path:
    """Write posts of two months in files, some without a text, some that are not readable."""
    deal = random.Random(13)
    ids = deal.sample(range(1, 3 * n_posts), n_posts)
    records = [
        (str(key), "7", f"2016-{deal.randint(1, 2):02d}-11 10:00:00", "", "", "", "['QZRA']")
        for key in sorted(ids)
    ]
    texts = [(str(key), f"so&#39;s\n{key}") for key in ids if key % 10]
    size = -(-n_posts // n_files)
    parts = [slice(begin, begin + size) for begin in range(0, n_posts, size)]
    write_archive(folder, [records[part] for part in parts], [texts[part] for part in parts])
    with (folder / "messages" / "msg_000.csv").open("ab") as stream:
        stream.write(b'1,"open\n2,too,many\n')
    return folder


def _run(home: Path, folder: Path, deadly: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, TESTS / "killed_archive_load.py", home, folder, str(deadly)],
        env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )


def _kill_again_and_again(tmp_path: Path, folder: Path, steps: list[int]) -> Path:
    home = tmp_path / "killed"
    for deadly in steps:
        done = _run(home, folder, deadly)
        assert done.returncode == -signal.SIGKILL, done.stderr
    return home


def test_a_load_killed_again_and_again_ends_as_one_that_was_left_alone(tmp_path):
    folder = _archive(tmp_path / "archive", 300, 2)
    load_archive(open_home(tmp_path / "clean"), folder)
    # While records are staged, while texts are added (before and in the transaction), and at the end.
    home = _kill_again_and_again(tmp_path, folder, [5, 160, 8])
    load_archive(open_home(home), folder)
    state = whole_state(open_home(home))
    assert state == whole_state(open_home(tmp_path / "clean"))
    assert len(state["posts"]) > 200
    assert not list(home.glob(".archive/*"))
    load_archive(open_home(home), folder)
    assert whole_state(open_home(home)) == state


@pytest.mark.slow
def test_a_load_killed_before_any_of_its_steps_ends_as_one_that_was_left_alone(tmp_path):
    folder = _archive(tmp_path / "archive", 30, 2)
    clean = tmp_path / "clean"
    n_steps = int(_run(clean, folder, 0).stdout)
    assert n_steps > 20
    expected = whole_state(open_home(clean))
    for deadly in range(1, n_steps + 1):
        (tmp_path / str(deadly)).mkdir()
        home = _kill_again_and_again(tmp_path / str(deadly), folder, [deadly])
        load_archive(open_home(home), folder)
        assert whole_state(open_home(home)) == expected, deadly
        assert not list(home.glob(".archive/*"))


@pytest.mark.slow
def test_a_large_load_killed_at_random_moments_ends_as_one_that_was_left_alone(tmp_path):
    folder = _archive(tmp_path / "archive", 400_000, 8)
    load_archive(open_home(tmp_path / "clean"), folder)
    home = tmp_path / "killed"
    deal = random.Random(17)
    for _ in range(8):
        command = [sys.executable, "-m", "etl", "load", "archive", str(folder), "--home", str(home)]
        process = subprocess.Popen(command, cwd=TESTS.parent, stdout=subprocess.DEVNULL)
        try:
            process.wait(deal.uniform(1, 8))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    load_archive(open_home(home), folder)
    assert whole_state(open_home(home)) == whole_state(open_home(tmp_path / "clean"))
