"""A home comes back to the row; one that is used is moved aside whole, and one that is written is left."""

import hashlib
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest
from archive.archives import NOON, pack, plain, read_journal, unpack, with_manifest
from used_home import read_files, read_store

from etl.archive import restore_home
from etl.errors import BadInput, WarehouseBusy
from etl.refresh.lock import run_lock
from etl.settings import Home
from etl.version import SCHEMA_VERSION
from etl.warehouse.store import open_store
from etl.warehouse.tables import count_rows
from etl.warehouse.versions import current_version

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


def test_a_round_trip_brings_back_every_row_and_the_published_version_byte_by_byte(source, archive, home):
    restored = restore_home(home, archive)
    assert restored.aside is None
    assert restored.manifest.rows["raw_posts"] == 40
    assert read_store(home) == read_store(source)
    version = current_version(source).folder.name
    assert read_files(home.published / version) == read_files(source.published / version)
    assert current_version(home).number == current_version(source).number
    assert read_journal(home) == read_journal(source)
    for name in ("emotape.toml", "symbols.txt"):
        assert (home.path / name).read_bytes() == (source.path / name).read_bytes()
    assert not home.restoring.exists()
    with open_store(home):
        pass


def test_used_homes_are_refused_and_with_force_moved_aside_whole(source, archive, home, tmp_path):
    with open_store(home) as store:
        store.execute("insert into raw_vix values (current_date, 1, 9)")
    home.settings_file.write_text("[retention]\nversions = 5\n")
    (home.path / "symbols.txt").write_text("OLD\n")
    home.inbox.mkdir()
    (home.inbox / "waiting.csv").write_text("x")
    before = read_files(home.path)
    with pytest.raises(BadInput, match=r"is in use \(it has store.duckdb\); .* --force"):
        restore_home(home, archive)
    assert read_files(home.path) == before
    restored = restore_home(home, archive, force=True, clock=NOON)
    assert restored.aside == home.path / "before-restore-20161125T120000Z"
    moved = read_files(restored.aside)
    assert moved == {name: content for name, content in before.items() if not name.startswith("inbox")}
    assert (home.inbox / "waiting.csv").read_text() == "x"
    assert read_store(home) == read_store(source)
    again = restore_home(home, archive, force=True, clock=NOON)
    assert again.aside == home.path / "before-restore-20161125T120000Z-2"
    assert read_files(restored.aside) == moved


def test_a_damaged_store_can_be_restored_over(source, archive, home):
    home.store.write_bytes(b"rubbish" * 10_000)
    restored = restore_home(home, archive, force=True)
    assert (restored.aside / "store.duckdb").read_bytes() == b"rubbish" * 10_000
    assert read_store(home) == read_store(source)


@pytest.mark.parametrize("place", [0, 5_000, 13_000, 300_000])
def test_wherever_a_store_is_damaged_it_can_be_restored_over(source, archive, tmp_path, place):
    home = Home(shutil.copytree(source.path, tmp_path / "used"))
    content = bytearray(home.store.read_bytes())
    content[place : place + 4096] = b"\xa5" * 4096
    home.store.write_bytes(content)
    restore_home(home, archive, force=True)
    assert read_store(home) == read_store(source)


def test_a_store_that_somebody_writes_is_not_replaced(archive, home):
    code = textwrap.dedent(f"""
        from pathlib import Path
        from etl.settings import Home
        from etl.warehouse.store import open_store
        with open_store(Home(Path({str(home.path)!r}))):
            print("open", flush=True)
            input()
    """)
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseBusy, match=f"process {holder.pid}"):
            restore_home(home, archive, force=True)
        assert not home.restoring.exists()
    finally:
        holder.communicate("\n")


def test_a_restore_waits_for_no_run(archive, home):
    with run_lock(home, "emotape refresh"), pytest.raises(WarehouseBusy, match="`emotape refresh` has been"):
        restore_home(home, archive)


def test_an_older_store_is_migrated_on_its_way_back(archive, home, tmp_path):
    old = tmp_path / "old.duckdb"
    connection = duckdb.connect(str(old))
    connection.execute((GOLDEN / "store_v1.sql").read_text())
    rows = count_rows(connection)
    connection.close()
    content = old.read_bytes()
    entry = {"name": "store.duckdb", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    members = with_manifest(unpack(archive)[:1], files=[entry], rows=rows, schema_version=1)
    restore_home(home, pack(tmp_path / "a.tar.zst", [*members, plain("store.duckdb", content)]))
    with open_store(home) as store:
        assert store.execute("select version from schema_version").fetchall() == [(SCHEMA_VERSION,)]
        assert store.execute("select count(*) from raw_posts").fetchall() == [(2,)]
