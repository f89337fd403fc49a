"""How long to wait: what servers write in their headers, sane or not."""

from datetime import UTC, datetime

import pytest

from etl.live.backoff import pause, pause_after_refusal, rate_limit_reset, read_date, retry_after

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 7.5 ", 7.5),
        ("0", 1),
        ("Mon, 01 Jun 2026 12:01:30 GMT", 90),
        ("Mon, 01 Jun 2026 14:01:30 +0200", 90),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 1),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("inf", None),
        ("٣", None),
        ("9" * 400, None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(text: str, seconds: float | None):
    assert retry_after({"Retry-After": text}, NOW) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1780315260", 60), ("1780315200", 1), ("90", 90), ("0", 1), ("tomorrow", None), ("", None)],
)
def test_a_reset_is_read_as_a_moment_or_seconds(text: str, seconds: float | None):
    assert rate_limit_reset({"X-RateLimit-Reset": text}, NOW) == seconds


def test_nothing_said_is_nothing_read():
    assert retry_after({}, NOW) is None
    assert rate_limit_reset({}, NOW) is None
    assert read_date(None) is None


def test_pauses_grow_stay_bounded_and_differ():
    first = {pause(1) for _ in range(50)}
    assert len(first) > 40
    assert 0.5 <= min(first) <= max(first) <= 1
    assert pause(100) <= 60
    refused = [pause_after_refusal(attempt) for attempt in (1, 2, 3, 100)]
    assert refused[0] >= 60
    assert refused == sorted(refused)
    assert refused[-1] <= 900 * 1.25
