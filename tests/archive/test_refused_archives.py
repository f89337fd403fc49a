"""Archives that are cut, damaged, doctored, hostile or newer are refused in a sentence and change nothing."""

import json
import tarfile

import pytest
import zstandard
from archive.archives import pack, plain, special, unpack, with_manifest
from used_home import read_files

from etl.archive import restore_home
from etl.errors import BadInput, EmotapeError
from etl.version import SCHEMA_VERSION


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
    with pytest.raises(EmotapeError, match=rf"version 99, .* up to {SCHEMA_VERSION}\. Update emotape"):
        restore_home(home, newer)
    other = pack(tmp_path / "b.tar.zst", with_manifest(members, format=7))
    with pytest.raises(BadInput, match="archive format 7"):
        restore_home(home, other)
    assert read_files(home.path) == {}
