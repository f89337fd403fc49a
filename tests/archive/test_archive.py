"""A home as one file and back: equal to the row, refused where it is not whole, unharmed by a kill."""

import hashlib
import io
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import zstandard
from used_home import FixedClock, fill, read_files, read_store

from etl.archive import restore_home, write_archive
from etl.archive.reading import read_archive
from etl.errors import BadInput, EmotapeError, WarehouseBusy
from etl.refresh.lock import run_lock
from etl.settings import Home, open_home
from etl.version import SCHEMA_VERSION
from etl.warehouse.handover import finish_interrupted
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.tables import count_rows
from etl.warehouse.versions import current_version

KILLED = -9
GOLDEN = Path(__file__).resolve().parent.parent / "golden"
NOON = FixedClock(datetime(2016, 11, 25, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """A used home that no test changes."""
    folder = tmp_path_factory.mktemp("source")
    home = open_home(folder / "home")
    fill(home, folder)
    (home.path / "emotape.env").write_text("EMOTAPE_STOCKTWITS_TOKEN=planted-secret\n")
    return home


@pytest.fixture(scope="session")
def archive(source, tmp_path_factory):
    target = tmp_path_factory.mktemp("archive") / "home.tar.zst"
    write_archive(source, target, clock=NOON)
    return target


def read_journal(home):
    connection = sqlite3.connect(home.journal)
    rows = {t: connection.execute(f"select * from {t}").fetchall() for t in ("runs", "steps", "successes")}
    connection.close()
    return rows


def unpack(archive):
    """Members of an archive as (TarInfo, content)."""
    with archive.open("rb") as file:
        content = zstandard.ZstdDecompressor().stream_reader(file).read()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]


def pack(target, members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    target.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(buffer.getvalue()))
    return target


def with_manifest(members, **changes):
    """The same archive with another manifest."""
    (first, text), *rest = members
    text = json.dumps({**json.loads(text), **changes}).encode()
    first.size = len(text)
    return [(first, text), *rest]


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


def test_secrets_and_other_files_stay_out_of_an_archive(source, archive):
    members = unpack(archive)
    assert [member.name for member, _ in members] == [
        "manifest.json",
        "store.duckdb",
        "published/000002/market.duckdb",
        "published/000002/results.duckdb",
        "journal.sqlite",
        "emotape.toml",
        "symbols.txt",
    ]
    assert all(b"planted-secret" not in content for _, content in members)
    manifest = json.loads(members[0][1])
    assert (manifest["schema_version"], manifest["made_at"]) == (SCHEMA_VERSION, "2016-11-25T12:00:00+00:00")


def test_settings_that_hold_a_secret_are_not_archived(home, tmp_path):
    with open_store(home):
        pass
    home.settings_file.write_text('[stocktwits]\ntoken = "planted-secret"\n')
    with pytest.raises(BadInput, match="is a secret"):
        write_archive(home, tmp_path / "b.tar.zst")
    assert not (tmp_path / "b.tar.zst").exists()


def test_a_file_that_is_there_is_replaced_only_when_that_was_said(source, tmp_path):
    target = tmp_path / "b.tar.zst"
    target.write_text("precious")
    with pytest.raises(BadInput, match="is there already"):
        write_archive(source, target)
    assert target.read_text() == "precious"
    write_archive(source, target, force=True)
    assert read_archive(target).published == 2


def test_an_empty_home_has_nothing_to_back_up_and_is_not_filled_by_asking(home, tmp_path):
    with pytest.raises(BadInput, match="There is no warehouse"):
        write_archive(home, tmp_path / "b.tar.zst")
    assert list(home.path.iterdir()) == []


def test_nobody_can_write_while_the_store_is_copied(source, tmp_path, monkeypatch):
    from etl.archive import writing

    monkeypatch.setattr("etl.warehouse.store.PATIENCE", 0.2)
    tried = []

    def describe(name, part, progress, original=writing._describe):
        if name == "store.duckdb":
            code = textwrap.dedent(f"""
                from pathlib import Path
                from etl.settings import Home
                from etl.warehouse import store
                store.PATIENCE = 0.2
                with store.open_store(Home(Path({str(source.path)!r}))):
                    pass
            """)
            tried.append(
                subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
            )
        return original(name, part, progress)

    monkeypatch.setattr(writing, "_describe", describe)
    write_archive(source, tmp_path / "b.tar.zst")
    (other,) = tried
    assert "WarehouseBusy" in other.stderr


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


# Bytes that are kept of an archive: none, the head, half, all but the last.
@pytest.mark.parametrize("kept", [0.0, 0.0001, 0.5, 0.99, -1, -5])
def test_an_archive_that_was_cut_is_refused_and_changes_nothing(archive, home, tmp_path, kept):
    whole = archive.read_bytes()
    cut = tmp_path / "cut.tar.zst"
    cut.write_bytes(whole[: int(len(whole) * kept)] if kept >= 0 else whole[: int(kept)])
    with pytest.raises(BadInput, match=r"cut.tar.zst is damaged or no backup .* Nothing was changed"):
        restore_home(home, cut)
    assert read_files(home.path) == {}


@pytest.mark.parametrize("place", [0.01, 0.3, 0.6, 0.9, 0.9999])
def test_a_single_damaged_byte_is_noticed(archive, home, tmp_path, place):
    content = bytearray(archive.read_bytes())
    content[int(len(content) * place)] ^= 0x55
    damaged = tmp_path / "damaged.tar.zst"
    damaged.write_bytes(content)
    with pytest.raises(BadInput, match="damaged or no backup"):
        restore_home(home, damaged)
    assert read_files(home.path) == {}


def test_what_was_changed_and_packed_again_is_noticed(archive, home, tmp_path):
    members = unpack(archive)
    member, content = members[-1]
    members[-1] = (member, content.swapcase())
    with pytest.raises(BadInput, match=r"symbols\.txt is not what was archived"):
        restore_home(home, pack(tmp_path / "a.tar.zst", members))


def test_a_count_that_is_not_the_stores_is_noticed(archive, home, tmp_path):
    members = unpack(archive)
    rows = json.loads(members[0][1])["rows"]
    wrong = pack(tmp_path / "a.tar.zst", with_manifest(members, rows={**rows, "raw_posts": 41}))
    with pytest.raises(BadInput, match="40 rows in raw_posts where 41 are expected"):
        restore_home(home, wrong)
    assert read_files(home.path) == {}


def plain(name, content=b"x"):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def special(name, kind, target="/etc/passwd"):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


HOSTILE = {
    "absolute": plain("/etc/cron.d/x"),
    "above": plain("../../x"),
    "unexpected": plain("sitecustomize.py"),
    "environment": plain("emotape.env"),
    "twice": plain("store.duckdb"),
    "symlink": special("emotape.toml", tarfile.SYMTYPE),
    "hard-link": special("emotape.toml", tarfile.LNKTYPE),
    "device": special("emotape.toml", tarfile.CHRTYPE),
    "pipe": special("emotape.toml", tarfile.FIFOTYPE),
    "folder": special("published", tarfile.DIRTYPE),
    "sparse": special("emotape.toml", tarfile.GNUTYPE_SPARSE),
}


@pytest.mark.parametrize("place", ["first", "second", "last"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_members_are_refused_wherever_they_are(archive, home, tmp_path, kind, place):
    members = unpack(archive)
    members.insert({"first": 0, "second": 1, "last": len(members)}[place], HOSTILE[kind])
    with pytest.raises(BadInput, match=r"damaged or no backup .* Nothing was changed"):
        restore_home(home, pack(tmp_path / "a.tar.zst", members))
    assert read_files(tmp_path) == {"a.tar.zst": (tmp_path / "a.tar.zst").read_bytes()}


@pytest.mark.parametrize(
    "name",
    ["/etc/x.txt", "../x.txt", "a/b.txt", "emotape.env", ".run.lock", "published/current",
     "published/../../a.duckdb", "published/000001/x.duckdb"],
)  # fmt: skip
def test_a_manifest_that_names_other_files_is_refused(archive, home, tmp_path, name):
    members = unpack(archive)
    files = json.loads(members[0][1])["files"]
    members = with_manifest(members, files=[*files, {**files[-1], "name": name}])
    members.append(plain(name, members[-1][1]))
    with pytest.raises(BadInput, match="which no backup has"):
        restore_home(home, pack(tmp_path / "a.tar.zst", members))
    assert read_files(home.path) == {}


@pytest.mark.parametrize("changes", [{"files": []}, {"rows": 3}, {"files": [{"name": "store.duckdb"}]}])
def test_a_manifest_that_lacks_something_is_refused(archive, home, tmp_path, changes):
    with pytest.raises(BadInput, match="its manifest is not emotape's"):
        restore_home(home, pack(tmp_path / "a.tar.zst", with_manifest(unpack(archive), **changes)))


def test_a_member_that_unpacks_to_more_than_was_announced_is_stopped_early(home, tmp_path):
    def endless():
        header = tarfile.TarInfo("manifest.json")
        header.size = 2**40
        yield header.tobuf()
        for _ in range(64):
            yield bytes(2**20)

    bomb = tmp_path / "bomb.tar.zst"
    bomb.write_bytes(zstandard.ZstdCompressor().compress(b"".join(endless())))
    with pytest.raises(BadInput, match="its manifest is too long"):
        restore_home(home, bomb)
    long_name = tarfile.TarInfo("manifest.json")
    long_name.pax_headers = {"comment": "x" * 2**24}
    with pytest.raises(BadInput, match="more than its manifest says"):
        restore_home(home, pack(tmp_path / "bomb2.tar.zst", [(long_name, b"")]))


def test_newer_archives_are_refused_in_a_sentence(archive, home, tmp_path):
    members = unpack(archive)
    newer = pack(tmp_path / "a.tar.zst", with_manifest(members, schema_version=99))
    with pytest.raises(EmotapeError, match=r"schema version 99, .* knows versions up to 2\. Update emotape"):
        restore_home(home, newer)
    other = pack(tmp_path / "b.tar.zst", with_manifest(members, format=7))
    with pytest.raises(BadInput, match="archive format 7"):
        restore_home(home, other)
    assert read_files(home.path) == {}


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


def run_killed(point, code):
    module, _, function = point.rpartition(".")
    kill = f"""
        import importlib, os, signal, sys
        from pathlib import Path
        from etl.archive import restore_home, write_archive
        from etl.settings import Home
        module = importlib.import_module({module!r})
        setattr(module, {function!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(kill) + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == KILLED, (point, done.stderr)


def test_a_backup_killed_anywhere_leaves_the_home_as_it_was_and_no_file(source, tmp_path):
    target = tmp_path / "b.tar.zst"
    before = read_files(source.path)
    code = f"write_archive(Home(Path({str(source.path)!r})), Path({str(target)!r}))"
    for name in ("_open_parts", "_copy_journal", "_describe", "_write", "read_archive"):
        run_killed(f"etl.archive.writing.{name}", code)
        assert not target.exists()
        assert read_files(source.path) == before
    write_archive(source, target)
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar.zst"]


# Before the plan is written the home is as it was; after it, the next command finishes the handover.
BEFORE = [
    "etl.archive.restoring._unpack",
    "etl.archive.restoring._prove",
    "etl.archive.restoring._arriving",
    "etl.archive.restoring.hand_over",
    "etl.warehouse.handover.write_whole",
]
AFTER = [
    "etl.warehouse.handover._clear",
    "etl.warehouse.handover._move",
    "etl.warehouse.handover._arrive",
    "etl.warehouse.handover._remove",
]


@pytest.mark.parametrize("point", [*BEFORE, *AFTER])
def test_a_restore_killed_anywhere_leaves_the_old_home_or_the_new_one(source, archive, tmp_path, point):
    home = open_home(tmp_path / "used")
    with open_store(home) as store:
        store.execute("insert into raw_vix values (date '2016-11-21', 1, 9)")
    home.settings_file.write_text("[retention]\nversions = 5\n")
    before = {**read_store(home), "settings": home.settings_file.read_bytes()}
    code = f"restore_home(Home(Path({str(home.path)!r})), Path({str(archive)!r}), force=True)"
    run_killed(point, code)
    with open_store(home):
        pass
    after = {**read_store(home), "settings": home.settings_file.read_bytes()}
    if point in BEFORE:
        assert after == before
    else:
        assert after == {**read_store(source), "settings": source.settings_file.read_bytes()}
        assert current_version(home).number == 2
        (aside,) = home.path.glob("before-restore-*")
        assert (aside / "store.duckdb").exists()
    restore_home(home, archive, force=True)
    assert read_store(home) == read_store(source)
    assert not home.restoring.exists()


def test_a_handover_interrupted_between_any_two_moves_is_finished(source, archive, tmp_path):
    for moves in range(1, 9):
        home = open_home(tmp_path / f"used-{moves}")
        with open_store(home):
            pass
        home.settings_file.write_text("[retention]\nversions = 5\n")
        code = textwrap.dedent(f"""
            import os, signal
            from pathlib import Path
            from etl.archive import restore_home
            from etl.settings import Home
            left = {moves}
            original = Path.replace
            def replace(self, target):
                global left
                if ".restoring" in str(self) or "before-restore" in str(target):
                    left -= 1
                    if left < 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                return original(self, target)
            Path.replace = replace
            restore_home(Home(Path({str(home.path)!r})), Path({str(archive)!r}), force=True)
        """)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        with open_store(home):
            pass
        assert read_store(home) == read_store(source), (moves, done.stderr)
        assert home.settings_file.read_bytes() == source.settings_file.read_bytes()
        assert not home.restoring.exists()
        with open_published(home) as published:
            assert published.has_results


def test_readers_can_have_an_interrupted_handover_finished_before_they_look(source, archive, tmp_path):
    home = open_home(tmp_path / "used")
    home.settings_file.write_text("")
    code = f"restore_home(Home(Path({str(home.path)!r})), Path({str(archive)!r}), force=True)"
    run_killed("etl.warehouse.handover._arrive", code)
    assert not home.store.exists()
    finish_interrupted(home)
    assert current_version(home).number == 2
    assert read_store(home) == read_store(source)
    finish_interrupted(home)


def test_a_full_disk_is_a_sentence_and_changes_nothing(source, archive, home, tmp_path):
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**12, 2**12))  # noqa: E731
    target = tmp_path / "b.tar.zst"
    for arguments in (("backup", target, "--home", source.path), ("restore", archive, "--home", home.path)):
        done = subprocess.run(
            [sys.executable, "-m", "etl", *map(str, arguments)],
            capture_output=True, text=True, check=False, preexec_fn=limit,
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.startswith("emotape: "), done.stderr
        assert "cannot be" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not target.exists()
    assert read_files(home.path) == {}


def test_memory_does_not_grow_with_the_size_of_the_home(tmp_path):
    import random

    def peak(megabytes):
        home = open_home(tmp_path / f"home-{megabytes}")
        with open_store(home):
            pass
        folder = home.published / "000001"
        folder.mkdir(parents=True)
        generator = random.Random(megabytes)
        connection = duckdb.connect(str(folder / "market.duckdb"))
        connection.close()
        with (folder / "market.duckdb").open("ab") as file:
            for _ in range(megabytes):
                file.write(generator.randbytes(2**20))
        (home.published / "current").write_text("000001\n")
        code = textwrap.dedent(f"""
            import resource
            from pathlib import Path
            from etl.archive import write_archive
            from etl.archive.reading import read_archive
            from etl.settings import Home
            archive = Path({str(tmp_path / "b.tar.zst")!r})
            write_archive(Home(Path({str(home.path)!r})), archive, force=True)
            read_archive(archive, Path({str(tmp_path / f"out-{megabytes}")!r}))
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        """)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return int(done.stdout) / 1024

    small, large = peak(1), peak(150)
    assert large < small + 60
    assert os.path.getsize(tmp_path / "b.tar.zst") > 150 * 2**20
