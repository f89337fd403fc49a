"""Marts whose rows belong to a session or a period: made a period at a time, in the file of the version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from etl.warehouse.building.periods import Period
from etl.warehouse.checks import check_grain
from etl.warehouse.sql_files import Relation, read_sql

# Made of the posts of the period.
OF_POSTS = (
    "post_periods",
    "score_periods",
    "ticker_periods",
    "author_periods",
    "firm_emotions",
    "firm_authors",
    "market_mood",
    "tag_bins",
    "contrary_scores",
    "tagger_pairs",
)
# Of them, and of their authors' earlier posts.
OF_AUTHORS = ("firm_emotions_by_part",)
# Of a firm's emotions in the period and in the twenty sessions with posts before.
OF_MOODS = ("firm_sessions",)
# Of prices, figures of firms and emotions.
OF_FIRMS = ("point_in_time", "halves", "panel")

# Twenty sessions with posts before the period: most firms have them since `recent`, others long ago.
_TWENTY_SESSIONS_BEFORE = """
    with recent as (
        select * from market.{name}
        where session between date '{recent}' and date '{last}'
    ),
    named as (
        select distinct tagger, ticker from recent where session >= date '{first}'
    ),
    rare as (
        select tagger, ticker
        from named
        left join recent using (tagger, ticker)
        group by all
        having count(*) filter (session < date '{first}' and window_name = 'pre_open') < 20
        or count(*) filter (session < date '{first}' and window_name = 'intraday') < 20
    ),
    long_ago as (
        select earlier.* from market.{name} as earlier
        semi join rare using (tagger, ticker)
        where earlier.session < date '{recent}'
    )
    select recent.* from recent semi join named using (tagger, ticker)
    union all
    select * from long_ago
    qualify dense_rank() over (partition by tagger, ticker order by session desc) <= 20
    or row_number() over (partition by tagger, ticker, window_name order by session desc) <= 20
"""
_ONE_SESSION_BEFORE = """
    select * from market.{name} where session between date '{before}' and date '{last}'
"""
# Of these relations a mart sees what its period looks back to, so that it need not read them whole.
LOOKS_AT: Mapping[str, Mapping[str, str]] = {
    "firm_sessions": {"firm_emotions": _TWENTY_SESSIONS_BEFORE},
    "point_in_time": {"returns": _ONE_SESSION_BEFORE},
    "halves": dict.fromkeys(("returns", "point_in_time"), _ONE_SESSION_BEFORE),
    "panel": dict.fromkeys(
        ("returns", "point_in_time", "halves", "firm_emotions", "window_coverage"), _ONE_SESSION_BEFORE
    ),
}


def make_marts(store: duckdb.DuckDBPyConnection, names: Iterable[str], period: Period) -> None:
    """Make a period's rows of some marts, in place of those that are there."""
    for name in names:
        relation = read_sql("marts", name)
        drop_rows(store, [name], period)
        into = (
            f"insert into market.{name} by name"
            if _is_there(store, name)
            else f"create table market.{name} as"
        )
        with _looking(store, name, period):
            # What is before the period was only looked back to.
            kept = f"where {_condition(relation, period)}" if name in LOOKS_AT else ""
            store.execute(
                f"{into} select * from ({relation.text}) {kept}", _parameters(relation, period.name)
            )


def drop_rows(store: duckdb.DuckDBPyConnection, names: Iterable[str], period: Period) -> None:
    """Delete a period's rows of some marts."""
    for name in names:
        if _is_there(store, name):
            store.execute(f"delete from market.{name} where {_condition(read_sql('marts', name), period)}")


def create_empty(store: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Create those of some marts that no period has rows for: readers need the columns."""
    for name in names:
        if not _is_there(store, name):
            relation = read_sql("marts", name)
            store.execute(
                f"create table market.{name} as select * from ({relation.text}) limit 0",
                _parameters(relation, "none"),
            )


def check_marts(store: duckdb.DuckDBPyConnection, names: Iterable[str], periods: Sequence[Period]) -> None:
    """Check the grain of some marts in the periods that were made."""
    if not periods:
        return
    for name in names:
        relation = read_sql("marts", name)
        made = " or ".join(f"({_condition(relation, period)})" for period in periods)
        check_grain(store, name, relation.grain, f"market.{name} where {made}")


def _condition(relation: Relation, period: Period) -> str:
    if "period" in relation.grain:
        return f"period = '{period.name}'"
    return f"session between date '{period.first}' and date '{period.last}'"


def _parameters(relation: Relation, period: str) -> dict[str, str]:
    return {"period": period} if "$period" in relation.text else {}


def _is_there(store: duckdb.DuckDBPyConnection, name: str) -> bool:
    ((count,),) = store.execute(
        "select count(*) from duckdb_tables() where database_name = 'market' and table_name = $name",
        {"name": name},
    ).fetchall()
    return bool(count)


@contextmanager
def _looking(store: duckdb.DuckDBPyConnection, mart: str, period: Period) -> Iterator[None]:
    """Let a mart see the parts of its relations that the period looks back to; they hide the whole ones."""
    seen = LOOKS_AT.get(mart, {})
    for name, text in seen.items():
        part = text.format(
            name=name, recent=period.recent, before=period.before, first=period.first, last=period.last
        )
        store.execute(f"create or replace temp view {name} as {part}")
    try:
        yield
    finally:
        for name in seen:
            store.execute(f"drop view temp.{name}")
