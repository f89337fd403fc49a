"""Finance or chat: one clear term is enough, everyday words need company."""

import polars as pl
import pytest

from models.posts import kind
from models.posts.kind import CHAT, DIRECTIONS, FINANCE, HINTS, finance_terms
from models.posts.word_lists import read_lines


def kinds(*texts):
    return kind(pl.Series(texts, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    "text",
    [
        "$QZRA eps looks solid this time",
        "sold half of mine this morning",
        "the p/e is far too rich for me",
        "my stop loss was hit",
        "my stop-loss was hit",
        "Q3 is what matters",
        "they filed the 10-K late",
        "that head and shoulders again",
        "S&P at the highs",
        "+5% and counting",
        "-3.2% since lunch",
        "📈 and 12.50 is next",
        "up 5% already",
        "it was $14 last spring, red now",
        "still holding, fear the gap",
        "#earnings tonight",
        "ＥＡＲＮＩＮＧＳ tonight",
        "EARNINGS TONIGHT",
    ],
)
def test_terms_phrases_and_amounts_are_finance(text):
    assert kinds(text) == [FINANCE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🚀🚀🚀",
        "$QZRA",
        "hold my beer",
        "up all night with the baby",
        "I agree 100% with you",
        "lunch was $14",
        "happy birthday to my brother",
        "see https://example.com/earnings-and-dividends",
        "@earnings is a strange name",
        "the stopper is lost",  # whole words only
        "stop it, said p. to e.",
        "dividendless",
    ],
)
def test_all_else_is_chat(text):
    assert kinds(text) == [CHAT]


def test_hints_count_by_different_words_and_directions_once():
    assert kinds("hold hold hold", "up up down down", "hold it, up it goes", "hold the dip") == [
        CHAT,
        CHAT,
        FINANCE,
        FINANCE,
    ]


def test_phrases_end_with_the_post_and_do_not_run_into_the_next():
    assert kinds("at what price target", "someone said stop", "loss") == [FINANCE, CHAT, CHAT]


def test_a_post_is_of_the_same_kind_alone_and_in_company():
    texts = ["sold it", "hello there", "", "up 5%", "my stop loss", "hold on", None]
    assert kinds(*texts) == [kinds(text)[0] for text in texts]


def test_nulls_and_no_posts_at_all():
    assert kinds(None) == [CHAT]
    assert kinds() == []


def test_each_line_of_the_list_stands_there_once_and_proves_one_thing():
    lines = [line for section in read_lines("finance_words.txt").values() for line in section]
    assert len(lines) == len(set(lines))
    words, phrases = finance_terms()
    assert not words[FINANCE] & (words[HINTS] | words[DIRECTIONS])
    assert not words[HINTS] & words[DIRECTIONS]
    assert all(len(phrase) > 1 for phrase in phrases)


def test_every_term_of_the_list_is_found_as_it_stands_there():
    sections = read_lines("finance_words.txt")
    clear = [w for name, ws in sections.items() if not name.startswith((HINTS, DIRECTIONS)) for w in ws]
    assert len(clear) > 400
    found = kinds(*(f"well {term} then" for term in clear))
    assert [term for term, got in zip(clear, found, strict=True) if got != FINANCE] == []
