import pytest
from click.testing import CliRunner
from stocktwits_archives import stored_posts, write_archive

from etl.commands.load import command
from etl.settings import open_home
from etl.warehouse.store import open_store


@pytest.fixture
def folder(tmp_path):
    time = "2016-11-21 10:00:00"
    records = [
        ("1", "7", time, "1.0", "", "", "['QZRA']"),
        ("2", "8", "2016-11-22 23:59:59", "", "1.0", "1.0", "['QZRB']"),
        ("3", "8", "2016-11-23 00:00:00", "-1.0", "", "", "['QZRA', 'QZRB']"),
        ("4", "8", time, "", "", "", "['QZRC']"),
    ]
    return write_archive(
        tmp_path / "archive", [records[:3], records[3:]], [[("3", "three"), ("1", "one")], [("2", "two")]]
    )


def _load(home, folder, *options):
    return CliRunner().invoke(
        command, ["archive", str(folder), "--home", str(home.path), *options], standalone_mode=False
    )


def test_each_file_and_all_of_them_are_counted_and_the_second_time_nothing_is_read(home, folder):
    done = _load(home, folder)
    assert done.output.splitlines() == [
        "msg_000.csv: 2 new, 0 unchanged",
        "msg_001.csv: 1 new, 0 unchanged",
        "Records that are no posts: 0 new, 0 unchanged, 1 quarantined (see `emotape status`)",
        "2 files of texts: 3 new, 0 unchanged, 1 quarantined (see `emotape status`)",
    ]
    again = _load(home, folder)
    assert again.return_value == 0
    assert again.output == "All 2 files of texts were loaded before; nothing has changed.\n"


def test_symbols_and_days_choose_posts_and_the_last_day_is_included(home, folder, tmp_path):
    (tmp_path / "symbols.txt").write_text("QZRB\n")
    done = _load(home, folder, "--symbols", str(tmp_path / "symbols.txt"), "--to", "2016-11-22")
    assert done.exception is None
    with open_store(home) as store:
        posts = stored_posts(store)
    assert list(posts) == ["2"]
    assert posts["2"]["reply_to"] == "1"


def test_what_is_no_archive_is_a_sentence_and_nothing_is_stored(home, tmp_path, emotape):
    done = emotape("load", "archive", tmp_path, "--home", home.path)
    assert done.returncode == 1
    assert "has no file feature_wo_messages/*.csv" in done.stderr
    assert "Traceback" not in done.stderr
    with open_store(open_home(home.path)) as store:
        assert store.execute("select count(*) from loads").fetchall() == [(0,)]


def test_a_bad_file_of_texts_is_refused_before_anything_is_read(home, folder):
    (folder / "messages" / "msg_002.csv").write_text("message_id;message_body\n")
    done = _load(home, folder)
    assert "msg_002.csv has the columns message_id;message_body" in str(done.exception)
    assert not (home.path / ".archive").exists()
