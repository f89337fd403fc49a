"""Prices are read by columns; what is stored and refused is what reading each row by itself says."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from etl.sources import column_batches
from etl.sources.fields import FieldError, canonical_symbol, read_number, read_time
from etl.sources.prices import COLUMN_NAMES, OPTIONAL, PRICE_SCHEMA, check_prices, read_prices
from etl.sources.rows import REJECT_SCHEMA, choose_columns, open_rows
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2015, 12, 1), date(2016, 12, 31))["session"]
NUMBERS = ("open", "high", "low", "close", "adj_close", "volume", "split_ratio")
HEADER = ("ticker", "date", *NUMBERS)
DAYS = [date(2016, 11, 21), date(2016, 11, 22), date(2016, 11, 24)]  # the last is Thanksgiving

symbols = st.sampled_from(
    ["QZA", "QZB", "qza", "$QZA", "BRK-B", "BRK/B", "BRK.B", " QZA ", "", "a b", "ſ", "QZ\n"]
)
days = st.sampled_from(
    [
        "2016-11-21", "2016-11-22", "2016-11-24", "2016-11-21 00:00:00-05:00", "2016-11-22T23:59:00",
        " 2016-11-2", "2016-11-31", "1999-11-22", "20161121", "1479700000", "soon", "", "٢٠١٦-١١-٢١",
    ]
)  # fmt: skip
numbers = st.sampled_from(
    [
        "10", "10.5", "9", "11", "-1", "0", "-0.0", "", "null", "NaN", "inf", "-Infinity", "1,000", "1_000",
        " 10 ", "+10", "1e1", "1e400", "10.", ".5", "0x10", "१०", "10f", "9007199254740993", "1e-400", "10\n",
        "0.1234567890123456789",
    ]
)  # fmt: skip
tidy = st.sampled_from(["10", "10.25", "11"])


def read_row_by_row(path: Path, symbol: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read a whole file the plain way: a row after the other, and a set of what came before."""
    rows, unread = [], []
    with open_rows(path) as (present, found):
        columns = choose_columns(path, present, COLUMN_NAMES, OPTIONAL)
        for row in found:
            values = {field: row.values.get(column) for field, column in columns.items()}
            try:
                if row.error:
                    raise FieldError(row.error)
                ticker = symbol or canonical_symbol(str(values.get("ticker") or ""))
                if ticker is None:
                    raise FieldError(f"no symbol: {str(values.get('ticker'))[:30]!r}")
                text = values["date"]
                moment, day = read_time(text[:10] if isinstance(text, str) else text)
            except FieldError as error:
                unread.append({"line": row.line, "reason": str(error), "raw": row.raw})
                continue
            record = {"ticker": ticker, "date": day or moment.date(), "line": row.line, "raw": row.raw}
            for field in NUMBERS:
                record[field] = read_number(values.get(field))
            record["split_ratio"] = record["split_ratio"] or None
            rows.append(record)
    table = pl.DataFrame(rows, schema={**PRICE_SCHEMA, "line": pl.Int64, "raw": pl.String}, orient="row")
    seen, repeated = set(), []
    for key in zip(table["ticker"], table["date"], strict=True):
        repeated.append(key in seen)
        seen.add(key)
    checked = check_prices(table, SESSIONS, pl.Series(repeated, dtype=pl.Boolean))
    refused = pl.concat([pl.DataFrame(unread, schema=REJECT_SCHEMA, orient="row"), checked.rejects])
    return checked.rows, refused.sort("line", maintain_order=True)


def read_by_columns(path: Path, symbol: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches = list(read_prices(path, symbol, SESSIONS))
    return pl.concat(b.rows for b in batches), pl.concat(b.rejects for b in batches)


def assert_same_reading(path: Path, symbol: str | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows, refused = read_by_columns(path, symbol)
    expected_rows, expected_refused = read_row_by_row(path, symbol)
    assert_frame_equal(rows, expected_rows, check_exact=True)
    assert_frame_equal(refused, expected_refused, check_exact=True)
    return rows, refused


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(column_batches, "COLUMN_ROWS", 6)


def quick(examples: int):
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


csv_record = st.one_of(
    st.tuples(st.sampled_from(["QZA", "QZB"]), st.sampled_from(["2016-11-21", "2016-11-22"]), *[tidy] * 7),
    st.tuples(symbols, days, *[numbers] * 7),
    st.lists(st.sampled_from(["QZA", "2016-11-21", "10", ""]), max_size=11).map(tuple),
)
line_noise = st.sampled_from(
    [b"", b"\r\n", b'"torn\n', b'QZA,2016-11-21,"10\n', b"\xff\xfe,1\n", b"\n\n", b"\0\n"]
)


def write_csv(path: Path, records, quoting: int, ending: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, quoting=quoting, lineterminator=ending)
        writer.writerow(HEADER)
        for record, noise in records:
            writer.writerow(record)
            text.flush()
            text.buffer.write(noise)


csv_files = given(
    records=st.lists(st.tuples(csv_record, line_noise), max_size=14),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    symbol=st.sampled_from([None, None, "QZC"]),
)


@quick(30)
@csv_files
def test_a_csv_file_is_read_as_its_rows_are_one_by_one(tmp_path, records, quoting, ending, symbol):
    write_csv(tmp_path / "prices.csv", records, quoting, ending)
    assert_same_reading(tmp_path / "prices.csv", symbol)


@pytest.mark.slow
@quick(1500)
@csv_files
def test_many_csv_files_are_read_as_their_rows_are_one_by_one(tmp_path, records, quoting, ending, symbol):
    write_csv(tmp_path / "prices.csv", records, quoting, ending)
    assert_same_reading(tmp_path / "prices.csv", symbol)


def column_of(values: st.SearchStrategy, kind: pa.DataType) -> st.SearchStrategy:
    """Strategies of a Parquet column: a type, and what may stand in it."""
    return st.tuples(st.just(kind), st.just(values | st.none()))


moments = st.sampled_from(
    [datetime(2016, 11, 21), datetime(2016, 11, 22, 23, 30), datetime(1999, 1, 1), datetime(2100, 1, 1)]
)
ticker_columns = st.one_of(
    column_of(symbols, pa.string()),
    column_of(symbols, pa.large_string()),
    column_of(symbols, pa.string_view()),
    column_of(symbols, pa.dictionary(pa.int32(), pa.string())),
    column_of(st.sampled_from([0, 1, 700]), pa.int64()),
    column_of(st.lists(st.just("QZA")), pa.list_(pa.string())),
)
date_columns = st.one_of(
    column_of(st.sampled_from([*DAYS, date(1950, 1, 3)]), pa.date32()),
    *[column_of(moments, pa.timestamp(unit)) for unit in ("ms", "us", "ns")],
    column_of(moments.map(lambda m: m.replace(tzinfo=UTC)), pa.timestamp("us", "America/New_York")),
    column_of(days, pa.string()),
    column_of(st.sampled_from([1479700000, 1479700000000, 0, -1]), pa.int64()),
    column_of(st.sampled_from([1479700000.5, float("nan"), float("inf")]), pa.float64()),
)
floats = st.floats(width=32) | st.sampled_from([10.0, 11.0, 0.0, -0.0, float("nan")])
decimals = st.sampled_from([Decimal("10.10"), Decimal("0"), Decimal("123456789012345678.91")])
number_columns = st.one_of(
    column_of(floats | st.just(10.1), pa.float64()),
    column_of(floats, pa.float32()),
    column_of(st.sampled_from([10.0, 11.0]), pa.float64()),
    column_of(st.sampled_from([10, 0, -3, 2**53 + 1, 2**63 - 1]), pa.int64()),
    column_of(st.sampled_from([10, 2**64 - 1]), pa.uint64()),
    column_of(decimals, pa.decimal128(38, 2)),
    column_of(numbers, pa.string()),
    column_of(numbers, pa.dictionary(pa.int32(), pa.string())),
    column_of(st.booleans(), pa.bool_()),
    st.just((pa.null(), st.none())),
)  # fmt: skip


@st.composite
def parquet_tables(draw) -> pa.Table:
    height = draw(st.integers(0, 14))
    tickers = ticker_columns | st.just((pa.string(), st.sampled_from(["QZA", "QZB"])))
    columns = [draw(tickers), draw(date_columns), *[draw(number_columns) for _ in NUMBERS]]
    arrays = [
        pa.array(draw(st.lists(values, min_size=height, max_size=height)), kind) for kind, values in columns
    ]
    return pa.table(dict(zip(HEADER, arrays, strict=True)))


parquet_files = given(
    table=parquet_tables(), group=st.integers(1, 6), symbol=st.sampled_from([None, None, "QZC"])
)


@quick(40)
@parquet_files
def test_a_parquet_file_is_read_as_its_rows_are_one_by_one(tmp_path, table, group, symbol):
    pq.write_table(table, tmp_path / "prices.parquet", row_group_size=group)
    assert_same_reading(tmp_path / "prices.parquet", symbol)


@pytest.mark.slow
@quick(2000)
@parquet_files
def test_many_parquet_files_are_read_as_their_rows_are_one_by_one(tmp_path, table, group, symbol):
    pq.write_table(table, tmp_path / "prices.parquet", row_group_size=group)
    assert_same_reading(tmp_path / "prices.parquet", symbol)


json_values = [symbols, days, *[numbers | st.integers()] * len(NUMBERS)]
json_records = st.fixed_dictionaries({}, optional=dict(zip(HEADER, json_values, strict=True)))


@quick(15)
@given(records=st.lists(json_records, max_size=8))
def test_json_lines_are_read_as_their_rows_are_one_by_one(tmp_path, records):
    path = tmp_path / "prices.jsonl"
    first = dict.fromkeys(HEADER, "10")
    path.write_text("\n".join(json.dumps(record) for record in [first, *records]))
    assert_same_reading(path)


def test_a_symbol_and_day_that_come_again_in_a_later_batch_are_a_duplicate_however_they_are_written(tmp_path):
    path = tmp_path / "prices.csv"
    good = "10,11,9,10,10,100"
    lines = [f"QZ{letter},2016-11-21,{good}" for letter in "ABCDEF"]
    lines += [f"$qza,2016-11-21,{good}", f"QZA,2016-11-24,{good}", f"QZA,2016-11-24,{good}"]
    path.write_text("\n".join(["ticker,date,open,high,low,close,adj_close,volume", *lines]))
    rows, refused = assert_same_reading(path)
    assert rows.height == 6
    assert refused["line"].to_list() == [8, 9, 10]
    assert [reason.split(":")[0] for reason in refused["reason"]] == [
        "duplicate", "not a session of the exchange", "not a session of the exchange",
    ]  # fmt: skip


def test_a_tidy_file_is_not_read_row_by_row(tmp_path, monkeypatch):
    path = tmp_path / "prices.parquet"
    tidy_rows = {"ticker": ["QZA", "QZB"], "date": DAYS[:2]} | {name: [10.0, 11.0] for name in NUMBERS}
    pl.DataFrame(tidy_rows).write_parquet(path)

    def never(*arguments):
        raise AssertionError("a row was read by itself")

    monkeypatch.setattr("etl.sources.prices._read_row", never)
    rows, refused = read_by_columns(path, None)
    assert (rows.height, refused.height) == (2, 0)
