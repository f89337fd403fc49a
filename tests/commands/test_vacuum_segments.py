"""`emotape vacuum` of segments: records go, nothing else of a file changes, and a kill loses nothing."""

import os
import shutil
import signal
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from processes import run
from segmented_home import MONTHS, fill_segments, list_names, load_all, read_home, write_posts
from used_home import FixedClock, publish_results, read_files

from etl.configuration.sections import Retention
from etl.errors import EmotapeError
from etl.settings import Home, open_home
from etl.vacuum import vacuum
from etl.warehouse.build import build_version
from etl.warehouse.load import LoadCount
from etl.warehouse.segments.catalogue import list_files, list_segments
from etl.warehouse.store import open_store
from etl.warehouse.versions import POST_FILES

RECORDS = Retention(versions=100, raw_days=30, quarantine_days=0, done_days=0, journal_days=0)
FOR_EVER = Retention(versions=100, raw_days=0, quarantine_days=0, done_days=0, journal_days=0)


def later(days):
    return FixedClock(datetime.now(UTC) + timedelta(days=days))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A home with segments, which no test changes."""
    folder = tmp_path_factory.mktemp("filled")
    home = open_home(folder / "home")
    with open_store(home) as store:
        fill_segments(store, folder)
        build_version(store, home, many=10)
    return home


@pytest.fixture
def used(filled, tmp_path):
    return Home(shutil.copytree(filled.path, tmp_path / "used"))


def facts(gone):
    return {part.what: part.count for part in gone}


def read_segments(home):
    """File -> its rows in their order, without original records; and how many of these there are."""
    found = {}
    for file in sorted(home.path.glob("posts/*/??????.parquet")):
        rows = duckdb.sql(f"select * exclude raw from read_parquet('{file}')").fetchall()
        ((records,),) = duckdb.sql(f"select count(raw) from read_parquet('{file}')").fetchall()
        found[file.name] = rows, records
    return found


def test_original_records_in_segments_go_and_nothing_else_of_a_file_changes(used):
    before, names = read_segments(used), list_names(used)
    derived = {n: (used.path / n).read_bytes() for n in names if n.count(".") > 1}
    assert facts(vacuum(used, RECORDS, dry_run=True, clock=later(31))) == {"original records of posts": 76}
    assert read_segments(used) == before
    gone = vacuum(used, RECORDS, clock=later(31))
    assert facts(gone)["original records of posts"] == 76  # sixty in segments, sixteen in the table
    (space,) = (part.size for part in gone if part.what == "space of segments")
    assert space > 0
    after = read_segments(used)
    assert {name: rows for name, (rows, _) in after.items()} == {n: rows for n, (rows, _) in before.items()}
    assert sum(records for _, records in after.values()) == 0
    assert list_names(used) == names
    assert {n: (used.path / n).read_bytes() for n in derived} == derived
    files = read_files(used.path)
    assert vacuum(used, RECORDS, clock=later(31)) == []
    assert read_files(used.path) == files


def test_only_the_records_of_old_loads_go(used):
    with open_store(used) as store:
        store.execute("update loads set loaded_at = timestamp '2016-01-01' where load_id = 1")
    before = read_segments(used)
    gone = vacuum(used, RECORDS, clock=FixedClock(datetime(2016, 12, 1, tzinfo=UTC)))
    assert facts(gone)["original records of posts"] == 30
    after = read_segments(used)
    assert {name: rows for name, (rows, _) in after.items()} == {n: rows for n, (rows, _) in before.items()}
    assert [records for _, (_, records) in sorted(after.items())] == [0, 0, 0, 10, 10, 10]


def test_posts_loaded_again_stay_unchanged_and_nothing_is_built_again(used, tmp_path):
    vacuum(used, RECORDS, clock=later(31))
    said = []
    with open_store(used) as store:
        assert load_all(store, write_posts(tmp_path, range(25))) == LoadCount(0, 0, 25, 0)
        build_version(store, used, said.append, many=10)
    assert [line for line in said if " of 2016-" in line] == []


def test_a_file_that_would_differ_in_more_than_records_is_not_taken(used, monkeypatch):
    from etl.vacuum import old_segments

    before = read_files(used.path / "posts")

    def write_less(store, query, target, original=old_segments.write_parquet):
        original(store, f"{query} limit 3", target)

    monkeypatch.setattr(old_segments, "write_parquet", write_less)
    with pytest.raises(EmotapeError, match="it stays as it was"):
        vacuum(used, RECORDS, clock=later(31))
    assert read_files(used.path / "posts") == before


def test_a_full_disk_is_a_sentence_and_every_segment_is_as_it_was(used, monkeypatch):
    from etl.vacuum import old_segments

    def refuse(store, query, target):
        raise duckdb.IOException("No space left on device")

    before = read_files(used.path / "posts")
    monkeypatch.setattr(old_segments, "write_parquet", refuse)
    with pytest.raises(EmotapeError, match=r"000001.parquet could not be written anew, .* free some space"):
        vacuum(used, RECORDS, clock=later(31))
    assert read_files(used.path / "posts") == before


@pytest.mark.parametrize(
    "point", ["old_segments.write_parquet", "old_segments._compare", "old_segments.flush", "vacuum.let_go"]
)
def test_a_vacuum_killed_among_segments_is_finished_by_the_next(used, point):
    before, names = read_segments(used), list_names(used)
    module, _, function = point.partition(".")
    done = run(f"""
import importlib, os, signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from etl.clock import Clock
from etl.configuration.sections import Retention
from etl.settings import Home
from etl.vacuum import vacuum
class Later(Clock):
    def now(self):
        return datetime.now(UTC) + timedelta(days=31)
module = importlib.import_module("etl.vacuum.{module}")
original, calls = module.{function}, []
def kill(*arguments, **named):
    calls.append(1)
    if len(calls) == 2 or {function!r} == "let_go":
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **named)
module.{function} = kill
vacuum(Home(Path({str(used.path)!r})), Retention(versions=100, raw_days=30, done_days=0), clock=Later())
""")
    assert done.returncode == -signal.SIGKILL, done.stderr
    between = read_segments(used)
    assert {name: rows for name, (rows, _) in between.items()} == {n: rows for n, (rows, _) in before.items()}
    vacuum(used, RECORDS, clock=later(31))
    assert sum(records for _, records in read_segments(used).values()) == 0
    assert list_names(used) == names
    assert vacuum(used, RECORDS, clock=later(31)) == []


def test_what_is_derived_and_not_named_goes_when_it_is_a_day_old(used):
    with open_store(used) as store:
        named = list_files(store)
        (segment, *_) = list_segments(store)
    finished = segment.scores("another", "1")
    shutil.copyfile(segment.posts, finished)
    assert vacuum(used, FOR_EVER) == []
    assert finished.exists()
    (dry,) = vacuum(used, FOR_EVER, dry_run=True, clock=later(2))
    assert finished.exists()
    (gone,) = vacuum(used, FOR_EVER, clock=later(2))
    assert gone == dry
    assert (gone.count, gone.size) == (1, segment.posts.stat().st_size)
    assert sorted(used.path.glob("posts/*/*")) == sorted(named)
    assert vacuum(used, FOR_EVER, clock=later(2)) == []


def measure_published(home):
    files = [file for file in home.published.rglob("*") if file.is_file()]
    return sum({file.stat().st_ino: file.stat().st_size for file in files}.values())


def test_files_that_versions_share_count_where_their_last_link_goes(used, tmp_path):
    publish_results(used, "second")
    shared = [used.published / "000001" / f"{r}/{month}.parquet" for r in POST_FILES for month in MONTHS]
    assert {file.stat().st_nlink for file in shared} == {2}
    size = sum(file.stat().st_size for file in shared)
    with open_store(used) as store:
        load_all(store, write_posts(tmp_path, range(90, 96)))
        build_version(store, used, many=10)
    two = Retention(versions=2, done_days=0, journal_days=0)
    dry, *_ = vacuum(used, two, dry_run=True)
    assert (dry.what, dry.count, dry.size) == (
        "published versions",
        1,
        0,
    )  # what the first version has, the second has too
    publish_results(used, "fourth")
    before = measure_published(used)
    gone, *_ = vacuum(used, two)
    assert (gone.what, gone.count) == ("published versions", 2)
    assert gone.size == before - measure_published(used) > size


def test_leftovers_and_old_versions_that_share_files_are_measured_together(used):
    for word in ("second", "third"):
        publish_results(used, word)
    making = used.published / ".making-4194305"  # above the highest process number
    (making / "posts").mkdir(parents=True)
    only = used.published / "000001" / "posts" / "2015-01.parquet"
    only.write_bytes(b"x" * 1000)
    os.link(only, making / "posts" / only.name)
    gone = vacuum(used, Retention(versions=2, done_days=0, journal_days=0))
    assert {part.what: part.size for part in gone} == {
        "published versions": 0,
        "leftovers of killed runs": 1000,
    }


def test_the_command_says_what_would_go(used, emotape):
    used.settings_file.write_text("[retention]\nraw_days = 30\n")
    with open_store(used) as store:
        store.execute("update loads set loaded_at = timestamp '2016-01-01'")
    dry = emotape("vacuum", "--dry-run", home=used.path)
    assert "would go: 76 original records of posts" in dry.stdout
    done = emotape("vacuum", home=used.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gone: 76 original records of posts" in done.stdout
    assert "gone: space of segments" in done.stdout
    assert read_home(used)["stored_posts"] != []
