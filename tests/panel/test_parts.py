"""Emotions of parts of the posts before the open: whose they are and what kind of posts."""

from collections import defaultdict
from datetime import timedelta
from statistics import mean, median

import numpy as np
import polars as pl
import pytest
from open_version import open_version
from samples import flat_scores, message, price_table, write_lines

from etl.settings import open_home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import Published
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from models.emotions import EMOTIONS
from models.estimation.families.parts import PAIRS, PARTS, WHOSE_AND_WHAT

BODIES = ("sold half before earnings", "what a lovely weekend", "RT @someone margins are growing", "hm")
MEANS = (*EMOTIONS, "valence")


def build_home(folder, posts, days):
    """A published version of posts that were described and scored, with prices of QZRA and QZRB."""
    folder.mkdir(exist_ok=True)
    home = open_home(folder / "home")
    price_table(["QZRA", "QZRB"], days).write_csv(folder / "prices.csv")
    with open_store(home) as store:
        load_posts(store, StockTwits(), write_lines(folder / "p.jsonl", posts))
        load_prices(store, folder / "prices.csv", None)
        describe_stored_posts(store)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(store, "linear", "test", flat_scores(raw))
        return build_version(store, home)


def read_rows(version, query):
    with open_version(version) as connection:
        return connection.sql(query).pl().to_dicts()


def draw_posts(sessions, n, seed):
    """Posts of five known authors and unknown ones around the sessions' opens; some at the same second."""
    rng = np.random.default_rng(seed)
    rows = sessions.to_dicts()
    posts = []
    for number in range(1, n + 1):
        moment = rows[rng.integers(len(rows))]["open_at"] + timedelta(minutes=40 * int(rng.integers(-4, 2)))
        author = int(rng.integers(6))
        user = {"id": author, "username": f"a{author}"} | ({"followers": 10 * author} if author > 1 else {})
        tag = {"basic": "Bearish"} if rng.random() < 0.3 else None
        symbols = [["QZRA"], ["QZRB"], ["QZRA", "QZRB"]][rng.integers(3)]
        body = BODIES[rng.integers(len(BODIES))]
        posts.append(
            message(number, f"{moment:%Y-%m-%dT%H:%M:00Z}", body, *symbols)
            | {"entities": {"sentiment": tag}}
            | {"user": user if author else {}}
        )
    return posts


@pytest.fixture(scope="module")
def days(sessions_of_2016):
    return sessions_of_2016.slice(100, 8)


@pytest.fixture(scope="module")
def version(tmp_path_factory, days):
    folder = tmp_path_factory.mktemp("parts")
    return build_home(folder, draw_posts(days.slice(1, 6), 120, seed=4), days["session"].to_list())


def sort_into_parts(posts):
    """Brute force over rows of `posts`: post -> the parts it belongs to."""
    before = [p for p in posts if p["window_name"] == "pre_open"]
    earlier = {
        p["post_id"]: sum(
            q["user_id"] == p["user_id"] and q["available_at"] < p["available_at"] for q in posts
        )
        for p in before
        if p["user_id"] is not None
    }
    by_session = defaultdict(list)
    for p in before:
        by_session[p["session"]].append(p)
    parts = {}
    for session_posts in by_session.values():
        follower_median = median(p["followers"] for p in session_posts if p["followers"] is not None)
        earlier_median = median(earlier[p["post_id"]] for p in session_posts if p["post_id"] in earlier)
        for p in session_posts:
            found = {p["kind"], p["originality"], "untagged" if p["sentiment"] is None else "tagged"}
            if p["followers"] is not None:
                found.add("much_followed" if p["followers"] > follower_median else "little_followed")
            if p["post_id"] in earlier:
                found.add("experienced" if earlier[p["post_id"]] > earlier_median else "newcomer")
            if len(p["tickers"]) == 1:
                found.add("single_ticker")
            parts[p["post_id"]] = found - {None}
    return parts


def test_parts_equal_brute_force(version):
    posts = read_rows(version, "select * from posts")
    scores = {row["post_id"]: row for row in read_rows(version, "select * from scores")}
    members = defaultdict(list)
    for post_id, parts in sort_into_parts(posts).items():
        post = next(p for p in posts if p["post_id"] == post_id)
        for ticker in post["tickers"]:
            for part in parts:
                members[ticker, post["session"], part].append(scores[post_id])
    rows = read_rows(version, "select * from firm_emotions_by_part")
    assert {row["part"] for row in rows} == set(PARTS)
    assert {(r["ticker"], r["session"], r["part"]) for r in rows} == set(members)
    for row in rows:
        of_part = members[row["ticker"], row["session"], row["part"]]
        assert row["n_posts"] == len(of_part)
        for name in MEANS:
            assert row[name] == pytest.approx(mean(score[name] for score in of_part), abs=1e-12)


def test_a_pair_divides_the_posts_of_a_firm_day(version):
    """Every post is tagged or not; of the other pairs, none is in both halves."""
    panel = Published(version).query("panel_by_part", tagger="linear")
    for first, second in PAIRS:
        halves = panel[f"pre_open_posts_of_{first}"] + panel[f"pre_open_posts_of_{second}"]
        assert (halves <= panel["pre_open_posts"]).all()
        if first in {"tagged", "finance", "original"}:
            assert halves.to_list() == panel["pre_open_posts"].to_list()


def test_the_panel_by_part_is_the_panel_and_the_parts_beside_it(version):
    published = Published(version)
    wide, panel = published.query("panel_by_part", tagger="linear"), published.query("panel", tagger="linear")
    with_posts = panel.filter(pl.col("pre_open_posts") > 0)
    assert 0 < with_posts.height < panel.height
    assert wide.select(panel.columns).equals(with_posts)
    names = {f"pre_open_{n}_of_{part}" for part in PARTS for n in (*MEANS, "posts", "log_posts")}
    assert set(wide.columns) - set(panel.columns) == names
    rows = read_rows(version, "select * from firm_emotions_by_part")
    by_part = {(r["ticker"], r["session"], r["part"]): r for r in rows}
    n_silent = 0
    for row in wide.iter_rows(named=True):
        for part in PARTS:
            found = by_part.get((row["ticker"], row["session"], part), {"n_posts": 0})
            assert row[f"pre_open_posts_of_{part}"] == found["n_posts"]
            assert row[f"pre_open_log_posts_of_{part}"] == pytest.approx(
                np.log1p(found["n_posts"]), abs=1e-15
            )
            # Missing without posts: silence is not calm.
            assert [row[f"pre_open_{name}_of_{part}"] for name in MEANS] == [found.get(n) for n in MEANS]
            n_silent += found["n_posts"] == 0
    assert n_silent > 0


def test_parts_of_a_tagger_that_scored_nothing_are_no_rows(version):
    assert Published(version).query("panel_by_part", tagger="nobody").is_empty()


def test_posts_after_the_open_leave_the_parts_before_it(tmp_path, days):
    """Medians of followers and of experience are those of the posts before the open alone."""
    opened = days["open_at"][3]
    before, after = (
        [
            message(n + shift, f"{opened + timedelta(minutes=m + n):%Y-%m-%dT%H:%M:%SZ}", "hm", "QZRA")
            | {"user": {"id": n + shift, "username": f"u{n}", "followers": followers * (n + 1)}}
            for n in range(6)
        ]
        for shift, m, followers in ((1, -60, 10), (100, 5, 10_000))
    )
    query = (
        "select * from firm_emotions_by_part where session = (select min(session) from posts) order by all"
    )
    alone = read_rows(build_home(tmp_path / "alone", before, days["session"].to_list()), query)
    both = read_rows(build_home(tmp_path / "both", before + after, days["session"].to_list()), query)
    assert alone == both
    assert {row["part"]: row["n_posts"] for row in alone}["much_followed"] == 3


def test_counts_by_the_most_probable_emotion_add_up_to_the_posts(version):
    panel = Published(version).query("panel", tagger="linear")
    for window in ("pre_open", "intraday"):
        counts = panel.select(f"{window}_n_{emotion}" for emotion in EMOTIONS)
        assert counts.null_count().sum_horizontal().item() == 0  # no posts: zero
        assert counts.sum_horizontal().to_list() == panel[f"{window}_posts"].to_list()
    # The sample's scores call every post neutral.
    assert panel["pre_open_n_neutral"].to_list() == panel["pre_open_posts"].to_list()
    assert panel["pre_open_posts"].max() > 1


def test_the_family_has_a_column_for_every_part_and_pair(version):
    panel = Published(version).query("panel_by_part", tagger="linear")
    assert len(WHOSE_AND_WHAT.specs) == len(PARTS) + len(PAIRS)
    assert [spec.column_no for spec in WHOSE_AND_WHAT.specs] == list(range(1, 17))
    for spec in WHOSE_AND_WHAT.specs:
        assert set(spec.variables) <= set(panel.columns)
        assert (spec.frame, spec.effects) == ("panel_by_part", ("ticker", "session"))
    chat = WHOSE_AND_WHAT.specs[1]
    assert "pre_open_fear_of_chat" in chat.regressors
    assert "pre_open_log_posts_of_chat" in chat.controls
