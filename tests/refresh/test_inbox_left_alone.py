"""The inbox: what is young, hidden, unfinished, a link or still growing is left where it is."""

import os

from refresh.inboxes import (
    FakeClock,
    drop,
    lines,
    post,
    take,
)

from etl.configuration.sections import Inbox


def summary(results):
    return [(result.name, result.kind, result.source, result.outcome) for result in results]


def test_files_that_are_young_hidden_or_unfinished_are_left(home, store):
    for name in (".hidden.csv", "a.csv.part", "b.TMP", "c.csv.crdownload", ".git/config", "posts/.x/d.csv"):
        drop(home, name, "id,text,created_at\n1,hm,2016-11-21\n")
    drop(home, "young.jsonl", lines(post(1)), age=3)
    before = sorted(home.inbox.rglob("*"))
    assert take(store, home) == []
    assert sorted(home.inbox.rglob("*")) == before
    assert summary(take(store, home, settings=Inbox(settle_seconds=2)))[0][0] == "young.jsonl"


def test_a_file_of_the_future_is_looked_at_twice_and_then_taken(home, store):
    drop(home, "a.jsonl", lines(post(1)), age=-86_400 * 365)
    clock = FakeClock()
    assert [result.outcome for result in take(store, home, clock)] == ["done"]
    assert clock.slept == [10.0]


def test_a_file_of_the_future_that_grows_between_the_looks_is_left(home, store):
    path = drop(home, "a.jsonl", lines(post(1)), age=-86_400)
    clock = FakeClock(lambda: drop(home, "a.jsonl", lines(post(1), post(2)), age=-86_400))
    assert take(store, home, clock) == []
    assert path.exists()
    assert store.sql("select count(*) from raw_posts").fetchall() == [(0,)]


def test_links_and_pipes_are_not_followed(home, store, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("id,text,created_at\n1,hm,2016-11-21\n")
    home.inbox.mkdir()
    (home.inbox / "link.csv").symlink_to(outside / "secret.csv")
    (home.inbox / "posts").symlink_to(outside)
    os.mkfifo(home.inbox / "pipe.csv")
    results = take(store, home, settings=Inbox(settle_seconds=0))
    assert {each.name: each.outcome for each in results} == dict.fromkeys(
        ("link.csv", "posts", "pipe.csv"), "failed"
    )
    assert all("link" in each.reason or "no file" in each.reason for each in results)
    assert store.sql("select count(*) from raw_posts").fetchall() == [(0,)]
    assert (outside / "secret.csv").exists()
    assert take(store, home, settings=Inbox(settle_seconds=0)) == []


def test_the_inbox_is_made_where_it_is_missing_and_left_alone_where_it_is_not_wanted(home, store):
    assert take(store, home, settings=Inbox(enabled=False)) == []
    assert not home.inbox.exists()
    assert take(store, home) == []
    assert home.inbox.is_dir()
