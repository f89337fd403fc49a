"""Texts of several models as one: what they share is said once, the rest by the columns' numbers."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

DIVIDED = "(Divided by /: one number a column.)"
MOST_MERGED = 6  # numbers divided by strokes that a reader can still count
MOST_EXCEPTIONS = 3  # texts of many columns that are told apart, not as a range of their numbers
# "19,422" is one number; "87, t" ends one.
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_END_OF_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z])")


def by_column(models: Sequence[Mapping[str, Any]], texts: Sequence[str], merge: bool = False) -> str:
    """Say once what all columns share; else say it a column, those that share it together.

    Where most columns share a text, it stands first and the others are exceptions to it.

    Parameters
    ----------
    models, texts
        In the table's order, a text a model.
    merge
        Whether texts that differ in their numbers only become one, with a number a column, "87/68", or
        with the least and the largest where columns are many, "68 to 87".
    """
    if len(set(texts)) == 1:
        return texts[0]
    if merge and len({_NUMBER.sub("#", text) for text in texts}) == 1:
        if len(texts) <= MOST_MERGED:
            return f"{_merge_numbers(texts, _divide)} {DIVIDED}"
        if len(set(texts)) > MOST_EXCEPTIONS:
            return _merge_numbers(texts, _span)
    sentences = [_END_OF_SENTENCE.split(text) for text in texts]
    shared = [words for words in sentences[0] if all(words in others for others in sentences)]
    rest = [" ".join(words for words in own if words not in shared) for own in sentences]
    apart = _say_apart([model["column_no"] for model in models], rest)
    # What texts begin with tells what the rest is about.
    return " ".join([*shared, apart] if sentences[0][0] in shared else [apart, *shared])


def name_columns(numbers: Sequence[int], every: Sequence[int]) -> str:
    """Name columns, such as "(1), (4) to (7)", where `every` are those of the table in order."""
    places = [every.index(number) for number in numbers]
    runs = [
        [every[place] for _, place in run]
        for _, run in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    ]
    named = [
        f"({run[0]}) to ({run[-1]})" if len(run) > 2 else ", ".join(f"({number})" for number in run)
        for run in runs
    ]
    return ", ".join(named)


def _merge_numbers(texts: Sequence[str], merge: Callable[[Sequence[str]], str]) -> str:
    numbers = [_NUMBER.findall(text) for text in texts]
    places = zip(*numbers, strict=True)
    merged = iter(merge(place) if len(set(place)) > 1 else place[0] for place in places)
    return _NUMBER.sub(lambda _: next(merged), texts[0])


def _divide(numbers: Sequence[str]) -> str:
    return "/".join(numbers)


def _span(numbers: Sequence[str]) -> str:
    ordered = sorted(numbers, key=lambda number: float(number.replace(",", "")))
    return f"{ordered[0]} to {ordered[-1]}"


def _say_apart(every: Sequence[int], texts: Sequence[str]) -> str:
    columns: dict[str, list[int]] = {}
    for number, text in zip(every, texts, strict=True):
        columns.setdefault(text, []).append(number)
    usual, count = Counter(texts).most_common(1)[0]
    # An exception of which nothing is to be said cannot be told from the rule.
    is_rule = "" not in columns and count > 2 and 2 * count > len(texts)
    said = [
        f"{name_columns(numbers, every)}: {text}"
        for text, numbers in columns.items()
        if text and not (is_rule and text == usual)
    ]
    return " ".join([usual, "Except", *said] if is_rule else said)
