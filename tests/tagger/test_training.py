"""Training: it learns, it is reproducible, and what it exports is what it fitted."""

import numpy as np
import polars as pl
import pytest

from models.emotions import EMOTIONS
from models.tagger.cross_validation import cross_validate
from models.tagger.features import Features
from models.tagger.linear import LinearTagger
from models.tagger.training import Recipe, fit_weights, fit_word_vectors, to_forms
from models.tagger.weights_file import pack

SIGNS = {
    "neutral": "earnings call tomorrow at noon",
    "happy": "love this winner 🚀",
    "sad": "lost so much money 😢",
    "anger": "crooks and liars 😡",
    "disgust": "what a garbage company 🤮",
    "surprise": "wow never expected this 😲",
    "fear": "afraid of a crash 😱",
}
SMALL = Recipe(dimensions=4, min_count=1)


@pytest.fixture(scope="module")
def labelled() -> tuple[pl.Series, list[str]]:
    rng = np.random.default_rng(5)
    filler = ["the", "stock", "today", "is", "and", "price", "of", "it", "will"]
    texts, labels = [], []
    for _ in range(30):
        for emotion, sign in SIGNS.items():
            words = sign.split() + rng.choice(filler, 4).tolist()
            rng.shuffle(words)
            texts.append(" ".join(words))
            labels.append(emotion)
    return pl.Series(texts), labels


def test_look_ups_equal_the_fitted_regression(labelled):
    from sklearn.linear_model import LogisticRegression

    texts, labels = labelled
    forms = to_forms(texts)
    vectors = fit_word_vectors(forms, [], SMALL)
    recipe = Recipe(dimensions=4, min_count=1, balanced_share=0.0)
    weights = fit_weights(forms, labels, vectors, recipe)
    features = Features.choose(forms, vectors)
    target = [EMOTIONS.index(label) for label in labels]
    model = LogisticRegression(C=recipe.inverse_penalty, max_iter=400, tol=1e-3)
    model.fit(features.matrix(forms), target)
    unseen = pl.Series(["loved the garbage 🚀", "crashing stockz today 😱", "nothing"])
    expected = model.decision_function(features.matrix(to_forms(unseen)))
    got = LinearTagger(weights, "test").logits(unseen)
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_the_same_posts_and_seed_give_the_same_bytes(labelled):
    texts, labels = labelled
    packed = []
    for _ in range(2):
        forms = to_forms(texts)
        packed.append(pack(fit_weights(forms, labels, fit_word_vectors(forms, [], SMALL), SMALL)))
    assert packed[0] == packed[1]


def test_signs_of_emotions_are_learnt(labelled):
    texts, labels = labelled
    folds, pooled = cross_validate(
        texts, labels, fit_word_vectors(to_forms(texts), [], SMALL), SMALL, folds=3
    )
    assert len(folds) == 3
    assert pooled.accuracy > 0.95
    assert pooled.n_posts == len(labels)


def test_cross_validation_knows_nothing_of_random_labels(labelled):
    texts, labels = labelled
    shuffled = np.random.default_rng(1).permutation(labels).tolist()
    _, pooled = cross_validate(texts, shuffled, fit_word_vectors(to_forms(texts), [], SMALL), SMALL, folds=3)
    assert pooled.accuracy < 0.3  # one in seven is right by chance


def test_labels_must_be_emotions_and_all_must_occur(labelled):
    texts, labels = labelled
    forms = to_forms(texts)
    vectors = fit_word_vectors(forms, [], SMALL)
    with pytest.raises(ValueError, match="bullish"):
        fit_weights(forms, ["bullish", *labels[1:]], vectors, SMALL)
    with pytest.raises(ValueError, match="every emotion needs posts"):
        fit_weights(forms[:2], ["happy", "sad"], vectors, SMALL)
