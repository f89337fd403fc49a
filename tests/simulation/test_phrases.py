"""The grammar of the posts: our own words, real emoji, and not too easy to read."""

import re
from collections import Counter

import emoji
import numpy as np
import pytest

from models.emotions import EMOTIONS
from models.simulation.phrases import NUMBERS, load_phrases, write_bodies

CASHTAG = re.compile(r"\$[A-Za-z]+")
SLOT = re.compile(r"\{(\w*)\}")
PHRASES = load_phrases()
TEMPLATES = [
    template
    for group in (*PHRASES.templates.values(), *PHRASES.sarcasm.values(), PHRASES.ambiguous)
    for template in group
]


def write(emotion: str, n: int = 4000, seed: int = 1) -> list[str]:
    codes = np.full(n, EMOTIONS.index(emotion))
    return write_bodies(np.random.default_rng(seed), codes, [["ZQAA"]] * n)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_has_forty_templates_and_signs_of_its_own(emotion):
    assert len(set(PHRASES.templates[emotion])) >= 40
    assert len(PHRASES.emoji[emotion]) >= 10
    assert len(PHRASES.emoticons[emotion]) >= 3
    assert PHRASES.sarcasm[emotion]


def test_no_template_stands_twice():
    assert [t for t, n in Counter(TEMPLATES).items() if n > 1] == []


def test_templates_name_no_company_and_no_slot_is_unknown():
    fillings = [word for words in PHRASES.words.values() for word in words]
    for text in [*TEMPLATES, *fillings]:
        assert not CASHTAG.search(text), text
    known = {"t", *NUMBERS, *PHRASES.words}
    assert {slot for template in TEMPLATES for slot in SLOT.findall(template)} | {"lead", "tail"} == known


def test_every_template_names_its_firm():
    assert [template for template in TEMPLATES if "{t}" not in template] == []


def test_listed_emoji_are_emoji_and_some_have_skin_tones_and_joiners():
    signs = [sign for group in PHRASES.emoji.values() for sign in group]
    for sign in signs:
        assert emoji.purely_emoji(sign), sign
    assert sum("\u200d" in sign for sign in signs) >= 10
    assert sum(bool(re.search("[\U0001f3fb-\U0001f3ff]", sign)) for sign in signs) >= 10


def test_bodies_name_all_their_tickers_and_no_others(small_market):
    for body, tickers in small_market.posts.select("body", "tickers").iter_rows():
        assert {tag[1:] for tag in CASHTAG.findall(body)} == set(tickers), body
        assert "{" not in body


def test_bodies_hold_emoji_joined_ones_and_emoticons():
    bodies = [body for emotion in EMOTIONS for body in write(emotion)]
    with_emoji = sum(emoji.emoji_count(body) > 0 for body in bodies) / len(bodies)
    assert 0.4 < with_emoji < 0.65
    assert sum("\u200d" in body for body in bodies) > 0.01 * len(bodies)
    assert sum(body.endswith((":)", ":(", ":D", ":O")) for body in bodies) > 20


def test_words_repeat_less_than_their_templates():
    assert len(set(write("happy"))) > 0.6 * 4000


def test_a_reader_of_these_very_words_is_right_on_seven_to_nine_posts_in_ten():
    """Naive Bayes on words and signs, fitted to some of the texts, read on others: not 100 %."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    rng = np.random.default_rng(3)
    usual = np.array([0.30, 0.23, 0.08, 0.08, 0.08, 0.10, 0.13])
    codes = rng.choice(7, 12_000, p=usual)
    bodies = write_bodies(rng, codes, [["ZQAA"]] * len(codes))
    words = CountVectorizer(token_pattern=r"\S+", lowercase=True).fit(bodies[:9000])
    reader = MultinomialNB().fit(words.transform(bodies[:9000]), codes[:9000])
    right = reader.score(words.transform(bodies[9000:]), codes[9000:])
    assert 0.70 < right < 0.90
