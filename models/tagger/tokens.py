r"""Text to tokens: emoji, emoticons, cashtags, numbers, elongated words and punctuation each count.

The pattern runs in Polars' regular expression engine, which is linear in the length of the text
whatever the text. Emoji follow the grammar of Unicode Technical Standard 51: a sequence joined by
zero-width joiners, a skin tone, a flag or a keycap is one token.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from models.tagger.emoji_names import TONES, words_of
from models.tagger.emoticons import EMOTICONS

# The circled M is the one emoji that lower case changes.
_MODIFIED = r"[\p{Extended_Pictographic}ⓜ][\p{Emoji_Modifier}\x{FE0F}]*"
EMOJI = (
    r"\p{RI}\p{RI}"  # flags of countries
    r"|\x{1F3F4}[\x{E0020}-\x{E007F}]+"  # flags of their parts
    r"|[0-9#*]\x{FE0F}?\x{20E3}"  # keycaps
    rf"|{_MODIFIED}(?:\x{{200D}}{_MODIFIED})*"
)


def _literal(emoticon: str) -> str:
    """Escape an emoticon; one that ends in a letter must end there (`:p` is not in `7:pm`)."""
    escaped = re.escape(emoticon).replace(r"\ ", " ")
    return escaped + (r"\b" if emoticon[-1].isalnum() else "")


EMOTICON = "|".join(_literal(emoticon) for emoticon in sorted(EMOTICONS, key=len, reverse=True))

# Swear words in signs. Starred ones (`f*ck`) are words by themselves.
DISGUISED = r"(?:bull)?(?:sh[!1]t|[$5]h[!1i]t)\b|b[!1]tch\b|a\$\$(?:holes?\b)?"

LINK = r"(?:https?://|www\.)"  # how a link begins

TOKEN = "|".join(
    (
        rf"{LINK}\S+",
        EMOJI,
        EMOTICON,
        DISGUISED,
        r"[$@#][\p{L}_][\p{L}\p{N}_.]*",  # cashtags, mentions, hashtags
        r"[+-]?[$€£]?\.?[0-9][0-9.,:]*(?:%|[kmb]\b)?",
        r"\p{L}[\p{L}\p{Mn}]*(?:['*][\p{L}*]*\p{L})*",
        r"[!?]+",
        r"\.{2,}",
        r"[\p{So}\p{Sk}]",
    )
)

# What is invisible, or turns the direction of writing; the joiner stays, since emoji need it.
_INVISIBLE = (
    r"[\x{00AD}\x{061C}\x{180E}\x{200B}\x{200C}\x{200E}\x{200F}\x{202A}-\x{202E}"
    r"\x{2060}-\x{2069}\x{FEFF}]"
)
# Letters that have a mark of their own are one character. The mark 20E3 makes keycaps, and stays.
_STACKED_MARKS = (
    r"[\x{0300}-\x{036F}\x{0483}-\x{0489}\x{1AB0}-\x{1AFF}\x{1DC0}-\x{1DFF}"
    r"\x{20D0}-\x{20E2}\x{20E4}-\x{20FF}\x{FE20}-\x{FE2F}]"
)
# Cyrillic and Greek letters that look Latin; only in words of both scripts are they taken for that.
_MIXED = r"[A-Za-z][\x{0370}-\x{04FF}]|[\x{0370}-\x{04FF}][A-Za-z]"
_LATIN = re.compile("[A-Za-z]")
_MIXED_WORD = re.compile("[A-Za-z\u0370-\u04ff]+")
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԛԝҮΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ",
    "ABESIJKMHOPCTYXaesijopcyxhqwYABEZHIKMNOPTYXaikvopu",
)
_ODD_LETTERS = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]+")  # full width, mathematical
_ENTITY = r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]+);"


def clean(texts: pl.Series) -> pl.Series:
    """Return texts in lower case without what hides words: entities, invisible marks, odd letters.

    Nulls become empty texts.
    """
    cleaned = texts.cast(pl.String).fill_null("")
    cleaned = _where(cleaned, cleaned.str.contains(_ENTITY), _unescape)
    # Most posts are plain ASCII, in which nothing else can hide.
    cleaned = _where(cleaned, cleaned.str.len_bytes() != cleaned.str.len_chars(), _reveal)
    return cleaned.str.replace_all("`", "'", literal=True).str.to_lowercase()


def _unescape(texts: pl.Series) -> pl.Series:
    return texts.map_elements(lambda text: html.unescape(html.unescape(text)), return_dtype=pl.String)


def _reveal(texts: pl.Series) -> pl.Series:
    """Remove invisible marks, and put plain letters in place of odd ones."""

    def change(how: Callable[[str], str]) -> Callable[[pl.Series], pl.Series]:
        return lambda some: some.map_elements(how, return_dtype=pl.String)

    plain = _where(texts, texts.str.contains(_ODD_LETTERS.pattern), change(_plain_letters))
    plain = plain.str.replace_all(_INVISIBLE, "").str.replace_all(_STACKED_MARKS, "")
    plain = _where(plain, plain.str.contains(_MIXED), change(_one_script))
    return plain.str.replace_all("[’‘]", "'")


def _plain_letters(text: str) -> str:
    return _ODD_LETTERS.sub(lambda odd: unicodedata.normalize("NFKC", odd.group()), text)


def _one_script(text: str) -> str:
    """Turn look-alikes into Latin letters in the words that hold Latin letters too."""
    return _MIXED_WORD.sub(
        lambda word: word.group().translate(_LOOK_ALIKES) if _LATIN.search(word.group()) else word.group(),
        text,
    )


def _where(texts: pl.Series, found: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change those texts only in which something was found."""
    return texts.scatter(found.arg_true(), change(texts.filter(found))) if found.any() else texts


def tokenise(texts: pl.Series) -> pl.Series:
    """Split texts into tokens as they stand in the cleaned text; one list a text, perhaps empty."""
    return clean(texts).str.extract_all(TOKEN)


_DISGUISED = re.compile(DISGUISED)
_SIGNS_OF_LETTERS = str.maketrans("$5!1", "ssii")
_REPEATED = re.compile(r"(\w)\1{2,}")
_PERCENT = re.compile(r"[+-]?[$€£]?\.?[0-9][0-9.,:]*%$")
_NUMBER = re.compile(r"[+-]?[$€£]?\.?[0-9][0-9.,:]*[kmb]?$")


EXTRA_TOKENS = 2  # so that a post of one word is not taken for certain


def divisor(n_tokens: Any) -> Any:
    """Return by what the contributions of a post's tokens are divided: a number, or an array of them."""
    return np.sqrt(n_tokens + EXTRA_TOKENS)


@lru_cache(maxsize=100_000)
def canonical(token: str) -> str:
    """Return the form under which a token is counted.

    `soooo` is `sooo`, a skin tone does not change an emoji, numbers, cashtags, mentions and links are
    one token each of their kind (signed percentages keep their sign, since up is not down).
    """
    first, has_name = token[0], token[1:2].isalpha() or token[1:2] == "_"
    kind = {"$": "<cashtag>", "@": "<user>"}
    if token.startswith(("http://", "https://", "www.")):
        form = "<link>"
    elif _DISGUISED.fullmatch(token):
        form = token.translate(_SIGNS_OF_LETTERS)
    elif has_name and first in kind:
        form = kind[first]
    elif _PERCENT.match(token):
        form = {"+": "<+%>", "-": "<-%>"}.get(first, "<%>")
    elif _NUMBER.match(token):
        form = "<money>" if any(sign in token for sign in "$€£") else "<number>"
    elif first in "!?":
        form = token[:3] if len(set(token)) == 1 else "!?"
    elif set(token) == {"."}:
        form = "..."
    else:
        word = token[1:] if first == "#" and has_name else token
        form = _REPEATED.sub(r"\1\1\1", TONES.sub("", word) or word)
    return form


@lru_cache(maxsize=20_000)  # a word has some thirty parts
def parts(form: str) -> tuple[str, ...]:
    """Return what a form is made of, by which it is known where it was never seen itself.

    A word: its runs of 2 to 5 letters, edges marked. An emoji: the emoji that it joins, the words of
    its name (`:crying`), and their letters, so that 🤮 has something of "vomiting".
    """
    if form[0] == "<":
        return ()
    if form[0].isalpha():
        return _letters(form)
    words = words_of(form)
    joined = tuple(form.split("\u200d")) if "\u200d" in form else ()
    return (*joined, *(f":{word}" for word in words), *(run for word in words for run in _letters(word)))


def _letters(word: str) -> tuple[str, ...]:
    if len(word) > LONGEST_WORD:
        return ()
    marked = f" {word} "
    return tuple(
        marked[start : start + size] for size in range(2, 6) for start in range(len(marked) - size + 1)
    )


LONGEST_WORD = 40  # beyond it a word is noise, and its parts would cost
