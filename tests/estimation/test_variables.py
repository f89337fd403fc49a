"""Lags, leads and cumulated returns go by the exchange's sessions, never by rows."""

import polars as pl
import pytest

from models.estimation import EstimationError, Spec
from models.estimation.variables import add_variables

# Firm A has no row in session 3; firm B begins in session 2.
PANEL = pl.DataFrame(
    {
        "ticker": ["A", "A", "A", "A", "B", "B", "B"],
        "session_no": [1, 2, 4, 5, 2, 3, 4],
        "x": [1.0, 2.0, 4.0, 5.0, 20.0, 30.0, 40.0],
        "ret_oc": [0.1, 0.2, 0.4, 0.5, 0.0, 0.1, 0.2],
        "ret_cc": [0.01, 0.02, 0.04, 0.05, 0.2, 0.3, 0.4],
    }
)


def test_a_lag_is_the_session_before_or_nothing():
    got = add_variables(PANEL, ["x_lag1", "x_lead2"])
    assert got["x_lag1"].to_list() == [None, 1.0, None, 4.0, None, 20.0, 30.0]
    assert got["x_lead2"].to_list() == [None, 4.0, None, None, 40.0, None, None]
    assert got.select(PANEL.columns).equals(PANEL)


def test_a_cumulated_return_compounds_from_the_open_of_its_session():
    got = add_variables(PANEL, ["ret_oc_cum1"])["ret_oc_cum1"].to_list()
    assert got[0] == pytest.approx(1.1 * 1.02 - 1)
    assert got[1] is None  # session 3 is missing
    assert got[4] == pytest.approx(1.0 * 1.3 - 1)
    two = add_variables(PANEL, ["ret_oc_cum2"])["ret_oc_cum2"].to_list()
    assert two[4] == pytest.approx(1.0 * 1.3 * 1.4 - 1)


def test_one_series_has_no_ticker():
    series = PANEL.filter(pl.col("ticker") == "A").drop("ticker")
    assert add_variables(series, ["x_lag1"])["x_lag1"].to_list() == [None, 1.0, None, 4.0]


def test_what_cannot_be_made_is_named():
    with pytest.raises(EstimationError, match="no column nothing_lag1, y"):
        add_variables(PANEL, ["x_lag1", "nothing_lag1", "y"])


def test_the_future_may_be_an_outcome_and_never_a_term():
    future = {"family": "f", "column_no": 1, "title": "t"}
    Spec(outcome="ret_cc_lead3", **future)
    for term in ("ret_cc_lead3", "x:pre_open_happy_lead1", "x_lead1:z"):
        with pytest.raises(ValueError, match="lies in the future"):
            Spec(outcome="ret_oc", regressors=(term,), **future)
