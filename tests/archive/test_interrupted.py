"""A backup or a restore that is killed, or finds the disk full, leaves the old home or the new one."""

import resource
import subprocess
import sys
import textwrap

import pytest
from processes import run
from used_home import read_files, read_store

from etl.archive import restore_home, write_archive
from etl.settings import open_home
from etl.warehouse.handover import finish_interrupted
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.versions import current_version

KILLED = -9


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
    done = run(textwrap.dedent(kill) + code)
    assert done.returncode == KILLED, (point, done.stderr)


def test_a_backup_killed_anywhere_leaves_the_home_as_it_was_and_no_file(source, tmp_path):
    target = tmp_path / "b.tar.zst"
    before = read_files(source.path)
    code = f"write_archive(Home(Path({str(source.path)!r})), Path({str(target)!r}))"
    for point in ("writing.open_parts", "parts._copy_journal", "writing._describe", "writing._write",
                  "writing.read_archive"):  # fmt: skip
        run_killed(f"etl.archive.{point}", code)
        assert not target.exists()
        assert read_files(source.path) == before
    write_archive(source, target)
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar.zst"]


# Before the plan is written the home is as it was; after it, the next command finishes the handover.
BEFORE = [
    "etl.archive.restoring._unpack",
    "etl.archive.restoring.prove",
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
        done = run(code)
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
