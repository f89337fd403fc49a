from datetime import date

import pytest

from etl.errors import BadInput
from etl.sources.fields import FieldError, read_day
from etl.sources.market_series import read_factors, read_vix

HEAD = "This file was created by someone.\n\n,Mkt-RF,SMB,HML,RF\n"


def factors(tmp_path, text):
    path = tmp_path / "factors.CSV"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    (batch,) = read_factors(path)
    return batch


def test_percent_become_decimals_and_reading_ends_at_the_foot(tmp_path):
    batch = factors(tmp_path, HEAD + "20160104,   -1.59,  -0.83,   0.53,   0.001\n\nCopyright 2024\n\n")
    assert batch.rows.rows() == [
        (date(2016, 1, 4), *(pytest.approx(x, rel=1e-15) for x in (-0.0159, -0.0083, 0.0053, 0.00001)))
    ]
    assert batch.rejects.is_empty()


def test_columns_are_found_by_name(tmp_path):
    text = ",Mkt-RF,SMB,HML,RMW,CMA,RF\n20160104,1,2,3,4,5,6\n"
    assert factors(tmp_path, text).rows.rows() == [(date(2016, 1, 4), 0.01, 0.02, 0.03, 0.06)]


def test_missing_returns_bad_days_and_repeats_are_refused_with_their_line(tmp_path):
    batch = factors(
        tmp_path,
        HEAD
        + "20160104,1,1,1,1\n20160105,-99.99,1,1,1\n20160105x,1,1,1,1\n20160104,2,2,2,2\n20160106,1,1,1\n"
        + "20160107,1,1,1,1\n",
    )
    assert batch.rows["date"].to_list() == [date(2016, 1, 4), date(2016, 1, 7)]
    assert [(line, reason.split(":")[0]) for line, reason, _ in batch.rejects.iter_rows()] == [
        (5, "no mkt_rf"),
        (6, "bad day"),
        (7, "duplicate"),
        (8, "no rf"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "192607,2.96,-2.56,-2.43,0.22\n", r"a row a month \(192607\).*daily file"),
        ("date,return\n20160104,1\n", "no header with Mkt-RF, SMB, HML and RF"),
        (HEAD + "20160104,1,1,1,1\n\n Equal weighted\n20160104,1,1,1,1\n", "goes on with rows in line 7"),
        (HEAD + "".join(f"201601{d:02},0.0098,0,0,0\n" for d in range(1, 31)), "look like decimals"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(tmp_path, text, sentence):
    with pytest.raises(BadInput, match=sentence):
        factors(tmp_path, text)


def test_closing_levels_are_read_and_bad_ones_refused(tmp_path):
    path = tmp_path / "vix.csv"
    path.write_text(
        "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/1990,1,1,1,17.24\n1990-01-03,1,1,1,18.19\n1990-01-04,1,1,1,.\n"
        "1990-01-05,1,1,1,0\n1990-01-03,1,1,1,18\n"
    )
    (batch,) = read_vix(path)
    assert batch.rows.rows() == [(date(1990, 1, 2), 17.24), (date(1990, 1, 3), 18.19)]
    assert batch.rejects["reason"].to_list() == [
        "no closing level",
        "the closing level is zero or negative",
        "duplicate: the day came before in this file",
    ]


@pytest.mark.parametrize("text", ["2016-03-04", "20160304", "3/4/2016", "03/04/2016", "2016-03-04T05:06:07Z"])
def test_days_are_read_however_they_are_written(text):
    assert read_day(text) == date(2016, 3, 4)


@pytest.mark.parametrize("text", ["", None, "2016-13-01", "13/01/2016", "soon", "1816-01-01", "201603"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(FieldError):
        read_day(text)
