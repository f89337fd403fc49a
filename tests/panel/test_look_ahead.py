"""Every regressor of the panel is checked at each build to be what was known before the open."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from open_version import open_version

from etl.errors import CheckFailed
from etl.settings import open_home
from etl.simulated import simulated_source, write_market
from etl.warehouse import build
from etl.warehouse.build import STAGING, build_version
from etl.warehouse.building import marts, returns
from etl.warehouse.checks import run_checks
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.segments.reading import quote_files, read_stored
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from etl.warehouse.versions import POST_FILES
from models.emotions import EMOTIONS, valence
from models.panel.returns import KNOWN_BEFORE, OF_THE_SESSION
from models.simulation import simulate_market

CHECKS = (
    "panel_posts_are_point_in_time",
    "panel_prices_are_point_in_time",
    "panel_figures_are_point_in_time",
    "panel_halves_are_point_in_time",
)
KEYS = {"tagger", "ticker", "session", "session_no"}
# Known at the open of t and not before the session: a regressor of what follows the open.
AT_THE_OPEN = {"ret_co"}
MEASURES = {"vol_183", "short_interest", "inst_own", "illiq", "log_mcap"}
HALVES = {f"high_{name}" for name in MEASURES}
FIGURES = {"short_interest", "inst_own", "shares_outstanding", "log_mcap"}
COUNTS = {f"n_{emotion}" for emotion in EMOTIONS}
WHOLE = {"disagreement", "posts_seen", "log_posts"}  # of the session's own windows alone
EITHER = {*EMOTIONS, "valence", "posts", "coverage"}
PRE_OPEN = {f"pre_open_{name}" for name in {*EITHER, *COUNTS, *WHOLE}}
INTRADAY = {name.replace("pre_open", "intraday") for name in PRE_OPEN}
LAGGED = {f"{window}_{name}_lag1" for window in ("pre_open", "intraday") for name in EITHER}
REGRESSORS = {*KNOWN_BEFORE, *AT_THE_OPEN, *FIGURES, *HALVES, *PRE_OPEN, *LAGGED}


def draw_scores(posts: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Probabilities that differ from post to post, as a tagger gives them."""
    shares = rng.dirichlet(np.ones(len(EMOTIONS)), posts.height)
    scored = posts.with_columns(
        **{e: pl.Series(shares[:, n], dtype=pl.Float32) for n, e in enumerate(EMOTIONS)},
        emotion=pl.Series([EMOTIONS[n] for n in shares.argmax(1)]),
        confidence=pl.Series(shares.max(1), dtype=pl.Float32),
    )
    return scored.with_columns(valence=valence({e: pl.col(e) for e in EMOTIONS}))


def draw_reports(prices: pl.DataFrame, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Reports on most firms every two weeks or so, published a few days after the day they describe."""
    days = prices["date"].unique().sort().to_list()[::9]
    rows = [
        {
            "ticker": ticker,
            "described_on": day,
            "known_on": day + timedelta(days=int(rng.integers(1, 20))),
            "amount": float(rng.uniform(0.1, 0.9)),
        }
        for ticker in prices["ticker"].unique().sort().to_list()[:-2]
        for day in days
    ]
    reports = pl.DataFrame(rows).with_columns(known_after=None, load_id=pl.lit(1))
    shares = 1e7 * pl.col("amount")
    return {
        "raw_short_interest": reports.select(
            "ticker", "known_on", "known_after", "load_id", settled_on="described_on",
            shares_short=shares, float_shares=3e7, shares_outstanding=4e7 + shares,
        ),
        "raw_ownership": reports.select(
            "ticker", "known_on", "known_after", "load_id", "described_on", inst_own="amount"
        ),
        # Of every third firm only: for the others the shares stand beside short interest.
        "raw_shares": reports.filter(pl.col("ticker").rank("dense") % 3 == 0).select(
            "ticker", "known_on", "known_after", "load_id", "described_on", shares_outstanding=5e7 + shares
        ),
    }  # fmt: skip


def draw_streams(prices: pl.DataFrame, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """A source that follows every third firm for most of the time, with a few gaps."""
    first, last = prices["date"].min(), prices["date"].max()
    begin = datetime(first.year, first.month, first.day) + timedelta(days=10)
    followed = prices["ticker"].unique().sort().to_list()[::3]
    marks = [
        {"ticker": t, "begin_at": begin + timedelta(days=n), "checked_at": last - timedelta(days=5 * n)}
        for n, t in enumerate(followed)
    ]
    gaps = [
        {"ticker": ticker, "floor_at": floor, "ceiling_at": floor + timedelta(hours=int(rng.integers(1, 80)))}
        for ticker in followed
        for floor in (
            begin + timedelta(days=30, hours=7 * int(rng.integers(50 * n, 50 * n + 40))) for n in (0, 1)
        )
    ]
    of_source = {"source": pl.lit("live")}
    return {
        "stream_marks": pl.DataFrame(marks).with_columns(**of_source),
        "stream_gaps": pl.DataFrame(gaps).with_columns(**of_source, n_tries=0, reachable=True),
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A home with gaps in its prices and streams, a split, reports, and scores of two taggers."""
    rng = np.random.default_rng(5)
    market = simulate_market(9, 100, 2.0, 11)
    folder = tmp_path_factory.mktemp("look_ahead")
    home = open_home(folder / "home")
    posts, _ = write_market(market, folder)
    prices = market.prices.filter(pl.Series(rng.random(market.prices.height) > 0.01))
    prices.write_csv(folder / "gaps.csv")
    with open_store(home) as store:
        load_posts(store, simulated_source(), posts)
        load_prices(store, folder / "gaps.csv", None)
        for table, rows in (draw_reports(prices, rng) | draw_streams(prices, rng)).items():
            store.register("rows", rows)
            store.execute(f"insert into {table} by name select * from rows")
        store.execute(
            "update raw_prices set split_ratio = 4"
            " where date = (select quantile_disc(date, 0.5) from raw_prices)"
        )
        raw = store.sql("select source, post_id, body_hash from raw_posts order by all").pl()
        for tagger in ("linear", "other"):
            store_scores(store, tagger, "test", draw_scores(raw, rng))
        return home, build_version(store, home)


@pytest.fixture
def find_violations(built):
    """A function that changes columns of the panel and names the variables that the checks find wrong."""
    home, version = built
    with open_store(home) as store:
        store.execute(f"attach '{version.market}' as market (read_only)")
        store.execute("set search_path = 'market,store'")
        read_stored(store)
        for name in POST_FILES:
            files = quote_files(version.post_files(name))
            store.execute(f"create or replace temp view {name} as select * from read_parquet({files})")
        for name in STAGING:
            store.execute(f"create or replace temp view {name} as {read_sql('staging', name).text}")

        def find(
            shifted: Iterable[str], move: str = "lead({}) over firm", checks: Iterable[str] = CHECKS
        ) -> set[str]:
            moved = [f"{move.format(column)} as {column}" for column in sorted(shifted)]
            replaced = f"replace ({', '.join(moved)})" if moved else ""
            # A temporary table comes before the published one of the same name.
            store.execute(
                f"create or replace temp table panel as select * {replaced} from market.panel"
                " window firm as (partition by tagger, ticker order by session_no)"
            )
            found: set[str] = set()
            for check in checks:
                rows = store.execute(f"select distinct variable from ({read_sql('checks', check).text})")
                found |= {variable for (variable,) in rows.fetchall()}
            return found

        yield find
        store.execute("drop table if exists temp.panel")
        store.execute("set search_path = 'store'")
        store.execute("detach market")


Find = Callable[..., set[str]]


def test_every_column_of_the_panel_is_of_the_session_or_is_checked(built):
    _, version = built
    with open_version(version) as connection:
        panel = connection.sql("select * from panel").pl()
    of_the_session = set(OF_THE_SESSION) - AT_THE_OPEN | INTRADAY
    assert set(panel.columns) == KEYS | of_the_session | REGRESSORS
    # A column without values could not fail; of halves there are 0, 1 and null.
    assert all(panel[column].n_unique() >= 3 for column in REGRESSORS)


def test_the_panel_as_it_is_built_has_no_violation(find_violations):
    assert find_violations([]) == set()


@pytest.mark.parametrize("move", ["lead({}) over firm", "lag({}) over firm"], ids=["early", "late"])
def test_each_regressor_moved_by_a_session_is_found_by_its_name(find_violations, move):
    assert find_violations(REGRESSORS - HALVES, move, CHECKS[:3]) == REGRESSORS - HALVES
    assert find_violations(HALVES, move) == HALVES


@pytest.mark.slow
@pytest.mark.parametrize("regressor", sorted(REGRESSORS))
def test_a_single_regressor_of_the_next_session_is_found(find_violations, regressor):
    also = {f"high_{regressor}"} & HALVES  # the half no longer is that of its measure
    assert find_violations([regressor]) == {regressor} | also


def test_other_columns_are_not_accused(find_violations):
    assert find_violations(["vol_183"]) == {"vol_183", "high_vol_183"}
    assert find_violations(["pre_open_fear"]) == {"pre_open_fear"}


def test_a_value_that_was_known_and_is_missing_is_found(find_violations):
    lost = {"illiq", "inst_own", "pre_open_happy", "pre_open_n_happy"}
    assert find_violations(lost, "if(false, {}, null)", CHECKS[:3]) == lost


@pytest.mark.parametrize(
    ("folder", "name", "right", "wrong", "check"),
    [
        ("marts", "panel", "returns.session_no - 1", "returns.session_no", "panel_posts"),
        ("marts", "panel", "window_name = 'pre_open'", "window_name = 'intraday'", "panel_"),
        ("marts", "point_in_time", "session > facts.known_on", "session >= facts.known_on", "panel_figures"),
        ("marts", "halves", "vol_183 > medians", "vol_183 < medians", "panel_halves"),
    ],
)
def test_a_mart_that_looks_ahead_stops_the_build(built, monkeypatch, folder, name, right, wrong, check):
    home, _ = built
    relation = read_sql(folder, name)
    text = relation.text.replace(right, wrong)
    assert text != relation.text

    def read_wrong(of_folder, of_name):
        found = read_sql(of_folder, of_name)
        return type(found)(name, found.grain, text) if (of_folder, of_name) == (folder, name) else found

    for module in (build, marts):
        monkeypatch.setattr(module, "read_sql", read_wrong)
    with open_store(home) as store, pytest.raises(CheckFailed, match=check):
        build_version(store, home, anew=True)


def test_returns_that_look_ahead_stop_the_build(built, monkeypatch):
    home, _ = built

    def compute_wrong(prices, sessions):
        right = compute_returns(prices, sessions)
        return right.with_columns(pl.col("log_rv_gk_day").shift(-1).over("ticker"))

    compute_returns = returns.compute_returns
    monkeypatch.setattr(returns, "compute_returns", compute_wrong)
    with open_store(home) as store, pytest.raises(CheckFailed, match="panel_prices_are_point_in_time"):
        build_version(store, home, anew=True)


def test_the_checks_run_at_every_build():
    from etl.warehouse.sql_files import list_sql

    assert set(CHECKS) <= set(list_sql("checks"))
    assert run_checks.__name__ in build._check.__code__.co_names
