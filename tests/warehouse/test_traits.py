"""Kind, originality and language are stored once a post, kept up with its text, and counted by firm-day."""

import pytest
from open_version import open_version
from samples import flat_scores, message, price_table, write_lines

from etl.commands.build import tag_and_build
from etl.sources.stocktwits import StockTwits
from etl.warehouse import describing
from etl.warehouse.build import build_version
from etl.warehouse.describing import count_undescribed, describe_stored_posts
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import Published
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores

NOON = "2016-11-21T17:00:00Z"
POSTS = [
    message(1, NOON, "sold half before earnings", "QZRA"),
    message(2, NOON, "what a lovely weekend that was", "QZRA", "QZRB"),
    message(3, NOON, "RT @someone margins are growing", "QZRA"),
    message(4, NOON, "🚀🚀", "QZRB"),
]


def load(store, tmp_path, posts):
    load_posts(store, StockTwits(), write_lines(tmp_path / "p.jsonl", posts))


def read_traits(store):
    rows = store.sql("select post_id, kind, originality, english from post_traits order by post_id")
    return {post: tuple(traits) for post, *traits in rows.fetchall()}


def read_table(version, query):
    with open_version(version) as connection:
        return connection.sql(query).fetchall()


def test_a_build_describes_each_post_and_counts_kinds_by_firm_day(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        version = tag_and_build(store, home)
    assert read_table(version, "select post_id, kind, originality, english from posts order by post_id") == [
        ("1", "finance", "original", True),
        ("2", "chat", "original", True),
        ("3", "finance", "passing_on", True),
        ("4", "chat", "original", None),
    ]
    assert read_table(
        version, "select ticker, n_posts, n_finance, n_passing_on from firm_emotions order by ticker"
    ) == [("QZRA", 3, 2, 1), ("QZRB", 2, 0, 0)]


def test_only_what_is_new_or_changed_is_described_again(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        assert count_undescribed(store) == describe_stored_posts(store) == 4
        assert describe_stored_posts(store) == 0
        load(store, tmp_path, [message(2, NOON, "revenue was fine", "QZRA", "QZRB")])
        assert describe_stored_posts(store) == 1
        assert read_traits(store)["2"] == ("finance", "original", True)
        assert len(read_traits(store)) == 4


def test_likes_alone_describe_nothing_again(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        describe_stored_posts(store)
        load(store, tmp_path, [message(1, NOON, "sold half before earnings", "QZRA", likes={"total": 9})])
        assert count_undescribed(store) == 0


def test_a_reshare_is_passing_on_whatever_its_text_and_only_while_it_is_one(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        describe_stored_posts(store)
        for is_reshare, expected in [(True, "passing_on"), (False, "original")]:
            store.execute("update raw_posts set is_reshare = $flag where post_id = '1'", {"flag": is_reshare})
            assert describe_stored_posts(store) == 1
            assert read_traits(store)["1"][1] == expected


def test_new_rules_describe_every_post_again(home, tmp_path, monkeypatch):
    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        describe_stored_posts(store)
        monkeypatch.setattr(describing, "TRAITS_VERSION", "another")
        assert describe_stored_posts(store) == 4
        assert store.sql("select distinct version from post_traits").fetchall() == [("another",)]


def test_an_interrupted_run_goes_on_where_it_stopped(home, tmp_path, monkeypatch):
    monkeypatch.setattr(describing, "BATCH_POSTS", 2000)
    posts = [message(n, NOON, f"post {n}", "QZRA") for n in range(5000)]

    def stop(count):
        raise KeyboardInterrupt

    with open_store(home) as store:
        load(store, tmp_path, posts)
        with pytest.raises(KeyboardInterrupt):
            describe_stored_posts(store, stop)
        done = len(read_traits(store))
        assert 0 < done < 5000  # what was committed before it was interrupted
        assert describe_stored_posts(store) == 5000 - done


def test_a_store_from_before_gets_the_table_and_its_old_posts_are_described(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        store.execute("drop table post_traits")
    with open_store(home) as store:
        version = tag_and_build(store, home)
    assert read_table(version, "select count(*) from posts where kind is not null") == [(4,)]


def test_what_was_not_described_is_unknown_and_not_chat(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS[:1])
        describe_stored_posts(store)
        load(store, tmp_path, POSTS)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(store, "linear", "test", flat_scores(raw))
        version = build_version(store, home)
    assert read_table(version, "select post_id from posts where kind is null order by 1") == [
        ("2",),
        ("3",),
        ("4",),
    ]
    assert read_table(version, "select distinct n_finance, n_passing_on from firm_emotions") == [(None, None)]


def test_the_traits_of_an_older_text_are_not_published(home, tmp_path):
    with open_store(home) as store:
        load(store, tmp_path, POSTS[:1])
        describe_stored_posts(store)
        load(store, tmp_path, [message(1, NOON, "good night", "QZRA")])
        version = build_version(store, home)
    assert read_table(version, "select kind, originality, english from posts") == [(None, None, None)]


def test_describing_changes_no_fingerprint_and_no_panel(home, tmp_path, sessions_of_2016):
    def publish(store):
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(store, "linear", "test", flat_scores(raw))
        version = build_version(store, home)
        fingerprint = Published(version).query("publication")["fingerprint"][0]
        return fingerprint, Published(version).query("panel", tagger="linear")

    with open_store(home) as store:
        load(store, tmp_path, POSTS)
        price_table(["QZRA"], sessions_of_2016["session"][-40:].to_list()).write_csv(tmp_path / "prices.csv")
        load_prices(store, tmp_path / "prices.csv", None)
        before, panel_before = publish(store)
        describe_stored_posts(store)
        after, panel_after = publish(store)
    assert before == after
    assert panel_before["intraday_posts"].sum() == 3
    assert panel_before.equals(panel_after)
