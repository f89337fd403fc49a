"""Other taxonomies: each label has a place among the seven, and what comes back is what went in."""

import itertools

import numpy as np
import polars as pl
import pytest

from models.emotions import EMOTIONS
from models.taxonomies import TAXONOMIES, evaluate_direction, recognise, single_labels

OF_EMOTIONS = [taxonomy for taxonomy in TAXONOMIES.values() if taxonomy.kind == "emotions"]
BULLISH_BEARISH = TAXONOMIES["bullish_bearish"]


def test_taxonomies_are_complete():
    size = {name: len(taxonomy.labels) for name, taxonomy in TAXONOMIES.items()}
    assert size == {"emtract": 7, "stockemotions": 12, "goemotions": 28, "bullish_bearish": 2}


@pytest.mark.parametrize("taxonomy", OF_EMOTIONS, ids=lambda t: t.name)
def test_every_label_becomes_one_of_the_seven_or_is_declared_unmapped(taxonomy):
    assert set(taxonomy.emotion_of.values()) <= set(EMOTIONS)
    assert not set(taxonomy.emotion_of) & set(taxonomy.unmapped)
    got = taxonomy.to_emtract(pl.Series(taxonomy.labels))
    assert got.is_null().to_list() == [label in taxonomy.unmapped for label in taxonomy.labels]


@pytest.mark.parametrize("taxonomy", TAXONOMIES.values(), ids=lambda t: t.name)
def test_files_speak_of_labels_and_emotions_that_exist(taxonomy):
    assert set(taxonomy.because) <= set(taxonomy.labels)
    assert set(taxonomy.label_of) <= set(EMOTIONS)
    assert set(taxonomy.label_of.values()) <= set(taxonomy.labels)
    assert all(label == label.lower() for label in taxonomy.labels)
    assert all(reason.endswith(".") for reason in taxonomy.because.values())


@pytest.mark.parametrize("taxonomy", OF_EMOTIONS, ids=lambda t: t.name)
def test_an_emotion_comes_back_from_every_taxonomy(taxonomy):
    seven = pl.Series(EMOTIONS)
    assert taxonomy.to_emtract(taxonomy.from_emtract(seven)).to_list() == list(EMOTIONS)


def test_signs_come_back_through_valence():
    labels = BULLISH_BEARISH.from_valence(pl.Series([0.4, -0.2, 0.0, None]))
    assert labels.to_list() == ["bullish", "bearish", "bearish", None]
    assert BULLISH_BEARISH.to_sign(labels).to_list() == [1, -1, -1, None]


def test_labels_that_two_taxonomies_know_mean_the_same_in_both():
    for one, other in itertools.combinations(OF_EMOTIONS, 2):
        for label in set(one.emotion_of) & set(other.emotion_of):
            assert one.emotion_of[label] == other.emotion_of[label], (one.name, other.name, label)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Happy", "sad"], "emtract"),
        (["anger", "disgust"], "emtract"),
        (["anger", "PANIC ", None], "stockemotions"),
        (["joy", "neutral"], "goemotions"),
        (["optimism", "grief"], "goemotions"),
        (["Bullish", "BEARISH"], "bullish_bearish"),
        (["Bullish"], "bullish_bearish"),
    ],
)
def test_a_column_of_labels_is_recognised(labels, expected):
    assert recognise(labels).name == expected


def test_labels_of_no_taxonomy_are_refused_by_name():
    with pytest.raises(ValueError, match=r"no taxonomy .* knows the label 'hodl'; the nearest, goemotions"):
        recognise(["joy", "grief", "hodl"])
    with pytest.raises(ValueError, match="'bullish'"):
        recognise(["happy", "sad", "bullish"])
    with pytest.raises(ValueError, match="no labelled post"):
        recognise([None])


def test_labels_are_mapped_whatever_their_case_and_foreign_ones_refused():
    taxonomy = TAXONOMIES["stockemotions"]
    got = taxonomy.to_emtract(pl.Series([" Panic", "BELIEF", None, "ambiguous"]))
    assert got.to_list() == ["fear", "happy", None, "neutral"]
    with pytest.raises(ValueError, match="stockemotions has no label 'grief'"):
        taxonomy.to_emtract(pl.Series(["grief"]))
    with pytest.raises(ValueError, match="no emotion 'hodl'; there are neutral"):
        taxonomy.from_emtract(pl.Series(["hodl"]))


def test_directions_are_not_taken_for_emotions_nor_emotions_for_directions():
    with pytest.raises(ValueError, match="no emotion"):
        BULLISH_BEARISH.to_emtract(pl.Series(["bullish"]))
    with pytest.raises(ValueError, match="use from_valence"):
        BULLISH_BEARISH.from_emtract(pl.Series(["happy"]))
    with pytest.raises(ValueError, match="use to_emtract"):
        TAXONOMIES["goemotions"].to_sign(pl.Series(["joy"]))
    with pytest.raises(ValueError, match="use from_emtract"):
        TAXONOMIES["goemotions"].from_valence(pl.Series([0.1]))


@pytest.mark.parametrize(
    "labels",
    [
        pl.Series([["Joy"], ["joy", "love"], [], None, ["fear"]]),
        pl.Series(["Joy", "joy,love", "", None, " fear "]),
        pl.Series(["['Joy']", "['joy', 'love']", "[]", None, '["fear"]']),
    ],
    ids=["lists", "commas", "printed lists"],
)
def test_only_rows_with_one_label_are_kept(labels):
    assert single_labels(labels).to_list() == ["joy", None, None, None, "fear"]


def test_figures_of_direction_by_hand():
    valence = np.array([0.8, 0.3, -0.1, 0.2, -0.5, 0.0])
    signs = np.array([1, 1, 1, -1, -1, -1])
    got = evaluate_direction(valence, signs)
    # Above zero: three, of which two are labelled up.
    assert got.accuracy == pytest.approx(4 / 6)
    assert got.f1 == pytest.approx(2 * 2 / (3 + 3))
    assert got.auc == pytest.approx(7 / 9)  # of nine pairs, -0.1 is below 0.2 and 0.0
    assert (got.n_posts, got.n_bullish) == (6, 3)


def test_figures_of_direction_equal_scikit_learn():
    from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

    rng = np.random.default_rng(2)
    signs = rng.choice([-1, 1], 400)
    valence = np.round(0.2 * signs + rng.normal(0, 0.4, 400), 1)  # rounded, so that there are ties
    got = evaluate_direction(valence, signs)
    guess = np.where(valence > 0, 1, -1)
    assert got.accuracy == pytest.approx(accuracy_score(signs, guess))
    assert got.f1 == pytest.approx(f1_score(signs, guess))
    assert got.macro_f1 == pytest.approx(f1_score(signs, guess, average="macro"))
    assert got.auc == pytest.approx(roc_auc_score(signs, valence))


def test_one_direction_alone_has_no_auc():
    assert evaluate_direction(np.array([0.1, 0.2]), np.array([1, 1])).auc is None
    with pytest.raises(ValueError, match="no labelled post"):
        evaluate_direction(np.zeros(0), np.zeros(0, int))
