"""Real offerings and prices. What is still listed in 2024 is a sample of survivors."""

from datetime import date

import polars as pl
import pytest

from etl.warehouse.build import build_version
from etl.warehouse.load import load_prices
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from models.estimation import estimate_family
from models.estimation.families.ipo import IPO_BHAR, IPO_CROSS_SECTION, IPO_FIRST_DAY

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def listings(real_data, tmp_path_factory):
    from etl.settings import open_home

    home = open_home(tmp_path_factory.mktemp("ipo"))
    with open_store(home) as store:
        count = load_ipos(store, real_data / "ipo" / "ipo_panel.csv")
        assert (count.new, count.quarantined) == (1888, 0)
        assert load_ipos(store, real_data / "ipo" / "ipo_panel.csv").unchanged == 1888
        load_prices(store, real_data / "ipo" / "ipo_prices_first252d.parquet", None)
        build_version(store, home)
    with open_published(home) as published:
        return published.query("listings", tagger="linear")


@pytest.fixture(scope="module")
def beside(listings, real_data):
    panel = pl.read_csv(real_data / "ipo" / "ipo_panel.csv", infer_schema_length=None, null_values=["."])
    theirs = panel.select(
        "ticker",
        pl.col("first_date").str.to_date(),
        their_suspect="split_suspect",
        their_return="first_day_return",
    )
    return listings.join(theirs, on="ticker")


def test_every_split_that_the_provider_suspects_is_dropped(beside):
    """But for one: its price before the first trade was the odd one."""
    missed = beside.filter(pl.col("their_suspect") & pl.col("first_day_return").is_not_null())
    assert missed["ticker"].to_list() == ["ACCD"]
    assert missed["first_day_return"].item() == pytest.approx(0.35, abs=1e-6)


def test_first_day_returns_are_the_providers_but_where_its_first_day_had_no_trade(beside):
    ours = beside.filter(pl.col("first_day_return").is_not_null())
    other = ours.filter((pl.col("first_day_return") - pl.col("their_return")).abs() > 1e-5)
    assert (ours.height, other.height) == (741, 21)
    assert (other["session"] > other["first_date"]).all()
    # Most of them stand at the offer price there.
    assert (other["their_return"].abs() < 1e-9).sum() == 18


def test_prices_that_begin_years_later_are_not_taken_for_first_days(listings):
    late = listings.filter(pl.col("drop_reason") == "prices begin late")
    assert set(late["ticker"]) == {"ATXI", "BIT", "CVNA", "MBUU", "POLA"}
    assert late["bhr_21"].null_count() == 5


def test_case_studies(listings):
    got = listings.rows_by_key("ticker", named=True, unique=True)
    assert got["BABA"]["session"] == date(2014, 9, 19)
    assert got["BABA"]["first_day_return"] == pytest.approx(93.89 / 68 - 1, abs=1e-6)
    assert got["ABNB"]["first_day_return"] == pytest.approx(144.71 / 68 - 1, abs=1e-6)


def test_tables_without_posts_stand_and_the_others_say_why(listings):
    for family, n in ((IPO_FIRST_DAY, 1), (IPO_CROSS_SECTION, 1), (IPO_BHAR, 4)):
        done = estimate_family(family, {"listings": listings})
        assert len(done.fits) == n
        assert all(
            "posts from the 90 days" in missing.reason or "industry" in missing.spec.title
            for missing in done.unestimated
        )
    mean = estimate_family(IPO_FIRST_DAY, {"listings": listings}).fits[0].terms.row(0, named=True)
    assert mean["estimate"] == pytest.approx(0.2486, abs=5e-5)
