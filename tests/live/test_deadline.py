"""Deadlines: work that takes too long is given up, and all else comes through as it was."""

import threading

import pytest

from etl.live.deadline import TooLate, within


def test_work_that_is_done_in_time_gives_its_result():
    assert within(60, lambda: 6 * 7) == 42


def test_work_that_hangs_is_given_up():
    hanging = threading.Event()
    with pytest.raises(TooLate):
        within(0.01, hanging.wait)
    hanging.set()


def test_what_the_work_raises_is_raised():
    def fail() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        within(60, fail)
