"""The build: raw data and scores become marts, in a new file beside the old one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from etl.errors import EmotapeError
from etl.settings import Home
from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.build_listings import create_listings
from etl.warehouse.checks import check_grain, run_checks
from etl.warehouse.inputs import read_inputs
from etl.warehouse.segments.reading import read_stored
from etl.warehouse.sql_files import read_sql
from etl.warehouse.versions import MARKET, Version, prepare_folder, publish
from models.panel.returns import compute_returns
from models.sessions import exchange_sessions

# Parents first. Staging is views that last as long as the build; marts are tables that are published.
STAGING = ("stg_posts", "stg_traits", "stg_scores", "stg_prices", "stg_splits", "stg_facts", "stg_observed")
MARTS_OF_POSTS = (
    "posts",
    "post_tickers",
    "scores",
    "window_coverage",
    "market_coverage",
    "firm_emotions",
    "firm_sessions",
    "firm_emotions_by_part",
    "market_mood",
)
MARTS_OF_PRICES = ("price_gaps",)
MARTS_OF_BOTH = (
    "point_in_time",
    "halves",
    "factors",
    "market_returns",
    "market_days",
    "panel",
    "listing_enthusiasm",
    "listings",
    "coverage",
    "quarantine_reasons",
    "publication",
)
STORE_GRAINS = (
    "raw_posts",
    "raw_prices",
    "raw_ipos",
    "raw_short_interest",
    "raw_ownership",
    "raw_shares",
    "raw_factors",
    "raw_vix",
    "post_scores",
    "post_traits",
    "quarantine",
    "loads",
    "stream_marks",
    "stream_gaps",
    "missing_prices",
    "first_trades",
    "fact_asks",
    "schema_version",
    "segments",
    "segment_scores",
    "segment_traits",
    "replaced_posts",
)

Report = Callable[[str], None]


def build_version(
    store: duckdb.DuckDBPyConnection, home: Home, report: Report = lambda line: None
) -> Version:
    """Build all marts from the store, check them, and publish them as a new version.

    Raises
    ------
    EmotapeError
        The store has neither posts nor prices.
    CheckFailed
        A grain or a check is broken; the version before stays the current one.
    """
    folder = prepare_folder(home)
    build_market(store, folder / MARKET, report)
    report("publishing")
    return publish(home, folder)


def is_empty(store: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether there is nothing to build from."""
    ((rows,),) = store.execute(
        "select count(*) from (select 1 from raw_posts union all select 1 from raw_prices limit 1)"
    ).fetchall()
    return not rows


def build_market(store: duckdb.DuckDBPyConnection, target: Path, report: Report) -> None:
    """Build and check all relations of a version in a new DuckDB file."""
    store.execute(f"attach '{str(target).replace(chr(39), chr(39) * 2)}' as market")
    try:
        store.execute("set search_path = 'market,store'")
        for name in STORE_GRAINS:
            check_grain(store, f"store.{name}", read_sql("store", name).grain)
        read_stored(store)
        for name in STAGING:
            relation = read_sql("staging", name)
            store.execute(f"create or replace temp view {name} as {relation.text}")
            check_grain(store, name, relation.grain)
        _create_sessions(store)
        _create_marts(store, MARTS_OF_POSTS, report)
        _create_marts(store, MARTS_OF_PRICES, report)
        report("returns")
        _create_returns(store)
        create_listings(store)
        _create_marts(store, MARTS_OF_BOTH, report)
        report("checks")
        run_checks(store)
        store.execute("checkpoint market")
    finally:
        store.execute("set search_path = 'store'")
        store.execute("detach market")


def _create_marts(store: duckdb.DuckDBPyConnection, names: tuple[str, ...], report: Report) -> None:
    for name in names:
        report(name)
        relation = read_sql("marts", name)
        parameters = _describe_build(store) if name == "publication" else {}
        store.execute(f"create table market.{name} as {relation.text}", parameters)
        check_grain(store, name, relation.grain)


def _describe_build(store: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """Say what the relations of a version cannot say themselves: when, by which code and from what."""
    return {
        "built_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        "code_version": code_version(),
        "schema_version": SCHEMA_VERSION,
        "inputs": read_inputs(store),
    }


def _create_sessions(store: duckdb.DuckDBPyConnection) -> None:
    """Write the exchange's sessions that cover every post and price."""
    ((first, last),) = store.execute(
        "select min(day), max(day) from (select available_at::date as day from stg_posts"
        " union all select session from stg_prices)"
    ).fetchall()
    if first is None:
        raise EmotapeError(
            "The warehouse is empty: load posts with `emotape load posts` "
            "and prices with `emotape load prices`."
        )
    # One day to either side: a post's day is UTC's, a session's is New York's.
    sessions = exchange_sessions(first - timedelta(days=1), last + timedelta(days=1))
    store.register("covering_sessions", sessions)
    # The warehouse keeps moments as UTC without a zone.
    store.execute(
        "create table market.sessions as select session, session_no, open_at::timestamp as open_at,"
        " close_at::timestamp as close_at, previous_close_at::timestamp as previous_close_at"
        " from covering_sessions order by session"
    )
    store.unregister("covering_sessions")
    check_grain(store, "sessions", ("session",))


def _create_returns(store: duckdb.DuckDBPyConnection) -> None:
    prices = store.sql("select * from stg_prices").pl()
    sessions = store.sql("select session, session_no from sessions order by session").pl()
    store.register("computed_returns", compute_returns(prices, sessions))
    store.execute("create table market.returns as select * from computed_returns")
    store.unregister("computed_returns")
    check_grain(store, "returns", ("ticker", "session"))
