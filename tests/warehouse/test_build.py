"""A post is placed in the one session and window it can speak to, and the marts count it there."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from open_version import open_version
from samples import flat_scores, message, price_table, write_lines

from etl.errors import CheckFailed, EmotapeError, NothingPublished
from etl.settings import open_home
from etl.sources.stocktwits import StockTwits
from etl.sources.table import Table
from etl.warehouse import build
from etl.warehouse.build import build_version
from etl.warehouse.building import post_files
from etl.warehouse.building.marts import OF_AUTHORS, OF_FIRMS, OF_MOODS, OF_POSTS
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import Published, open_published
from etl.warehouse.sql_files import list_sql, read_sql
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from etl.warehouse.versions import POST_FILES, current_version


def load_and_build(home, tmp_path, posts, prices=None, source=None):
    path = tmp_path / ("p.csv" if isinstance(posts, pl.DataFrame) else "p.jsonl")
    if isinstance(posts, pl.DataFrame):
        posts.write_csv(path)
    else:
        write_lines(path, posts)
    with open_store(home) as store:
        load_posts(store, source or StockTwits(), path)
        if prices is not None:
            prices.write_csv(tmp_path / "prices.csv")
            load_prices(store, tmp_path / "prices.csv", None)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(store, "linear", "test", flat_scores(raw))
        return build_version(store, home)


def read_table(version, query):
    connection = open_version(version)
    try:
        return connection.sql(query).fetchall()
    finally:
        connection.close()


SECOND = timedelta(seconds=1)


def test_a_second_decides_between_windows_and_sessions(tmp_path, home, sessions_of_2016):
    """Over every session of a year, early closes and clock changes included."""
    rows = sessions_of_2016.filter(pl.col("previous_close_at").is_not_null()).to_dicts()
    posts, expected = [], {}
    for row in rows:
        for moment, window in [
            (row["previous_close_at"], "pre_open"),
            (row["open_at"] - SECOND, "pre_open"),
            (row["open_at"], "intraday"),
            (row["close_at"] - SECOND, "intraday"),
        ]:
            expected[str(len(posts) + 1)] = (row["session"], window)
            posts.append(message(len(posts) + 1, f"{moment:%Y-%m-%dT%H:%M:%SZ}", "x", "QZRA"))
    version = load_and_build(home, tmp_path, posts)
    placed = read_table(version, "select post_id, session, window_name from post_tickers")
    assert {post: (session, window) for post, session, window in placed} == expected


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 364 * 86400), min_size=1, max_size=80, unique=True))
def test_no_post_is_ever_used_before_it_exists(tmp_path_factory, sessions_of_2016, seconds):
    tmp_path = tmp_path_factory.mktemp("h")
    start = datetime(2016, 1, 1, tzinfo=UTC)
    posts = [
        message(n + 1, f"{start + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}", "x", "QZRA")
        for n, s in enumerate(seconds)
    ]
    version = load_and_build(open_home(tmp_path / "home"), tmp_path, posts)
    sessions = {row["session"]: row for row in sessions_of_2016.to_dicts()}
    placed = read_table(version, "select available_at, session, window_name from posts")
    assert len(placed) == len(posts)
    for available_at, session, window in placed:
        moment = available_at.replace(tzinfo=UTC)
        if session not in sessions:  # rolled into the next year
            continue
        assert moment < sessions[session]["open_at" if window == "pre_open" else "close_at"]
        assert moment >= sessions[session]["previous_close_at" if window == "pre_open" else "open_at"]


@pytest.mark.parametrize(
    ("day", "session"),
    [
        ("2016-11-21", "2016-11-22"),  # a Monday: usable from Tuesday's open on
        ("2016-11-18", "2016-11-21"),  # a Friday: over the weekend
        ("2016-11-23", "2016-11-25"),  # before Thanksgiving
        ("2016-11-20", "2016-11-21"),  # a Sunday
    ],
)
def test_a_post_with_a_date_only_waits_until_its_day_is_over_everywhere(home, tmp_path, day, session):
    posts = pl.DataFrame({"id": [1], "body": ["x"], "date": [day], "ticker": ["QZRA"]})
    version = load_and_build(home, tmp_path, posts, source=Table("t"))
    assert read_table(version, "select session::varchar, window_name, time_known, created_at from posts") == [
        (session, "pre_open", False, None)
    ]


def test_firm_days_are_means_over_the_posts_of_a_window(home, tmp_path, sessions_of_2016):
    days = sessions_of_2016["session"][-30:-20].to_list()
    row = sessions_of_2016.filter(pl.col("session") == days[5]).row(0, named=True)
    before_open = f"{row['open_at'] - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    during = f"{row['open_at'] + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    posts = [
        message(1, before_open, "a", "QZRA"),
        message(4, before_open, "b", "QZRA", "QZRB"),
        message(3, during, "c", "QZRA"),
        message(5, during, "d", "NOPRICE"),
    ]
    version = load_and_build(home, tmp_path, posts, price_table(["QZRA", "QZRB"], days))
    with open_published(home) as published:
        panel = published.query("panel", tagger="linear")
    assert panel.height == 20  # every firm and session with a price, and no other
    today = panel.filter(ticker="QZRA", session=days[5]).row(0, named=True)
    assert today["pre_open_posts"] == 2
    assert today["pre_open_happy"] == pytest.approx((0.1 + 0.4) / 2)
    assert today["pre_open_valence"] == pytest.approx((0.0 + 0.3) / 2)
    assert today["pre_open_disagreement"] == pytest.approx(0.3 / 2**0.5, abs=1e-6)
    assert today["intraday_happy"] == pytest.approx(0.3)
    assert today["intraday_disagreement"] is None
    assert today["ret_oc"] == pytest.approx(106 / 105 - 1)
    after = panel.filter(ticker="QZRA", session=days[6]).row(0, named=True)
    assert (after["pre_open_posts"], after["pre_open_happy"]) == (0, None)  # silence is not calm
    assert after["pre_open_happy_lag1"] == today["pre_open_happy"]
    assert after["intraday_posts_lag1"] == 1
    assert read_table(version, "select ticker, n_posts, n_prices from coverage order by ticker") == [
        ("NOPRICE", 1, 0),
        ("QZRA", 3, 10),
        ("QZRB", 1, 10),
    ]


def test_every_published_relation_states_a_grain_that_holds(home, tmp_path, sessions_of_2016):
    days = sessions_of_2016["session"][-30:-20].to_list()
    posts = [message(n, f"{day}T15:00:00Z", "x", "QZRA") for n, day in enumerate(days, 1)]
    version = load_and_build(home, tmp_path, posts, price_table(["QZRA"], days[:5] + days[6:]))
    assert set(list_sql("marts")) == {
        *POST_FILES,
        *OF_POSTS,
        *OF_AUTHORS,
        *OF_MOODS,
        *OF_FIRMS,
        *build.WHOLE_FIRST,
        *build.WHOLE_AMONG,
        *build.WHOLE_LAST,
    }
    for name in list_sql("marts"):
        grain = ", ".join(read_sql("marts", name).grain)
        assert read_table(version, f"select {grain} from {name} group by all having count(*) > 1") == []
    assert read_table(version, "select session from price_gaps") == [(days[5],)]


def test_a_post_used_too_early_stops_the_build_and_the_old_version_stays(home, tmp_path, monkeypatch):
    posts = [message(1, "2016-11-21T15:00:00Z", "x", "QZRA")]  # half an hour after the open
    first = load_and_build(home, tmp_path, posts)
    wrong = read_sql("marts", "posts")
    early = wrong.text.replace("posts.available_at < sessions.open_at", "true")  # everything before the open
    assert early != wrong.text

    def read_wrong(folder, name):
        relation = read_sql(folder, name)
        return (
            type(relation)(name, relation.grain, early) if (folder, name) == ("marts", "posts") else relation
        )

    monkeypatch.setattr(post_files, "read_sql", read_wrong)
    with open_store(home) as store, pytest.raises(CheckFailed, match=r"no_look_ahead found 1 rows"):
        build_version(store, home, anew=True)
    assert current_version(home) == first
    monkeypatch.undo()
    with open_store(home) as store:
        assert build_version(store, home).number == 2


def test_a_broken_grain_stops_the_build(home, tmp_path):
    load_and_build(home, tmp_path, [message(1, "2016-11-21T15:00:00Z", "x", "QZRA")])
    with open_store(home) as store:
        store.execute("insert into raw_posts select * from raw_posts")
        with pytest.raises(CheckFailed, match="one row per source, post_id, but stocktwits, 1 has 2"):
            build_version(store, home)
    assert current_version(home).number == 1


def test_an_empty_warehouse_says_what_to_do(home):
    with open_store(home) as store, pytest.raises(EmotapeError, match="emotape load posts"):
        build_version(store, home)
    with pytest.raises(NothingPublished, match="emotape build"):
        current_version(home)


def test_posts_alone_and_prices_alone_are_published(tmp_path, sessions_of_2016):
    alone = open_home(tmp_path / "posts")
    version = load_and_build(alone, tmp_path, [message(1, "2016-11-21T15:00:00Z", "x", "QZRA")])
    assert read_table(version, "select count(*) from panel") == [(0,)]
    alone = open_home(tmp_path / "prices")
    price_table(["QZRA"], sessions_of_2016["session"][1:4].to_list()).write_csv(tmp_path / "q.csv")
    with open_store(alone) as store:
        load_prices(store, tmp_path / "q.csv", None)
        version = build_version(store, alone)
    assert read_table(version, "select count(*) from returns") == [(3,)]


def test_the_fingerprint_depends_on_the_data_and_not_on_the_order_of_loading(tmp_path):
    fingerprints = []
    one, two = (message(n, "2016-11-21T15:00:00Z", "x", "QZRA") for n in (1, 2))
    for n, order in enumerate([[one, two], [two, one], [one]]):
        home = open_home(tmp_path / str(n))
        version = load_and_build(home, tmp_path, order)
        fingerprints.append(Published(version).query("publication")["fingerprint"][0])
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]
