"""The market's days: its mood over all posts beside its return, by factors where they are loaded."""

from datetime import timedelta
from math import log

import polars as pl
import pytest
from samples import flat_scores, message, price_table, write_lines
from warehouse.reference import read_mart

from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.load_reference import load_factors, load_vix
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores


@pytest.fixture
def days(sessions_of_2016):
    return sessions_of_2016["session"][20:30].to_list()


@pytest.fixture
def build(home, tmp_path, days, sessions_of_2016):
    """Build two firms' prices over ten sessions, three posts in session 5, and what is asked for."""

    def build(factor_days=(), vix_days=()):
        row = sessions_of_2016.filter(pl.col("session") == days[5]).row(0, named=True)
        early, late = row["open_at"] - timedelta(hours=1), row["open_at"] + timedelta(hours=1)
        posts = [
            message(1, f"{early:%Y-%m-%dT%H:%M:%SZ}", "a", "QZRA"),
            message(4, f"{early:%Y-%m-%dT%H:%M:%SZ}", "b", "QZRA", "QZRB"),
            message(3, f"{late:%Y-%m-%dT%H:%M:%SZ}", "c", "QZRB"),
        ]
        prices = price_table(["QZRA", "QZRB"], days).with_columns(
            adj_close=pl.when(ticker="QZRB").then(pl.col("adj_close") ** 2).otherwise("adj_close")
        )
        prices.write_csv(tmp_path / "prices.csv")
        with open_store(home) as store:
            load_posts(store, StockTwits(), write_lines(tmp_path / "p.jsonl", posts))
            load_prices(store, tmp_path / "prices.csv", None)
            if factor_days:
                rows = "".join(f"{day:%Y%m%d},{n},0.1,0.2,0.01\n" for n, day in factor_days)
                (tmp_path / "ff.csv").write_text(f",Mkt-RF,SMB,HML,RF\n{rows}")
                load_factors(store, tmp_path / "ff.csv")
            if vix_days:
                rows = "".join(f"{day},{level}\n" for level, day in vix_days)
                (tmp_path / "vix.csv").write_text(f"DATE,CLOSE\n{rows}")
                load_vix(store, tmp_path / "vix.csv")
            raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
            store_scores(store, "linear", "test", flat_scores(raw))
            build_version(store, home)
        with open_published(home) as published:
            found = published.query("market_days", tagger="linear")
            return found, published.query("factors"), published.version

    return build


def test_a_post_counts_once_and_silence_is_not_calm(build, days):
    found, _, _ = build()
    today = found.filter(session=days[5]).row(0, named=True)
    assert (today["n_posts"], today["pre_open_posts"], today["intraday_posts"]) == (3, 2, 1)
    assert today["pre_open_happy"] == pytest.approx((0.1 + 0.4) / 2)  # a mean over namings would be 0.3
    assert today["pre_open_valence"] == pytest.approx((0.0 + 0.3) / 2)
    assert today["intraday_happy"] == pytest.approx(0.3)
    assert today["pre_open_log_posts"] == pytest.approx(log(3))
    silent = found.filter(session=days[6]).row(0, named=True)
    assert (silent["n_posts"], silent["pre_open_happy"]) == (0, None)
    assert found["session_no"].diff().drop_nulls().unique().to_list() == [1]  # no session is left out


def test_without_factors_the_market_is_the_mean_of_the_firms(build, days):
    found, factors, _ = build()
    today = found.filter(session=days[3]).row(0, named=True)
    growth = (50.5 + 1.5) / (50.5 + 1.0)
    assert today["ret_market"] == pytest.approx(((growth - 1) + (growth**2 - 1)) / 2)
    assert today["ret_market_oc"] == pytest.approx(104 / 103 - 1)
    assert found["market_source"].unique().to_list() == ["equally_weighted"]
    assert today["mkt_rf"] is None
    assert factors.is_empty()


def test_with_factors_the_market_is_theirs_on_every_row(build, days):
    saturday = days[0] - timedelta(days=days[0].weekday() + 2)
    found, factors, version = build([*enumerate(days[:7]), (9, saturday)])
    assert found["market_source"].unique().to_list() == ["fama_french"]
    market = found.filter(pl.col("session").is_in(days))["ret_market"].to_list()
    assert market[:7] == pytest.approx([(n + 0.01) / 100 for n in range(7)], abs=1e-15)
    assert market[7:] == [None] * 3  # two sources are never mixed
    assert factors["session"].to_list() == days[:7]  # a Saturday is no session
    assert (
        read_mart(
            version.market,
            "select n_firms from market_returns where session = $1".replace("$1", f"'{days[3]}'"),
        ).item()
        == 2
    )


def test_factors_of_a_few_days_do_not_replace_the_mean_of_the_firms(build, days):
    found, _, _ = build(list(enumerate(days[:4])))
    assert found["market_source"].unique().to_list() == ["equally_weighted"]
    assert found.filter(session=days[2])["mkt_rf"].item() == pytest.approx(0.02)


def test_the_change_of_the_vix_is_from_the_session_before_and_never_over_a_gap(build, days):
    found, _, _ = build(vix_days=[(10.0, days[0]), (12.0, days[1]), (11.0, days[3])])
    shown = found.filter(pl.col("session").is_in(days[:4]))
    assert shown["vix"].to_list() == [10.0, 12.0, None, 11.0]
    assert shown["log_vix"].to_list()[0] == pytest.approx(log(10))
    assert shown["d_log_vix"].to_list() == [None, pytest.approx(log(1.2)), None, None]


def test_the_fingerprint_of_a_version_changes_with_the_factors(build, days, home):
    prints = set()
    for factor_days in ([], [(1, days[0])]):
        build(factor_days)
        with open_published(home) as published:
            prints.add(published.query("publication")["fingerprint"].item())
    assert len(prints) == 2
