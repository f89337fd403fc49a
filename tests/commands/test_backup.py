"""`emotape backup` and `emotape restore` as a user meets them."""

import pytest
from used_home import fill, read_files, read_store

from etl.settings import open_home


@pytest.fixture
def used(home, tmp_path):
    fill(home, tmp_path)
    return home


def test_a_warehouse_goes_into_a_file_and_comes_back_elsewhere(used, emotape, tmp_path):
    target = tmp_path / "b.tar.zst"
    done = emotape("backup", target, home=used.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{target}: {target.stat().st_size:,} bytes, 9 files, " in done.stdout
    assert done.stdout.endswith("version 2; read back and checked\n")
    other = open_home(tmp_path / "other")
    back = emotape("restore", target, home=other.path)
    assert (back.returncode, back.stderr) == (0, "")
    assert back.stdout.startswith(f"{other.path}: 9 files and ")
    assert read_store(other) == read_store(used)
    status = emotape("status", home=other.path)
    assert "published: version 2" in status.stdout


def test_errors_are_one_sentence_and_change_nothing(used, emotape, tmp_path):
    target = tmp_path / "b.tar.zst"
    assert emotape("backup", target, home=used.path).returncode == 0
    before = read_files(used.path)
    missing = emotape("restore", tmp_path / "missing.tar.zst", home=tmp_path / "fresh")
    again = emotape("backup", target, home=used.path)
    in_use = emotape("restore", target, home=used.path)
    nowhere = emotape("backup", tmp_path / "missing" / "b.tar.zst", home=used.path)
    target.write_text("no archive")
    wrong = emotape("restore", target, "--force", home=used.path)
    empty = emotape("backup", tmp_path / "c.tar.zst", home=tmp_path / "nothing")
    for done, words in (
        (missing, "No such file"),
        (again, "is there already"),
        (in_use, "is in use"),
        (nowhere, "cannot be written"),
        (wrong, "damaged or no backup"),
        (empty, "There is no warehouse"),
    ):
        assert done.returncode == 1
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert read_files(used.path) == before


def test_what_was_there_is_named_when_it_was_moved_aside(used, emotape, tmp_path):
    target = tmp_path / "b.tar.zst"
    assert emotape("backup", target, home=used.path).returncode == 0
    done = emotape("restore", target, "--force", home=used.path)
    (aside,) = used.path.glob("before-restore-*")
    assert f"what was there before is in {aside}" in done.stdout
    assert (aside / "store.duckdb").exists()
