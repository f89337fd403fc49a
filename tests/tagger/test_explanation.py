"""Explanations: an exact sum, with names, pairs and a ranking that means something."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.emotions import EMOTIONS
from models.tagger import as_texts, load_tagger
from models.tagger.explanation import (
    PAIR,
    TOKEN,
    centre,
    drivers,
    explain,
    explain_many,
    leading,
    leading_of_each,
    name_of,
)
from models.tagger.linear import LinearTagger

TAGGER = load_tagger()
assert isinstance(TAGGER, LinearTagger)

POSTS = [
    "not happy at all, $QZRA down 20% 🙃",
    "🚀🚀🚀 to the moon :)",
    "",
    "qwxzzk frobnicate 👩🏽‍🚀",
    "so good so good so good so good so good",
]


def softmax(logits):
    shares = np.exp(logits - logits.max())
    return shares / shares.sum()


@pytest.mark.parametrize("text", POSTS)
def test_bias_and_contributions_are_the_logits(text):
    logits = TAGGER.logits(pl.Series([text]))[0]
    np.testing.assert_allclose(explain(TAGGER, text).logits, logits, atol=1e-4)


@given(st.text(max_size=300))
def test_any_text_is_explained_to_the_last_digit(text):
    (text,) = as_texts([text])
    logits = TAGGER.logits(pl.Series([text]))[0]
    np.testing.assert_allclose(explain(TAGGER, text).logits, logits, atol=1e-4)


@given(st.lists(st.sampled_from(["not", "good", "🚀", ":)", "!!", "20%", "zxqv", "down"]), max_size=40))
def test_words_in_any_order_are_explained_to_the_last_digit(words):
    text = " ".join(words)
    logits = TAGGER.logits(pl.Series([text]))[0]
    np.testing.assert_allclose(explain(TAGGER, text).logits, logits, atol=1e-4)


def test_a_batch_sums_to_the_logits_of_each_post():
    texts = pl.Series([*POSTS, None])
    rows = explain_many(TAGGER, texts)
    sums = np.tile(TAGGER.weights.bias, (len(texts), 1)).astype(float)
    np.add.at(sums, rows["post_no"].to_numpy(), rows.select(EMOTIONS).to_numpy())
    np.testing.assert_allclose(sums, TAGGER.logits(texts), atol=1e-4)
    assert set(rows["post_no"]) == {0, 1, 3, 4}  # the empty and the missing post say nothing


def test_no_posts_have_no_rows():
    assert explain_many(TAGGER, pl.Series([], dtype=pl.String)).is_empty()


def test_what_stands_for_many_tokens_is_named_in_a_batch():
    rows = explain_many(TAGGER, pl.Series(["$QZRA $QZRB -20%"])).filter(pl.col("kind") == TOKEN)
    assert rows.select("token", "name", "count").rows() == [
        ("<cashtag>", "cashtag", 2),
        ("<-%>", "percentage down", 1),
    ]


def test_each_occurrence_is_a_row_and_a_batch_counts_them():
    told = explain(TAGGER, "🚀 moon 🚀 🚀").contributions.filter(pl.col("kind") == TOKEN)
    assert told["token"].to_list() == ["🚀", "moon", "🚀", "🚀"]
    rows = explain_many(TAGGER, pl.Series(["🚀 moon 🚀 🚀"])).filter(pl.col("kind") == TOKEN)
    assert dict(rows.select("token", "count").iter_rows()) == {"🚀": 3, "moon": 1}


@pytest.mark.parametrize(
    ("token", "form", "name"),
    [
        ("🚀", "🚀", "rocket"),
        ("👍🏽", "👍", "thumbs up"),
        ("👩🏽‍🚀", "👩‍🚀", "woman astronaut"),
        ("❤️", "❤", "red heart"),
        ("🇺🇸", "🇺🇸", "United States"),
        (":)", ":)", "smile"),
        ("$qzra", "<cashtag>", None),
        ("-20%", "<-%>", None),
        ("moon", "moon", None),
        ("straße", "straße", None),
    ],
)
def test_emoji_and_emoticons_have_their_names(token, form, name):
    row = explain(TAGGER, token).contributions.row(0, named=True)
    assert (row["token"], row["form"], row["name"], row["kind"]) == (token, form, name, "token")


@pytest.mark.parametrize(("form", "name"), [("1⃣", "keycap 1"), ("ⓜ", "circled M"), ("ǅ", None), ("é", None)])
def test_signs_that_lower_case_changed_keep_their_names_and_letters_have_none(form, name):
    assert name_of(form) == name


def test_pairs_are_rows_of_their_own_and_edges_are_words():
    pairs = explain(TAGGER, "thank you").contributions.filter(pl.col("kind") == PAIR)
    assert "thank you" in pairs["token"].to_list()
    at_edges = explain(TAGGER, "wow").contributions.filter(pl.col("kind") == PAIR)
    assert set(at_edges["token"]) <= {"[start] wow", "wow [end]"}
    assert at_edges.height >= 1
    two = explain(TAGGER, "🚀🚀").contributions.filter(pl.col("token") == "🚀 🚀")
    assert two["name"].to_list() == ["rocket rocket"]


def test_unseen_words_have_no_pairs_but_their_letters_count():
    told = explain(TAGGER, "unhappyish zqxwv").contributions
    assert told["kind"].to_list() == [TOKEN, TOKEN]
    assert "unhappyish" not in TAGGER.weights.words
    assert np.abs(told.select(EMOTIONS).to_numpy()[0]).max() > 0.01


def test_a_negation_speaks_against_what_it_negates():
    told = leading(explain(TAGGER, "not happy"), "happy", 10)
    by_token = dict(told.select("token", "contribution").iter_rows())
    assert by_token["happy"] > 0 > by_token["not"]
    assert told["token"][0] == "happy"
    assert told["contribution"].is_sorted(descending=True)


def test_centring_takes_the_mean_and_leaves_the_probabilities():
    told = explain(TAGGER, POSTS[0])
    centred = told.centred.select(EMOTIONS).to_numpy()
    np.testing.assert_allclose(centred.sum(axis=1), 0, atol=1e-12)
    expected = TAGGER.predict_proba(pl.Series(POSTS[:1]))[0]
    np.testing.assert_allclose(softmax(centred.sum(axis=0) + told.bias), expected, atol=1e-5)


def test_leading_joins_occurrences_and_keeps_the_strongest():
    told = leading(explain(TAGGER, "🚀🚀🚀 moon the"), "happy", 1)
    assert told.select("token", "name", "kind", "count").row(0) == ("🚀", "rocket", "token", 3)
    assert leading(explain(TAGGER, ""), "happy").is_empty()
    strong = leading(explain(TAGGER, "🚀🚀🚀 moon the"), "happy", 9, least=1.0)
    assert strong["token"].to_list() == ["🚀", "moon"]
    with pytest.raises(ValueError, match="no emotion 'joy'"):
        leading(explain(TAGGER, "moon"), "joy")


def test_each_post_of_a_batch_leads_with_its_own_emotion():
    texts = pl.Series(["to the moon 🚀🚀", "", "not happy, scared of this crash"])
    emotions = pl.Series(["happy", "neutral", "fear"])
    told = leading_of_each(explain_many(TAGGER, texts), emotions, 2)
    assert told.group_by("post_no", maintain_order=True).len().rows() == [(0, 2), (2, 2)]
    for post_no in (0, 2):
        alone = leading(explain(TAGGER, texts[post_no]), emotions[post_no], 2)
        here = told.filter(pl.col("post_no") == post_no)
        assert sorted(here["contribution"]) == pytest.approx(sorted(alone["contribution"]))


def test_drivers_sum_tokens_over_posts():
    texts = pl.Series(["love this 🚀", "🚀 🚀 $QZRA", "crash $QZRB"])
    rows = explain_many(TAGGER, texts)
    told = drivers(rows, "happy", 20)
    rocket = told.filter(pl.col("token") == "🚀").row(0, named=True)
    assert (rocket["name"], rocket["count"], rocket["n_posts"]) == ("rocket", 3, 2)
    by_hand = centre(rows).filter(pl.col("token") == "🚀")["happy"].sum()
    assert rocket["contribution"] == pytest.approx(by_hand)
    assert told.filter(pl.col("token") == "<cashtag>")["n_posts"].to_list() == [2]
    assert told["contribution"].is_sorted(descending=True)
    assert not told["token"].str.contains(" ").any()
    with pytest.raises(ValueError, match="no emotion 'joy'"):
        drivers(rows, "joy")
