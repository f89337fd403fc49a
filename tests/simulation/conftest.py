"""The panel of the true emotions, built here without the warehouse."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest

from models.emotions import EMOTIONS, valence
from models.panel.returns import compute_returns
from models.sessions import exchange_sessions
from models.simulation import DEFAULT_SEED, SimulatedMarket, simulate_market


def cover(market: SimulatedMarket) -> pl.DataFrame:
    """Sessions around all prices of a market."""
    days = market.prices["date"]
    return exchange_sessions(days.min() - timedelta(days=1), days.max() + timedelta(days=1))


def place(posts: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Each post beside its session and window, by the rule of `sql/marts/posts.sql`."""
    known = sessions.filter(pl.col("previous_close_at").is_not_null())
    placed = posts.sort("created_at").join_asof(
        known, left_on="created_at", right_on="previous_close_at", strategy="backward"
    )
    before = pl.col("created_at") < pl.col("open_at")
    return placed.with_columns(window=pl.when(before).then(pl.lit("pre_open")).otherwise(pl.lit("intraday")))


def share(placed: pl.DataFrame, window: str) -> pl.DataFrame:
    """Shares of the true emotions per ticker and session, by the rule of `sql/marts/firm_emotions.sql`."""
    return (
        placed.filter(pl.col("window") == window)
        .explode("tickers")
        .group_by(ticker="tickers", session="session")
        .agg(
            pl.len().alias(f"{window}_posts"),
            *((pl.col("emotion") == e).mean().alias(f"{window}_{e}") for e in EMOTIONS),
        )
    )


def build_true_panel(market: SimulatedMarket) -> pl.DataFrame:
    """Returns beside the shares of the posts before the open; what the predictive family reads."""
    sessions = cover(market)
    returns = compute_returns(market.prices.rename({"date": "session"}), sessions)
    shares = share(place(market.posts, sessions), "pre_open")
    return returns.join(shares, on=["ticker", "session"], how="left").with_columns(
        pl.col("pre_open_posts").fill_null(0),
        pre_open_log_posts=pl.col("pre_open_posts").fill_null(0).log1p(),
        pre_open_valence=valence({e: pl.col(f"pre_open_{e}") for e in EMOTIONS}),
    )


@pytest.fixture(scope="session")
def place_posts() -> Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]:
    return place


@pytest.fixture(scope="session")
def cover_sessions() -> Callable[[SimulatedMarket], pl.DataFrame]:
    return cover


@pytest.fixture(scope="session")
def share_true_emotions() -> Callable[[pl.DataFrame, str], pl.DataFrame]:
    return share


@pytest.fixture(scope="session")
def true_panel() -> Callable[[SimulatedMarket], pl.DataFrame]:
    return build_true_panel


@pytest.fixture(scope="session")
def default_market() -> SimulatedMarket:
    """The market of the demo."""
    return simulate_market(60, 250, 4.0, DEFAULT_SEED)


@pytest.fixture(scope="session")
def small_market() -> SimulatedMarket:
    return simulate_market(25, 60, 3.0, 7)
