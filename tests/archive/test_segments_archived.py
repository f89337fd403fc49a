"""Posts in segments go into an archive and come back, file by file; what is missing or doctored is named."""

import hashlib
import json
import resource
import shutil
from pathlib import Path

import duckdb
import pytest
from archive.archives import pack, plain, unpack, with_manifest
from processes import run
from segmented_home import fill_segments, list_names, read_home
from used_home import read_files, read_store

from etl.archive import restore_home, write_archive
from etl.archive.manifest import may_be_archived
from etl.errors import BadInput, EmotapeError, NothingPublished
from etl.settings import Home, open_home
from etl.warehouse.build import build_version
from etl.warehouse.published import open_published
from etl.warehouse.segments.catalogue import list_files, list_segments
from etl.warehouse.store import open_store
from etl.warehouse.tables import count_rows
from etl.warehouse.versions import current_version

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A home with segments and a published version, which no test changes."""
    folder = tmp_path_factory.mktemp("segmented")
    home = open_home(folder / "home")
    with open_store(home) as store:
        fill_segments(store, folder)
        build_version(store, home, many=10)
        # Left by a killed tagging run: not noted, and so no part of an archive.
        (segment, *_) = list_segments(store)
        segment.scores("another", "1").write_bytes(b"finished, and not noted")
    return home


@pytest.fixture(scope="module")
def archive(source, tmp_path_factory):
    target = tmp_path_factory.mktemp("archive") / "home.tar.zst"
    write_archive(source, target)
    return target


def test_segments_and_what_is_derived_of_them_come_back_byte_by_byte(source, archive, home):
    manifest = restore_home(home, archive).manifest
    with open_store(source) as store:
        expected = {file.relative_to(source.path).as_posix() for file in list_files(store)}
    assert len(expected) == 18
    assert set(list_names(home)) == expected
    assert manifest.posts_in_segments == 60
    assert read_store(home) == read_store(source)
    assert read_home(home) == read_home(source)
    assert {name: (home.path / name).read_bytes() for name in expected} == {
        name: (source.path / name).read_bytes() for name in expected
    }
    version = current_version(source).folder.name
    files = read_files(source.published / version)
    assert sum(name.endswith(".parquet") for name in files) == 9
    assert read_files(home.published / version) == files
    with open_store(home) as store:
        build_version(store, home, many=10)


def test_segments_that_were_there_are_moved_aside_with_their_store(source, archive, tmp_path):
    used = Home(shutil.copytree(source.path, tmp_path / "used"))
    before = read_home(used)
    names = list_names(used)
    plain_home = open_home(tmp_path / "plain")
    with open_store(plain_home):
        pass
    write_archive(plain_home, tmp_path / "plain.tar.zst")
    restored = restore_home(used, tmp_path / "plain.tar.zst", force=True)
    assert not (used.path / "posts").exists()
    assert read_home(used)["stored_posts"] == []
    assert list_names(Home(restored.aside)) == names
    assert read_home(Home(restored.aside)) == before


@pytest.mark.parametrize("point", ["_clear", "_move", "_arrive", "_remove"])
def test_a_handover_that_was_killed_brings_segments_over_whole(source, archive, tmp_path, point):
    used = Home(shutil.copytree(source.path, tmp_path / "used"))
    with open_store(used) as store:
        store.execute("delete from store.raw_posts")
    done = run(f"""
import os, signal
from pathlib import Path
from etl.archive import restore_home
from etl.settings import Home
from etl.warehouse import handover
handover.{point} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
restore_home(Home(Path({str(used.path)!r})), Path({str(archive)!r}), force=True)
""")
    assert done.returncode == -9, done.stderr
    with open_store(used):
        pass
    assert read_home(used) == read_home(source)


def test_thousands_of_files_need_few_descriptors(source, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    home = Home(shutil.copytree(source.path, tmp_path / "many"))
    folder = current_version(home).folder
    for year in range(1000, 1400):
        shutil.copyfile(folder / "posts" / "2016-09.parquet", folder / "posts" / f"{year}-01.parquet")
    opened = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 100
    resource.setrlimit(resource.RLIMIT_NOFILE, (opened + 100, before[1]))
    try:
        manifest = write_archive(home, tmp_path / "b.tar.zst")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert len(manifest.files) > 400


def test_a_version_that_goes_while_it_is_being_backed_up_is_a_sentence(source, tmp_path, monkeypatch):
    from etl.archive import writing

    home = Home(shutil.copytree(source.path, tmp_path / "used"))

    def describe(name, parts, progress, original=writing._describe):
        if name.endswith("market.duckdb"):
            shutil.rmtree(current_version(home).folder)
        return original(name, parts, progress)

    monkeypatch.setattr(writing, "_describe", describe)
    with pytest.raises(
        EmotapeError, match=r"others? .*published newer versions .* Run the same command again"
    ):
        write_archive(home, tmp_path / "b.tar.zst")
    assert not (tmp_path / "b.tar.zst").exists()


def test_a_segment_whose_file_is_missing_is_named(source, tmp_path):
    home = Home(shutil.copytree(source.path, tmp_path / "used"))
    (home.path / "posts" / "2016-09" / "000001.parquet").unlink()
    with pytest.raises(EmotapeError, match=r"1 of the 6 files of posts .*000001.parquet: put them"):
        write_archive(home, tmp_path / "b.tar.zst")


def without(members, name):
    files = json.loads(members[0][1])["files"]
    kept = [member for member in members if member[0].name != name]
    return with_manifest(kept, files=[entry for entry in files if entry["name"] != name])


def test_an_archive_that_lacks_a_segment_or_has_one_more_is_refused(archive, home, tmp_path):
    members = unpack(archive)
    with pytest.raises(BadInput, match="its files of posts are not those that its store names"):
        restore_home(home, pack(tmp_path / "a.tar.zst", without(members, "posts/2016-09/000001.parquet")))
    files = json.loads(members[0][1])["files"]
    (entry,) = (entry for entry in files if entry["name"] == "posts/2016-09/000001.parquet")
    (content,) = (content for member, content in members if member.name == entry["name"])
    more = {**entry, "name": "posts/2016-09/000099.parquet"}
    members = with_manifest(members, files=[*files, more])
    with pytest.raises(BadInput, match="its files of posts are not those that its store names"):
        restore_home(home, pack(tmp_path / "b.tar.zst", [*members, plain(more["name"], content)]))
    assert read_files(home.path) == {}


def test_a_segment_with_other_rows_than_the_catalogue_says_is_refused(source, home, tmp_path):
    doctored = Home(shutil.copytree(source.path, tmp_path / "doctored"))
    file = doctored.path / "posts" / "2016-09" / "000001.parquet"
    duckdb.sql(f"copy (from read_parquet('{file}') limit 3) to '{file}.new' (format parquet)")
    Path(f"{file}.new").replace(file)
    write_archive(doctored, tmp_path / "b.tar.zst")
    with pytest.raises(BadInput, match=r"000001.parquet has 3 rows where 10 are expected"):
        restore_home(home, tmp_path / "b.tar.zst")


@pytest.mark.parametrize(
    "name",
    ["posts/000001.parquet", "posts/2016-09/1.parquet", "posts/2016-09/../000001.parquet",
     "posts/2016-09/000001.scores-..parquet", "posts/2016-09/.000001.parquet.unfinished",
     "posts/2016-09/000001.scores-0123456789AB.parquet", "posts/٢٠١٦-09/000001.parquet",
     "published/000001/posts/../../x.parquet", "published/000001/other/all.parquet",
     "published/000001/posts/all.parquet\n", "/posts/2016-09/000001.parquet"],
)  # fmt: skip
def test_names_that_are_nearly_right_are_no_part_of_an_archive(name):
    assert not may_be_archived(name)


def test_an_archive_of_the_first_format_still_comes_back(tmp_path, home):
    """It had no files beside the databases; its published version is built anew by the next build."""
    store, market = tmp_path / "store.duckdb", tmp_path / "market.duckdb"
    rows = {}
    for path, text in (
        (store, (GOLDEN / "store_v2.sql").read_text()),
        (market, "create table publication as select 2 as schema_version"),
    ):
        with duckdb.connect(str(path)) as connection:
            connection.execute(text)
            rows = rows or count_rows(connection)
    files = {"store.duckdb": store.read_bytes(), "published/000004/market.duckdb": market.read_bytes()}
    manifest = {
        "format": 1,
        "emotape_version": "0.1",
        "schema_version": 2,
        "made_at": "2016-11-25T12:00:00+00:00",
        "files": [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        ],
        "rows": rows,
    }
    members = [plain("manifest.json", json.dumps(manifest).encode()), *map(plain, files, files.values())]
    restored = restore_home(home, pack(tmp_path / "old.tar.zst", members))
    assert (restored.manifest.published, restored.manifest.posts_in_segments) == (4, 0)
    assert len(read_home(home)["stored_posts"]) == 2
    with pytest.raises(NothingPublished, match="run `emotape build`"), open_published(home):
        pass
    with open_store(home) as opened:
        assert build_version(opened, home).number == 5
    with open_published(home) as published:
        assert published.query("publication")["n_posts"].to_list() == [2]
