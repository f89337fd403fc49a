"""The default tagger: equal to its formula, never at a loss, and stored safely."""

import time
import zipfile

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.emotions import EMOTIONS
from models.tagger import as_texts, load_tagger, score
from models.tagger.denial import is_denial
from models.tagger.features import END, START
from models.tagger.linear import LinearTagger, Weights
from models.tagger.tokens import canonical, parts, tokenise
from models.tagger.weights_file import LARGEST, WeightsError, pack, unpack

TAGGER = load_tagger()


def logits_by_hand(tagger: LinearTagger, text: str) -> np.ndarray:
    """The formula of `models.tagger.linear`, token by token."""
    weights = tagger.weights
    words = {word: row for row, word in enumerate(weights.words)}
    part_rows = {part: row for row, part in enumerate(weights.parts)}
    rows = words | {START: len(words), END: len(words) + 1}
    pair_rows = {tuple(pair): row for row, pair in enumerate(weights.pairs.tolist())}
    tokens = [canonical(token) for token in tokenise(pl.Series([text])).to_list()[0]]
    tokens = [
        f"¬{form}" if f"¬{form}" in words and any(map(is_denial, tokens[max(0, place - 3) : place])) else form
        for place, form in enumerate(tokens)
    ]
    total = np.zeros(7)
    for form in tokens:
        if form in words:
            total += weights.of_word[words[form]]
        else:
            total += sum((weights.of_part[part_rows[p]] for p in parts(form) if p in part_rows), np.zeros(7))
    for left, right in zip([START, *tokens], [*tokens, END], strict=True):
        key = (rows.get(left), rows.get(right))
        if key in pair_rows:
            total += weights.of_pair[pair_rows[key]]
    return total / np.sqrt(len(tokens) + 2) + weights.bias


POSTS = [
    "going to the moon 🚀🚀🚀",
    "i am scared of this drop",
    "not happy at all, not good",
    "qwxzzk frobnicate 👩🏽‍🚀",
    "",
    "good",
    "so good so good so good so good so good so good so good so good so good",
    "$TSLA !!! :) +5%",
]


def test_scores_equal_the_formula_token_by_token():
    assert isinstance(TAGGER, LinearTagger)
    got = TAGGER.logits(pl.Series(POSTS))
    expected = np.array([logits_by_hand(TAGGER, text) for text in POSTS])
    np.testing.assert_allclose(got, expected, atol=2e-5)  # sums of half-precision weights in single precision


@pytest.mark.parametrize(
    ("plain", "denied"),
    [("happy", "not happy"), ("this is good", "this isn't good"), ("worried", "never worried")],
)
def test_a_denied_feeling_is_felt_less(plain, denied):
    scores = score(TAGGER, pl.Series([plain, denied]))
    felt = scores["emotion"][0]
    assert scores[felt][1] < 0.7 * scores[felt][0]


def test_a_denial_does_not_reach_into_the_next_post():
    alone = TAGGER.predict_proba(pl.Series(["happy"]))
    after = TAGGER.predict_proba(pl.Series(["certainly not", "happy"]))
    np.testing.assert_allclose(after[1], alone[0], atol=1e-6)


def test_unknown_words_lower_the_confidence_and_nothing_at_all_says_nothing():
    texts = pl.Series(["", "这只股票明天会涨", "qwxzzk vrrbltz happy", "so happy", "🚀"])
    empty, foreign, half, known, emoji = score(TAGGER, texts)["confidence"].to_list()
    assert empty == pytest.approx(1 / 7)
    assert foreign == pytest.approx(1 / 7)
    assert foreign < half < known
    assert emoji > 0.5


def test_a_post_scores_the_same_alone_and_in_company():
    together = TAGGER.predict_proba(pl.Series(POSTS * 3))
    alone = np.concatenate([TAGGER.predict_proba(pl.Series([text])) for text in POSTS])
    np.testing.assert_allclose(together, np.tile(alone, (3, 1)), atol=1e-6)


@given(st.lists(st.text(max_size=200), max_size=5))
def test_any_text_is_scored_and_probabilities_sum_to_one(texts):
    scored = score(TAGGER, as_texts(texts))
    assert scored.height == len(texts)
    shares = scored.select(EMOTIONS).to_numpy()
    assert np.isfinite(shares).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert scored["valence"].is_between(-1.001, 1.001).all()
    np.testing.assert_allclose(
        scored["confidence"].to_numpy(), shares.max(axis=1) if texts else [], atol=1e-6
    )


def test_lone_surrogates_nulls_and_bidi_marks_are_scored():
    texts = as_texts(["\ud83d buy", None, "\u202egnol og\u202c", "\x00\x01", "🏳️‍"])
    assert score(TAGGER, texts)["emotion"].is_in(EMOTIONS).all()


@pytest.mark.parametrize(
    "unit", ["a", "🚀", "buy ", "$", "!?", ":)", "\u200d", "é", "a*", "🇺", "<", "&amp;", "h" * 41 + " "]
)
def test_time_grows_with_the_length_of_a_post_and_no_faster(unit):
    def seconds(n: int) -> float:
        text = pl.Series([(unit * n)[:n]])
        started = time.perf_counter()
        TAGGER.predict_proba(text)
        return time.perf_counter() - started

    seconds(1000)
    short, long = min(seconds(20_000) for _ in range(3)), min(seconds(200_000) for _ in range(3))
    # Ten times the length; quadratic time would be a hundred times. The constant absorbs a busy machine.
    assert long < 40 * short + 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🚀🚀🚀 so happy, we are going to the moon", "happy"),
        ("I'm scared this will crash", "fear"),
        ("I am so sad about losing my money 😢", "sad"),
        ("wow, what a surprise, did not expect that 😱", "surprise"),
    ],
)
def test_plain_emotions_are_read(text, expected):
    assert score(TAGGER, pl.Series([text]))["emotion"].to_list() == [expected]


def test_emoji_turn_what_words_say():
    texts = pl.Series(["this stock today", "this stock today 😂🚀", "this stock today 😡🤬"])
    plain, laughing, cursing = score(TAGGER, texts)["valence"].to_list()
    assert laughing > plain > cursing


def test_weights_survive_the_file_and_equal_weights_give_equal_bytes():
    assert isinstance(TAGGER, LinearTagger)
    content, version = pack(TAGGER.weights)
    again, same_version = unpack(content)
    assert version == same_version == TAGGER.version
    assert pack(again) == (content, version)
    assert again.words == TAGGER.weights.words
    np.testing.assert_array_equal(again.of_pair, TAGGER.weights.of_pair)
    assert len(content) < LARGEST


def test_the_file_holds_no_pickle(tmp_path):
    assert isinstance(TAGGER, LinearTagger)
    file = tmp_path / "weights.npz"
    file.write_bytes(pack(TAGGER.weights)[0])
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                np.lib.format.read_array(member, allow_pickle=False)


def test_damaged_or_foreign_weights_are_refused_with_a_sentence():
    assert isinstance(TAGGER, LinearTagger)
    content = pack(TAGGER.weights)[0]
    with pytest.raises(WeightsError, match="cannot be read as weights"):
        unpack(content[: len(content) // 2])
    with pytest.raises(WeightsError, match="cannot be read as weights"):
        unpack(b"not an archive")
    weights = TAGGER.weights
    changed = Weights(**{**vars(weights), "bias": weights.bias + 1})
    assert pack(changed)[1] != TAGGER.version


def test_an_unknown_tagger_is_refused():
    with pytest.raises(ValueError, match="there are: linear"):
        load_tagger("oracle")
