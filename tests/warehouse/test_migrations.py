"""An older store becomes a newer one whole, or stays as it was: killed, contended, short of disk, too new."""

import textwrap
from pathlib import Path

import duckdb
import pytest
from processes import run, start

from etl.errors import EmotapeError, WarehouseBusy
from etl.version import SCHEMA_VERSION
from etl.warehouse import store as store_module
from etl.warehouse.gate import gate
from etl.warehouse.rewriting import UNFINISHED, rewrite_store
from etl.warehouse.sql_files import list_sql
from etl.warehouse.status import read_status
from etl.warehouse.store import connect, open_store
from etl.warehouse.tables import check_structure, count_rows, read_version

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "store_v1.sql"
KILLED = -9

# Where a migration may die: before and after the copy is made, while it is changed, and around the switch.
POINTS = [
    "etl.warehouse.rewriting._copy",
    "etl.warehouse.rewriting._compare",
    "etl.warehouse.migrations._apply",
    "etl.warehouse.migrations.check_structure",
    "etl.warehouse.rewriting.flush",
    "etl.warehouse.rewriting._switch",
]


def make_old_store(home, *, checkpointed=True):
    connection = duckdb.connect(str(home.store))
    if not checkpointed:
        connection.execute("pragma disable_checkpoint_on_shutdown")
    connection.execute(GOLDEN.read_text())
    connection.close()


def find_unfinished(home):
    return sorted(home.path.glob(f"{UNFINISHED}*"))


def read_rows(home, tables=None):
    connection = connect(home.store, read_only=True)
    rows = {
        name: connection.execute(f"select * from {name} order by all").fetchall()
        for name in (tables or count_rows(connection))
    }
    connection.close()
    return rows


def opening(home):
    return textwrap.dedent(OPEN).format(home=str(home.path))


OPEN = """
    from pathlib import Path
    from etl.settings import Home
    from etl.warehouse.store import open_store
    with open_store(Home(Path({home!r}))) as store:
        store.execute("insert into raw_vix values (current_date, 1, 9)")
"""


def test_no_migration_leads_beyond_the_version_of_this_code():
    assert int(list_sql("migrations")[-1].partition("_")[0]) <= SCHEMA_VERSION


def test_a_new_store_is_of_the_newest_version(home):
    with open_store(home) as store:
        assert read_version(store) == SCHEMA_VERSION
        check_structure(store)
    assert find_unfinished(home) == []


@pytest.mark.parametrize("checkpointed", [True, False], ids=["at-rest", "with-a-log-beside-it"])
def test_an_older_store_keeps_every_row_and_gets_the_tables_of_a_new_one(home, capsys, checkpointed):
    make_old_store(home, checkpointed=checkpointed)
    log = home.path / "store.duckdb.wal"
    assert log.exists() is not checkpointed
    with open_store(home) as store:
        assert read_version(store) == SCHEMA_VERSION
        check_structure(store)
        assert "stream_marks" in count_rows(store)
    assert f"schema version 1; bringing it to version {SCHEMA_VERSION}" in capsys.readouterr().err
    assert find_unfinished(home) == []
    assert not log.exists()
    with open_store(home):
        pass
    assert capsys.readouterr().err == ""


def test_rows_and_null_rules_survive_a_migration_and_a_record_may_be_emptied(home):
    make_old_store(home)
    before = read_rows(home)
    assert all(before.values())
    with open_store(home) as store, pytest.raises(duckdb.ConstraintException):
        store.execute("insert into raw_vix values (current_date, null, 9)")
    assert read_rows(home, before) == before
    with open_store(home) as store:
        store.execute("update raw_posts set raw = null")


def test_a_file_that_only_its_owner_may_read_stays_so(home):
    make_old_store(home)
    home.store.chmod(0o600)
    with open_store(home):
        pass
    assert home.store.stat().st_mode & 0o777 == 0o600


def test_a_store_whose_making_was_killed_is_completed(home):
    connection = duckdb.connect(str(home.store))
    connection.execute("create table loads as select 1 as load_id where false")
    connection.close()
    with (
        pytest.raises(EmotapeError, match=r"table loads .* expected .* Nothing was changed"),
        open_store(home),
    ):
        pass
    connection = duckdb.connect(str(home.store))
    connection.execute("drop table loads")
    connection.execute(GOLDEN.read_text().split(";")[0])  # the first table alone
    connection.close()
    with open_store(home) as store:
        check_structure(store)


def test_a_migration_killed_anywhere_leaves_the_old_store_and_the_next_one_is_right(home):
    make_old_store(home, checkpointed=False)
    clean = type(home)(home.path.parent / "clean")
    clean.path.mkdir()
    make_old_store(clean)
    before = read_rows(clean)
    for point in POINTS:
        module, _, function = point.rpartition(".")
        kill = f"""
            import importlib, os, signal
            module = importlib.import_module({module!r})
            setattr(module, {function!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
        """
        assert run(textwrap.dedent(kill) + opening(home)).returncode == KILLED, point
        assert read_rows(home) == before, point
    assert find_unfinished(home) != []
    with open_store(home) as store:
        assert read_version(store) == SCHEMA_VERSION
    assert find_unfinished(home) == []
    assert read_rows(home, before) == before


def test_of_two_processes_only_one_migrates_and_neither_loses_what_it_writes(home):
    make_old_store(home)
    both = [start(opening(home)) for _ in range(2)]
    ended = [process.finish() for process in both]
    said = [done.stderr for done in ended]
    assert [done.returncode for done in ended] == [0, 0], said
    assert "".join(said).count("bringing it to version") == 1
    assert len(read_rows(home, ["raw_vix"])["raw_vix"]) == 3


def test_status_reads_a_store_that_is_not_migrated_yet_and_leaves_it_alone(home):
    make_old_store(home)
    before = home.store.read_bytes()
    assert read_status(home)["store"]["prices"]["n_prices"] == 2
    assert home.store.read_bytes() == before


def test_a_newer_store_is_refused_in_a_sentence_and_left_alone(home):
    with open_store(home) as store:
        store.execute("update schema_version set version = 99")
    before = home.store.read_bytes()
    with (
        pytest.raises(
            EmotapeError, match=rf"schema version 99.* knows versions up to {SCHEMA_VERSION}. Update emotape"
        ),
        open_store(home),
    ):
        pass
    assert home.store.read_bytes() == before


def test_a_full_disk_leaves_the_old_store_and_says_so(home):
    make_old_store(home)
    connection = duckdb.connect(str(home.store))
    connection.execute(
        "insert into quarantine select 'posts', 'b', i, 0, 'x', md5(i::varchar) || md5((i + 1)::varchar), 1"
        " from range(100000) as r(i)"
    )
    connection.close()
    before = read_rows(home)
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n"
    done = run(limit + opening(home))
    assert done.returncode == 1
    assert "could not be rewritten, and is as it was" in done.stderr
    assert "needs room beside it" in done.stderr
    assert find_unfinished(home) == []
    assert read_rows(home) == before


def test_a_change_that_loses_a_row_is_not_taken_over(home):
    make_old_store(home)
    with open_store(home) as store:
        before = read_rows_of(store)
        with pytest.raises(EmotapeError, match=r"copy of the store has \(0,\) in raw_vix where"):
            rewrite_store(store, home, lambda: store.execute("delete from raw_vix"))
    assert read_rows(home) == before
    assert find_unfinished(home) == []


def read_rows_of(store):
    return {
        name: store.execute(f"select * from {name} order by all").fetchall() for name in count_rows(store)
    }


def test_nobody_opens_the_store_while_its_file_is_switched(home, monkeypatch):
    monkeypatch.setattr(store_module, "PATIENCE", 0.2)
    with (
        gate(home, 1),
        pytest.raises(WarehouseBusy, match="copying or replacing the store"),
        open_store(home),
    ):
        pass
