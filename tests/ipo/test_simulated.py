"""The simulated market's listings, through files and the warehouse, with the emotions that are true."""

import pytest

from etl.settings import Home
from etl.simulated import IPOS_FILE, simulated_source, store_true_emotions, write_market
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from models.estimation import estimate_family
from models.estimation.families.ipo import IPO_CROSS_SECTION, IPO_FIRST_DAY
from models.simulation import simulate_market
from models.simulation.ipos import JUMP_PER_ENTHUSIASM


def publish(home: Home, market, folder):
    folder.mkdir()
    posts, prices = write_market(market, folder)
    with open_store(home) as store:
        load_posts(store, simulated_source(), posts)
        load_prices(store, prices, None)
        load_ipos(store, folder / IPOS_FILE)
        store_true_emotions(store, market.posts)
        build_version(store, home)
    with open_published(home) as published:
        return published.query("listings", tagger="truth")


def test_the_warehouse_finds_what_the_simulation_knows(home, tmp_path):
    market = simulate_market(60, 100, 2.0, 7)
    listings = publish(home, market, tmp_path / "simulated")
    both = market.ipos.join(listings, on="ticker", suffix="_found")
    assert both.height == market.ipos.height == 6
    assert both["listed_on"].to_list() == both["session"].to_list()
    for true, found in (
        ("first_day_return", "first_day_return_found"),
        ("enthusiasm_true", "enthusiasm_valence"),
    ):
        # Scores are 32-bit floats; true ones are 0 and 1.
        assert both[found].to_list() == pytest.approx(both[true].to_list(), abs=1e-9)


@pytest.mark.slow
def test_what_was_planted_is_found_through_the_warehouse(home, tmp_path):
    """About 80 listings: open/offer - 1 rises by 0.40 with valence; the close adds its own day's noise."""
    listings = publish(home, simulate_market(800, 90, 1.0, 4), tmp_path / "simulated")
    family = IPO_CROSS_SECTION.select(lambda spec: spec.column_no == 3).change(
        regressors=("enthusiasm_valence",), outcome="offer_to_open"
    )
    (fit,) = estimate_family(family, {"listings": listings}, "truth").fits
    slope = fit.terms.row(0, named=True)
    print(slope)
    assert slope["conf_low"] < JUMP_PER_ENTHUSIASM < slope["conf_high"]
    assert slope["p_value"] < 1e-6
    columns = estimate_family(IPO_FIRST_DAY, {"listings": listings}, "truth").fits
    difference = columns[2].terms.row(2, named=True)
    print(difference)
    assert difference["conf_low"] > 0
