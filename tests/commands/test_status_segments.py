"""`emotape status` says what lies in segments, and says nothing where nothing does."""

import json

from segmented_home import fill_segments, list_names

from etl.warehouse.store import open_store


def test_posts_in_segments_are_counted_with_their_files_and_bytes(home, emotape, tmp_path):
    with open_store(home) as store:
        fill_segments(store, tmp_path)
    size = sum((home.path / name).stat().st_size for name in list_names(home))
    said = emotape("status", home=home.path).stdout
    assert "posts: stocktwits: 66, " in said
    files = "50 of these posts in 6 files, 12 more with their scores and traits"
    assert f"segments: {files}, {size / 2**20:,.1f} MiB\n" in said
    told = json.loads(emotape("status", "--json", home=home.path).stdout)["store"]["segments"]
    assert told == {"n_posts": 50, "n_segments": 6, "n_files": 18, "bytes": size}


def test_a_store_without_segments_says_nothing_of_them(home, emotape):
    with open_store(home):
        pass
    assert "segments:" not in emotape("status", home=home.path).stdout
    assert json.loads(emotape("status", "--json", home=home.path).stdout)["store"]["segments"] is None
