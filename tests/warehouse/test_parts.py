"""A file that is merged in parts, and read a few row groups at a time, is loaded as one that is not."""

from datetime import date

import polars as pl
import pytest
from samples import price_table

from etl.settings import open_home
from etl.sources import column_batches
from etl.warehouse import parts
from etl.warehouse.load import load_prices
from etl.warehouse.store import open_store
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2016, 1, 4), date(2016, 1, 29))["session"].to_list()


def load(home, file):
    with open_store(home) as store:
        count = load_prices(store, file, None)
        rows = store.sql("select * exclude load_id from raw_prices order by all").fetchall()
        refused = store.sql("select line, reason from quarantine order by all").fetchall()
    return count, rows, refused


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_parts_add_up_to_the_whole(tmp_path, monkeypatch, kind):
    prices = price_table(["QZRA", "QZRB", "QZRC"], SESSIONS)
    # Far from where they stand first: one as it was, one with another volume, one with none that can be.
    again = prices[[0, 5, 9]].with_columns(
        volume=pl.Series([prices["volume"][0], prices["volume"][5] + 1, -5]).cast(prices["volume"].dtype)
    )
    whole = pl.concat([prices, again])
    file = tmp_path / f"prices.{kind}"
    if kind == "csv":
        whole.write_csv(file)
    else:
        whole.write_parquet(file, row_group_size=4)
    expected = load(open_home(tmp_path / "at_once"), file)
    monkeypatch.setattr(column_batches, "COLUMN_ROWS", 5)
    monkeypatch.setattr(parts, "PART_ROWS", 7)
    count, rows, refused = load(open_home(tmp_path / "in_parts"), file)
    assert rows == expected[1]
    assert refused == expected[2]
    assert len(refused) == 3
    assert len(rows) == prices.height
    assert count == expected[0]
    assert (count.new, count.quarantined) == (prices.height, 3)
    changed = tmp_path / "changed.csv"
    prices.with_columns(volume=pl.col("volume") + (pl.int_range(pl.len()) % 2)).write_csv(changed)
    count, rows, _ = load(open_home(tmp_path / "in_parts"), changed)
    assert (count.new, count.updated, count.unchanged) == (0, prices.height // 2, (prices.height + 1) // 2)
    assert rows == load(open_home(tmp_path / "at_once"), changed)[1]
