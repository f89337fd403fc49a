"""What is asked of a live source beside what is stored, and when both are taken for one series."""

from datetime import date

import polars as pl
import pytest

from etl.sources.prices import PRICE_SCHEMA
from etl.warehouse.stored_series import StoredSeries, agrees, choose_start, continue_series, lacking

DAYS = [date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10)]
CLOSED = pl.Series(DAYS)


def prices(days: list[date], adj_close: float = 50.0) -> pl.DataFrame:
    quotes = dict.fromkeys(("open", "high", "low", "close"), 100.0)
    rows = [{"ticker": "QZRA", "date": day, **quotes, "adj_close": adj_close, "volume": 9.0} for day in days]
    return pl.DataFrame(rows, schema=PRICE_SCHEMA)


def start(days: list[date], asked: dict[date, int] | None = None, overlap: int = 2) -> date | None:
    return choose_start(StoredSeries("QZRA", prices(days), asked or {}), CLOSED, DAYS[1], overlap, 3)


def test_a_symbol_without_prices_is_asked_for_from_the_first_day_on():
    assert start([]) == DAYS[1]


def test_nothing_is_asked_where_each_session_has_its_price_or_was_asked_for_often_enough():
    assert start(DAYS) is None
    assert start(DAYS[2:]) is None  # what lies before its first price is not missing
    assert start([*DAYS[:3], *DAYS[4:]], {DAYS[3]: 4}) is None


def test_the_last_stored_sessions_before_the_first_missing_one_are_asked_for_again():
    assert start(DAYS[:6]) == DAYS[4]
    assert start([*DAYS[:3], *DAYS[4:]], {DAYS[3]: 3}) == DAYS[1]
    assert start(DAYS[:6], overlap=60) == DAYS[0]
    assert start(DAYS[2:], {DAYS[0]: 1}) == DAYS[0]  # listed before its first stored price


@pytest.mark.parametrize(("change", "same"), [(0.0, True), (5e-6, True), (2e-5, False), (-2e-5, False)])
def test_prices_that_differ_by_no_more_than_noise_are_the_same(change, same):
    stored = StoredSeries("QZRA", prices(DAYS[:4]), {})
    assert agrees(stored, prices(DAYS[2:], 50.0 * (1 + change))) is same


def test_prices_that_share_no_day_do_not_agree():
    assert not agrees(StoredSeries("QZRA", prices(DAYS[:2]), {}), prices(DAYS[2:]))


def test_stored_prices_stand_where_new_ones_are_the_same_and_volumes_are_renewed():
    stored = StoredSeries("QZRA", prices(DAYS[:2]).with_columns(volume=pl.lit(5.0)), {})
    got = continue_series(stored, prices(DAYS[:3], 50.0001))
    assert got["adj_close"].to_list() == [50.0, 50.0, 50.0001]
    assert got["volume"].to_list() == [9.0, 9.0, 9.0]
    assert got.schema == pl.Schema(PRICE_SCHEMA)


def test_sessions_that_lack_a_price_are_counted_from_a_day_on():
    assert lacking(CLOSED, DAYS[3], {DAYS[4], DAYS[6]}) == [DAYS[3], DAYS[5]]
