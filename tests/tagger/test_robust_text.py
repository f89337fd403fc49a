"""Text that hides what it says, or is broken, long or foreign: it is read where it can be, never raises."""

import time

import polars as pl
import pytest

from models.tagger import as_texts
from models.tagger.tokens import canonical, clean, tokenise


def forms(text: str) -> list[str]:
    return [canonical(token) for token in tokenise(pl.Series([text])).to_list()[0]]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("$h!t $h1t $hit sh1t SH!T 5h1t", "shit"),
        ("b!tch B1TCH", "bitch"),
        ("bullsh!t bull$hit bullsh1t", "bullshit"),
        ("a$$hole A$$HOLE", "asshole"),
    ],
)
def test_letters_written_as_signs_are_read(text, plain):
    assert set(forms(text)) == {plain}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f*ck sh*t f**k", ["f*ck", "sh*t", "f**k"]),  # starred words are words of their own, with weights
        ("push 1 t-shirt", ["push", "<number>", "t", "shirt"]),
        ("oh sh! it rose", ["oh", "sh", "!", "it", "rose"]),
        ("up a$$", ["up", "ass"]),
        ("$HITI is a ticker", ["<cashtag>", "is", "a", "ticker"]),
        ("$SH1TX and $BITC", ["<cashtag>", "and", "<cashtag>"]),
        ("it pays a $5 fee", ["it", "pays", "a", "<money>", "fee"]),
    ],
)
def test_words_and_signs_that_hide_nothing_stay(text, expected):
    assert forms(text) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "\u0441r\u0430sh",  # Cyrillic es and a
        "CR\u0410\u0405H",  # Cyrillic capital a and dze
        "c\u200br\u200ba\u200bs\u200bh",  # zero-width spaces
        "c\u2060rash",  # word joiner
        "cr\u00adash",  # soft hyphen
        "\u202ecrash\u202c",  # right-to-left override
        "\u2066crash\u2069",  # isolates
        "\u061ccra\u061csh",  # Arabic letter mark
        "ｃｒａｓｈ",
        "𝗖𝗥𝗔𝗦𝗛",
        "𝓬𝓻𝓪𝓼𝓱",
        "c̸̢͓̐r̵a̴s̶h̷",  # zalgo
        "c\u0489r\u0489a\u0489s\u0489h\u0489",  # enclosing Cyrillic signs
        "c\u20ddr\u20dda\u20dds\u20ddh",  # enclosing circles
        "\u200b\u0441rash",  # both
        "&#99;rash",
    ],
)
def test_a_hidden_word_is_the_word(hidden):
    assert forms(f"a {hidden} today") == ["a", "crash", "today"]


def test_look_alikes_are_read_as_latin_within_mixed_words_only():
    assert forms("m\u043e\u043en \u0391pple p\u03bfund $\u0422SLA") == ["moon", "apple", "pound", "<cashtag>"]
    russian, greek = "\u0441\u043e\u0440\u043e\u043a", "\u03bd\u03af\u03ba\u03b7"  # forty; victory
    assert forms(f"{russian} {greek}") == [russian, greek]
    assert forms(f"the {russian} of it")[1] == russian
    assert forms("\u03b2eta") == ["\u03b2eta"]  # looks like no Latin letter


def test_the_joiners_of_emoji_and_of_keycaps_survive_cleaning():
    for sign in ("👩\u200d🚀", "3\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "👍🏽"):
        assert clean(pl.Series([sign])).to_list() == [sign]
        assert len(forms(sign)) == 1


@pytest.mark.parametrize(
    "unit",
    [
        "cr\u0430sh ",
        "\u0430a",  # one word that mixes at every letter
        "a\u0334\u0336\u0338",
        "sh1t",
        "sh!",
        "a$$",
        "$h",
        "\u202e",
        "\u200b",
        "&#",
        "ｃ",
        "今",
        "ا",
    ],
)
def test_a_post_of_a_hundred_thousand_characters_costs_milliseconds(unit):
    def seconds(n: int) -> float:
        text = pl.Series([(unit * n)[:n]])
        started = time.perf_counter()
        tokenise(text)
        return time.perf_counter() - started

    seconds(1000)
    short, long = min(seconds(10_000) for _ in range(5)), min(seconds(100_000) for _ in range(5))
    # Linear: ten times the length. The constant absorbs a busy machine; quadratic would pass it by far.
    assert long < 30 * short + 0.1
    assert long < 1.0


def test_broken_and_empty_texts_have_tokens_or_none_and_never_raise():
    texts = as_texts(
        ["", None, " ", "\ud83d", "\udfffbuy\ud800", "\x00\x01\x02", "\ufeff", "\u202e\u202d", "🇺", "\u200d"]
    )
    tokens = tokenise(texts).to_list()
    assert tokens[0] == tokens[1] == tokens[2] == tokens[6] == tokens[7] == []
    assert "buy" in tokens[4]
    assert len(tokens) == len(texts)


def test_emoji_only_posts_are_their_emoji():
    assert forms("🚀🚀👍🏽") == ["🚀", "🚀", "👍"]
