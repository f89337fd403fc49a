from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.sources.fields import (
    FieldError,
    canonical_symbol,
    clean_text,
    read_count,
    read_sentiment,
    read_symbols,
    read_time,
)


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("it&#39;s up &amp; away", "it's up & away"),
        ("it&amp;#39;s up", "it's up"),  # escaped twice
        ("&amp;quot;buy&amp;quot;", '"buy"'),
        ("a &lt; b", "a < b"),
        ("link?a=1&copy=2&reg=3", "link?a=1&copy=2&reg=3"),  # parameters are no entities
        ("&nosuchentity; stays", "&nosuchentity; stays"),
        ("&#128640;", "🚀"),
        ("&#xD83D;", "�"),  # half a surrogate pair is no character
        ("AT&T", "AT&T"),
    ],
)
def test_entities_are_decoded_as_often_as_they_were_escaped(escaped, plain):
    assert clean_text(escaped, entities=True) == plain


@given(st.text())
def test_cleaned_text_can_always_be_stored(text):
    assert clean_text(text, entities=True).encode("utf-8") is not None


def test_surrogates_are_joined_or_replaced():
    assert clean_text("\ud83d\ude80") == "🚀"
    assert clean_text("x\ud83dy") == "x�y"


@pytest.mark.parametrize(
    ("value", "moment", "day"),
    [
        ("2016-11-19T23:00:00Z", datetime(2016, 11, 19, 23, tzinfo=UTC), None),
        ("2016-11-19T18:00:00-05:00", datetime(2016, 11, 19, 23, tzinfo=UTC), None),
        ("2016-11-19 23:00:00", datetime(2016, 11, 19, 23, tzinfo=UTC), None),  # no offset is UTC
        ("2016-11-19 23:00:00 UTC", datetime(2016, 11, 19, 23, tzinfo=UTC), None),
        (1479596400, datetime(2016, 11, 19, 23, tzinfo=UTC), None),
        ("1479596400000", datetime(2016, 11, 19, 23, tzinfo=UTC), None),
        ("2016-11-19", None, date(2016, 11, 19)),
        (date(2016, 11, 19), None, date(2016, 11, 19)),
    ],
)
def test_times_are_read_in_every_form(value, moment, day):
    assert read_time(value) == (moment, day)


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", "2016-13-01", "20161119", "1066-10-14T09:00:00Z", True, -5, float("nan")]
)
def test_bad_times_are_refused_with_a_reason(value):
    with pytest.raises(FieldError, match="time"):
        read_time(value)


@pytest.mark.parametrize(
    ("value", "symbols"),
    [
        ("AAPL", ["AAPL"]),
        ("$aapl, $msft", ["AAPL", "MSFT"]),
        ("['AAPL', 'BRK.B', 'AAPL']", ["AAPL", "BRK.B"]),
        ([{"symbol": "BRK-B"}, {"symbol": "BTC.X"}], ["BRK.B", "BTC.X"]),
        (None, []),
        ("[]", []),
        (["=cmd()", "", 5], []),
    ],
)
def test_symbols_are_read_in_every_form(value, symbols):
    assert read_symbols(value) == symbols


def test_one_firm_has_one_name():
    assert canonical_symbol("BRK-B") == canonical_symbol("$brk.b") == canonical_symbol("BRK/B") == "BRK.B"
    assert canonical_symbol("^GSPC") == "^GSPC"
    assert canonical_symbol("not a symbol") is None


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("Bullish", "Bullish"),
        ("bearish", "Bearish"),
        (1.0, "Bullish"),
        ("-1.0", "Bearish"),
        (None, None),
        ("", None),
    ],
)
def test_self_tags(value, tag):
    assert read_sentiment(value) == tag


def test_an_unknown_count_is_not_zero():
    assert read_count(None) is None
    assert read_count("n/a") is None
    assert read_count(-1) is None
    assert read_count(0) == 0
    assert read_count("12.0") == 12
