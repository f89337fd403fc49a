"""One run a day, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from etl.configuration.sections import Schedule, Settings
from etl.schedule.when import next_run


def at(time: str, zone: str = "America/New_York") -> Settings:
    return Settings(schedule=Schedule(time=time, zone=zone))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-01 10:29:59", "2026-06-01 10:30"),
        ("2026-06-01 10:30", "2026-06-02 10:30"),  # the moment itself is over
        ("2026-06-02 03:00", "2026-06-02 10:30"),  # still the 1st in New York
        ("2026-12-31 23:59", "2027-01-01 11:30"),
    ],
)
def test_the_next_run_is_the_first_moment_after_now(now, expected):
    assert next_run(at("06:30"), utc(now)) == utc(expected)


def test_the_hour_stays_the_same_on_the_clock_through_both_changes_of_daylight_saving():
    spring = [next_run(at("06:30"), utc(f"2026-03-{day} 00:00")) for day in ("07", "08", "09")]
    autumn = [next_run(at("06:30"), utc(text)) for text in ("2026-10-31", "2026-11-01", "2026-11-02")]
    assert spring == [utc("2026-03-07 11:30"), utc("2026-03-08 10:30"), utc("2026-03-09 10:30")]
    assert autumn == [utc("2026-10-31 10:30"), utc("2026-11-01 11:30"), utc("2026-11-02 11:30")]


def test_a_time_that_spring_skips_is_taken_as_if_the_clocks_had_not_been_changed_yet():
    due = next_run(at("02:30"), utc("2026-03-08 05:00"))
    assert due == utc("2026-03-08 07:30")
    assert due.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "03:30"


def test_a_time_that_autumn_repeats_counts_once():
    first = next_run(at("01:30"), utc("2026-11-01 04:00"))
    assert first == utc("2026-11-01 05:30")
    assert next_run(at("01:30"), first) == utc("2026-11-02 06:30")


def test_a_time_that_the_clocks_skip_just_before_midnight_is_still_to_come_after_it():
    # Greenland goes from 22:59 on a Saturday to midnight.
    assert next_run(at("23:30", "America/Nuuk"), utc("2025-03-30 01:15")) == utc("2025-03-30 01:30")


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Beirut", "UTC"]
)
@pytest.mark.parametrize("time", ["00:00", "01:45", "02:15", "23:59"])
def test_a_year_has_one_run_for_each_of_its_days(zone, time):
    settings, moment = at(time, zone), utc("2025-12-31 12:00")
    runs = []
    while len(runs) < 365:
        moment = next_run(settings, moment)
        runs.append(moment)
    days = [run.astimezone(ZoneInfo(zone)).date() for run in runs]
    assert days == [days[0] + timedelta(days=n) for n in range(365)]
