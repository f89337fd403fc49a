"""The way of the demo: files as users load them, all checks of the sources, the build."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from etl.settings import open_home
from etl.simulated import simulated_source, store_true_emotions, write_market
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from models.emotions import EMOTIONS


@pytest.fixture(scope="module")
def built(small_market, tmp_path_factory):
    """A home in which the small market is loaded and built."""
    folder = tmp_path_factory.mktemp("simulated")
    home = open_home(folder / "home")
    posts, prices = write_market(small_market, folder)
    with open_store(home) as store:
        load_posts(store, simulated_source(), posts)
        load_prices(store, prices, None)
        store_true_emotions(store, small_market.posts)
        build_version(store, home)
    return home


def test_the_loaders_refuse_no_post_and_no_price(built, small_market):
    with open_store(built) as store:
        stored = store.sql("select post_id, body, symbols, created_at from raw_posts order by post_id").pl()
        ((refused,),) = store.execute("select count(*) from quarantine").fetchall()
        ((n_prices,),) = store.execute("select count(*) from raw_prices").fetchall()
    posts = small_market.posts
    assert refused == 0
    assert n_prices == small_market.prices.height
    assert stored["body"].to_list() == posts["body"].to_list()
    assert stored["symbols"].to_list() == posts["tickers"].to_list()
    assert stored["created_at"].dt.epoch("s").to_list() == posts["created_at"].dt.epoch("s").to_list()


def test_the_build_finds_the_shares_and_returns_that_were_simulated(built, small_market, true_panel):
    columns = ["ticker", "session", "ret_oc", "ret_co", "vol_183", "pre_open_log_posts"]
    columns += [f"pre_open_{emotion}" for emotion in EMOTIONS]
    with open_published(built) as published:
        panel = published.query("panel", tagger="truth").select(columns)
    expected = true_panel(small_market).select(columns)
    assert expected["pre_open_happy"].drop_nulls().len() > 500
    assert_frame_equal(panel, expected.sort("ticker", "session"), check_dtypes=False, abs_tol=1e-9)


def test_a_build_of_it_says_that_it_is_simulated(built):
    with open_published(built) as published:
        publication = published.query("publication")
        gaps = published.query("price_gap_counts")
        unpriced = published.query("unpriced_tickers")
    assert publication["simulated"].to_list() == [True]
    assert gaps.is_empty()
    assert unpriced.select(pl.len()).item() == 0
