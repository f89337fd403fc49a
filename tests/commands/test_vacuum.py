"""`emotape vacuum`: what expires goes, no number changes, twice does nothing, a kill loses nothing."""

import os
import shutil
import signal
import textwrap
from datetime import UTC, datetime, timedelta

import pytest
from processes import run
from used_home import FixedClock, fill, publish_results, read_files, read_store, write_posts

from etl.configuration.sections import Retention
from etl.errors import WarehouseBusy
from etl.journal import open_journal
from etl.refresh.lock import run_lock
from etl.settings import Home, open_home
from etl.sources.stocktwits import StockTwits
from etl.vacuum import vacuum
from etl.warehouse.build import build_version
from etl.warehouse.inputs import read_inputs
from etl.warehouse.load import LoadCount, load_posts
from etl.warehouse.published import open_published
from etl.warehouse.rewriting import UNFINISHED
from etl.warehouse.store import connect, open_store

EVERYTHING = Retention(versions=2, raw_days=30, quarantine_days=30, done_days=30, journal_days=30)
FOR_EVER = Retention(versions=100, raw_days=0, quarantine_days=0, done_days=0, journal_days=0)


def later(days):
    return FixedClock(datetime.now(UTC) + timedelta(days=days))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A used home that no test changes."""
    folder = tmp_path_factory.mktemp("filled")
    home = open_home(folder / "home")
    fill(home, folder)
    return home


@pytest.fixture
def used(filled, tmp_path):
    return Home(shutil.copytree(filled.path, tmp_path / "used"))


def facts(gone):
    return {part.what: part.count for part in gone}


def read_publication(home):
    with open_published(home) as published:
        return published.query("publication").row(0, named=True)


def put_away(home):
    (home.done / "2016").mkdir(parents=True)
    (home.done / "2016" / "a.csv").write_text("a" * 1000)
    home.failed.mkdir()
    (home.failed / "b.csv").write_text("b")
    (home.failed / "b.csv.reason.txt").write_text("no rows")
    (home.failed / "link").symlink_to(home.store)


def test_original_records_go_and_nothing_else_of_a_post_and_no_number_changes(used, tmp_path):
    rows, publication = read_store(used, but="raw"), read_publication(used)
    with open_store(used) as store:
        inputs = read_inputs(store)
    gone = facts(vacuum(used, Retention(raw_days=30), clock=later(31)))
    assert gone["original records of posts"] == 40
    assert read_store(used, but="raw") == rows
    with open_store(used) as store:
        assert store.execute("select count(raw) from raw_posts").fetchall() == [(0,)]
        assert read_inputs(store) == inputs
        build_version(store, used)
    assert read_publication(used)["fingerprint"] == publication["fingerprint"]


def test_posts_loaded_again_stay_unchanged_and_changed_ones_are_stored_anew(used, tmp_path):
    vacuum(used, Retention(raw_days=30), clock=later(31))
    file = write_posts(tmp_path)
    with open_store(used) as store:
        assert load_posts(store, StockTwits(), file) == LoadCount(0, 0, 40, 1)
        assert store.execute("select count(raw) from raw_posts").fetchall() == [(0,)]
        file.write_text(file.read_text().replace("post 7 ", "post seven "))
        assert load_posts(store, StockTwits(), file) == LoadCount(0, 1, 39, 1)
        assert store.execute("select post_id from raw_posts where raw is not null").fetchall() == [("7",)]


def test_what_is_young_and_what_is_kept_for_ever_stays(used):
    put_away(used)
    before = read_store(used)
    assert vacuum(used, EVERYTHING, clock=FixedClock(datetime(2016, 12, 1, tzinfo=UTC))) == []
    assert vacuum(used, FOR_EVER, clock=later(10_000)) == []
    assert read_store(used) == before
    assert (used.failed / "b.csv").exists()


def test_everything_that_expires_goes_and_a_second_time_changes_nothing(used):
    put_away(used)
    for word in ("second", "third", "fourth"):
        publish_results(used, word)
    gone = vacuum(used, EVERYTHING, clock=later(31))
    assert facts(gone) == {
        "published versions": 3,
        "files in done/ and failed/": 4,
        "runs of the journal": 1,
        "original records of posts": 40,
        "refused rows": 1,
        "space of the store": None,
    }
    assert sorted(path.name for path in used.published.iterdir() if path.name.isdigit()) == [
        "000004",
        "000005",
    ]
    assert list(used.done.iterdir()) == []
    assert list(used.failed.iterdir()) == []
    with open_journal(used) as journal:
        assert journal.read("old_runs", before="9999") == [{"n_runs": 0}]
    after = read_files(used.path)
    assert vacuum(used, EVERYTHING, clock=later(31)) == []
    assert read_files(used.path) == after


def test_a_dry_run_says_the_same_and_changes_nothing(used):
    put_away(used)
    before = read_files(used.path)
    said = facts(vacuum(used, EVERYTHING, dry_run=True, clock=later(31)))
    assert read_files(used.path) == before
    done = facts(vacuum(used, EVERYTHING, clock=later(31)))
    assert {**done, **said} == done


def test_the_space_of_large_records_is_given_back(home):
    with open_store(home) as store:
        store.execute("insert into loads values (1, 'posts', 'a', 's', '2016-01-01', 20000, 0, 0, 0)")
        store.execute(
            "insert into raw_posts select 's', i::varchar, '2016-01-01', null, 'x', [], null, null, null,"
            " null, null, null, null, null, null, null, string_agg(md5((i * 100 + j)::varchar), ''), i, i, 1"
            " from range(20000) as a(i), range(20) as b(j) group by i"
        )
    size = home.store.stat().st_size
    (records, space) = vacuum(home, Retention(raw_days=30), clock=later(0))
    assert (records.count, space.size) == (20_000, size - home.store.stat().st_size)
    assert home.store.stat().st_size < size / 2


def test_hard_links_between_versions_are_counted_once_and_only_when_the_last_goes(home, tmp_path):
    used = home
    fill(used, tmp_path)
    market = used.published / "000001" / "market.duckdb"
    size = market.stat().st_size
    publish_results(used, "second")
    results = (used.published / "000002" / "results.duckdb").stat().st_size
    (versions,) = (p for p in vacuum(used, EVERYTHING, dry_run=True) if p.what == "published versions")
    assert (versions.count, versions.size) == (1, 0)  # the first holds only a link to the market
    for word in ("third", "fourth"):
        publish_results(used, word)
    (versions,) = (p for p in vacuum(used, EVERYTHING, dry_run=True) if p.what == "published versions")
    assert versions.count == 3
    assert results <= versions.size < size + results


def test_leftovers_of_killed_runs_go_and_those_of_running_ones_stay(used):
    (used.path / UNFINISHED).write_text("half a copy")
    (used.path / f"{UNFINISHED}.wal").write_text("half a log")
    (used.restoring / "new").mkdir(parents=True)
    (used.path / ".b.tar.zst.unfinished").write_text("half a file")
    (used.published / ".making-4194305").mkdir()  # above the highest process number
    running = used.published / f".making-{os.getppid()}"
    running.mkdir()
    assert facts(vacuum(used, FOR_EVER)) == {"leftovers of killed runs": 2}
    assert not (used.path / UNFINISHED).exists()
    assert not (used.restoring).exists()
    assert (used.path / ".b.tar.zst.unfinished").exists()  # it may be being written
    assert facts(vacuum(used, FOR_EVER, clock=later(2))) == {"leftovers of killed runs": 1}
    assert running.exists()


def test_nothing_goes_while_another_command_runs(used):
    before = read_files(used.path)
    with run_lock(used, "emotape refresh"), pytest.raises(WarehouseBusy, match="`emotape refresh` has been"):
        vacuum(used, EVERYTHING, clock=later(31))
    assert {name: content for name, content in read_files(used.path).items() if name != ".run.json"} == before


@pytest.mark.parametrize(
    "point",
    [
        "etl.vacuum.vacuum.let_go",
        "etl.vacuum.vacuum.unused_bytes",
        "etl.vacuum.vacuum.rewrite_store",
        "etl.warehouse.rewriting._compare",
        "etl.warehouse.rewriting._switch",
        "etl.vacuum.vacuum._vacuum_journal",
    ],
)
def test_a_vacuum_killed_anywhere_loses_nothing_that_is_kept_and_the_next_one_does_the_rest(used, point):
    rows = read_store(used, but="raw")
    rows.pop("quarantine")
    module, _, function = point.rpartition(".")
    code = textwrap.dedent(f"""
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
        module = importlib.import_module({module!r})
        setattr(module, {function!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
        keep = Retention(versions=2, raw_days=30, quarantine_days=30, done_days=30, journal_days=30)
        vacuum(Home(Path({str(used.path)!r})), keep, clock=Later())
    """)
    done = run(code)
    assert done.returncode == -signal.SIGKILL, done.stderr
    vacuum(used, EVERYTHING, clock=later(31))
    after = read_store(used, but="raw")
    assert after.pop("quarantine") == []
    assert after == rows
    assert vacuum(used, EVERYTHING, clock=later(31)) == []
    store = connect(used.store, read_only=True)
    assert store.execute("select count(raw) from raw_posts").fetchall() == [(0,)]
    store.close()


def test_the_command_follows_the_settings_and_says_what_went(used, emotape):
    used.settings_file.write_text("[retention]\nversions = 2\n")
    for word in ("second", "third"):
        publish_results(used, word)
    dry = emotape("vacuum", "--dry-run", home=used.path)
    assert "would go: 2 published versions" in dry.stdout
    assert "nothing was changed" in dry.stdout
    done = emotape("vacuum", home=used.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gone: 2 published versions" in done.stdout
    again = emotape("vacuum", home=used.path)
    assert again.stdout.startswith("nothing is kept longer than the settings say")
