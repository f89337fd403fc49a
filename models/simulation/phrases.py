"""Texts of posts, written by a small grammar of our own phrases (`phrases.json`).

A post's text is a template of its emotion with its slots filled and, often, emoji or an emoticon at the
end. Not every text says what its author feels: 16 % are templates that any emotion may use, 4 % are
sarcasm (the words of one emotion, written out of another) and 5 % come from another emotion
altogether. So three in four say it plainly; naive Bayes fitted to 9,000 of these very texts is right on
84 % of others. A tagger that never saw them should not be.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from models.emotions import EMOTIONS

AMBIGUOUS, SARCASTIC, MISREAD = 0.16, 0.04, 0.05  # shares of the texts
EMOJI, EMOTICON, SHOUT, LONG = 0.45, 0.08, 0.04, 0.05  # chances of what is added to a text
LEAD, TAIL = 0.12, 0.15  # chances of words that say nothing, before and after
MOST_EMOJI = 3

SLOT = re.compile(r"\{(\w+)\}")
LAST_VOWEL = re.compile(r"([aeiou])([a-z]?)(?=[!. ]*$)")


@dataclass(frozen=True)
class Phrases:
    """The grammar.

    Parameters
    ----------
    templates, sarcasm
        Emotion -> templates with slots in braces: `{t}` is the cashtag, `{number}`, `{few}`,
        `{percent}`, `{dollars}` and `{year}` are drawn, any other is a list of `words`.
    ambiguous
        Templates that any emotion may use.
    emoji, emoticons
        Emotion -> signs that end a text.
    words
        Slot -> its fillings; `lead` and `tail` stand around any text.
    """

    templates: dict[str, list[str]]
    sarcasm: dict[str, list[str]]
    ambiguous: list[str]
    emoji: dict[str, list[str]]
    emoticons: dict[str, list[str]]
    words: dict[str, list[str]]


@cache
def load_phrases() -> Phrases:
    """Read the grammar that comes with the package."""
    text = files("models.simulation").joinpath("phrases.json").read_text(encoding="utf-8")
    return Phrases(**json.loads(text))


class Chance:
    """A supply of uniform numbers, drawn in blocks: a single draw from numpy costs a microsecond."""

    def __init__(self, rng: np.random.Generator, block: int = 65_536) -> None:
        self._rng, self._block = rng, block
        self._left: list[float] = []

    def uniform(self) -> float:
        """Draw from [0, 1)."""
        if not self._left:
            self._left = self._rng.random(self._block).tolist()
        return self._left.pop()

    def pick(self, items: list[str]) -> str:
        """Draw one of the items."""
        return items[int(self.uniform() * len(items))]


NUMBERS: dict[str, Callable[[Chance], str]] = {
    "number": lambda chance: f"{int(chance.uniform() ** 3 * 9900 + 10):,}",
    "few": lambda chance: str(int(chance.uniform() * 7) + 3),
    "percent": lambda chance: f"{chance.uniform() ** 2 * 30 + 1:.1f}%",
    "dollars": lambda chance: f"${chance.uniform() * 180 + 5:.2f}",
    "year": lambda chance: str(2025 + int(chance.uniform() * 6)),
}


def write_bodies(
    rng: np.random.Generator, emotions: NDArray[np.int64], tickers: list[list[str]]
) -> list[str]:
    """Write the texts of posts.

    Parameters
    ----------
    emotions
        (posts,): places in EMOTIONS.
    tickers
        The tickers that each post names: all of them stand in its text as cashtags.
    """
    phrases, chance = load_phrases(), Chance(rng)
    return [
        _write(phrases, chance, EMOTIONS[emotion], named)
        for emotion, named in zip(emotions.tolist(), tickers, strict=True)
    ]


def _write(phrases: Phrases, chance: Chance, emotion: str, tickers: list[str]) -> str:
    template, shown = _choose(phrases, chance, emotion)

    def fill(match: re.Match[str]) -> str:
        slot = match[1]
        if slot == "t":
            return f"${tickers[0]}"
        return NUMBERS[slot](chance) if slot in NUMBERS else chance.pick(phrases.words[slot])

    text = SLOT.sub(fill, template)
    if chance.uniform() < LEAD:
        text = f"{chance.pick(phrases.words['lead'])} {text}"
    if chance.uniform() < TAIL:
        text = f"{text} {chance.pick(phrases.words['tail'])}"
    if chance.uniform() < LONG:
        text = LAST_VOWEL.sub(lambda m: m[1] * (3 + int(chance.uniform() * 3)) + m[2], text)
    if chance.uniform() < SHOUT:
        text = text.upper()
    missing = [f"${ticker}" for ticker in tickers if f"${ticker}" not in text]
    if missing:
        text = " ".join([*missing, text] if chance.uniform() < 0.6 else [text, *missing])
    return text + draw_signs(phrases, chance, shown)


def draw_signs(phrases: Phrases, chance: Chance, shown: str) -> str:
    """Draw the emoji or emoticon that ends a text of an emotion; empty for most of the others."""
    if chance.uniform() < EMOJI:
        sign, times = chance.pick(phrases.emoji[shown]), 1 + int(chance.uniform() ** 2 * MOST_EMOJI)
        return ("" if chance.uniform() < 0.2 else " ") + sign * times
    if chance.uniform() < EMOTICON:
        return " " + chance.pick(phrases.emoticons[shown])
    return ""


def _choose(phrases: Phrases, chance: Chance, emotion: str) -> tuple[str, str]:
    """Choose a template, and the emotion whose signs may follow it."""
    luck = chance.uniform()
    if luck < AMBIGUOUS:
        # The signs still say something: of the emotion, or of nothing.
        return chance.pick(phrases.ambiguous), emotion if chance.uniform() < 0.3 else EMOTIONS[0]
    if luck < AMBIGUOUS + SARCASTIC and phrases.sarcasm[emotion]:
        return chance.pick(phrases.sarcasm[emotion]), emotion
    if luck < AMBIGUOUS + SARCASTIC + MISREAD:
        other = chance.pick([e for e in EMOTIONS if e != emotion])
        return chance.pick(phrases.templates[other]), other
    return chance.pick(phrases.templates[emotion]), emotion
