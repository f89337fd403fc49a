"""The inbox: where files go, and that none is overwritten or loaded again over newer values."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from refresh.inboxes import OBEYING_MODES, ONE_PRICE, TESTS, drop, lines, post, take, tree

from etl.warehouse.load import LoadCount


def test_no_name_is_ever_overwritten(home, store):
    for number in range(3):
        drop(home, "a.jsonl.gz", gzipped(lines(post(number))))
        drop(home, "b.csv", f"nothing{number}\n1\n")
        take(store, home)
    assert tree(home.done) == ["a-2.jsonl.gz", "a-3.jsonl.gz", "a.jsonl.gz"]
    assert tree(home.failed) == sorted(
        name for stem in ("b", "b-2", "b-3") for name in (f"{stem}.csv", f"{stem}.csv.reason.txt")
    )


def gzipped(text):
    import gzip

    return gzip.compress(text.encode())


def test_the_later_of_two_files_has_the_last_word(home, store):
    drop(home, "a.jsonl", lines(post(1, "late")), age=100)
    drop(home, "b.jsonl", lines(post(1, "early")), age=200)
    take(store, home)
    assert store.sql("select body from raw_posts").fetchall() == [("late",)]


def test_a_file_that_cannot_be_moved_is_told_and_never_loaded_over_newer_values(home, store):
    home.done.write_text("in the way")
    drop(home, "old.csv", ONE_PRICE, age=100)
    (first,) = take(store, home)
    assert (first.outcome, first.count.new) == ("partial", 1)
    assert "old.csv was loaded, but" in first.reason
    assert "Make both folders writable" in first.reason
    drop(home, "new.csv", ONE_PRICE.replace(",10,10,100", ",10.5,10.5,100"), age=50)
    take(store, home)
    for result in take(store, home):
        assert (result.outcome, result.count) == ("partial", LoadCount(0, 0, 1, 0))
    assert store.sql("select close from raw_prices").fetchall() == [(10.5,)]
    assert store.sql("select count(*) from loads").fetchall() == [(2,)]
    home.done.unlink()
    assert [result.outcome for result in take(store, home)] == ["unchanged", "unchanged"]
    assert tree(home.done) == ["new.csv", "old.csv"]


READ_ONLY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from refresh.inboxes import take
from etl.settings import open_home
from etl.warehouse.store import open_store

home = open_home(Path(sys.argv[1]))
with open_store(home) as store:
    for result in take(store, home):
        print(result.name, result.outcome, result.count.new, result.reason)
    print("loads", len(store.sql("select * from loads").fetchall()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="root's rights are given up as Linux has it")
def test_an_inbox_that_may_only_be_read_is_loaded_once_and_told(home):
    drop(home, "a.jsonl", lines(post(1)), age=200)
    drop(home, "b.csv", "nothing\n1\n")
    home.inbox.chmod(0o555)
    for new in "10":
        done = subprocess.run(
            [sys.executable, "-c", OBEYING_MODES, READ_ONLY, str(home.path), str(TESTS)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        bad, good, loads = done.stdout.splitlines()
        assert good.startswith(f"a.jsonl partial {new} a.jsonl was loaded, but ")
        assert bad.startswith("b.csv failed 0 b.csv has neither a text")
        assert "cannot be moved" in good
        assert "Permission denied" in bad
        assert loads == "loads 1"
    assert tree(home.done) == tree(home.failed) == []


def test_the_same_content_dropped_again_on_purpose_is_loaded_again(home, store):
    drop(home, "p.csv", ONE_PRICE)
    take(store, home)
    drop(home, "p.csv", ONE_PRICE.replace(",10,10,100", ",10.5,10.5,100"))
    take(store, home)
    drop(home, "p.csv", ONE_PRICE)
    assert [result.count.updated for result in take(store, home)] == [1]
    assert store.sql("select close from raw_prices").fetchall() == [(10.0,)]


@pytest.fixture
def elsewhere(tmp_path):
    """A folder on another file system."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_files_move_to_another_file_system(home, store, elsewhere):
    home.inbox.symlink_to(elsewhere)
    drop(home, "a.jsonl", lines(post(1)))
    drop(home, "b.csv", "nothing\n1\n")
    written = (home.inbox / "a.jsonl").stat().st_mtime
    assert sorted(result.outcome for result in take(store, home)) == ["done", "failed"]
    assert tree(home.done) == ["a.jsonl"]
    assert tree(home.failed) == ["b.csv", "b.csv.reason.txt"]
    assert next(home.done.rglob("a.jsonl")).stat().st_mtime == pytest.approx(written, abs=1)
    assert list(elsewhere.iterdir()) == []
