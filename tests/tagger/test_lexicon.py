"""The tagger of the word list: its list, its sums, its denials, its speed."""

import time

import numpy as np
import polars as pl
import pytest

from models.emotions import EMOTIONS
from models.tagger import load_tagger
from models.tagger.lexicon import PRIOR, LexiconTagger
from models.tagger.tokens import canonical, tokenise

TAGGER = LexiconTagger()


def emotion_of(*texts: str) -> list[str]:
    return [EMOTIONS[place] for place in TAGGER.predict_proba(pl.Series(texts)).argmax(axis=1)]


def test_every_term_is_a_token_as_it_is_counted():
    terms = list(TAGGER.terms)
    tokens = tokenise(pl.Series(terms)).to_list()
    odd = {
        term: found
        for term, found in zip(terms, tokens, strict=True)
        if len(found) != 1 or canonical(found[0]) != term
    }
    assert odd == {}


def test_the_list_names_each_term_once_and_every_emotion():
    rows = pl.read_csv(TAGGER._content)
    assert rows["term"].is_unique().all()
    assert set(rows["emotion"]) == set(EMOTIONS)
    assert set(rows["strength"]) == {1, 2, 3}


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("thrilled with this quarter", "happy"),
        ("🚀🚀", "happy"),
        ("heartbroken, what a day :(", "sad"),
        ("those crooks 😡", "anger"),
        ("what a scam 🤮", "disgust"),
        ("whoa, unexpected", "surprise"),
        ("terrified of the open", "fear"),
        ("the meeting is on Tuesday", "neutral"),
        ("", "neutral"),
    ],
)
def test_terms_lead_to_their_emotion(text, emotion):
    assert emotion_of(text) == [emotion]


def test_a_word_that_is_denied_counts_nothing():
    denied, plain, far = TAGGER.predict_proba(
        pl.Series(["I am not so happy", "I am so happy", "not that it matters but happy"])
    )
    happy = EMOTIONS.index("happy")
    np.testing.assert_allclose(denied, PRIOR / PRIOR.sum(), rtol=1e-6)
    assert plain[happy] > 0.5
    assert far[happy] == pytest.approx(plain[happy])
    assert emotion_of("don't panic", "don’t panic", "never scared") == ["neutral"] * 3


def test_neutral_terms_add_to_neutral_denied_or_not():
    plain, denied = TAGGER.predict_proba(pl.Series(["dividend scared", "never a dividend 😱"]))
    by_hand = PRIOR.copy()
    by_hand[EMOTIONS.index("neutral")] += TAGGER.terms["dividend"][1]
    by_hand[EMOTIONS.index("fear")] += 3
    np.testing.assert_allclose(plain, by_hand / by_hand.sum(), rtol=1e-6)
    np.testing.assert_allclose(denied, plain, rtol=1e-6)
    assert emotion_of("scared", "quarterly filing, dividend, conference: scared") == ["fear", "neutral"]


def test_a_denial_ends_with_its_post_and_spares_emoji():
    assert emotion_of("why not", "happy") == ["neutral", "happy"]
    assert emotion_of("no 🚀", "not :(") == ["happy", "sad"]


def test_stretched_words_and_skin_tones_are_recognised():
    assert emotion_of("looooove", "goooood", "👍🏿", "SCARED", "ｓｃａｒｅｄ") == [
        "happy",
        "happy",
        "happy",
        "fear",
        "fear",
    ]


def test_probabilities_by_hand():
    (proba,) = TAGGER.predict_proba(pl.Series(["happy and scared"]))
    by_hand = PRIOR.copy()
    by_hand[EMOTIONS.index("happy")] += 2
    by_hand[EMOTIONS.index("fear")] += 3
    np.testing.assert_allclose(proba, by_hand / by_hand.sum(), rtol=1e-6)


@pytest.mark.parametrize(
    "texts", [[], [None], ["", None, "🚀"], ["\u200b", "." * 50_000], ["not"], ["good " * 30_000]]
)
def test_any_texts_give_probabilities(texts):
    proba = TAGGER.predict_proba(pl.Series(texts, dtype=pl.String))
    assert proba.shape == (len(texts), 7)
    assert proba.dtype == np.float32
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)


def test_batches_do_not_change_a_score(monkeypatch):
    texts = pl.Series([f"post {n} not good 🚀 scam" for n in range(30)])
    whole = TAGGER.predict_proba(texts)
    monkeypatch.setattr("models.tagger.lexicon.BATCH_POSTS", 7)
    np.testing.assert_array_equal(TAGGER.predict_proba(texts), whole)


def test_it_has_the_interface_of_a_tagger():
    tagger = load_tagger("lexicon")
    assert (tagger.name, tagger.classes_) == ("lexicon", EMOTIONS)
    assert len(tagger.version) == 12
    assert tagger.version == LexiconTagger().version


def test_it_scores_thousands_of_posts_a_second():
    texts = pl.Series([f"post {n % 999} is no scam, calls on $ABC look great 🚀" for n in range(10_000)])
    started = time.process_time()
    TAGGER.predict_proba(texts)
    # Far below what it does alone, since other work may run beside the tests.
    assert len(texts) / (time.process_time() - started) > 5_000
