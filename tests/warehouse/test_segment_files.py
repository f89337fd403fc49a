"""A catalogue and its files that do not fit: nothing is lost, and a sentence says what to do."""

import pytest
from segmented_home import fill_segments, list_names, read_all, read_home

from etl.errors import EmotapeError
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.status import read_status
from etl.warehouse.store import open_store
from etl.warehouse.tagging import score_posts
from models.tagger import load_tagger


@pytest.fixture
def filled(home):
    with open_store(home) as store:
        fill_segments(store, home.path)
    return home


def test_a_new_store_does_not_begin_beside_segments(filled):
    names = list_names(filled)
    before = read_home(filled)
    aside = filled.path / "aside"
    filled.store.rename(aside)
    for _ in range(2):  # the first try leaves an empty file
        with pytest.raises(
            EmotapeError, match=r"holds \d+ files of posts, but .*store.duckdb.* is missing or"
        ):
            open_store(filled).__enter__()
    assert list_names(filled) == names
    aside.replace(filled.store)
    assert read_home(filled) == before


def test_posts_whose_file_is_missing_are_missed(filled):
    posts = next(filled.path.glob("posts/*/000001.parquet"))
    posts.rename(filled.path / "aside")
    names = list_names(filled)
    with pytest.raises(EmotapeError, match=r"1 of the \d+ files of posts .*000001.parquet: put them back"):
        open_store(filled).__enter__()
    assert "000001.parquet" in read_status(filled)["store"]["busy"]
    assert list_names(filled) == names
    (filled.path / "aside").rename(posts)
    assert read_status(filled)["store"]["segments"]["n_segments"] > 1


def test_scores_and_traits_whose_files_are_missing_are_made_again(filled):
    before, names = read_home(filled), list_names(filled)
    for kind in ("scores", "traits"):
        next(filled.path.glob(f"posts/*/*.{kind}-*")).unlink()
    with open_store(filled) as store:
        score_posts(store, load_tagger("lexicon"))
        describe_stored_posts(store)
        found = read_all(store)
    assert found == before
    assert list_names(filled) == names
