"""Emoji count: the test set is what it says, and the shipped tagger does better with emoji than without."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.emotions import EMOTIONS
from models.tagger import load_tagger
from models.tagger.emoji_worth import emoji_worth, strip_emoji
from models.tagger.tokens import EMOJI, tokenise

POSTS = pl.read_csv(Path(__file__).parent.parent / "golden" / "emoji_posts.csv")
KINDS = (
    "emoji_only",
    "emoji_turns_words",
    "stacked",
    "skin_tone",
    "zwj",
    "flag",
    "kaomoji",
    "emoticon",
    "sarcasm",
    "plain",
)


def bodies(kind: str) -> pl.Series:
    return POSTS.filter(pl.col("what") == kind)["body"]


def emoji_counts(texts: pl.Series) -> list[int]:
    is_emoji = pl.element().str.contains(f"^(?:{EMOJI})$").cast(pl.Int32).sum()
    return tokenise(texts).list.eval(is_emoji).list.first().fill_null(0).to_list()


def test_the_set_has_enough_of_every_emotion_and_kind():
    assert POSTS.columns == ["id", "body", "emotion", "what"]
    assert POSTS.height >= 330
    emotions, kinds = (dict(POSTS[c].value_counts().iter_rows()) for c in ("emotion", "what"))
    assert set(emotions) == set(EMOTIONS)
    assert min(emotions.values()) >= 35
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 25


def test_ids_and_posts_of_the_set_are_unique_also_to_the_tagger():
    assert POSTS.null_count().sum_horizontal().item() == 0
    assert POSTS["id"].is_unique().all()
    assert tokenise(POSTS["body"]).list.join(" ").is_unique().all()


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("skin_tone", r"[\x{1F3FB}-\x{1F3FF}]"),
        ("zwj", r"\p{Extended_Pictographic}[\x{FE0F}\x{1F3FB}-\x{1F3FF}]*\x{200D}"),
        ("flag", r"\p{RI}\p{RI}|\x{1F3F4}[\x{E0020}-\x{E007F}]|[\x{1F3F3}\x{1F6A9}]"),
        ("stacked", r"\p{Extended_Pictographic}\x{FE0F}?\p{Extended_Pictographic}"),
        ("sarcasm", EMOJI),
        ("plain", EMOJI),
        ("emoji_turns_words", EMOJI),
    ],
)
def test_posts_hold_what_their_kind_says(kind, pattern):
    assert bodies(kind).filter(~bodies(kind).str.contains(pattern)).to_list() == []


def test_posts_of_emoji_alone_have_no_words_and_others_have():
    assert strip_emoji(bodies("emoji_only")).unique().to_list() == [""]
    others = POSTS.filter(pl.col("what") != "emoji_only")["body"]
    assert others.filter(~others.str.contains(r"\p{L}{2}")).to_list() == []


def test_stacked_posts_hold_at_least_three_emoji():
    assert min(emoji_counts(bodies("stacked"))) >= 3


def test_faces_of_keys_and_of_many_signs_are_no_emoji():
    for kind in ("emoticon", "kaomoji"):
        assert max(emoji_counts(bodies(kind))) == 0
    assert bodies("kaomoji").str.contains(r"[^\x00-\x7F]|\([-^o>][_^][-^o<]\)").all()
    assert bodies("emoticon").str.contains(r"^[\x00-\x7F]+$").all()


def test_every_emoji_and_emoticon_of_the_set_is_removed():
    without = strip_emoji(POSTS["body"])
    assert max(emoji_counts(without)) == 0
    changed = dict(
        POSTS.select("what", changed=without != POSTS["body"])
        .group_by("what")
        .agg(pl.sum("changed"))
        .iter_rows()
    )
    # Some kaomoji are in no list, so they stay: the set has them as life does.
    assert changed.pop("kaomoji") >= 25
    assert changed == {kind: len(bodies(kind)) for kind in KINDS if kind != "kaomoji"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good🚀BAD, really", "Good BAD, really"),
        ("up :) 5%", "up   5%"),
        ("see http://a.b/c:/d :/", "see http://a.b/c:/d"),
        ("a box, boxd at 7:pm xD", "a box, boxd at 7:pm"),
        ("👩🏽‍🚀x❤️‍🔥y🇺🇸🇨🇳", "x y"),
        ("#️⃣ is no #1 tag", "is no #1 tag"),
        ("&lt;3 fish &amp; chips", "fish & chips"),
        ("dunno ¯\\_(ツ)_/¯ ( ͡° ͜ʖ ͡°)", "dunno"),
        ("TSLA :D", "TSLA"),
        ("no signs here", "no signs here"),
        ("🚀", ""),
        ("", ""),
        (None, None),
    ],
)
def test_emoji_are_removed_and_nothing_else(text, expected):
    assert strip_emoji(pl.Series([text], dtype=pl.String)).to_list() == [expected]


def test_words_are_the_same_tokens_without_emoji_as_beside_them():
    with_emoji = pl.Series(["Don't🚀sell $ZQAA.B at +5%, see www.a.b :) #now!!! ...ok"])
    tokens = tokenise(with_emoji).to_list()[0]
    assert tokenise(strip_emoji(with_emoji)).to_list()[0] == [t for t in tokens if t not in {"🚀", ":)"}]


class ReadsRockets:
    """Happy where there is a rocket, sad elsewhere."""

    name, version, classes_ = "rockets", "1", EMOTIONS

    def predict_proba(self, texts: pl.Series) -> np.ndarray:
        proba = np.zeros((len(texts), len(EMOTIONS)), np.float32)
        rocket = texts.fill_null("").str.contains("🚀").to_numpy()
        proba[rocket, EMOTIONS.index("happy")] = 1
        proba[~rocket, EMOTIONS.index("sad")] = 1
        return proba


def test_worth_is_the_difference_of_accuracies_overall_and_by_kind():
    texts = pl.Series(["up 🚀", "down", "well 🚀", "so 🚀"])
    got = emoji_worth(ReadsRockets(), texts, ["happy", "sad", "sad", "happy"], ["a", "b", "b", None])
    assert (got.kept.accuracy, got.removed.accuracy, got.difference) == (0.75, 0.5, 0.25)
    assert got.by_kind.rows() == [("a", 1, 1.0, 0.0, 1.0), ("b", 2, 0.5, 1.0, -0.5)]


def test_without_kinds_there_is_no_table_by_kind():
    assert emoji_worth(ReadsRockets(), pl.Series(["up 🚀"]), ["happy"]).by_kind.height == 0


def test_emoji_are_worth_something_to_the_shipped_tagger():
    got = emoji_worth(load_tagger(), POSTS["body"], POSTS["emotion"].to_list(), POSTS["what"].to_list())
    # Measured 0.061 (0.325 with emoji, 0.264 without), standard error 0.017; half of it is asked.
    assert got.difference >= 0.03
    worth = dict(got.by_kind.select("what", "difference").iter_rows())
    assert worth["emoji_only"] > 0.1
