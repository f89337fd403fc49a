"""Returns of listings, by hand on prices that can be read."""

from datetime import date

import polars as pl
import pytest

from models.ipo.buy_and_hold import HORIZONS
from models.ipo.listings import compute_listings
from models.panel.returns import compute_returns
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2015, 1, 2), date(2017, 6, 30))
DAYS = SESSIONS["session"].to_list()
FIRST = 30  # the listing's place among the sessions


def prices_of(ticker, closes, start=FIRST, volume=1000.0, split=None):
    """Prices with an open a dollar below each close; adj_close is half of close."""
    n = len(closes)
    return pl.DataFrame(
        {
            "ticker": [ticker] * n,
            "session": DAYS[start : start + n],
            "open": [c - 1.0 for c in closes],
            "high": [c + 1.0 for c in closes],
            "low": [c - 2.0 for c in closes],
            "close": [float(c) for c in closes],
            "adj_close": [c / 2 for c in closes],
            "volume": [volume] * n,
            "split_ratio": pl.Series(
                [None if split is None or k != split[0] else split[1] for k in range(n)], dtype=pl.Float64
            ),
        }
    )


def ipo(ticker="QZAA", first=None, offer=20.0, **more):
    row = {"ticker": ticker, "first_trade": first or DAYS[FIRST], "offer_price": offer, "proceeds": 1e8}
    row |= {"founded": 2005, "venture": True, "industry": None, "name": "A"}
    return row | more


IPO_TYPES = {
    "ticker": pl.String,
    "first_trade": pl.Date,
    "offer_price": pl.Float64,
    "proceeds": pl.Float64,
    "founded": pl.Int32,
    "venture": pl.Boolean,
    "industry": pl.String,
    "name": pl.String,
}


def compute(ipos, *tables, factors=None):
    prices = compute_returns(pl.concat(tables), SESSIONS.select("session", "session_no"))
    listings, paths = compute_listings(pl.DataFrame(ipos, schema=IPO_TYPES), prices, factors)
    return listings.rows_by_key("ticker", named=True, unique=True), paths


def test_the_first_day_by_hand():
    listings, _ = compute([ipo()], prices_of("QZAA", [25, 26, 27]))
    got = listings["QZAA"]
    assert got["session"] == DAYS[FIRST]
    assert got["first_day_return"] == pytest.approx(0.25)
    assert got["offer_to_open"] == pytest.approx(0.20)
    assert got["age"] == DAYS[FIRST].year - 2005
    assert got["venture"] == 1
    assert got["quarter"] == "2015Q1"
    assert got["drop_reason"] is None


def test_an_eve_at_the_offer_price_without_trade_is_not_the_first_session():
    eve = prices_of("QZAA", [20], FIRST - 1, volume=100.0).with_columns(
        open=20.0, high=20.0, low=20.0, close=20.0
    )
    listings, paths = compute([ipo()], eve, prices_of("QZAA", [30, 31]))
    assert listings["QZAA"]["session"] == DAYS[FIRST]
    assert listings["QZAA"]["first_day_return"] == pytest.approx(0.5)
    assert paths["event_session"].to_list() == [0, 1]


def test_a_tiny_volume_with_a_range_of_prices_is_a_trade():
    listings, _ = compute([ipo()], prices_of("QZAA", [30, 31], volume=13.0))
    assert listings["QZAA"]["session"] == DAYS[FIRST]


def test_a_list_that_is_a_day_late_does_not_hide_the_first_session():
    listings, _ = compute([ipo(first=DAYS[FIRST + 1])], prices_of("QZAA", [25, 40]))
    assert listings["QZAA"]["session"] == DAYS[FIRST]
    assert listings["QZAA"]["first_day_return"] == pytest.approx(0.25)


def test_a_ticker_that_another_firm_had_begins_on_the_announced_day():
    old = prices_of("QZAA", [5] * 12, start=FIRST - 13)
    listings, _ = compute([ipo()], old, prices_of("QZAA", [25, 26]))
    assert listings["QZAA"]["session"] == DAYS[FIRST]
    assert listings["QZAA"]["bhr_21"] is None


def test_prices_that_begin_long_after_are_no_first_day():
    listings, paths = compute([ipo(first=DAYS[FIRST - 8])], prices_of("QZAA", [25] * 30))
    got = listings["QZAA"]
    assert got["drop_reason"] == "prices begin late"
    assert got["first_day_return"] is None
    assert got["bhr_21"] is None
    assert paths.is_empty()


@pytest.mark.parametrize(
    ("close", "split", "suspect"),
    [
        (9.9, None, True),  # below half of the offer price
        (10.1, None, False),
        (80.0, None, False),
        (80.2, None, True),  # above four times
        (11.0, (2, 2.0), True),  # 0.55 of the offer, 1.10 with the 2:1 split undone
        (30.0, (2, 0.5), True),  # 1.5 times the offer, 0.75 with the 1:2 split undone
        (21.0, (2, 2.0), False),  # an offer price that its source has adjusted too
        (11.0, (0, 2.0), False),  # the split is of the first session itself, so its close is after it
    ],
)
def test_a_split_between_offer_and_price_is_suspected(close, split, suspect):
    listings, _ = compute([ipo(offer=20.0)], prices_of("QZAA", [close, close, close], split=split))
    got = listings["QZAA"]
    assert got["split_suspect"] is suspect
    assert got["drop_reason"] == ("split suspect" if suspect else None)
    assert (got["first_day_return"] is None) is suspect


def test_without_an_offer_price_the_long_run_stands():
    listings, _ = compute([ipo(offer=None)], prices_of("QZAA", range(20, 60)))
    got = listings["QZAA"]
    assert got["drop_reason"] == "no offer price"
    assert got["bhr_21"] == pytest.approx(41 / 20 - 1)


def test_without_prices_a_listing_stays_with_its_reason():
    listings, _ = compute([ipo("QZZZ"), ipo()], prices_of("QZAA", [25]))
    assert listings["QZZZ"]["drop_reason"] == "no price"


def test_buy_and_hold_less_the_mean_of_the_others_by_hand():
    """Two other firms, one that doubles over 21 sessions and one that stands still."""
    steady, growing = [100.0] * 60, [100.0 * 2 ** (k / 21) for k in range(60)]
    listings, paths = compute(
        [ipo()],
        prices_of("QZAA", [20 + k for k in range(30)]),
        prices_of("QZBB", steady, FIRST - 20),
        prices_of("QZCC", growing, FIRST - 20),
    )
    got = listings["QZAA"]
    daily = (2 ** (1 / 21) - 1) / 2
    assert got["bhr_21"] == pytest.approx(41 / 20 - 1)
    assert got["bhar_m_21"] == pytest.approx(41 / 20 - (1 + daily) ** 21, rel=1e-9)
    assert got["market_ret_15"] == pytest.approx((1 + daily) ** 15 - 1, rel=1e-9)
    assert got["market_source"] == "equally_weighted"
    assert got["bhar_m_63"] is None
    assert paths.filter(pl.col("event_session") == 0)["bhar_m"].item() == 0


def test_where_nobody_else_is_priced_there_is_no_market():
    listings, paths = compute([ipo()], prices_of("QZAA", range(20, 60)))
    assert listings["QZAA"]["bhr_21"] is not None
    assert listings["QZAA"]["bhar_m_21"] is None
    assert paths["bhar_m"].null_count() == paths.height - 1


def test_a_session_without_a_market_breaks_the_markets_path_from_there_on():
    others = prices_of("QZBB", [100.0] * 60, FIRST - 20)
    gap = others.filter(pl.col("session") != DAYS[FIRST + 5])
    _, paths = compute([ipo()], prices_of("QZAA", range(20, 60)), gap)
    known = paths.filter(pl.col("bhr_m").is_not_null())["event_session"]
    assert known.to_list() == [0, 1, 2, 3, 4]


def test_factors_are_the_market_where_they_cover_the_path():
    others = prices_of("QZBB", [100.0] * 60, FIRST - 20)
    own = prices_of("QZAA", range(20, 60))
    numbers = SESSIONS["session_no"].to_list()
    whole = pl.DataFrame({"session_no": numbers, "ret_market": [0.001] * len(numbers)})
    listings, _ = compute([ipo()], own, others, factors=whole)
    assert listings["QZAA"]["market_source"] == "fama_french"
    assert listings["QZAA"]["bhar_m_21"] == pytest.approx(41 / 20 - 1.001**21, rel=1e-9)
    assert listings["QZAA"]["market_ret_15"] == pytest.approx(1.001**15 - 1, rel=1e-9)
    part = whole.filter(pl.col("session_no") <= numbers[FIRST + 10])
    listings, _ = compute([ipo()], own, others, factors=part)
    assert listings["QZAA"]["market_source"] == "equally_weighted"


def test_industry_is_the_mean_of_the_other_firms_of_the_industry_that_are_priced():
    ipos = [
        ipo("QZAA", industry="Software"),
        ipo("QZBB", DAYS[FIRST - 20], industry="Software"),
        ipo("QZCC", DAYS[FIRST - 20], industry="Software"),
        ipo("QZDD", DAYS[FIRST - 20], industry="Banks"),
        ipo("QZEE", DAYS[FIRST - 20], industry="Software"),
    ]
    listings, _ = compute(
        ipos,
        prices_of("QZAA", [20 + k for k in range(30)]),
        prices_of("QZBB", [100.0] * 60, FIRST - 20),
        prices_of("QZCC", [10.0 + k for k in range(60)], FIRST - 20),
        prices_of("QZDD", [50.0 * 1.01**k for k in range(60)], FIRST - 20),
        prices_of("QZEE", [50.0] * 25, FIRST - 20),  # gone before the 21st session
    )
    # QZCC goes from 30 to 51 over the 21 sessions, QZBB stands still.
    expected = 41 / 20 - 1 - (0 + (51 / 30 - 1)) / 2
    assert listings["QZAA"]["bhar_ind_21"] == pytest.approx(expected, rel=1e-9)
    assert listings["QZDD"]["bhar_ind_21"] is None


def test_a_missing_price_at_the_horizon_is_no_return():
    own = prices_of("QZAA", range(20, 60)).filter(pl.col("session") != DAYS[FIRST + 21])
    listings, paths = compute([ipo()], own)
    assert listings["QZAA"]["bhr_21"] is None
    assert 21 not in paths["event_session"]


def test_no_offerings_give_empty_frames_of_the_same_columns():
    full, _ = compute_listings(
        pl.DataFrame([ipo()], schema=IPO_TYPES),
        compute_returns(prices_of("QZAA", [25]), SESSIONS.select("session", "session_no")),
    )
    none = compute_listings(
        pl.DataFrame(schema=IPO_TYPES),
        compute_returns(prices_of("QZAA", [25]), SESSIONS.select("session", "session_no")),
    )
    assert none[0].is_empty()
    assert none[1].is_empty()
    assert none[0].schema == full.schema


def test_later_sessions_change_no_first_day_and_no_control():
    """What is known of a listing on its first day does not depend on what came after."""
    early = prices_of("QZAA", range(20, 40)), prices_of("QZBB", [100.0 + k for k in range(60)], FIRST - 20)
    late = prices_of("QZAA", range(20, 400)), prices_of("QZBB", [100.0 + k for k in range(400)], FIRST - 20)
    known = ("first_day_return", "offer_to_open", "market_ret_15", "age", "quarter", "split_suspect")
    one, other = compute([ipo()], *early)[0]["QZAA"], compute([ipo()], *late)[0]["QZAA"]
    assert [one[name] for name in known] == [other[name] for name in known]
    assert all(other[f"bhar_m_{h}"] is not None for h in HORIZONS)
