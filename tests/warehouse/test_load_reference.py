"""Figures of firms and series of the market in the store: once, with their days, and revisions kept."""

from datetime import date

import pytest
from warehouse.reference import load_table

from etl.errors import BadInput
from etl.sources.facts import OWNERSHIP, SHORT_INTEREST
from etl.warehouse.load import LoadCount
from etl.warehouse.load_reference import load_factors, load_facts, load_vix
from etl.warehouse.store import open_store

QUARTER = date(2016, 3, 31)
MAY, JUNE = date(2016, 5, 13), date(2016, 6, 20)


def held(known, share, ticker="QZRA"):
    return {"ticker": ticker, "quarter_end": QUARTER, "known_on": known, "inst_own": share}


def assumed(share, ticker="QZRA"):
    return {"ticker": ticker, "quarter_end": QUARTER, "inst_own": share}


def stored(store):
    return store.sql("select known_on, known_after, inst_own from raw_ownership order by all").fetchall()


def test_loading_twice_changes_nothing_and_a_revision_is_a_further_row(home, tmp_path):
    with open_store(home) as store:
        assert load_table(store, OWNERSHIP, tmp_path, [held(MAY, 0.5)]) == LoadCount(1, 0, 0, 0)
        assert load_table(store, OWNERSHIP, tmp_path, [held(MAY, 0.5)]) == LoadCount(0, 0, 1, 0)
        assert load_table(store, OWNERSHIP, tmp_path, [held(JUNE, 0.6)]) == LoadCount(1, 0, 0, 0)
        assert load_table(store, OWNERSHIP, tmp_path, [held(MAY, 0.4)]) == LoadCount(0, 1, 0, 0)
        assert stored(store) == [(MAY, None, 0.4), (JUNE, None, 0.6)]


def test_days_assumed_are_recorded_and_give_way_to_other_days_and_to_the_truth(home, tmp_path):
    with open_store(home) as store:
        assert load_table(store, OWNERSHIP, tmp_path, [assumed(0.5)], 10).new == 1
        assert stored(store) == [(date(2016, 4, 10), 10, 0.5)]
        load_table(store, OWNERSHIP, tmp_path, [assumed(0.5)], 45)
        assert stored(store) == [(date(2016, 5, 15), 45, 0.5)]
        load_table(store, OWNERSHIP, tmp_path, [held(MAY, 0.5)])
        assert stored(store) == [(MAY, None, 0.5)]
        assert load_table(store, OWNERSHIP, tmp_path, [assumed(0.7)], 10) == LoadCount(0, 0, 1, 0)
        assert stored(store) == [(MAY, None, 0.5)]
        sources = store.sql("select source from loads order by load_id").fetchall()
    assert sources == [
        ("known after 10 days (assumed)",),
        ("known after 45 days (assumed)",),
        (None,),
        ("known after 10 days (assumed)",),
    ]


def test_a_file_that_does_not_say_when_rows_became_known_is_refused(home, tmp_path):
    with open_store(home) as store:
        with pytest.raises(BadInput, match=r"when each row became known.*--known-after DAYS.*45 days"):
            load_table(store, OWNERSHIP, tmp_path, [assumed(0.5)])
        with pytest.raises(BadInput, match=r"column known_on when each row became known.*Leave it out"):
            load_table(store, OWNERSHIP, tmp_path, [held(MAY, 0.5)], 45)
        assert stored(store) == []


def test_figures_that_cannot_be_true_are_quarantined_with_their_reason(home, tmp_path):
    def row(short, whole=100.0, settled="2016-03-31", known="2016-04-12", ticker="QZRA"):
        return {
            "symbol": ticker,
            "settlement_date": settled,
            "snapshot_date": known,
            "shares_sold_short": short,
            "public_float": whole,
        }

    rows = [
        row(150.0),  # above the float, as GameStop's was
        row(-1.0, ticker="QZRB"),
        row(10.0, 0.0, ticker="QZRC"),
        row(1001.0, ticker="QZRD"),
        row(None, ticker="QZRE"),
        row(10.0, known="2016-03-30", ticker="QZRF"),
        row(10.0, known="soon", ticker="QZRG"),
        row(10.0),  # the symbol and both days again
        row(10.0, ticker="?"),
    ]
    with open_store(home) as store:
        assert load_table(store, SHORT_INTEREST, tmp_path, rows) == LoadCount(1, 0, 0, 8)
        reasons = store.sql("select line, reason from quarantine order by line").fetchall()
    assert [line for line, _ in reasons] == list(range(3, 11))
    words = ("negative", "float_shares is zero", "10 times", "no shares_short", "known before", "bad day")
    for (_, reason), word in zip(reasons, (*words, "duplicate", "no symbol"), strict=True):
        assert word in reason


def test_one_share_in_percent_is_quarantined_and_a_file_in_percent_is_refused(home, tmp_path):
    with open_store(home) as store:
        rows = [held(MAY, 0.5), held(MAY, 0.6, "QZRB"), held(MAY, 62.0, "QZRC")]
        assert load_table(store, OWNERSHIP, tmp_path, rows) == LoadCount(2, 0, 0, 1)
        percent = [held(JUNE, 1.2), held(JUNE, 62.0, "QZRB"), held(JUNE, 71.0, "QZRC")]
        with pytest.raises(BadInput, match=r"2 of its figures are above 1\.5, so they look like percent"):
            load_table(store, OWNERSHIP, tmp_path, percent)
        assert len(stored(store)) == 2


def test_short_interest_needs_something_that_it_is_a_share_of(home, tmp_path):
    row = {"symbol": "QZRA", "settlement_date": QUARTER, "known_on": MAY, "shares_short": 5}
    with open_store(home) as store, pytest.raises(BadInput, match="neither public_float nor shares_outst"):
        load_table(store, SHORT_INTEREST, tmp_path, [row])


def test_factors_and_vix_are_loaded_once_and_corrected_by_a_later_file(home, tmp_path):
    factors, vix = tmp_path / "ff.CSV", tmp_path / "vix.csv"
    factors.write_text("about\n\n,Mkt-RF,SMB,HML,RF\n20160104, -1.59, -0.83, 0.53, 0.000\n\nCopyright\n")
    vix.write_text("DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2016,22.48,23.36,20.67,20.70\n")
    with open_store(home) as store:
        assert load_factors(store, factors) == load_vix(store, vix) == LoadCount(1, 0, 0, 0)
        assert load_factors(store, factors) == load_vix(store, vix) == LoadCount(0, 0, 1, 0)
        vix.write_text("DATE,CLOSE\n2016-01-04,20.71\n")
        assert load_vix(store, vix) == LoadCount(0, 1, 0, 0)
        assert store.sql("select date, close from raw_vix").fetchall() == [(date(2016, 1, 4), 20.71)]


@pytest.mark.real_data
def test_real_short_interest_and_market_series_load_as_they_are(home, real_data):
    with open_store(home) as store:
        file = real_data / "short_interest_2020_2021.parquet"
        first = load_facts(store, SHORT_INTEREST, file, None)
        assert (first.new, first.quarantined) == (131_671, 729)
        assert load_facts(store, SHORT_INTEREST, file, None) == LoadCount(0, 0, 131_671, 729)
        lags = store.sql(
            "select min(known_on - settled_on), median(known_on - settled_on) from raw_short_interest"
        )
        assert lags.fetchall() == [(10, 13.0)]
        gamestop = store.sql(
            "select shares_short / float_shares from raw_short_interest"
            " where ticker = 'GME' and settled_on = '2020-12-31'"
        ).fetchall()
        assert gamestop[0][0] == pytest.approx(1.4186, abs=1e-4)  # the file's own percent_of_float: 141.86
        factors = load_factors(store, real_data / "factors" / "F-F_Research_Data_Factors_daily.CSV")
        assert factors == LoadCount(25_817, 0, 0, 0)
        assert load_vix(store, real_data / "factors" / "vix-daily.csv").quarantined == 0
        last = store.sql("select * exclude load_id from raw_factors order by date desc limit 1").fetchall()
    assert last[0][0] == date(2024, 8, 30)
    assert last[0][1:] == pytest.approx((0.0098, -0.0055, 0.0004, 0.00022))
