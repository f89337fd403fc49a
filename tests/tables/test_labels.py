"""Names become words by rule."""

import pytest

from models.emotions import EMOTIONS
from models.estimation import FAMILIES
from models.tables.labels import UNITS, describe, label


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pre_open_happy", "Happy, before the open"),
        ("intraday_fear", "Fear, during the session"),
        ("pre_open_disgust_lag1", "Disgust, before the open, session t-1"),
        ("intraday_valence_lag2", "Valence, during the session, session t-2"),
        ("pre_open_disagreement", "Disagreement, before the open"),
        ("pre_open_log_posts", "Log(1 + posts before the open)"),
        ("intraday_posts_lag1", "Posts during the session, session t-1"),
        ("ret_oc", "Return from open to close"),
        ("ret_oc_lag1", "Return from open to close, t-1"),
        ("ret_oc_lead1", "Return from open to close, t+1"),
        ("ret_co", "Return from close to open (overnight)"),
        ("ret_20", "Return over 20 sessions"),
        ("vol_183", "Volatility over 183 sessions"),
        ("(Intercept)", "Intercept"),
        ("session_-5", "5 sessions before"),
        ("session_0", "In the same session"),
        ("session_1", "1 session after"),
    ],
)
def test_a_name_by_the_rules_becomes_words(name, words):
    assert label(name) == words


@pytest.mark.parametrize(
    "name", ["pre_open_joy", "pre_open_", "ret_xx", "vol_", "n_posts", "", "happy", "_lag1"]
)
def test_a_name_that_follows_no_rule_is_shown_as_it_is(name):
    assert describe(name).label == name
    assert describe(name).kind == ""
    assert describe(name).place is None


def test_every_variable_of_every_family_has_words_and_a_unit():
    names = {name for family in FAMILIES.values() for spec in family.specs for name in spec.variables}
    assert {name for name in names if label(name) == name or describe(name).kind not in UNITS} == set()


def test_emotions_keep_their_order_within_a_window_and_windows_within_a_session():
    names = [
        f"{window}_{emotion}{shift}"
        for shift in ("", "_lag1")
        for window in ("pre_open", "intraday")
        for emotion in EMOTIONS
    ]
    shuffled = names[::-1]
    assert sorted(shuffled, key=lambda name: describe(name).place) == names
