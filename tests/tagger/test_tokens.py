"""What counts as a token: emoji sequences above all."""

import emoji
import polars as pl
import pytest

from models.tagger.emoticons import EMOTICONS
from models.tagger.tokens import canonical, parts, tokenise


def forms(text: str) -> list[str]:
    return [canonical(token) for token in tokenise(pl.Series([text])).to_list()[0]]


def test_every_emoji_that_unicode_recommends_is_one_token():
    known = [e for e, data in emoji.EMOJI_DATA.items() if data["status"] == emoji.STATUS["fully_qualified"]]
    tokens = tokenise(pl.Series([f"a {e} b" for e in known])).to_list()
    split = [e for e, found in zip(known, tokens, strict=True) if found != ["a", e.lower(), "b"]]
    assert len(known) > 3500
    assert split == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👩‍👩‍👧‍👦", 1),  # a family joined by zero-width joiners
        ("👍🏽", 1),
        ("🇺🇸🇨🇳", 2),  # flags without a space between them
        ("3️⃣#️⃣", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("🚀🚀🚀", 3),
        ("❤️‍🔥", 1),
        ("🤷🏿‍♀️", 1),
    ],
)
def test_sequences_are_one_token_each(text, expected):
    assert len(forms(text)) == expected


def test_a_skin_tone_does_not_change_what_an_emoji_says():
    assert forms("👍🏽") == forms("👍") == forms("👍🏿")
    assert forms("☺️") == forms("☺")


def test_a_joined_emoji_also_counts_by_its_parts():
    assert parts(canonical("🤷🏿‍♀️"))[:2] == ("🤷", "♀")


def test_an_emoji_shares_the_words_of_its_name_with_kin_and_with_text():
    crying, sobbing = set(parts("😢")), set(parts("😭"))
    assert ":crying" in crying & sobbing
    assert " cry" in crying & set(parts("cry"))
    assert crying.isdisjoint(parts("🚀"))


@pytest.mark.parametrize("face", EMOTICONS)
def test_every_emoticon_of_the_list_is_one_token(face):
    assert forms(f"well {face} then")[1:-1] == [face]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$AAPL to the MOON", ["<cashtag>", "to", "the", "moon"]),
        ("$BRK.B @someone #tothemoon", ["<cashtag>", "<user>", "tothemoon"]),
        ("sooooo goood", ["sooo", "gooo" + "d"]),
        ("up +5% down -3.2% by 10%", ["up", "<+%>", "down", "<-%>", "by", "<%>"]),
        ("from $12.50 to 14", ["from", "<money>", "to", "<number>"]),
        ("see https://example.com/a?b=c now", ["see", "<link>", "now"]),
        ("what?!?! no!!!!!! ......", ["what", "!?", "no", "!!!", "..."]),
        ("don't and don’t", ["don't", "and", "don't"]),
        ("don&#39;t and don&amp;#39;t", ["don't", "and", "don't"]),
        ("the open is at 7:pm", ["the", "open", "is", "at", "<number>", "pm"]),
        ("ｂｕｙ 𝐛𝐮𝐲 b\u200bu\u200by b̷u̷y̷", ["buy"] * 4),
        ("holy $h!t", ["holy", "shit"]),
        ("", []),
    ],
)
def test_words_numbers_and_signs(text, expected):
    assert forms(text) == expected


def test_null_is_an_empty_text():
    assert tokenise(pl.Series([None, "a"], dtype=pl.String)).to_list() == [[], ["a"]]
