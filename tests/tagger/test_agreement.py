"""Agreement of taggers, by hand and against scikit-learn."""

import numpy as np
import polars as pl
import pytest

from models.tagger import load_tagger
from models.tagger.agreement import agreements, cohen_kappa, compare


@pytest.mark.parametrize("alike", [0.0, 0.3, 0.9])
def test_kappa_equals_scikit_learn(alike):
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(5)
    first = rng.integers(0, 7, 400)
    second = np.where(rng.random(400) < alike, first, rng.integers(0, 5, 400))
    assert cohen_kappa(first, second) == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


def test_kappa_by_hand():
    first, second = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    # Alike on 3 of 4; by chance 1/2 * 1/4 + 1/2 * 3/4 = 1/2.
    assert cohen_kappa(first, second) == pytest.approx(0.5)
    assert cohen_kappa(first, first) == 1
    assert cohen_kappa(np.array([0, 1]), np.array([1, 0])) == -1


def test_kappa_of_one_class_alone_is_not_defined():
    assert cohen_kappa(np.zeros(3, int), np.zeros(3, int)) is None
    assert cohen_kappa(np.zeros(3, int), np.ones(3, int)) == 0


def test_series_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="3 and 2 posts"):
        cohen_kappa(np.zeros(3, int), np.zeros(2, int))
    with pytest.raises(ValueError, match="0 and 0 posts"):
        cohen_kappa(np.zeros(0, int), np.zeros(0, int))


def test_each_pair_has_a_row():
    guesses = [np.array([0, 1, 1]), np.array([0, 1, 2]), np.array([2, 2, 2])]
    pairs = agreements(["a", "b", "c"], guesses)
    assert pairs.select("tagger_a", "tagger_b").rows() == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairs["same"].to_list() == pytest.approx([2 / 3, 0, 1 / 3])


def test_a_comparison_holds_each_taggers_own_figures():
    texts, labels = pl.Series(["to the moon 🚀", "scared of a crash"]), ["happy", "fear"]
    taggers = [load_tagger("linear"), load_tagger("lexicon")]
    comparison = compare(taggers, texts, labels)
    for tagger, evaluation in zip(taggers, comparison.evaluations, strict=True):
        proba = tagger.predict_proba(texts)
        assert evaluation.log_loss == pytest.approx(-np.log([proba[0, 1], proba[1, 6]]).mean(), rel=1e-5)
        assert evaluation.posts_per_second > 0
    assert comparison.agreement.height == 1


def test_labels_are_refused_before_posts_are_scored():
    class NeverScores:
        name = version = "never"

        def predict_proba(self, texts):
            raise AssertionError

    with pytest.raises(ValueError, match="bullish"):
        compare([NeverScores()], pl.Series(["up"]), ["bullish"])
