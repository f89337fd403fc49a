from datetime import UTC, date, datetime

import polars as pl

from models.sessions import exchange_sessions


def test_daylight_saving_early_closes_holidays_and_weekends():
    sessions = exchange_sessions(date(2016, 11, 1), date(2016, 11, 30))
    by_day = {row["session"]: row for row in sessions.to_dicts()}
    assert by_day[date(2016, 11, 4)]["open_at"] == datetime(2016, 11, 4, 13, 30, tzinfo=UTC)  # summer time
    assert by_day[date(2016, 11, 7)]["open_at"] == datetime(2016, 11, 7, 14, 30, tzinfo=UTC)  # winter time
    assert date(2016, 11, 24) not in by_day  # Thanksgiving
    assert by_day[date(2016, 11, 25)]["close_at"] == datetime(2016, 11, 25, 18, tzinfo=UTC)  # 13:00 New York
    assert by_day[date(2016, 11, 28)]["previous_close_at"] == by_day[date(2016, 11, 25)]["close_at"]


def test_sessions_cover_the_days_asked_for_on_both_sides():
    sessions = exchange_sessions(date(2016, 11, 26), date(2016, 11, 27))  # a weekend
    assert sessions["session"].to_list() == [date(2016, 11, 25), date(2016, 11, 28)]


def test_numbers_have_no_gaps_and_do_not_depend_on_what_was_asked():
    long = exchange_sessions(date(2010, 1, 1), date(2016, 12, 30))
    short = exchange_sessions(date(2016, 1, 1), date(2016, 12, 30))
    assert long["session_no"].diff().drop_nulls().unique().to_list() == [1]
    assert (
        long.join(short, on="session").filter(pl.col("session_no") != pl.col("session_no_right")).is_empty()
    )


def test_a_closure_of_a_week_is_bridged():
    sessions = exchange_sessions(date(2001, 9, 11), date(2001, 9, 14))
    assert sessions["session"].to_list() == [date(2001, 9, 10), date(2001, 9, 17)]


def test_sessions_before_the_first_of_1990_are_counted_backwards_from_it():
    days = exchange_sessions(date(1985, 3, 1), date(1985, 6, 1))
    until_1990 = exchange_sessions(date(1985, 3, 1), date(1990, 1, 31))
    assert days.rows() == until_1990.head(days.height).rows()
    (first,) = until_1990.filter(pl.col("session") == date(1990, 1, 2))["session_no"]
    assert first == 0
