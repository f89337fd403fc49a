"""Wherever posts lie, they read the same: as a plain table would, and as a dictionary by key does."""

import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import message, write_lines
from segmented_home import read_all

from etl.settings import open_home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.incoming import LoadCount, gather_posts, log_load, next_load
from etl.warehouse.load import load_posts
from etl.warehouse.segments import folding
from etl.warehouse.segments.adding import add_posts
from etl.warehouse.segments.catalogue import list_files
from etl.warehouse.segments.folding import fold
from etl.warehouse.segments.reading import read_stored
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import open_store, transaction
from etl.warehouse.tagging import score_posts
from models.tagger import load_tagger

IDS = st.sets(st.integers(1, 8), min_size=1)
VERSIONS = st.integers(0, 3)
FEW = st.integers(1, 5)
ACTIONS = st.one_of(
    st.tuples(st.just("load"), IDS, VERSIONS),
    st.tuples(st.just("add"), IDS, VERSIONS, FEW),
    st.tuples(st.just("fold"), FEW, st.integers(1, 3)),
    st.tuples(st.just("derive")),
)


def write(number, version):
    """A post as it stands in a version: text, likes or month differ from those of the one before."""
    month = 1 + (number + (version == 3)) % 3
    record = message(
        number,
        f"2016-{month:02}-{number:02}T15:00:00Z",
        f"post {number} {'🚀 happy' if version > 1 else 'sad'}",
        ("QZRA", "QZRB")[number % 2],
        likes={"total": version + 1},
    )
    return record, (f"2016-{month:02}-{number:02} 15:00:00", record["body"], version + 1)


class Model:
    """The posts as a dictionary by key, and what a load of some makes of it."""

    def __init__(self):
        self.posts = {}

    def load(self, numbers, version):
        coming = {str(number): write(number, version)[1] for number in numbers}
        new = len(coming.keys() - self.posts.keys())
        same = sum(self.posts.get(key) == post for key, post in coming.items())
        self.posts |= coming
        return LoadCount(new, len(coming) - new - same, same, 0)


def add(store, file, least):
    """Add a file's posts as large files are added, and log that as a load is logged."""
    with transaction(store):
        load_id = next_load(store)
        gather_posts(store, StockTwits(), load_id, StockTwits().read(file), lambda rows: None)
        store.execute(
            "create or replace temp table coming as select * exclude symbols_are_complete from incoming_posts"
        )
        count = add_posts(store, "temp.coming", least)
        log_load(store, load_id, "posts", str(file), "stocktwits", count)
    return count


def derive(store):
    score_posts(store, load_tagger("lexicon"))
    describe_stored_posts(store)


def do(action, store, plain, model, folder):
    """Do an action to a store that may have segments, to one without, and to the model."""
    kind, *of = action
    if kind in ("load", "add"):
        numbers, version, *least = of
        file = write_lines(folder / "p.jsonl", [write(number, version)[0] for number in sorted(numbers)])
        expected = model.load(numbers, version)
        assert load_posts(plain, StockTwits(), file) == expected
        found = add(store, file, *least) if kind == "add" else load_posts(store, StockTwits(), file)
        assert found == expected
    elif kind == "fold":
        least, most = of
        with patch.object(folding, "MOST_SEGMENTS", most):
            fold(store, enough=1, least=least)
    else:
        derive(store)
        derive(plain)


def read_staged(store, name):
    """Return what the build takes of scores, or of posts with traits: those of posts as they stand now."""
    read_stored(store)
    return store.execute(f"select * from ({read_sql('staging', name).text}) order by all").fetchall()


def check_equal(actions, folder):
    model = Model()
    homes = open_home(folder / "segments"), open_home(folder / "plain")
    with open_store(homes[0]) as store, open_store(homes[1]) as plain:
        for action in actions:
            do(action, store, plain, model, folder)
            found = read_all(store)["stored_posts"]
            assert found == read_all(plain)["stored_posts"], action
            shown = store.execute(
                "select post_id, created_at::varchar, body, likes from stored_posts order by all"
            )
            assert {key: tuple(post) for key, *post in shown.fetchall()} == model.posts
        derive(store)
        derive(plain)
        for name in ("stg_scores", "stg_posts"):
            rows = [read_staged(each, name) for each in (store, plain)]
            assert rows[0] == rows[1]
            assert len(rows[0]) == len(model.posts)
        assert all(file.exists() for file in list_files(store))


@settings(max_examples=6)
@example(actions=[("load", {1, 4, 7}, 0), ("derive",), ("fold", 1, 1), ("load", {1}, 2), ("fold", 1, 1)])
@example(actions=[("add", {1, 4}, 0, 1), ("add", {1, 4, 7}, 3, 1), ("fold", 1, 1), ("load", {1, 4}, 0)])
@example(actions=[("add", {1}, 0, 1), ("load", {1}, 3), ("load", {1}, 0), ("fold", 1, 3),
                  ("add", {1}, 2, 1), ("fold", 5, 1)])  # fmt: skip
@given(actions=st.lists(ACTIONS, max_size=5))
def test_posts_read_the_same_wherever_they_lie(actions):
    with tempfile.TemporaryDirectory() as folder:
        check_equal(actions, Path(folder))


@pytest.mark.slow
@settings(max_examples=80)
@given(actions=st.lists(ACTIONS, min_size=4, max_size=16))
def test_posts_read_the_same_after_many_actions(actions):
    with tempfile.TemporaryDirectory() as folder:
        check_equal(actions, Path(folder))
