"""English or not: words decide, signs and emoji are of no language."""

import polars as pl
import pytest

from models.posts import looks_english


def english(*texts):
    return looks_english(pl.Series(texts, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    "text",
    [
        "this is going to the moon",
        "moooon lol",
        "eps beat",
        "took my profits, see you on monday",
        "résumé of the day: we are fine",
        "ｔｈｉｓ ｉｓ ｆｉｎｅ",
        "tһis is going tо the mооn",  # Cyrillic letters among Latin ones
    ],
)
def test_english_posts(text):
    assert english(text) == [True]


@pytest.mark.parametrize(
    "text",
    [
        "creo que esta acción va a subir mucho hoy",
        "ich glaube nicht, dass das heute noch steigt",
        "je pense que c'est fini pour aujourd'hui",
        "acho que isso não vai subir hoje",
        "oggi non è il momento per comprare questo titolo",
        "ik denk dat het vandaag niet meer stijgt",
        "saya akan beli lagi jika harga turun",
        "bu hisse bugün çok düşecek gibi",
        "myślę, że dzisiaj już się nie podniesie",
        "jag tror inte att det går upp idag",
        "я думаю, завтра будет хуже",
        "今天涨了很多，明天再说",
        "今日はとても嬉しいです",
        "오늘은 정말 기분이 좋다",
        "السوق سيئ جدا اليوم",
        "आज बाज़ार बहुत गिर गया",
        "hôm nay cổ phiếu tăng mạnh quá",
    ],
)
def test_other_languages(text):
    assert english(text) == [False]


@pytest.mark.parametrize(
    "text", ["", None, "🚀🚀 😂", "$QZRA +5% !!!", "https://example.com @someone", "12.50", ":)"]
)
def test_posts_without_words_are_of_no_language(text):
    assert english(text) == [None]


def test_a_post_in_two_languages_goes_with_the_more_frequent_one():
    assert english("hola, but the rest of this is what you can read") == [True]
    assert english("no sé por qué, pero hoy todo esto va muy bien, right") == [False]


def test_a_post_looks_the_same_alone_and_in_company():
    texts = ["this is fine", "das ist nicht gut", "🚀", "", "今天很好"]
    assert english(*texts) == [english(text)[0] for text in texts]
