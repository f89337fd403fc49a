"""A build that takes months over from the version before equals a build of everything, row by row."""

import gzip
import random
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from open_version import open_version

from etl.settings import open_home
from etl.simulated import simulated_source, write_market
from etl.warehouse.build import build_version, is_empty
from etl.warehouse.building import periods, returns
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.segments.folding import fold
from etl.warehouse.store import open_store
from etl.warehouse.tagging import score_posts
from etl.warehouse.versions import POST_FILES
from models.simulation import simulate_market
from models.tagger import load_tagger

FEW = 10  # with more rows than this a period is a month
PARTS = 5
NOT_SAID = {"built", "publication"}  # what it was made of, and when


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """Files of posts and prices in parts, which a warehouse may be given in any order; tickers and days."""
    folder = tmp_path_factory.mktemp("market")
    simulated = simulate_market(4, 50, 2, seed=3)
    posts, prices = write_market(simulated, folder)
    lines = gzip.decompress(posts.read_bytes()).decode().splitlines(keepends=True)
    table = pl.read_csv(prices)
    days = table["date"].unique().sort().to_list()[-60:]
    files = {}
    for part in range(PARTS):
        files["posts", part] = folder / f"posts_{part}.jsonl"
        first = part * len(lines) // PARTS
        files["posts", part].write_text("".join(lines[first : first + len(lines) // PARTS + 2]))
        files["prices", part] = folder / f"prices_{part}.csv"
        some = days[part * len(days) // PARTS : (part + 1) * len(days) // PARTS]
        table.filter(pl.col("date").is_in(some)).write_csv(files["prices", part])
    tickers = table["ticker"].unique().sort().to_list()
    return files, tickers, days


def do(store, market, action):
    """Take in a part of the market's files, or tell of a firm or a live source."""
    files, tickers, days = market
    kind, part = action
    named = {"ticker": tickers[part % len(tickers)], "day": days[10 * part]}
    if kind == "posts":
        load_posts(store, simulated_source(), files[action])
        score_posts(store, load_tagger("linear"))
        describe_stored_posts(store)
    elif kind == "prices":
        load_prices(store, files[action], None)
    elif kind == "figures":
        store.execute(
            "insert into raw_short_interest by name select $ticker as ticker, $day::date - 10 as settled_on,"
            " $day::date as known_on, 100 as shares_short, 1000 as float_shares, 2000 as shares_outstanding,"
            " 1 as load_id",
            named,
        )
    elif kind == "watch":
        store.execute(
            "insert into stream_marks by name select 'feed' as source, $ticker as ticker,"
            " $day::timestamp as begin_at, $day::timestamp + interval 30 day as checked_at",
            named,
        )
    else:
        fold(store, enough=1, least=1)


def read_all(version):
    """Relation -> its rows, sorted."""
    with open_version(version) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'market'"
            ).fetchall()
            if name not in NOT_SAID
        ]
        rows = {
            name: connection.execute(f"select * from {name} order by all").fetchall()
            for name in (*names, *POST_FILES)
        }
        rows["fingerprint"] = connection.execute("select fingerprint, n_posts from publication").fetchall()
    return rows


def compare_with_anew(market, folder, actions):
    """Do actions with a build after each, then compare with one build of the end, in another home.

    The one makes each month and each firm's returns by itself, the other as many together as it would.
    """
    home, other = open_home(folder / "grown"), open_home(folder / "anew")
    by_itself = patch.object(periods, "MANY_FIRM_DAYS", 0), patch.object(returns, "PRICES_AT_ONCE", 1)
    with open_store(home) as store, by_itself[0], by_itself[1]:
        for action in actions:
            do(store, market, action)
            if not is_empty(store):
                grown = build_version(store, home, many=FEW)
    with open_store(other) as store:
        for action in sorted(actions):
            if action[0] != "fold":
                do(store, market, action)
        anew = build_version(store, other, many=FEW)
    found, expected = read_all(grown), read_all(anew)
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert len(expected["panel"]) > 50


ALL = [(kind, part) for kind in ("posts", "prices") for part in range(PARTS)]
MORE = [("figures", 2), ("watch", 3), ("fold", 0), ("figures", 4), ("watch", 1), ("fold", 1)]


def test_a_day_after_the_other_equals_a_build_of_all(market, tmp_path):
    by_day = sorted(ALL, key=lambda action: (action[1], action[0]))
    compare_with_anew(market, tmp_path, [*by_day[:6], ("watch", 3), ("fold", 0), *by_day[6:], ("figures", 2)])


@pytest.mark.slow
@settings(max_examples=8)
@given(seed=st.integers(0, 10**6))
def test_whatever_comes_in_whatever_order_the_end_is_the_same(market, tmp_path_factory, seed):
    actions = [*ALL, *MORE]
    random.Random(seed).shuffle(actions)
    compare_with_anew(market, tmp_path_factory.mktemp("order"), actions)


def test_months_without_news_are_not_made_again(market, tmp_path):
    home = open_home(tmp_path / "home")
    with open_store(home) as store:
        for action in ALL[:-1]:
            do(store, market, action)
        build_version(store, home, many=FEW)
        do(store, market, ALL[-1])
        said = []
        version = build_version(store, home, said.append, many=FEW)
    made = [line for line in said if line.startswith("panel of")]
    months = [file.stem for file in version.post_files("posts")]
    # The calendar goes on to the session after the last.
    assert made == [f"panel of {months[-1]} to 2025-01"]
    assert len(months) > 2
    shared = [file for name in POST_FILES for file in version.post_files(name) if file.stat().st_nlink > 1]
    assert len(shared) == len(POST_FILES) * len(months)  # prices alone came: no file of posts was made
