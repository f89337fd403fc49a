from datetime import date

import polars as pl
import pytest
from samples import message, price_table, write_lines

from etl.errors import BadInput
from etl.sources.stocktwits import StockTwits
from etl.sources.table import Table
from etl.warehouse.load import LoadCount, load_posts, load_prices
from etl.warehouse.store import open_store

NOON = "2016-11-21T17:00:00Z"


def test_loading_twice_adds_nothing_and_a_changed_copy_updates(home, tmp_path):
    path = write_lines(
        tmp_path / "p.jsonl", [message(1, NOON, "one", "QZRA"), message(2, NOON, "two", "QZRA")]
    )
    with open_store(home) as store:
        assert load_posts(store, StockTwits(), path) == LoadCount(2, 0, 0, 0)
        before = store.sql("select * exclude load_id from raw_posts order by post_id").fetchall()
        assert load_posts(store, StockTwits(), path) == LoadCount(0, 0, 2, 0)
        assert store.sql("select * exclude load_id from raw_posts order by post_id").fetchall() == before
        write_lines(
            path,
            [message(1, NOON, "one, edited", "QZRA", likes={"total": 3}), message(2, NOON, "two", "QZRA")],
        )
        assert load_posts(store, StockTwits(), path) == LoadCount(0, 1, 1, 0)
        assert store.sql("select body, likes from raw_posts where post_id = '1'").fetchall() == [
            ("one, edited", 3)
        ]


def test_ids_are_unique_within_a_source_only(home, tmp_path):
    path = write_lines(tmp_path / "p.jsonl", [message(1, NOON, "one", "QZRA")])
    other = StockTwits()
    other.name = "elsewhere"
    with open_store(home) as store:
        load_posts(store, StockTwits(), path)
        assert load_posts(store, other, path).new == 1


def test_repeats_within_a_file_are_one_post_and_a_row_a_symbol_gathers_symbols(home, tmp_path):
    path = tmp_path / "p.csv"
    pl.DataFrame(
        {
            "id": [1, 1, 2],
            "body": ["x", "x", "y"],
            "created_at": [NOON] * 3,
            "ticker": ["QZRB", "QZRA", "QZRA"],
        }
    ).write_csv(path)
    with open_store(home) as store:
        assert load_posts(store, Table("t"), path) == LoadCount(2, 0, 1, 0)
        assert load_posts(store, Table("t"), path) == LoadCount(0, 0, 3, 0)
        symbols = store.sql("select symbols from raw_posts order by post_id").fetchall()
        assert symbols == [(["QZRA", "QZRB"],), (["QZRA"],)]


def test_the_quarantine_names_file_line_and_reason_once(home, tmp_path):
    path = write_lines(
        tmp_path / "p.jsonl", [message(1, NOON, "fine"), message(2, "never", "when?"), {"body": "who?"}]
    )
    with open_store(home) as store:
        for _ in range(2):
            assert load_posts(store, StockTwits(), path).quarantined == 2
        rows = store.sql("select kind, file, line, reason from quarantine order by line").fetchall()
    assert rows == [("posts", str(path), 2, "bad time: 'never'"), ("posts", str(path), 3, "no id")]


def test_a_file_without_one_good_row_is_refused_and_changes_nothing(home, tmp_path):
    good = write_lines(tmp_path / "good.jsonl", [message(1, NOON, "fine")])
    bad = write_lines(tmp_path / "bad.jsonl", [{"nothing": 1}, {"nothing": 2}])
    with open_store(home) as store:
        load_posts(store, StockTwits(), good)
        with pytest.raises(BadInput, match=r"none of its 2 rows can be used \(most often: no id\)"):
            load_posts(store, StockTwits(), bad)
        assert store.sql("select count(*) from raw_posts").fetchall() == [(1,)]
        assert store.sql("select count(*) from loads").fetchall() == [(1,)]


def test_prices_are_loaded_once_and_corrected_by_a_later_file(home, tmp_path, sessions_of_2016):
    days = sessions_of_2016["session"][1:6].to_list()
    path = tmp_path / "prices.csv"
    price_table(["QZRA", "QZRB"], days).write_csv(path)
    with open_store(home) as store:
        assert load_prices(store, path, None) == LoadCount(10, 0, 0, 0)
        assert load_prices(store, path, None) == LoadCount(0, 0, 10, 0)
        price_table(["QZRA"], days).with_columns(close=101.5 + pl.int_range(pl.len())).write_csv(path)
        assert load_prices(store, path, None) == LoadCount(0, 5, 0, 0)
        closes = store.sql("select close from raw_prices where ticker = 'QZRA' order by date").fetchall()
    assert closes == [(101.5 + n,) for n in range(5)]


def test_bad_prices_are_quarantined_with_their_reason(home, tmp_path):
    path = tmp_path / "QZ-A.csv"
    path.write_text(
        "Date,Open,High,Low,Close,Adj Close,Volume\n"
        "2016-11-21,10,11,9,10,10,100\n"
        "2016-11-21,10,11,9,10.5,10,100\n"  # the day again
        "2016-11-22,10,9,11,10,10,100\n"  # high below low
        "2016-11-23,0,11,9,10,10,100\n"  # a price of zero
        "2016-11-24,10,11,9,10,10,100\n"  # Thanksgiving
        "2016-11-25,null,null,null,null,null,null\n"
        "soon,10,11,9,10,10,100\n"
        "2016-11-28,10,11,9,10,10,-1\n"
        "2016-11-29,10,11,9,10,10,\n"  # volume may be unknown
    )
    with open_store(home) as store:
        assert load_prices(store, path, None) == LoadCount(2, 0, 0, 7)
        reasons = store.sql("select line, reason from quarantine order by line").fetchall()
        kept = store.sql("select ticker, date, volume from raw_prices order by date").fetchall()
    assert kept == [("QZ.A", date(2016, 11, 21), 100.0), ("QZ.A", date(2016, 11, 29), None)]
    assert [line for line, _ in reasons] == [3, 4, 5, 6, 7, 8, 9]
    words = (
        "duplicate",
        "high is below low",
        "zero or negative",
        "not a session",
        "missing",
        "bad time",
        "negative",
    )
    assert all(word in reason for word, (_, reason) in zip(words, reasons, strict=True))


def test_prices_without_a_symbol_or_a_column_are_a_sentence(home, tmp_path):
    nameless = tmp_path / "my prices.csv"
    nameless.write_text("date,open,high,low,close,adj_close\n2016-11-21,10,11,9,10,10\n")
    incomplete = tmp_path / "QZRA.csv"
    incomplete.write_text("date,open,high,low,close\n2016-11-21,10,11,9,10\n")
    with open_store(home) as store:
        with pytest.raises(BadInput, match="--symbol"):
            load_prices(store, nameless, None)
        assert load_prices(store, nameless, "QZRA").new == 1
        with pytest.raises(BadInput, match="no column adj_close"):
            load_prices(store, incomplete, None)
