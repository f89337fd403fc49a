"""Patience: a run waits so long in all, and can be stopped while it does."""

import pytest
from live.clocks import FakeClock

from etl.errors import AllowanceSpent, Stopped
from etl.live.patience import Patience


def test_waits_add_up_until_one_is_too_long():
    clock = FakeClock()
    patience = Patience(100, clock)
    patience.wait(60, "StockTwits")
    with pytest.raises(AllowanceSpent, match=r"StockTwits .* no sooner than 2026-06-01 12:02:00 UTC"):
        patience.wait(60, "StockTwits")
    patience.wait(40, "StockTwits")
    assert clock.waits == [60, 40]
    assert patience.left == 0


def test_somebody_who_asks_to_stop_need_not_wait():
    clock = FakeClock()
    clock.ask_to_stop("SIGTERM")
    with pytest.raises(Stopped, match="SIGTERM"):
        Patience(100, clock).wait(60, "StockTwits")
