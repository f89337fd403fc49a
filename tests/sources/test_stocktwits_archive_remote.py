import duckdb
import pytest
from stocktwits_archives import write_archive

from etl.errors import BadInput, SourceFailed
from etl.sources.archive import remote
from etl.sources.archive.layout import ArchiveFile

RECORD = ("1", "7", "2016-11-21 10:00:00", "", "", "", "['QZRA']")


class WithoutExtensions:
    """A connection on a machine without a network."""

    def execute(self, statement: str) -> None:
        raise duckdb.IOException(f"no network: {statement}")


def test_without_the_extension_the_error_says_how_to_get_it_or_do_without_it():
    with pytest.raises(BadInput, match=r'duckdb -c "INSTALL httpfs".*aws s3 sync --no-sign-request'):
        remote.load_httpfs(WithoutExtensions())  # type: ignore[arg-type]


def test_files_are_listed_and_fetched_by_what_duckdb_can_open(tmp_path, monkeypatch):
    # httpfs only adds another kind of path: listing and fetching are the same for a local one.
    monkeypatch.setattr(remote, "load_httpfs", lambda connection: None)
    folder = write_archive(tmp_path / "it's here", [[RECORD], [RECORD]], [[("1", "one,\ntwo")]])
    connection = duckdb.connect()
    archive = remote.find_remote(connection, f"{folder}/")
    assert [file.name for file in archive.records] == [
        "feature_wo_messages_000.csv",
        "feature_wo_messages_001.csv",
    ]
    (texts,) = archive.texts
    original = folder / "messages" / "msg_000.csv"
    assert texts.size == original.stat().st_size
    target = remote.fetch(connection, texts, tmp_path / "staging" / "fetched.csv")
    assert target.read_bytes() == original.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == ["fetched.csv"]


def test_a_bucket_without_the_files_or_with_half_of_one_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "load_httpfs", lambda connection: None)
    with pytest.raises(BadInput, match=r"has no file feature_wo_messages/\*\.csv"):
        remote.find_remote(duckdb.connect(), str(tmp_path))
    gone = ArchiveFile(str(tmp_path / "gone.csv"), 1, "")
    with pytest.raises(SourceFailed, match=r"gave 0 bytes and not 1.*What is stored is kept"):
        remote.fetch(duckdb.connect(), gone, tmp_path / "fetched.csv")
