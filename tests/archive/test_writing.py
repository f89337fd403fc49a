"""A home as one file: whole, without secrets, over nothing that is there, and while nobody writes."""

import json
import os
import subprocess
import sys
import textwrap

import duckdb
import pytest
from archive.archives import unpack
from processes import run

from etl.archive import write_archive
from etl.archive.reading import read_archive
from etl.errors import BadInput
from etl.settings import open_home
from etl.version import SCHEMA_VERSION
from etl.warehouse.store import open_store


def test_secrets_and_other_files_stay_out_of_an_archive(source, archive):
    members = unpack(archive)
    assert [member.name for member, _ in members] == [
        "manifest.json",
        "store.duckdb",
        "published/000002/market.duckdb",
        "published/000002/results.duckdb",
        "published/000002/posts/all.parquet",
        "published/000002/post_tickers/all.parquet",
        "published/000002/scores/all.parquet",
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

    def describe(name, parts, progress, original=writing._describe):
        if name == "store.duckdb":
            code = textwrap.dedent(f"""
                from pathlib import Path
                from etl.settings import Home
                from etl.warehouse import store
                store.PATIENCE = 0.2
                with store.open_store(Home(Path({str(source.path)!r}))):
                    pass
            """)
            tried.append(run(code))
        return original(name, parts, progress)

    monkeypatch.setattr(writing, "_describe", describe)
    write_archive(source, tmp_path / "b.tar.zst")
    (other,) = tried
    assert "WarehouseBusy" in other.stderr


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
