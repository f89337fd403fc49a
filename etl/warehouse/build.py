"""The build: raw data and scores become marts, in a new version beside the old one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from etl.errors import EmotapeError
from etl.settings import Home
from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.build_listings import create_listings
from etl.warehouse.building.before import Before, can_go_on, copy_before, note_words
from etl.warehouse.building.marts import (
    OF_AUTHORS,
    OF_FIRMS,
    OF_MOODS,
    OF_POSTS,
    check_marts,
    create_empty,
    drop_rows,
    make_marts,
)
from etl.warehouse.building.periods import MANY_ROWS, Period, join_neighbours, read_periods
from etl.warehouse.building.post_files import make_files, remove_files, show_files, take_over_files
from etl.warehouse.building.returns import make_returns
from etl.warehouse.checks import check_grain, run_checks
from etl.warehouse.inputs import read_inputs
from etl.warehouse.segments.reading import read_stored
from etl.warehouse.sql_files import list_sql, read_sql
from etl.warehouse.store import transaction
from etl.warehouse.versions import MARKET, Version, prepare_folder, publish
from models.sessions import exchange_sessions

# Parents first. Staging is views that last as long as the build; marts are tables that are published.
STAGING = ("stg_posts", "stg_scores", "stg_prices", "stg_splits", "stg_facts", "stg_observed")
# Made anew at each build: short, or made of what has no sessions.
WHOLE_FIRST = ("window_coverage", "market_coverage", "price_gaps")
WHOLE_AMONG = ("factors", "market_returns", "market_days")
WHOLE_LAST = ("listing_enthusiasm", "listings", "coverage", "quarantine_reasons", "publication")
# The tables in which raw posts and what is derived of them lie are checked where they become marts.
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
    "segments",
    "segment_scores",
    "segment_traits",
    "replaced_posts",
    "quarantine",
    "loads",
    "stream_marks",
    "stream_gaps",
    "missing_prices",
    "first_trades",
    "fact_asks",
    "schema_version",
)

Report = Callable[[str], None]


def build_version(
    store: duckdb.DuckDBPyConnection,
    home: Home,
    report: Report = lambda line: None,
    *,
    anew: bool = False,
    many: int = MANY_ROWS,
) -> Version:
    """Build all marts from the store, check them, and publish them as a new version.

    Parameters
    ----------
    anew, many
        As `build_market` says.

    Raises
    ------
    EmotapeError
        The store has neither posts nor prices.
    CheckFailed
        A grain or a check is broken; the version before stays the current one.
    """
    folder = prepare_folder(home)
    build_market(store, home, folder, report, anew=anew, many=many)
    report("publishing")
    return publish(home, folder)


def is_empty(store: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether there is nothing to build from."""
    ((rows,),) = store.execute(
        "select count(*) from (select 1 from store.raw_posts union all select 1 from store.segments"
        " union all select 1 from store.raw_prices limit 1)"
    ).fetchall()
    return not rows


def build_market(
    store: duckdb.DuckDBPyConnection,
    home: Home,
    folder: Path,
    report: Report,
    *,
    anew: bool = False,
    many: int = MANY_ROWS,
) -> None:
    """Build and check all relations of a version in its folder.

    Periods that are made of what they were made of in the current version are taken over from it.

    Parameters
    ----------
    anew
        Take nothing over.
    many
        With more posts and prices than this, a period is a month.
    """
    before = Before() if anew else copy_before(home, folder / MARKET)
    _attach(store, folder)
    try:
        _stage(store)
        periods = read_periods(store, many)
        if not can_go_on(before, periods):
            before = _begin_anew(store, folder)
            periods = read_periods(store, many)
        made = _make_periods(store, folder, before, periods, report)
        _make_whole(store, WHOLE_LAST, report)
        note_words(store, periods)
        report("checks")
        _check(store, folder, periods, made)
        store.execute("checkpoint market")
    finally:
        store.execute("set search_path = 'store'")
        store.execute("detach market")


def _attach(store: duckdb.DuckDBPyConnection, folder: Path) -> None:
    target = str(folder / MARKET).replace("'", "''")
    store.execute(f"attach '{target}' as market")
    store.execute("set search_path = 'market,store'")


def _stage(store: duckdb.DuckDBPyConnection) -> None:
    """Prepare what periods are read from: macros, views of what is stored, sessions and coverage."""
    for name in list_sql("macros"):
        store.execute(read_sql("macros", name).text)
    for name in STORE_GRAINS:
        check_grain(store, f"store.{name}", read_sql("store", name).grain)
    read_stored(store)
    for name in STAGING:
        store.execute(f"create or replace temp view {name} as {read_sql('staging', name).text}")
    for name in ("stg_prices", "stg_splits", "stg_facts", "stg_observed"):
        check_grain(store, name, read_sql("staging", name).grain)
    _create_sessions(store)
    _make_whole(store, WHOLE_FIRST, lambda line: None)


def _begin_anew(store: duckdb.DuckDBPyConnection, folder: Path) -> Before:
    """Begin with an empty file."""
    store.execute("set search_path = 'store'")
    store.execute("detach market")
    for file in folder.glob(f"{MARKET}*"):
        file.unlink()
    _attach(store, folder)
    _stage(store)
    return Before()


def _make_periods(
    store: duckdb.DuckDBPyConnection, folder: Path, before: Before, periods: list[Period], report: Report
) -> list[Period]:
    """Make what belongs to periods, and return those of which anything was made."""
    stale = {
        kind: [period for period in periods if not before.is_same(period, kind)]
        for kind in ("posts", "authors", "moods", "prices", "firms")
    }
    for period in periods:
        # What a transaction has dropped is kept until its end, so each period has its own.
        with transaction(store):
            _make_posts(store, folder, before, period, stale, report)
    show_files(store, folder, periods)
    create_empty(store, (*OF_POSTS, *OF_AUTHORS))
    report("returns")
    make_returns(store, stale["prices"], anew=before.folder is None)
    for kind, names in (("moods", OF_MOODS), ("firms", OF_FIRMS)):
        with transaction(store):
            for period in join_neighbours(store, periods, stale[kind]):
                report(f"{names[-1]} of {period.name}")
                make_marts(store, names, period)
        create_empty(store, names)
        check_marts(store, names, stale[kind])
    create_listings(store)
    _make_whole(store, WHOLE_AMONG, report)
    return [period for period in periods if any(period in some for some in stale.values())]


def _make_posts(
    store: duckdb.DuckDBPyConnection,
    folder: Path,
    before: Before,
    period: Period,
    stale: dict[str, list[Period]],
    report: Report,
) -> None:
    """Make the marts of a period's posts where they are not what they were."""
    is_stale = period in stale["posts"]
    if is_stale:
        report(f"posts of {period.name}")
        if not make_files(store, folder, period):
            remove_files(folder, period)
            drop_rows(store, (*OF_POSTS, *OF_AUTHORS), period)
            return
        make_marts(store, OF_POSTS, period)
        check_marts(store, OF_POSTS, [period])
    elif before.folder:
        take_over_files(before.folder, folder, period)
    if period in stale["authors"]:
        if not is_stale:
            show_files(store, folder, [period])
        make_marts(store, OF_AUTHORS, period)
        check_marts(store, OF_AUTHORS, [period])


def _make_whole(store: duckdb.DuckDBPyConnection, names: tuple[str, ...], report: Report) -> None:
    for name in names:
        report(name)
        relation = read_sql("marts", name)
        parameters = _describe_build(store) if name == "publication" else {}
        store.execute(f"create or replace table market.{name} as {relation.text}", parameters)
        check_grain(store, name, relation.grain)


def _check(store: duckdb.DuckDBPyConnection, folder: Path, periods: list[Period], made: list[Period]) -> None:
    """Run the checks on the periods that were made; of posts, those before too, to which they look back."""
    if made == periods:
        run_checks(store)
        return
    if not made:
        return
    around = [
        period
        for period, after in zip(periods, [*periods[1:], None], strict=True)
        if period in made or after in made
    ]
    show_files(store, folder, around)
    days = " or ".join(f"session between date '{p.first}' and date '{p.last}'" for p in made)
    store.execute(f"create or replace temp view panel as select * from market.panel where {days}")
    try:
        run_checks(store)
    finally:
        store.execute("drop view temp.panel")


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
        "select min(day), max(day) from ("
        "select coalesce(created_at, created_on + interval 36 hour)::date as day from store.raw_posts"
        " union all select unnest([first_at::date, last_at::date]) from store.segments"
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
        "create or replace table market.sessions as select session, session_no,"
        " open_at::timestamp as open_at, close_at::timestamp as close_at,"
        " previous_close_at::timestamp as previous_close_at"
        " from covering_sessions order by session"
    )
    store.unregister("covering_sessions")
    check_grain(store, "sessions", ("session",))
