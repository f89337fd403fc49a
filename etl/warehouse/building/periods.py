"""Periods of a build, and the words that tell which of them must be made anew."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import duckdb

from etl.version import SCHEMA_VERSION, code_version
from etl.warehouse.segments.reading import Span
from etl.warehouse.sql_files import list_sql, read_sql
from models.posts import TRAITS_VERSION

# Fewer posts and prices than this are built at once: a period costs more than it saves.
MANY_ROWS = 400_000
# So many firm-days are made at once where periods follow one another: a month of a few firms costs more in
# beginning than in rows, and what it looks back to is read again for each.
MANY_FIRM_DAYS = 250_000
_RULES_IN_SQL = ("macros", "staging", "marts", "checks", "periods")
_RULES_IN_PYTHON = ("models", "models.panel", "models.ipo", "etl.warehouse.building")


@dataclass(frozen=True)
class Period:
    """A stretch of sessions that is built at once.

    `before` is the session before its first, `recent` one some weeks earlier; both are `first` where there
    is none. `posts`, `authors`, `moods`, `prices` and `firms` change whenever the marts of that name would:
    see `etl.warehouse.building.marts`.
    """

    name: str
    first: date
    last: date
    before: date
    recent: date
    span: Span
    posts: str
    authors: str
    moods: str
    prices: str
    firms: str


def read_periods(store: duckdb.DuckDBPyConnection, many: int = MANY_ROWS) -> list[Period]:
    """Read the periods of the sessions at hand, in order.

    `sessions`, `window_coverage`, `market_coverage` and the staging views must be there.
    """
    ((rows,),) = store.execute(
        "select (select count(*) from store.raw_posts)"
        " + (select coalesce(sum(n_posts), 0) from store.segments) + (select count(*) from store.raw_prices)"
    ).fetchall()
    store.execute(
        f"create or replace temp table periods as {read_sql('periods', 'periods').text}",
        {"monthly": rows > many},
    )
    found = store.execute(
        "select period, first_session, last_session, session_before, recent_session, begin_at, end_at,"
        " posts_word, prices_word, facts_word"
        f" from periods inner join ({read_sql('periods', 'words').text}) using (period) order by period"
    ).fetchall()
    return _chain(found)


def _chain(
    rows: Sequence[tuple[str, date, date, date, date, datetime, datetime, str, str, str]],
) -> list[Period]:
    """Let a word depend on what the marts look back to.

    Authors' earlier posts and the usual mood of a firm reach back without end; the panel to the session
    before, which may be the last of the period before.
    """
    rules = rules_word()
    periods: list[Period] = []
    for name, first, last, day_before, recent, begin_at, end_at, posts_word, prices_word, facts_word in rows:
        before = periods[-1] if periods else None
        posts = _word(rules, posts_word)
        periods.append(
            Period(
                name,
                first,
                last,
                day_before,
                recent,
                Span(begin_at, end_at),
                posts=posts,
                authors=_word(posts, before.authors if before else ""),
                moods=_word(posts, before.moods if before else ""),
                prices=_word(rules, prices_word),
                firms=_word(rules, prices_word, facts_word, posts, before.posts if before else ""),
            )
        )
    return periods


def join_neighbours(
    store: duckdb.DuckDBPyConnection, periods: Sequence[Period], stale: Sequence[Period]
) -> list[Period]:
    """Join periods that follow one another, for marts whose rows belong to sessions.

    Parameters
    ----------
    periods, stale
        All of them, in order, and those of them that are to be made.

    Returns
    -------
    list of Period
        The stale ones, each of about `MANY_FIRM_DAYS` at most where it is more than one.
    """
    ((firms,),) = store.execute(
        "select greatest("
        "(select count(distinct ticker) from store.raw_prices),"
        " (select count(distinct ticker) from market.ticker_periods))"
    ).fetchall()
    days = dict(
        store.execute(
            "select period, count(*) from periods"
            " inner join sessions on session between first_session and last_session group by period"
        ).fetchall()
    )
    joined: list[list[Period]] = []
    for before, period in zip([None, *periods], periods, strict=False):
        if period not in stale:
            continue
        together = [*joined[-1], period] if joined else []
        if together[-2:-1] == [before] and firms * sum(days[p.name] for p in together) <= MANY_FIRM_DAYS:
            joined[-1] = together
        else:
            joined.append([period])
    return [
        replace(some[0], name=f"{some[0].name} to {some[-1].name}", last=some[-1].last)
        if len(some) > 1
        else some[0]
        for some in joined
    ]


@cache
def rules_word() -> str:
    """Return a word that changes with the code that makes marts."""
    rules = hashlib.sha256(f"{code_version()} {SCHEMA_VERSION} {TRAITS_VERSION}".encode())
    for folder in _RULES_IN_SQL:
        for name in list_sql(folder):
            rules.update(read_sql(folder, name).text.encode())
    for package in _RULES_IN_PYTHON:
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                rules.update(file.read_bytes())
    return rules.hexdigest()[:16]


def _word(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
