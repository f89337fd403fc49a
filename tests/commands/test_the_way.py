"""Load, build, regress, export, status: as a user runs them, and what they say when it goes wrong."""

import json

import pytest
from samples import message, write_lines

from etl.cli import CONTENTS, ENTRIES

WAY = ("load", "build", "regress", "export", "status")


@pytest.fixture(scope="module")
def loaded(demo, emotape_afresh, tmp_path_factory):
    """The demo's files loaded by hand, as a user's own, in interpreters like a user's."""
    home = tmp_path_factory.mktemp("way") / "home"
    files = demo[0] / "simulated"
    posts = emotape_afresh("load", "posts", files / "posts.jsonl.gz", home=home)
    prices = emotape_afresh("load", "prices", files / "prices.csv", home=home)
    built = emotape_afresh("build", home=home)
    for done in (posts, prices, built):
        assert done.returncode == 0, done.stderr
    return home, posts.stdout, built.stdout


def test_the_way_from_files_to_a_table(loaded, emotape_afresh, tmp_path):
    home, posts, built = loaded
    assert " new, 0 unchanged" in posts
    assert "firm-days with posts before the open" in built
    regressed = emotape_afresh("regress", home=home)
    assert regressed.returncode == 0, regressed.stderr
    assert "Happy, before the open" in regressed.stdout
    exported = emotape_afresh("export", tmp_path / "out", "--format", "csv", home=home)
    assert exported.returncode == 0, exported.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["predictive.csv"]


def test_a_second_load_adds_nothing_and_a_second_build_scores_nothing(loaded, demo, emotape):
    home = loaded[0]
    again = emotape("load", "posts", demo[0] / "simulated" / "posts.jsonl.gz", home=home)
    assert ": 0 new, " in again.stdout
    built = emotape("build", home=home)
    assert "tagged: 0 posts" in built.stdout


def test_status_for_people_and_for_monitors(loaded, emotape):
    home = loaded[0]
    shown = emotape("status", home=home).stdout
    assert "quarantine: empty" in shown
    assert "published: version" in shown
    status = json.loads(emotape("status", "--json", home=home).stdout)
    assert status["store"]["sources"][0]["n_posts"] > 1000
    assert status["published"]["version"] >= 1


def test_bad_rows_are_counted_quarantined_and_named(emotape, tmp_path):
    posts = write_lines(
        tmp_path / "posts.jsonl",
        [
            message(1, "2016-11-03T12:00:00Z", "fine", "AAPL"),
            message(2, "yesterday", "no time", "AAPL"),
            {**message(3, "2016-11-03T12:00:00Z", "x", "AAPL"), "id": None},
            message(4, "2016-11-03T12:00:00Z", "  ", "AAPL"),
        ],
    )
    home = tmp_path / "home"
    done = emotape("load", "posts", posts, home=home)
    assert done.returncode == 0
    assert "1 new" in done.stdout
    assert "3 quarantined" in done.stdout
    reasons = json.loads(emotape("status", "--json", home=home).stdout)["store"]["quarantine"]
    assert sum(reason["n_rows"] for reason in reasons) == 3
    assert {reason["first_line"] for reason in reasons} == {2, 3, 4}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("load", "posts", "nowhere.jsonl"), 1, "No file matches nowhere.jsonl"),
        (("build", "--tagger", "oracle"), 1, "oracle"),
        (("regress",), 1, "emotape build"),
        (("regress", "astrology"), 1, "There is no family astrology"),
        (("export", "somewhere"), 1, "emotape build"),
        (("tag", "nowhere.csv"), 1, "There is no file nowhere.csv"),
        (("evaluate", "nowhere.csv"), 1, "There is no file nowhere.csv"),
        (("train", "nowhere.csv", "-o", "w.npz"), 1, "There is no file nowhere.csv"),
        (("load", "posts"), 2, "Missing argument"),
        (("dance",), 2, "No such command"),
    ],
)
def test_failures_are_one_sentence_and_an_exit_code(emotape, tmp_path, arguments, code, sentence):
    done = emotape(*arguments, home=tmp_path)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_among_good_ones_that_cannot_be_read_is_a_partial_success(emotape, tmp_path):
    good = write_lines(tmp_path / "good.jsonl", [message(1, "2016-11-03T12:00:00Z", "fine", "AAPL")])
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"not parquet")
    done = emotape("load", "posts", good, bad, home=tmp_path / "home")
    assert done.returncode == 3
    assert "1 new" in done.stdout
    assert "bad.parquet" in done.stderr


def test_debug_shows_the_traceback(emotape, tmp_path):
    done = emotape("--debug", "load", "posts", "nowhere.jsonl", home=tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_the_contents_hold_each_command_once():
    listed = [name for section in CONTENTS.values() for name in section]
    assert len(listed) == len(set(listed)) == len(ENTRIES)
    assert set(WAY) <= set(listed)
