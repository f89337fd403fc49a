"""Original or passing on, by links, reshares and quotes."""

import polars as pl
import pytest

from models.posts import originality
from models.posts.originality import ORIGINAL, PASSING_ON


def judged(*texts, is_reshare=None):
    flags = None if is_reshare is None else pl.Series(is_reshare, dtype=pl.Boolean)
    return originality(pl.Series(texts, dtype=pl.String), flags).to_list()


@pytest.mark.parametrize(
    "text",
    [
        "RT @someone this will fly",
        "so true! RT @someone: this will fly",
        "MT @someone this will fly",
        "This will fly, via @someone",
        '"We see no end to this demand in sight" says their CFO',
        "“We see no end to this demand in sight” according to the boss",
        '$QZRA "The plant opens in the spring of next year" via the local paper',
        "Quartz Rail opens a second plant in Ohio https://example.com/a",
        "$QZRA Quartz Rail opens a second plant® https://example.com/a www.example.com",
        "https://example.com/a",
    ],
)
def test_reshares_quotes_and_bare_headlines_are_passed_on(text):
    assert judged(text) == [PASSING_ON]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "this will fly",
        "I wrote up why this will fly https://example.com/a",
        "read this! https://example.com/a",
        "🚀 https://example.com/a",
        "a second plant :) https://example.com/a",
        "why is nobody reading this? https://example.com/a",
        'they call it "growth"',
        'she said "no" and left',
        '"a long passage between two marks of quotation" and not a word on whence',
        "bought it via my broker",
        "start @someone",  # ends in rt
    ],
)
def test_what_has_a_voice_of_its_own_is_original(text):
    assert judged(text) == [ORIGINAL]


def test_a_flag_of_the_source_decides_and_its_absence_does_not():
    assert judged("mine", "mine", "mine", "RT @a b", is_reshare=[True, False, None, False]) == [
        PASSING_ON,
        ORIGINAL,
        ORIGINAL,
        PASSING_ON,
    ]
    assert judged("mine", is_reshare=[None]) == [ORIGINAL]


def test_flags_of_another_length_are_refused():
    with pytest.raises(ValueError, match="1 values for 2 texts"):
        judged("a", "b", is_reshare=[True])


def test_nulls_and_no_posts_at_all():
    assert judged(None) == [ORIGINAL]
    assert judged() == []
