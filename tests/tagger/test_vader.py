"""VADER's shares as probabilities of emotions."""

import sys

import numpy as np
import polars as pl
import pytest

from models.emotions import EMOTIONS, NEGATIVE
from models.tagger import load_tagger, score
from models.tagger.extras import MissingExtra


def test_a_missing_package_is_told_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "vaderSentiment", None)
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(MissingExtra, match=r"vaderSentiment.*pip install 'emotape\[vader\]'"):
        load_tagger("vader").predict_proba(pl.Series(["fine"]))


def test_shares_are_those_of_vader():
    package = pytest.importorskip("vaderSentiment.vaderSentiment", reason="vaderSentiment is not installed")
    text = "A great day, but the close was horrible."
    shares = package.SentimentIntensityAnalyzer().polarity_scores(text)
    assert min(shares["pos"], shares["neg"]) > 0
    (proba,) = load_tagger("vader").predict_proba(pl.Series([text]))
    total = shares["neg"] + shares["neu"] + shares["pos"]
    got = dict(zip(EMOTIONS, proba.tolist(), strict=True))
    assert got["neutral"] == pytest.approx(shares["neu"] / total)
    assert got["happy"] == pytest.approx(shares["pos"] / total)
    assert got["surprise"] == 0
    for emotion in NEGATIVE:
        assert got[emotion] == pytest.approx(shares["neg"] / total / 4)


def test_valence_is_the_positive_share_less_the_negative():
    pytest.importorskip("vaderSentiment", reason="vaderSentiment is not installed")
    scored = score(load_tagger("vader"), pl.Series(["great, I love it", "horrible, I hate it", "the table"]))
    up, down, flat = scored["valence"]
    assert up > 0.5
    assert down < -0.5
    assert flat == pytest.approx(0)


def test_any_texts_give_probabilities():
    pytest.importorskip("vaderSentiment", reason="vaderSentiment is not installed")
    texts = pl.Series(["", None, "🚀🚀", "." * 100_000, "good bad " * 20_000], dtype=pl.String)
    proba = load_tagger("vader").predict_proba(texts)
    assert proba.dtype == np.float32
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    assert proba[0, EMOTIONS.index("neutral")] == 1
    assert load_tagger("vader").predict_proba(pl.Series([], dtype=pl.String)).shape == (0, 7)
