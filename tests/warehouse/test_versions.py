"""Readers never see half a build: killed builds, pruning, carried results, busy stores."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import polars as pl
import pytest
from open_version import open_version
from processes import run
from samples import message, write_lines

from etl.errors import WarehouseBusy
from etl.sources.stocktwits import StockTwits
from etl.warehouse import store as store_module
from etl.warehouse.load import load_posts
from etl.warehouse.published import Published, open_published
from etl.warehouse.store import open_store
from etl.warehouse.versions import MARKET, RESULTS, current_version, prepare_folder, publish

KILLED = -9

# Where a build may die: while it scores, in the middle of the marts, before the checks, and at
# each step of the publication.
POINTS = [
    "etl.warehouse.tagging.score",
    "etl.warehouse.build.make_returns",
    "etl.warehouse.build.run_checks",
    "etl.warehouse.build.publish",
    "etl.warehouse.versions.flush",
    "etl.warehouse.versions._point_to",
    "etl.warehouse.versions.remove_old",
]


def run_build(home, killed_at=None):
    """Run `emotape build` in a process of its own, which kills itself when it reaches a function."""
    module, _, function = (killed_at or "").rpartition(".")
    code = textwrap.dedent(
        f"""
        import importlib, os, signal, sys
        if {killed_at!r}:
            module = importlib.import_module({module!r})
            setattr(module, {function!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
        sys.argv = ["emotape", "build", "--home", {str(home.path)!r}]
        from etl.cli import main
        main()
        """
    )
    return run(code)


def add_post(home, tmp_path, number):
    path = write_lines(
        tmp_path / f"{number}.jsonl", [message(number, "2016-11-21T15:00:00Z", f"post {number}", "QZRA")]
    )
    with open_store(home) as store:
        load_posts(store, StockTwits(), path)


def read_posts(home):
    with open_published(home) as published:
        connection = open_version(published.version)
        rows = connection.sql(
            "select post_id, session, happy from posts join scores using (post_id) order by 1"
        ).fetchall()
        connection.close()
    return rows


def test_a_build_killed_anywhere_leaves_the_old_version_and_the_next_build_is_right(home, tmp_path):
    add_post(home, tmp_path, 1)
    assert run_build(home).returncode == 0
    before = read_posts(home)
    for number, point in enumerate(POINTS, 2):
        add_post(home, tmp_path, number)
        assert run_build(home, killed_at=point).returncode == KILLED, point
        if point.endswith("remove_old"):  # the pointer was switched before
            assert len(read_posts(home)) == number
        else:
            assert read_posts(home) == before, point
    assert run_build(home).returncode == 0
    after = read_posts(home)
    assert [post for post, _, _ in after] == [str(n) for n in range(1, len(POINTS) + 2)]
    assert sorted(p.name for p in home.published.iterdir() if p.name.startswith(".making")) == []

    clean = type(home)(tmp_path / "clean")
    clean.path.mkdir()
    for number in range(1, len(POINTS) + 2):
        add_post(clean, tmp_path, number)
    assert run_build(clean).returncode == 0
    assert read_posts(clean) == after


def make_version(home, text):
    folder = prepare_folder(home)
    (folder / MARKET).write_text(text)
    return publish(home, folder)


def test_the_three_newest_versions_are_kept_and_results_are_carried_over(home):
    first = make_version(home, "a")
    folder = prepare_folder(home)
    (folder / RESULTS).write_text("r")
    second = publish(home, folder)
    assert (second.market.read_text(), second.results.read_text()) == ("a", "r")
    assert not first.results.exists()
    for text in "bcd":
        newest = make_version(home, text)
    assert newest.number == 5
    assert newest.results.read_text() == "r"
    assert sorted(p.name for p in home.published.iterdir() if p.name.isdigit()) == [
        "000003",
        "000004",
        "000005",
    ]
    assert current_version(home) == newest


def test_an_open_reader_keeps_its_version_while_others_are_published(home, tmp_path):
    add_post(home, tmp_path, 1)
    assert run_build(home).returncode == 0
    reader = Published(current_version(home))
    for number in (2, 3, 4, 5):
        add_post(home, tmp_path, number)
        assert run_build(home).returncode == 0
    assert reader.query("publication")["n_posts"].to_list() == [1]
    reader.close()
    with open_published(home) as published:
        assert published.query("publication")["n_posts"].to_list() == [5]


def test_a_second_writer_is_told_who_is_writing(home, monkeypatch):
    monkeypatch.setattr(store_module, "PATIENCE", 0.2)
    code = textwrap.dedent(
        f"""
        from pathlib import Path
        from etl.settings import Home
        from etl.warehouse.store import open_store
        with open_store(Home(Path({str(home.path)!r}))):
            print("open", flush=True)
            input()
        """
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseBusy, match=rf"process {holder.pid}"), open_store(home):
            pass
    finally:
        holder.communicate("\n")


def test_leftovers_of_running_processes_are_not_touched(home):
    home.published.mkdir()
    running = home.published / f".making-{os.getppid()}"
    dead = home.published / ".making-4194305"  # above the highest process number
    running.mkdir()
    dead.mkdir()
    prepare_folder(home)
    assert running.exists()
    assert not dead.exists()


def test_queries_can_be_asked_from_many_threads(home, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    add_post(home, tmp_path, 1)
    assert run_build(home).returncode == 0
    with open_published(home) as published, ThreadPoolExecutor(8) as pool:
        frames = list(pool.map(lambda _: published.query("publication"), range(40)))
    assert all(isinstance(f, pl.DataFrame) and f.equals(frames[0]) for f in frames)
