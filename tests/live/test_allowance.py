"""The token bucket: never more than allowed in any hour, whatever the clock and the other processes do."""

import subprocess
import sys
from bisect import bisect_left
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.clocks import FakeClock

from etl.journal import Journal, open_journal
from etl.live.allowance import LONGEST_HOLD, Allowance
from etl.settings import Home, open_home

HOUR = 3600.0


def take_patiently(allowance: Allowance, clock: FakeClock, n: int) -> list[float]:
    """Take n requests one after the other, and return the steady time of each."""
    taken = []
    while len(taken) < n:
        if wait := allowance.take():
            clock.pass_time(wait)
        else:
            taken.append(clock.elapsed())
    return taken


def busiest_hour(moments: list[float]) -> int:
    """Count the requests of the busiest window of one hour, both ends included."""
    return max(bisect_left(moments, start + HOUR + 1e-6) - first for first, start in enumerate(moments))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def journal(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        yield journal


@pytest.mark.parametrize("requests_per_hour", [1, 2, 3, 7, 190, 400])
def test_no_hour_sees_more_than_allowed(journal: Journal, clock: FakeClock, requests_per_hour: int):
    allowance = Allowance(journal, "stocktwits", requests_per_hour)
    taken = take_patiently(allowance, clock, 3 * requests_per_hour)
    assert busiest_hour(taken) <= requests_per_hour
    assert busiest_hour(taken) >= 0.97 * requests_per_hour  # and little is given away


@given(pauses=st.lists(st.floats(0, 7200), min_size=1, max_size=60), per_hour=st.integers(1, 40))
def test_no_hour_sees_more_than_allowed_at_any_pace(tmp_path_factory, pauses: list[float], per_hour: int):
    clock = FakeClock()
    with open_journal(open_home(tmp_path_factory.mktemp("home")), clock) as journal:
        allowance = Allowance(journal, "feed", per_hour)
        taken = []
        for pause in pauses:
            clock.pass_time(pause)
            while not allowance.take():
                taken.append(clock.elapsed())
    assert busiest_hour(taken) <= per_hour


def test_half_of_the_hour_may_be_asked_at_once(journal: Journal, clock: FakeClock):
    allowance = Allowance(journal, "stocktwits", 190)
    assert [allowance.take() for _ in range(95)] == [0.0] * 95
    assert 0 < allowance.take() < 40


def test_a_wait_is_as_long_as_it_says(journal: Journal, clock: FakeClock):
    allowance = Allowance(journal, "stocktwits", 1)
    assert allowance.take() == 0
    wait = allowance.take()
    clock.pass_time(wait - 0.02)
    assert allowance.take() > 0
    clock.pass_time(0.02)
    assert allowance.take() == 0


def test_what_one_run_used_up_the_next_run_lacks(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        take_patiently(Allowance(journal, "stocktwits", 40), clock, 20)
    with open_journal(home, clock) as journal:
        assert Allowance(journal, "stocktwits", 40).take() > 0
        assert Allowance(journal, "another", 40).take() == 0


def test_a_clock_that_goes_backwards_blocks_nobody_for_long(home: Home, clock: FakeClock):
    for again_open in (False, True):
        with open_journal(home, clock) as journal:
            allowance = Allowance(journal, "stocktwits", 190)
            while not allowance.take():
                pass
            clock.jump(-timedelta(days=400))
            if again_open:
                allowance = Allowance(journal, "stocktwits", 190)
            assert 0 < allowance.take() < 60


def test_a_clock_that_goes_backwards_gives_nothing_away(journal: Journal, clock: FakeClock):
    allowance = Allowance(journal, "stocktwits", 40)
    taken = take_patiently(allowance, clock, 20)
    clock.jump(-timedelta(days=1))
    taken += take_patiently(allowance, clock, 40)
    assert busiest_hour(taken) <= 40


@pytest.mark.parametrize("days", [1, 4000])
def test_a_clock_that_goes_forwards_gives_nothing_away(journal: Journal, clock: FakeClock, days: int):
    allowance = Allowance(journal, "stocktwits", 40)
    taken = take_patiently(allowance, clock, 20)
    clock.jump(timedelta(days=days))
    taken += take_patiently(allowance, clock, 20)
    clock.jump(-timedelta(days=days))
    taken += take_patiently(allowance, clock, 40)
    assert busiest_hour(taken) <= 40


def test_a_run_that_starts_on_a_wrong_clock_gets_one_burst_at_most(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        taken = take_patiently(Allowance(journal, "stocktwits", 40), clock, 30)
    clock.jump(timedelta(days=4000))
    with open_journal(home, clock) as journal:
        allowance = Allowance(journal, "stocktwits", 40)
        burst = 0
        while not allowance.take():
            burst += 1
    assert len(taken) == 30
    assert burst == 20


def test_smaller_settings_count_at_once(journal: Journal, clock: FakeClock):
    assert Allowance(journal, "stocktwits", 400).take() == 0
    smaller = Allowance(journal, "stocktwits", 2)
    assert [smaller.take() > 0 for _ in range(2)] == [False, True]


def test_a_hold_keeps_every_process_off_until_it_is_over(home: Home, clock: FakeClock):
    with open_journal(home, clock) as one, open_journal(home, clock) as other:
        mine, theirs = Allowance(one, "stocktwits", 190), Allowance(other, "stocktwits", 190)
        mine.hold(600)
        assert theirs.take() == pytest.approx(600, abs=0.02)
        clock.pass_time(599)
        assert mine.take() > 0
        clock.pass_time(1.01)
        assert theirs.take() == 0


def test_a_hold_never_shortens_another_and_never_lasts_for_days(journal: Journal, clock: FakeClock):
    allowance = Allowance(journal, "stocktwits", 190)
    allowance.hold(600)
    allowance.hold(60)
    assert allowance.take() == pytest.approx(600, abs=0.02)
    allowance.hold(1e9)
    clock.jump(-timedelta(days=30))
    assert allowance.take() <= LONGEST_HOLD + 0.02


TAKER = """
import sys
from pathlib import Path
from etl.journal import open_journal
from etl.live.allowance import Allowance
from etl.settings import open_home

taken = 0
with open_journal(open_home(Path(sys.argv[1]))) as journal:
    allowance = Allowance(journal, "stocktwits", 400)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(150):
        taken += allowance.take() == 0
print(taken)
"""


def test_two_processes_share_what_is_allowed(home: Home):
    takers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, str(home.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for taker in takers:
        assert taker.stdout.readline() == "ready\n"
    for taker in takers:  # both are under way by now
        taker.stdin.write("go\n")
        taker.stdin.flush()
    taken = [int(taker.communicate()[0]) for taker in takers]
    # 200 at once, and one in 18 seconds after that; each alone would have had its 150.
    assert 200 <= sum(taken) <= 205
    assert all(taken)
