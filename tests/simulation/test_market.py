"""Posts, prices and listings have the shape of real ones, at any size."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal, assert_series_equal

from models.emotions import EMOTIONS, NEGATIVE
from models.simulation import simulate_market
from models.simulation.market import HISTORY, LAST_SESSION
from models.simulation.tickers import invent_tickers

FRAMES = ("posts", "prices", "ipos")


def test_equal_seeds_give_equal_markets(small_market):
    again = simulate_market(25, 60, 3.0, 7)
    for name in FRAMES:
        assert_frame_equal(getattr(again, name), getattr(small_market, name))


def test_another_seed_gives_another_market(small_market):
    other = simulate_market(25, 60, 3.0, 8)
    for name in FRAMES:
        assert not getattr(other, name).equals(getattr(small_market, name))


def test_posts_have_the_promised_columns_and_are_in_the_order_of_writing(small_market):
    posts = small_market.posts
    assert dict(posts.schema) == {
        "post_id": pl.Int64,
        "created_at": pl.Datetime("us", "UTC"),
        "body": pl.String,
        "tickers": pl.List(pl.String),
        "user_id": pl.Int64,
        "user_name": pl.String,
        "sentiment": pl.String,
        "likes": pl.Int64,
        "emotion": pl.String,
    }
    assert posts["post_id"].is_unique().all()
    assert posts["post_id"].is_sorted()
    assert posts["created_at"].is_sorted()
    assert (posts["created_at"].dt.microsecond() == 0).all()
    assert posts.drop("sentiment", "likes").null_count().sum_horizontal().item() == 0


def test_every_emotion_occurs_and_neutral_and_happy_most(default_market):
    counts = dict(default_market.posts["emotion"].value_counts().iter_rows())
    assert set(counts) == set(EMOTIONS)
    assert min(counts.values()) > 0.04 * default_market.posts.height
    assert sorted(counts, key=counts.__getitem__)[-2:] == ["happy", "neutral"]


def test_tags_mostly_agree_with_the_emotion_and_are_on_three_posts_in_ten(default_market):
    tagged = default_market.posts.drop_nulls("sentiment")
    assert tagged.height / default_market.posts.height == pytest.approx(0.3, abs=0.01)
    assert set(tagged["sentiment"]) == {"Bullish", "Bearish"}
    bullish = {name: (rows["sentiment"] == "Bullish").mean() for (name,), rows in tagged.group_by("emotion")}
    assert 0.88 < bullish["happy"] < 0.98
    assert all(0.08 < bullish[emotion] < 0.25 for emotion in NEGATIVE)


def test_a_user_id_has_one_name_and_few_write_much(default_market):
    authors = default_market.posts.group_by("user_id").agg(pl.col("user_name").n_unique(), n=pl.len())
    assert (authors["user_name"] == 1).all()
    assert authors["n"].max() > 20 * authors["n"].median()


def test_one_post_in_25_names_two_firms(default_market):
    named = default_market.posts["tickers"].list.len()
    assert set(named) == {1, 2}
    assert (named == 2).mean() == pytest.approx(1 / 25, abs=0.004)
    assert (default_market.posts["tickers"].list.n_unique() == named).all()


def test_posts_keep_away_from_opens_and_closes(default_market, place_posts, cover_sessions):
    placed = place_posts(default_market.posts, cover_sessions(default_market))
    for boundary in ("open_at", "close_at", "previous_close_at"):
        gap = (placed["created_at"] - placed[boundary]).dt.total_seconds().abs()
        assert gap.min() > 1


def test_half_the_posts_come_before_the_open_weekends_and_evenings_included(
    default_market, place_posts, cover_sessions
):
    placed = place_posts(default_market.posts, cover_sessions(default_market))
    assert placed["session"].n_unique() == 250
    assert placed["session"].max() == LAST_SESSION
    assert (placed["window"] == "pre_open").mean() == pytest.approx(0.5, abs=0.02)
    weekend = placed.filter(pl.col("created_at").dt.weekday() >= 6)
    assert weekend.height > 100
    assert set(weekend["window"]) == {"pre_open"}


def test_prices_could_have_been_printed(default_market):
    prices = default_market.prices
    assert prices.columns == ["ticker", "date", "open", "high", "low", "close", "adj_close", "volume"]
    assert (prices["low"] > 0).all()
    assert (prices["low"] <= prices.select(pl.min_horizontal("open", "close")).to_series()).all()
    assert (prices["high"] >= prices.select(pl.max_horizontal("open", "close")).to_series()).all()
    assert (prices["volume"] > 0).all()
    assert not prices.select("ticker", "date").is_duplicated().any()
    assert_series_equal(prices["adj_close"], prices["close"], check_names=False)


def test_every_firm_has_a_price_on_every_session_since_its_first(default_market, cover_sessions):
    sessions = cover_sessions(default_market)["session"]
    spans = default_market.prices.group_by("ticker").agg(
        n=pl.len(), first=pl.col("date").min(), last=pl.col("date").max()
    )
    assert spans.height == 60
    assert (spans["last"] == LAST_SESSION).all()
    for n, first in spans.select("n", "first").iter_rows():
        assert n == sessions.is_between(first, LAST_SESSION).sum()
    assert spans["n"].max() == 250 + HISTORY


def test_a_tenth_of_the_firms_list_and_have_no_price_before(default_market):
    listed, prices = default_market.ipos, default_market.prices
    assert listed.height == 6
    for row in listed.iter_rows(named=True):
        own = prices.filter(pl.col("ticker") == row["ticker"])
        assert own["date"].min() == row["listed_on"]
        assert own["open"].first() == row["first_open"]
        assert own["close"].first() == row["first_close"]
        assert row["first_day_return"] == pytest.approx(row["first_close"] / row["offer_price"] - 1)
        assert -1 <= row["enthusiasm_true"] <= 1
        named = default_market.posts.filter(pl.col("tickers").list.contains(row["ticker"]))
        days_before = (row["listed_on"] - named["created_at"].min().date()).days
        assert 0 < days_before <= 20 * 1.6 + 5


def test_enthusiasm_is_the_valence_of_the_posts_up_to_the_first_open(
    default_market, place_posts, cover_sessions
):
    placed = place_posts(default_market.posts, cover_sessions(default_market)).explode("tickers")
    score = pl.col("emotion").replace_strict(
        {"happy": 1, "neutral": 0, "surprise": 0} | dict.fromkeys(NEGATIVE, -1), return_dtype=pl.Int64
    )
    for row in default_market.ipos.iter_rows(named=True):
        before = placed.filter(
            (pl.col("tickers") == row["ticker"])
            & (
                (pl.col("session") < row["listed_on"])
                | ((pl.col("session") == row["listed_on"]) & (pl.col("window") == "pre_open"))
            )
        )
        assert before.select(score.mean()).item() == pytest.approx(row["enthusiasm_true"])


@pytest.mark.parametrize(("firms", "sessions", "rate"), [(10, 30, 2.0), (40, 30, 2.0), (10, 120, 6.0)])
def test_the_number_of_posts_grows_with_the_size_asked_for(firms, sessions, rate):
    market = simulate_market(firms, sessions, rate, 5)
    assert market.posts.height == pytest.approx(firms * sessions * rate, rel=0.2)
    assert market.prices["ticker"].n_unique() == firms


@pytest.mark.parametrize(
    ("firms", "sessions", "rate"), [(2, 5, 0.1), (1, 1, 0.01), (1, 5, 1.0), (5, 1, 1.0), (30, 2, 1e-9)]
)
def test_the_smallest_markets_have_all_columns(small_market, firms, sessions, rate):
    market = simulate_market(firms, sessions, rate, 1)
    for name in FRAMES:
        assert getattr(market, name).schema == getattr(small_market, name).schema
    assert market.prices["ticker"].n_unique() == firms
    assert market.prices["date"].n_unique() == sessions + HISTORY


@pytest.mark.parametrize(("firms", "sessions", "rate"), [(0, 5, 1.0), (5, 0, 1.0), (5, 5, 0.0)])
def test_sizes_that_are_none_are_refused_in_words(firms, sessions, rate):
    with pytest.raises(ValueError, match="expected positive numbers"):
        simulate_market(firms, sessions, rate, 1)


def test_tickers_are_invented_distinct_and_of_one_prefix():
    assert invent_tickers(3) == ["ZQAA", "ZQAB", "ZQAC"]
    many = invent_tickers(10_000)
    assert len(set(many)) == 10_000
    assert all(ticker.startswith("ZQ") and len(ticker) == 5 for ticker in many)
    with pytest.raises(ValueError, match="17,576 can be invented"):
        invent_tickers(20_000)
