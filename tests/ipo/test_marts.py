"""Enthusiasm in the warehouse: which posts count, to the second, and what stands without posts."""

from datetime import date, timedelta

import polars as pl
import pytest
from samples import flat_scores, message, price_table, write_lines

from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from models.sessions import exchange_sessions

SECOND = timedelta(seconds=1)
SESSIONS = exchange_sessions(date(2016, 1, 4), date(2016, 12, 30))
FIRST = 120  # the listing's place among the sessions


def publish(home, tmp_path, posts, taggers=("linear",)):
    days = SESSIONS["session"].to_list()
    pl.concat([price_table(["QZAA"], days[FIRST : FIRST + 40]), price_table(["QZBB"], days)]).write_csv(
        tmp_path / "prices.csv"
    )
    (tmp_path / "ipos.csv").write_text(f"ticker,first_trade,offer_price\nQZAA,{days[FIRST]},80\n")
    with open_store(home) as store:
        load_prices(store, tmp_path / "prices.csv", None)
        load_ipos(store, tmp_path / "ipos.csv")
        if posts:
            load_posts(store, StockTwits(), write_lines(tmp_path / "p.jsonl", posts))
            raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
            for tagger in taggers:
                store_scores(store, tagger, "test", flat_scores(raw))
        return build_version(store, home)


def read(home, name, tagger="linear"):
    with open_published(home) as published:
        return published.query(name, tagger=tagger)


def test_enthusiasm_is_of_the_ninety_days_before_the_open_to_the_second(home, tmp_path):
    open_at = SESSIONS["open_at"][FIRST]
    last_close = SESSIONS["close_at"][FIRST + 19]
    # `flat_scores` makes happy a tenth of the id's remainder by five.
    moments = {
        11: open_at - timedelta(days=90) - SECOND,  # too early
        12: open_at - timedelta(days=90),
        13: open_at - SECOND,
        14: open_at,  # after
        21: last_close - SECOND,  # after
        24: last_close,  # too late
    }
    posts = [message(n, f"{t:%Y-%m-%dT%H:%M:%SZ}", "x", "QZAA") for n, t in moments.items()]
    posts.append(message(99, f"{open_at - SECOND:%Y-%m-%dT%H:%M:%SZ}", "x", "QZBB"))
    publish(home, tmp_path, posts)
    got = read(home, "listings").row(0, named=True)
    assert (got["n_posts_before"], got["n_posts_after"]) == (2, 2)
    # Scores are stored as 32-bit floats.
    assert got["enthusiasm"] == pytest.approx((0.2 + 0.3) / 2, abs=1e-7)
    assert got["enthusiasm_valence"] == pytest.approx((0.2 + 0.3) / 2 - 0.1, abs=1e-7)
    assert got["enthusiasm_after"] == pytest.approx((0.4 + 0.1) / 2, abs=1e-7)
    assert got["first_day_return"] == pytest.approx(101 / 80 - 1)


def test_without_posts_returns_stand_and_enthusiasm_is_unknown(home, tmp_path):
    publish(home, tmp_path, [])
    got = read(home, "listings").row(0, named=True)
    assert got["enthusiasm"] is None
    assert got["n_posts_before"] == 0
    assert got["first_day_return"] == pytest.approx(101 / 80 - 1)
    assert got["bhar_m_21"] is not None


def test_each_tagger_has_its_listings_and_paths(home, tmp_path):
    open_at = SESSIONS["open_at"][FIRST]
    posts = [message(12, f"{open_at - SECOND:%Y-%m-%dT%H:%M:%SZ}", "x", "QZAA")]
    publish(home, tmp_path, posts, taggers=("linear", "other"))
    for tagger in ("linear", "other"):
        assert read(home, "listings", tagger).height == 1
        paths = read(home, "listing_paths", tagger)
        assert paths["event_session"].to_list() == list(range(40))
        assert paths["enthusiasm"].null_count() == 0


def test_two_builds_are_bitwise_equal(home, tmp_path):
    open_at = SESSIONS["open_at"][FIRST]
    posts = [
        message(n, f"{open_at - timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}", "x", "QZAA") for n in range(1, 60)
    ]
    publish(home, tmp_path, posts)
    once = read(home, "listings"), read(home, "listing_paths")
    with open_store(home) as store:
        build_version(store, home)
    assert read(home, "listings").equals(once[0])
    assert read(home, "listing_paths").equals(once[1])
