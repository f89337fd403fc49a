"""A failed fold leaves files under a number that other posts then get: they are not taken for theirs."""

import pytest
from samples import message, write_lines
from segmented_home import load_all, read_all

from etl.errors import EmotapeError
from etl.sources.stocktwits import StockTwits
from etl.warehouse.load import load_posts
from etl.warehouse.segments import folding
from etl.warehouse.segments.folding import fold
from etl.warehouse.store import open_store
from etl.warehouse.tagging import score_posts
from models.tagger import load_tagger


def write(folder, number, body):
    return write_lines(folder / "p.jsonl", [message(number, "2016-09-05T15:00:00Z", body, "QZRA")])


def test_scores_that_a_failed_fold_left_are_not_taken_for_those_of_other_posts(home, tmp_path, monkeypatch):
    def fail(*arguments, **named):
        raise EmotapeError("the disk is full")

    with open_store(home) as store:
        load_all(store, write(tmp_path, 1, "so happy 🚀"))
        with monkeypatch.context() as patched:
            patched.setattr(folding, "_delete_moved", fail)
            with pytest.raises(EmotapeError, match="the disk is full"):
                fold(store, enough=1, least=1)
        load_posts(store, StockTwits(), write(tmp_path, 1, "so sad and afraid"))
        fold(store, enough=1, least=1)
        assert store.execute("select count(*) from segment_scores").fetchall() == [(0,)]
        assert score_posts(store, load_tagger("lexicon")) == 1
        rows = read_all(store)
    (post,) = rows["stored_posts"]
    scored = {(row[3], row[4]) for row in rows["stored_scores"]}
    assert post[1] in {post_id for post_id, _ in scored}
    assert post[-2] in {body_hash for _, body_hash in scored}
