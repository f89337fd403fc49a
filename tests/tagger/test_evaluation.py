"""Figures of a tagger, by hand and against scikit-learn."""

import numpy as np
import polars as pl
import pytest

from models.emotions import EMOTIONS
from models.tagger import load_tagger
from models.tagger.evaluation import evaluate, evaluate_proba


def test_figures_equal_scikit_learn():
    from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

    rng = np.random.default_rng(3)
    proba = rng.dirichlet(np.ones(7), 500)
    labels = rng.choice(EMOTIONS, 500)
    got = evaluate_proba(proba, labels.tolist())
    guess = np.array(EMOTIONS)[proba.argmax(axis=1)]
    assert got.accuracy == pytest.approx(accuracy_score(labels, guess))
    assert got.macro_f1 == pytest.approx(f1_score(labels, guess, average="macro"))
    order = np.argsort(EMOTIONS)
    assert got.log_loss == pytest.approx(log_loss(labels, proba[:, order], labels=np.array(EMOTIONS)[order]))
    np.testing.assert_array_equal(got.confusion, confusion_matrix(labels, guess, labels=EMOTIONS))


def test_figures_by_hand():
    proba = np.zeros((4, 7))
    proba[0, 1] = proba[1, 1] = 0.75  # happy, rightly and wrongly
    proba[0, 0] = proba[1, 0] = 0.25
    proba[2, 6] = proba[3, 0] = 0.85  # fear and neutral, rightly
    proba[2, 0] = proba[3, 1] = 0.15
    got = evaluate_proba(proba, ["happy", "sad", "fear", "neutral"])
    assert got.accuracy == 0.75
    assert got.calibration_error == pytest.approx((2 * abs(0.75 - 0.5) + 2 * abs(0.85 - 1)) / 4)
    assert got.confident_half_accuracy == 1.0
    assert got.valence_accuracy == 0.75
    assert got.macro_f1 == pytest.approx((2 / 3 + 0 + 1 + 1) / 4)


def test_labels_that_are_no_emotions_are_refused():
    with pytest.raises(ValueError, match="bullish"):
        evaluate_proba(np.full((1, 7), 1 / 7), ["bullish"])
    with pytest.raises(ValueError, match="no labelled post"):
        evaluate_proba(np.zeros((0, 7)), [])


@pytest.mark.real_data
def test_the_shipped_weights_know_their_training_posts(real_data):
    posts = pl.read_parquet(real_data / "emtract_tagged.parquet")
    got = evaluate(load_tagger(), posts["body"], posts["emotion"].to_list())
    # Not a measure of quality (they were trained on), but of the weights being these posts' weights.
    assert got.accuracy > 0.75
