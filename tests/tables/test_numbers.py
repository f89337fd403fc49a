"""Numbers as text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tables.numbers import count_stars, show, show_count, show_p


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.0004, "-0.000400"),
        (-1e-9, "-1.00e-09"),
        (0.00009996, "0.000100"),
        (0.9996, "1.00"),
        (99.96, "100"),
        (-591.3, "-591"),
        (1234.6, "1,235"),
        (123456.7, "123,457"),
        (math.nan, "n/a"),
        (math.inf, "n/a"),
        (None, ""),
    ],
)
def test_three_digits_are_shown_and_whole_digits_are_never_lost(number, text):
    assert show(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_shown_number_is_within_half_a_unit_of_its_third_digit(number):
    shown = float(show(number).replace(",", ""))
    assert (
        abs(shown - number) <= 0.5000001 * 10 ** (math.floor(math.log10(abs(number))) - 2) if number else True
    )
    assert math.copysign(1, shown) == 1 or shown < 0  # a negative zero is never shown


def test_a_tiny_p_value_is_shown_as_a_bound():
    assert show_p(0.00099) == "<0.001"
    assert show_p(0.001) == "0.00100"
    assert show_p(None) == ""


def test_counts_have_thousands():
    assert show_count(19422) == "19,422"
    assert show_count(0) == "0"
    assert show_count(None) == ""


@pytest.mark.parametrize(
    ("p_value", "stars"),
    [(0.0, 3), (0.00999, 3), (0.01, 2), (0.0499, 2), (0.05, 1), (0.0999, 1), (0.10, 0), (1.0, 0), (None, 0)],
)
def test_stars_follow_the_p_value_and_its_bounds_are_strict(p_value, stars):
    assert count_stars(p_value, 0.1) == stars


@pytest.mark.parametrize("std_error", [0.0, math.nan, math.inf, None])
def test_an_estimate_without_a_standard_error_has_no_stars(std_error):
    assert count_stars(0.0, std_error) == 0


def test_a_p_value_that_is_not_a_number_has_no_stars():
    assert count_stars(math.nan, 0.1) == 0
