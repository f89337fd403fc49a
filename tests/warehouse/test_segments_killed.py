"""Posts on their way into segments survive SIGKILL: afterwards the home equals one that nobody killed."""

import shutil
import signal

import pytest
from processes import run
from samples import message, write_lines
from segmented_home import list_names, load_all, read_all, read_home, write_posts

from etl.settings import Home, open_home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.load import load_posts
from etl.warehouse.segments.catalogue import list_files
from etl.warehouse.segments.folding import fold
from etl.warehouse.store import open_store, transaction
from etl.warehouse.tagging import score_posts
from models.tagger import load_tagger

# What is done in a process that dies at the `at`-th call of a function.
PROGRAM = """
import importlib, os, signal
from pathlib import Path
from etl.settings import Home
from etl.warehouse.segments import adding, folding
from etl.warehouse.store import open_store, transaction
module = importlib.import_module({module!r})
original, calls = module.{function}, []
def kill(*arguments, **named):
    calls.append(1)
    if len(calls) == {at} and {before}:
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*arguments, **named)
    if len(calls) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
module.{function} = kill
folding.MOST_SEGMENTS = 1
with open_store(Home(Path({home!r}))) as store:
    {action}
"""
FOLDING = "etl.warehouse.segments.folding"
WRITING = "etl.warehouse.segments.writing"


def kill_during(home, point, action, *, at=1, before=True):
    module, _, function = point.rpartition(".")
    code = PROGRAM.format(
        module=module, function=function, at=at, before=before, home=str(home.path), action=action
    )
    done = run(code)
    assert done.returncode == -signal.SIGKILL, (point, done.stderr)


def check_files(home):
    """No file lies in the folder of segments that the catalogue does not name, and none is missing."""
    with open_store(home) as store:
        named = sorted(file.relative_to(home.path).as_posix() for file in list_files(store))
    assert list_names(home) == named
    return named


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A home whose posts all lie in the table, scored and described; no test changes it."""
    folder = tmp_path_factory.mktemp("loaded")
    home = open_home(folder / "home")
    with open_store(home) as store:
        load_all(store, write_posts(folder, range(30)))
    return home


@pytest.fixture(scope="module")
def crowded(loaded, tmp_path_factory):
    """A home with two segments a month, a changed post of each month, and a few posts in the table."""
    folder = tmp_path_factory.mktemp("crowded")
    home = Home(shutil.copytree(loaded.path, folder / "home"))
    with open_store(home) as store:
        fold(store, enough=1, least=1)
        load_all(store, write_posts(folder, range(30, 60)))
        fold(store, enough=1, least=1)
        load_all(store, write_posts(folder, range(28, 31), word="edited"))
    return home


def copied(home, folder):
    return Home(shutil.copytree(home.path, folder / "used"))


@pytest.mark.parametrize(
    ("point", "at", "before"),
    [
        (f"{WRITING}.flush", 1, True),  # the file is written, and has no name yet
        (f"{FOLDING}.write_segment", 2, False),  # a month is done, the next one's file is there
        (f"{FOLDING}._derive_as_stored", 2, False),  # as are its scores and traits
        (f"{FOLDING}._delete_moved", 3, True),
        (f"{FOLDING}._move", 3, False),  # nothing but the commit is missing
        (f"{FOLDING}.remove_orphans", 1, True),
    ],
)
def test_folding_killed_anywhere_moves_each_month_whole_or_not_at_all(loaded, tmp_path, point, at, before):
    expected = read_home(loaded)
    home = copied(loaded, tmp_path)
    kill_during(home, point, "folding.fold(store, enough=1, least=1)", at=at, before=before)
    check_files(home)
    assert read_home(home) == expected
    with open_store(home) as store:
        fold(store, enough=1, least=1)
        assert store.execute("select count(*) from raw_posts").fetchall() == [(0,)]
    assert len(check_files(home)) == 9  # posts, scores and traits of three months
    assert read_home(home) == expected


@pytest.mark.parametrize(
    ("point", "at", "before"),
    [
        (f"{FOLDING}.write_segment", 1, False),
        (f"{FOLDING}.write_parquet", 2, False),
        (f"{FOLDING}._merge", 2, True),
        (f"{FOLDING}._merge", 3, False),  # all is committed, and the old files are there
        (f"{FOLDING}.remove_orphans", 1, True),
    ],
)
def test_merging_crowded_months_killed_anywhere_loses_nothing(
    crowded, tmp_path, point, at, before, monkeypatch
):
    expected = read_home(crowded)
    home = copied(crowded, tmp_path)
    kill_during(home, point, "folding.fold(store)", at=at, before=before)
    check_files(home)
    assert read_home(home) == expected
    monkeypatch.setattr(f"{FOLDING}.MOST_SEGMENTS", 1)
    with open_store(home) as store:
        fold(store)
        assert store.execute("select count(*) from segments").fetchall() == [(3,)]
        assert store.execute("select count(*) from replaced_posts").fetchall() == [(0,)]
        assert score_posts(store, load_tagger("lexicon")) == 0
        assert describe_stored_posts(store) == 0
    assert len(check_files(home)) == 9
    assert read_home(home) == expected


ADD = """store.execute("create temp table coming as from read_parquet({file!r})")
    with transaction(store):
        adding.add_posts(store, "temp.coming", least=5)"""


@pytest.fixture(scope="module")
def coming(tmp_path_factory):
    """A file with the columns of `raw_posts`: unchanged, changed and new posts."""
    folder = tmp_path_factory.mktemp("coming")
    changed = message(59, "2016-11-04T11:30:00Z", "changed 59", "QZRB")
    with open_store(open_home(folder / "home")) as store:
        for file in (
            write_posts(folder, range(20, 26)),
            write_posts(folder, range(100, 130)),
            write_lines(folder / "changed.jsonl", [changed]),
        ):
            load_posts(store, StockTwits(), file)
        store.execute(f"copy raw_posts to '{folder / 'coming.parquet'}' (format parquet)")
    return folder / "coming.parquet"


def add(home, file):
    from etl.warehouse.segments.adding import add_posts

    with open_store(home) as store:
        store.execute(f"create temp table coming as from read_parquet('{file}')")
        with transaction(store):
            return add_posts(store, "temp.coming", least=5)


@pytest.mark.parametrize(
    ("point", "at", "before"),
    [
        ("etl.warehouse.segments.adding.bring_back_changed", 1, False),
        ("etl.warehouse.segments.adding.merge_incoming", 1, False),
        ("etl.warehouse.segments.adding.write_segment", 1, False),
        ("etl.warehouse.segments.adding.write_segment", 3, True),
        ("etl.warehouse.segments.adding.add_posts", 1, False),
    ],
)
def test_adding_killed_anywhere_adds_all_posts_or_none(crowded, coming, tmp_path, point, at, before):
    clean = Home(shutil.copytree(crowded.path, tmp_path / "clean"))
    count = add(clean, coming)
    assert (count.new, count.updated, count.unchanged) == (30, 1, 6)
    home = copied(crowded, tmp_path)
    kill_during(home, point, ADD.format(file=str(coming)), at=at, before=before)
    assert check_files(home) == check_files(crowded)
    assert read_home(home) == read_home(crowded)
    assert add(home, coming) == count
    assert check_files(home) == check_files(clean)
    with open_store(home) as store, open_store(clean) as other:
        assert read_all(store) == read_all(other)
