"""Files of offerings as people have them, and what is refused."""

from datetime import date

import pytest

from etl.errors import BadInput
from etl.sources.ipos import read_ipos
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.store import open_store


def write(tmp_path, text, name="ipos.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_tidy_file(tmp_path):
    text = (
        "ticker,first_trade,offer_price,proceeds,founded,venture,industry,name\n"
        'qzaa,2015-02-03,"1,020.50",2e8,1999,1,Software,A Firm\n'
    )
    batch = read_ipos(write(tmp_path, text))
    assert batch.rejects.is_empty()
    assert batch.rows.row(0) == ("QZAA", date(2015, 2, 3), 1020.5, 2e8, 1999, True, "Software", "A Firm")


def test_a_panel_with_dots_and_codes_for_what_is_missing(tmp_path):
    text = (
        "ticker,first_date,name,ipo_date,offer_price,founding,vc,split_suspect\n"
        "QZAA,2015-02-02,,2015-02-03,20,-99,.,False\n"
        "QZBB,2015-02-02,B,,,1990,2,\n"
        "NA,2015-02-02,C,,,1990,0,\n"
    )
    rows = read_ipos(write(tmp_path, text)).rows.rows(named=True)
    assert rows[0]["first_trade"] == date(2015, 2, 3)  # announced goes before first seen
    assert rows[0]["founded"] is None
    assert rows[0]["venture"] is None
    assert rows[1]["first_trade"] == date(2015, 2, 2)
    assert rows[1]["offer_price"] is None
    assert rows[1]["venture"] is False  # Ritter's 2 is growth capital
    assert rows[2]["ticker"] == "NA"  # a symbol, not a missing value


def test_age_gives_the_year_of_founding(tmp_path):
    batch = read_ipos(write(tmp_path, "Symbol,Listing Date,Age\nQZAA,2015-02-03,7\n"))
    assert batch.rows["founded"].item() == 2008


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2015-02-03,20,1999,1", "no symbol"),
        ("QZBB,,20,1999,1", "no day"),
        ("QZBB,1985-02-03,20,,1", "before 1990"),
        ("QZBB,2015-02-03,0,1999,1", "expected dollars above zero"),
        ("QZBB,2015-02-03,twenty,1999,1", "offer price is no number"),
        ("QZBB,2015-02-03,inf,1999,1", "offer price is no number"),
        ("QZBB,2015-02-03,20,2019,1", "year of founding 2019"),
        ("QZBB,2015-02-03,20,1999,perhaps", "venture backing"),
        ("QZAA,2015-02-04,21,1999,1", "duplicate"),
        ("QZBB,2015-02-03,20", "3 fields"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(tmp_path, row, reason):
    text = f"ticker,first_trade,offer_price,founded,venture\nQZAA,2015-02-03,20,1999,1\n{row}\n"
    batch = read_ipos(write(tmp_path, text))
    assert batch.rows["ticker"].to_list() == ["QZAA"]
    assert batch.rows["first_trade"].to_list() == [date(2015, 2, 3)]
    assert batch.rejects["line"].to_list() == [3]
    assert reason in batch.rejects["reason"].item()


def test_a_file_without_dates_is_refused_with_what_is_expected(tmp_path):
    with pytest.raises(BadInput, match=r"no column first_trade; it has: ticker, offer_price\. Expected"):
        read_ipos(write(tmp_path, "ticker,offer_price\nQZAA,20\n"))


def test_loading_twice_changes_nothing_and_a_correction_replaces(tmp_path, home):
    path = write(tmp_path, "ticker,first_trade,offer_price\nQZAA,2015-02-03,20\nQZBB,2015-02-04,\n,x,1\n")
    with open_store(home) as store:
        first = load_ipos(store, path)
        stored = store.execute("select * from raw_ipos order by ticker").fetchall()
        again = load_ipos(store, path)
        assert store.execute("select * from raw_ipos order by ticker").fetchall() == stored
        assert store.execute("select count(*) from quarantine where kind = 'ipos'").fetchone() == (1,)
        write(tmp_path, "ticker,first_trade,offer_price\nQZAA,2015-02-03,21\n")
        corrected = load_ipos(store, path)
        assert store.execute("select offer_price from raw_ipos order by ticker").fetchall() == [
            (21.0,),
            (None,),
        ]
    assert (first.new, first.quarantined) == (2, 1)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)
    assert (corrected.new, corrected.updated) == (0, 1)


def test_a_file_without_a_good_row_stores_nothing(tmp_path, home):
    path = write(tmp_path, "ticker,first_trade\n,2015-02-03\n")
    with open_store(home) as store:
        with pytest.raises(BadInput, match="none of its 1 rows"):
            load_ipos(store, path)
        assert store.execute("select count(*) from loads").fetchone() == (0,)
