"""The breaker: a source that refused is left alone for a while, whatever the clock does."""

from datetime import timedelta

import pytest
from live.clocks import FakeClock

from etl.errors import SourceRefused
from etl.journal import open_journal
from etl.live.breaker import Breaker
from etl.settings import Home

REASON = "StockTwits turned this address away (403)"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_a_source_that_never_refused_may_be_asked(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        Breaker(journal, "stocktwits", 15).check()


def test_it_says_why_and_until_when_in_one_sentence(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        opened = Breaker(journal, "stocktwits", 15).open(REASON)
    assert str(opened) == (
        "StockTwits turned this address away (403); it is left alone until 2026-06-01 12:15 UTC, and posts "
        "in files can be loaded meanwhile."
    )


def test_it_outlives_the_run_and_closes_by_itself(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        opened = Breaker(journal, "stocktwits", 15).open(REASON)
    with open_journal(home, clock) as journal:
        breaker = Breaker(journal, "stocktwits", 15)
        with pytest.raises(SourceRefused) as refused:
            breaker.check()
        assert str(refused.value) == str(opened)
        Breaker(journal, "another", 15).check()
        clock.pass_time(15 * 60)
        breaker.check()


def test_a_clock_that_was_set_back_does_not_keep_it_open(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        breaker = Breaker(journal, "stocktwits", 15)
        breaker.open(REASON)
        clock.jump(-timedelta(days=400))
        with pytest.raises(SourceRefused, match="until 2025-04-27 12:15 UTC"):
            breaker.check()
        clock.pass_time(15 * 60)
        breaker.check()


def test_a_shorter_setting_counts_at_once(home: Home, clock: FakeClock):
    with open_journal(home, clock) as journal:
        Breaker(journal, "stocktwits", 600).open(REASON)
        with pytest.raises(SourceRefused, match="12:05"):
            Breaker(journal, "stocktwits", 5).check()
