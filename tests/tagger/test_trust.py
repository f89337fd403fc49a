"""How far to trust a tagger, in numbers: shares with intervals, authors' tags, agreement, known words."""

import numpy as np
import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint

from models.emotions import EMOTIONS
from models.measurement.confusion import cross_table, row_shares, shipped_confusion
from models.measurement.shares import wilson
from models.tagger import load_tagger
from models.tagger.agreement import agreement_of_counts, cohen_kappa
from models.tagger.evaluation import accuracy_and_macro_f1
from models.tagger.self_tags import summarise_tags
from models.tagger.vocabulary import look_through


@pytest.fixture(scope="module")
def linear():
    return load_tagger()


@pytest.mark.parametrize(("hits", "n"), [(0, 4), (3, 7), (70, 100), (12, 12)])
def test_the_interval_of_a_share_is_that_of_statsmodels(hits, n):
    low, high = pl.DataFrame({"share": [hits / n], "n": [n]}).select(wilson("share", "n")).row(0)
    assert (low, high) == pytest.approx(proportion_confint(hits, n, method="wilson"), abs=1e-6)


def test_signs_and_tags_are_counted_by_hand():
    counts = pl.DataFrame(
        {
            "sentiment": ["Bullish", "Bullish", "Bearish"],
            "bin": [0, 5, 5],
            "strength": [0.05, 0.5, 0.6],
            "n_posts": [10, 20, 10],
            "n_agree": [4, 16, 5],
        }
    )
    found = summarise_tags(counts)
    assert (found.n_posts, found.n_agree, found.share) == (40, 25, 0.625)
    assert found.low < 0.625 < found.high
    assert (found.commoner, found.of_commoner) == ("Bullish", 0.75)
    assert found.balanced == pytest.approx((20 / 30 + 5 / 10) / 2)
    assert found.by_tag["sentiment"].to_list() == ["Bullish", "Bearish"]
    assert found.by_strength["n_posts"].to_list() == [10, 30]
    assert found.by_strength["strength"].to_list() == pytest.approx([0.05, (0.5 * 20 + 0.6 * 10) / 30])


def test_without_tagged_posts_nothing_is_said_and_one_tag_alone_is_not_balanced():
    counts = pl.DataFrame(
        {"sentiment": ["Bullish"], "bin": [1], "strength": [0.1], "n_posts": [3], "n_agree": [1]}
    )
    assert summarise_tags(counts.clear()) is None
    assert summarise_tags(counts).balanced is None


def test_kappa_from_counts_is_kappa_from_posts():
    rng = np.random.default_rng(5)
    first = rng.integers(0, 7, 400)
    second = np.where(rng.random(400) < 0.5, first, rng.integers(0, 7, 400))
    posts = pl.DataFrame(
        {
            "tagger_a": "one",
            "tagger_b": "two",
            "emotion_a": [EMOTIONS[n] for n in first],
            "emotion_b": [EMOTIONS[n] for n in second],
        }
    )
    row = agreement_of_counts(posts.group_by(pl.all()).agg(n_posts=pl.len())).row(0, named=True)
    assert row["kappa"] == pytest.approx(cohen_kappa(first, second))
    assert row["same"] == pytest.approx((first == second).mean())
    assert row["n_posts"] == 400


@pytest.mark.parametrize(("emotion_b", "kappa"), [("fear", None), ("sad", 0.0)])
def test_kappa_of_one_class_is_not_defined_and_of_no_common_class_is_zero(emotion_b, kappa):
    pair = pl.DataFrame(
        {
            "tagger_a": ["one"],
            "tagger_b": ["two"],
            "emotion_a": ["fear"],
            "emotion_b": [emotion_b],
            "n_posts": [3],
        }
    )
    assert agreement_of_counts(pair)["kappa"][0] == kappa
    assert agreement_of_counts(pair.clear()).is_empty()


def test_the_confusion_that_ships_gives_the_figures_of_the_card():
    table = cross_table(shipped_confusion("linear"))
    accuracy, macro_f1 = accuracy_and_macro_f1(table)
    assert (round(accuracy, 4), round(macro_f1, 4)) == (0.6717, 0.5403)
    assert row_shares(table).sum(axis=1) == pytest.approx(np.ones(7))
    assert row_shares(np.zeros((7, 7), np.int64)).sum() == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🚀🚀",
        "$ACME up",
        "qwrtzp xkcdvb happy",
        "zzzxq",
        "not happy at all",
        "12 %",
        "ein schöner Tag heute",
    ],
)
def test_the_doubt_about_unknown_words_is_that_of_the_scores(linear, text):
    logits = linear.logits(pl.Series([text]))[0].astype(float)
    soft = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    trust = look_through(linear, text).trust
    expected = trust * soft + (1 - trust) / 7
    assert linear.predict_proba(pl.Series([text]))[0] == pytest.approx(expected, abs=1e-6)


def test_unknown_words_are_named_once_and_counted_each_time(linear):
    found = look_through(linear, "qwrtzp qwrtzp happy 🚀 $ACME")
    assert (found.n_words, found.n_known, found.unknown) == (3, 1, ("qwrtzp",))
