"""All traits at once: what each rule says, fast, linear in length, whatever the text."""

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.posts import TRAITS, describe_posts, kind, looks_english, originality
from models.tagger import as_texts


@given(st.lists(st.text(max_size=100), max_size=5))
def test_any_text_is_described_and_together_as_one_by_one(texts):
    series = as_texts(texts)
    traits = describe_posts(series)
    assert traits.columns == list(TRAITS)
    assert traits.schema.dtypes() == [pl.String, pl.String, pl.Boolean]
    assert traits["kind"].is_in(["finance", "chat"]).all()
    assert traits["originality"].is_in(["original", "passing_on"]).all()
    assert traits["kind"].equals(kind(series))
    assert traits["originality"].equals(originality(series))
    assert traits["english"].equals(looks_english(series), null_equal=True)


def test_the_same_posts_get_the_same_traits():
    texts = pl.Series(["sold it", "RT @a b", "das ist nicht gut", "🚀"] * 50)
    assert describe_posts(texts).equals(describe_posts(texts))
    assert describe_posts(texts[:4]).equals(describe_posts(texts)[:4])


@pytest.mark.parametrize("unit", ["a", '"', "stop ", "stop loss ", "rt @", "https://a.b ", "é", "🚀", '"a'])
def test_time_grows_with_the_length_of_a_post_and_no_faster(unit):
    def seconds(n):
        text = pl.Series([(unit * n)[:n]])
        started = time.perf_counter()
        describe_posts(text)
        return time.perf_counter() - started

    seconds(1000)
    short, long = min(seconds(20_000) for _ in range(3)), min(seconds(200_000) for _ in range(3))
    # Ten times the length; quadratic time would be a hundred times. The constant absorbs a busy machine.
    assert long < 40 * short + 0.5


def test_a_hundred_thousand_posts_take_seconds():
    text = "we bought more of it because earnings look strong and nobody else did 🚀 +5%"
    texts = pl.Series([f"{text[n % 30 :]} w{n % 5000}" for n in range(100_000)])
    started = time.perf_counter()
    describe_posts(texts)
    # About one second on two idle cores; a rule in a Python loop would take a minute.
    assert time.perf_counter() - started < 10
