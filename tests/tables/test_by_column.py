"""What columns share is said once; the rest names its columns."""

import pytest

from models.tables.by_column import by_column, name_columns


def said(*texts, merge=False):
    return by_column([{"column_no": i} for i in range(1, len(texts) + 1)], texts, merge)


def test_what_all_share_is_said_once():
    assert said("A b.", "A b.") == "A b."


def test_what_differs_names_its_columns():
    assert said("A.", "B.") == "(1): A. (2): B."
    assert said("A.", "B.", "A.", "B.") == "(1), (3): A. (2), (4): B."


def test_what_most_share_stands_first_and_the_others_are_exceptions():
    assert said("A.", "A.", "B.", "A.", "C.") == "A. Except (3): B. (5): C."


def test_silence_is_never_an_exception():
    assert said("A.", "A.", "A.", "") == "(1) to (3): A."


def test_shared_sentences_are_said_once_before_or_after_the_rest():
    assert said("One. Two.", "One. Three.") == "One. (1): Two. (2): Three."
    assert said("Two. One.", "Three. One.") == "(1): Two. (2): Three. One."
    assert said("One. Two.", "One.") == "One. (1): Two."


def test_numbers_are_merged_for_as_many_columns_as_can_be_counted():
    assert said("K = 1.", "K = 2.", merge=True) == "K = 1/2. (Divided by /: one number a column.)"
    assert said("K = 1.", "K = 2.") == "(1): K = 1. (2): K = 2."
    every = [f"{i} of 1,{i}00." for i in (3, 1, 2, 9, 5, 6, 7)]
    assert said(*every, merge=True) == "1 to 9 of 1,100 to 1,900."
    assert said(*["K = 1."] * 6, "K = 2.", merge=True) == "K = 1. Except (7): K = 2."


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([1], "(1)"), ([1, 2], "(1), (2)"), ([1, 2, 4], "(1) to (4)"), ([1, 4, 5, 6], "(1), (4) to (6)")],
)
def test_three_columns_in_a_row_are_a_range_whatever_is_missing_between(numbers, words):
    assert name_columns(numbers, [1, 2, 4, 5, 6]) == words
