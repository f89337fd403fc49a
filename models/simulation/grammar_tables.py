"""The grammar of `phrases.py` laid out as tables, so that many texts are written at once (`bodies.py`).

Every template is a row of parts, and every part a range of one vocabulary of strings: of length one for a
literal, of many for a slot. A text is then one draw a part, and one join of strings.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.simulation import phrases as grammar
from models.simulation.phrases import Chance, Phrases, load_phrases

Codes = NDArray[np.int64]
Range = tuple[int, int]  # where strings begin in a block of the vocabulary, and how many they are

LINE_BREAK, CARRIAGE_RETURN = 0.25, 0.05  # of the joints; of these, with a carriage return
_POOL = 4096  # strings drawn ahead where there is no list
_CASHTAG: Range = (0, 0)


@dataclass(frozen=True)
class GrammarTables:
    """The grammar as tables.

    Parameters
    ----------
    vocabulary
        Strings, HTML-escaped, in three blocks: as they are, shouted, and with their last vowel held. The
        first string is empty.
    block
        The length of a block.
    offset, count
        (templates, parts): where a part's range begins, and how long it is; 0 for the cashtag. Filled up
        with empty parts on the left, so that a text's last words are in its last part.
    ends
        (choices,): the cumulative chance of a choice of template among those of its emotion, plus the place
        of that emotion in EMOTIONS.
    template, shown
        (choices,): the template chosen, and the emotion (place in EMOTIONS) whose signs may follow it.
    ranges
        Name -> range of what stands around templates: `lead`, `joint`, `tail`, `marks`, and `signs` and the
        name of an emotion.
    cashtag
        Where the first firm's cashtag is: `alone`, with a blank `before` a text, with one `after` it.
    """

    vocabulary: pl.Series
    block: int
    offset: Codes
    count: Codes
    ends: NDArray[np.float64]
    template: Codes
    shown: Codes
    ranges: dict[str, Range]
    cashtag: dict[str, int]


class _Vocabulary:
    """Strings, and where each list of them lies."""

    def __init__(self) -> None:
        self.strings: list[str] = [""]
        self._places: dict[tuple[str, ...], int] = {("",): 0}

    def place(self, strings: Sequence[str]) -> Range:
        """Return the range of these strings, added where they are new."""
        key = tuple(strings)
        if key not in self._places:
            self._places[key] = len(self.strings)
            self.strings += key
        return self._places[key], len(key)


def lay_out(tickers: Sequence[str]) -> GrammarTables:
    """Lay out the grammar for firms with these tickers; the same tickers give the same tables."""
    words, known = load_phrases(), _Vocabulary()
    chance = Chance(np.random.default_rng(0), block=_POOL)
    slots = {"t": _CASHTAG} | {name: known.place(fillings) for name, fillings in words.words.items()}
    slots |= {
        name: known.place([draw(chance) for _ in range(_POOL)]) for name, draw in grammar.NUMBERS.items()
    }
    templates = _list_templates(words)
    rows = [list(_split(template, slots, known)) for template in templates]
    longest = max(map(len, rows))
    empty = known.place([""])
    parts = np.array([[empty] * (longest - len(row)) + row for row in rows], dtype=np.int64)
    ranges = _place_surroundings(words, known, chance)
    cashtag = {
        name: known.place([form.format(ticker) for ticker in tickers])[0]
        for name, form in (("alone", "${}"), ("before", "${} "), ("after", " ${}"))
    }
    by_emotion = [list(_list_choices(words, code)) for code in range(len(EMOTIONS))]
    numbers = {template: number for number, template in enumerate(templates)}
    choices = [choice for listed in by_emotion for choice in listed]
    return GrammarTables(
        vocabulary=pl.Series("body", list(_three_ways(known.strings)), dtype=pl.String),
        block=len(known.strings),
        offset=np.where(parts[..., 1] > 0, parts[..., 0], cashtag["alone"]),
        count=parts[..., 1],
        ends=np.concatenate(
            [code + _cumulate([share for _, _, share in listed]) for code, listed in enumerate(by_emotion)]
        ),
        template=np.array([numbers[template] for template, _, _ in choices], dtype=np.int64),
        shown=np.array([shown for _, shown, _ in choices], dtype=np.int64),
        ranges=ranges,
        cashtag=cashtag,
    )


def _cumulate(shares: list[float]) -> NDArray[np.float64]:
    """Return where each share of one ends; the last at one, whatever the rounding."""
    ends = np.cumsum(shares)
    return np.append(ends[:-1], 1.0)


def _list_templates(words: Phrases) -> list[str]:
    named = [t for emotion in EMOTIONS for t in (*words.templates[emotion], *words.sarcasm[emotion])]
    return list(dict.fromkeys([*words.ambiguous, *named]))


def _split(template: str, slots: dict[str, Range], known: _Vocabulary) -> Iterator[Range]:
    """Yield the ranges of a template's literals and slots."""
    for k, part in enumerate(grammar.SLOT.split(template)):
        if k % 2:
            yield slots[part]
        elif part:
            yield known.place([part])


def _list_choices(words: Phrases, own: int) -> Iterator[tuple[str, int, float]]:
    """Yield what an author of an emotion may write: template, emotion of its signs, chance."""
    emotion = EMOTIONS[own]
    for template in words.ambiguous:
        # The signs still say something: of the emotion, or of nothing.
        for shown, share in ((own, 0.3), (0, 0.7)):
            yield template, shown, grammar.AMBIGUOUS * share / len(words.ambiguous)
    for template in words.sarcasm[emotion]:
        yield template, own, grammar.SARCASTIC / len(words.sarcasm[emotion])
    for other, name in enumerate(EMOTIONS):
        if other != own:
            share = grammar.MISREAD / (len(EMOTIONS) - 1) / len(words.templates[name])
            yield from ((template, other, share) for template in words.templates[name])
    left = 1 - grammar.AMBIGUOUS - grammar.SARCASTIC - grammar.MISREAD
    yield from (
        (template, own, left / len(words.templates[emotion])) for template in words.templates[emotion]
    )


def _place_surroundings(words: Phrases, known: _Vocabulary, chance: Chance) -> dict[str, Range]:
    breaks = round(_POOL * LINE_BREAK)
    with_return = round(breaks * CARRIAGE_RETURN)
    joints = [". "] * (_POOL - breaks) + ["\n"] * (breaks - with_return) + ["\r\n"] * with_return
    ranges = {
        "lead": known.place([f"{word} " for word in words.words["lead"]]),
        "joint": known.place(joints),
        "tail": known.place([f" {word}" for word in words.words["tail"]]),
        "marks": known.place(['"', "“"]),
        "closing marks": known.place(['"', "”"]),
    }
    for emotion in EMOTIONS:
        drawn = [grammar.draw_signs(words, chance, emotion) for _ in range(_POOL)]
        ranges[f"signs {emotion}"] = known.place(drawn)
    return ranges


def _three_ways(strings: list[str]) -> Iterator[str]:
    yield from map(_escape, strings)
    yield from (_escape(string.upper()) for string in strings)
    yield from (_escape(grammar.LAST_VOWEL.sub(lambda m: m[1] * 4 + m[2], string)) for string in strings)


def _escape(text: str) -> str:
    """Write a text as the platform's files do: escaped, but for the quotation mark alone."""
    return html.escape(text, quote=False).replace("'", "&#39;")
