"""A source that is down yields null, not calm: coverage of each window, and what the panel counts there."""

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).resolve().parent))  # `streams.py` is shared by tests of coverage

from open_version import open_version
from streams import build, fill_store, utc, write

from etl.errors import CheckFailed
from etl.warehouse import build as building
from etl.warehouse.building import marts
from etl.warehouse.building.before import Before
from etl.warehouse.published import Published
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import open_store
from models.emotions import EMOTIONS
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2016, 11, 14), date(2016, 11, 30))
DAYS = [day for day in SESSIONS["session"].to_list() if date(2016, 11, 14) <= day <= date(2016, 11, 30)]
# A post of QZRA before each open, one of both firms during the 18th and the 22nd, one on a Saturday.
POSTS = [
    *((utc(day.day, 13, 0), "QZRA") for day in DAYS if day.day <= 23),
    (utc(18, 16), "QZRA", "QZRB"),
    (utc(22, 16), "QZRA", "QZRB"),
    (utc(19, 12), "QZRB"),
]
BEFORE, AFTER = utc(11, 21), utc(30, 21)
COUNTS = ("posts", "log_posts", *(f"n_{emotion}" for emotion in EMOTIONS))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return fill_store(tmp_path_factory.mktemp("filled"), DAYS, POSTS)


def ask(version, query):
    with open_version(version) as connection:
        return connection.sql(query).pl()


def covered(version, ticker="QZRA"):
    """(day of November, window) -> coverage."""
    rows = ask(version, f"select * from window_coverage where ticker = '{ticker}'").to_dicts()
    return {(r["session"].day, r["window_name"]): r["coverage"] for r in rows}


def firm_day(version, day, ticker="QZRA"):
    panel = Published(version).query("panel", tagger="linear")
    return panel.filter(ticker=ticker, session=date(2016, 11, day)).row(0, named=True)


def test_what_was_observed_whole_has_coverage_one_and_counts_silence_as_none(filled):
    version = build(filled, ("QZRA", BEFORE, AFTER))
    assert set(covered(version).values()) == {1.0}
    assert len(covered(version)) == 2 * len(DAYS)
    silent = firm_day(version, 29)
    assert (silent["pre_open_posts"], silent["intraday_n_happy"], silent["pre_open_happy"]) == (0, 0, None)
    assert ask(version, "select n_dead_windows, n_thin_windows from coverage where ticker = 'QZRA'").row(
        0
    ) == (0, 0)


def test_a_source_that_is_dead_for_two_days_leaves_nulls_and_no_zeros(filled):
    version = build(filled, ("QZRA", BEFORE, AFTER, {"gaps": [(utc(21, 21), utc(23, 21))]}))
    found = covered(version)
    dead = {(22, "pre_open"), (22, "intraday"), (23, "pre_open"), (23, "intraday")}
    assert {window for window, share in found.items() if share == 0} == dead
    named = ask(version, "select session, dead_sources from window_coverage where len(dead_sources) > 0")
    assert named["dead_sources"].to_list() == [["live"]] * 4
    # Posts that came by another way are there, and are no count.
    first, second, third = (firm_day(version, day) for day in (22, 23, 25))
    assert all(first[f"{window}_{name}"] is None for window in ("pre_open", "intraday") for name in COUNTS)
    assert (first["pre_open_posts_seen"], first["pre_open_happy"] is None) == (1, False)
    assert (first["pre_open_posts_lag1"], first["pre_open_coverage_lag1"]) == (1, 1.0)
    assert (second["pre_open_posts_lag1"], second["intraday_coverage_lag1"]) == (None, 0.0)
    assert (second["intraday_posts_seen"], second["intraday_happy"]) == (0, None)
    assert (third["pre_open_posts"], third["intraday_posts_lag1"]) == (None, None)  # the gap's last second
    after = firm_day(version, 28)
    assert (after["pre_open_posts"], after["pre_open_posts_lag1"], after["intraday_posts_lag1"]) == (
        0,
        None,
        0,
    )


def test_a_source_that_died_and_never_came_back_is_dead_up_to_the_last_price(filled):
    version = build(filled, ("QZRA", BEFORE, utc(23, 14, 30)))
    found = covered(version)
    assert found[23, "pre_open"] == 1.0
    dead = [window for window, share in found.items() if share == 0]
    assert dead == [(23, "intraday"), *((d, w) for d in (25, 28, 29, 30) for w in ("pre_open", "intraday"))]
    facts = ask(version, "select * from coverage where ticker = 'QZRA'").row(0, named=True)
    assert (facts["n_dead_windows"], facts["n_thin_windows"]) == (9, 0)
    assert facts["last_checked_at"] == utc(23, 14, 30)


def test_a_gap_within_a_window_makes_it_thin_and_keeps_what_was_measured(filled):
    version = build(filled, ("QZRA", BEFORE, AFTER, {"gaps": [(utc(18, 17), utc(18, 18, 59, 59))]}))
    assert covered(version)[18, "intraday"] == pytest.approx(1 - 2 / 6.5, abs=1e-12)
    today = firm_day(version, 18)
    assert (today["intraday_posts"], today["intraday_posts_seen"]) == (None, 1)
    assert today["intraday_happy"] == firm_day(version, 18, "QZRB")["intraday_happy"]
    assert today["pre_open_posts"] == 1
    found = ask(
        version, "select * from firm_emotions where session = '2016-11-18' order by ticker, window_name"
    )
    assert found.filter(ticker="QZRA")["coverage"].to_list() == [pytest.approx(1 - 2 / 6.5), 1.0]
    assert found.filter(ticker="QZRA")["n_posts"].to_list() == [1, 1]
    assert found.filter(ticker="QZRB")["coverage"].to_list() == [None]
    facts = ask(version, "select * from coverage order by ticker").to_dicts()
    assert [(row["n_dead_windows"], row["n_thin_windows"]) for row in facts] == [(0, 1), (None, None)]


def test_of_two_sources_the_one_that_is_dead_decides(filled):
    version = build(
        filled,
        ("QZRA", BEFORE, AFTER),
        ("QZRA", utc(16, 21), utc(21, 21), {"source": "feed"}),
    )
    rows = ask(
        version, "select * from window_coverage where window_name = 'intraday' order by session"
    ).to_dicts()
    told = {row["session"].day: (row["coverage"], row["n_sources"], row["dead_sources"]) for row in rows}
    assert told[16] == (1.0, 1, [])  # the feed was not followed yet
    assert told[17] == told[21] == (1.0, 2, [])
    assert told[22] == told[30] == (0.0, 2, ["feed"])


@pytest.mark.parametrize(
    ("gap", "window", "hours", "of"),
    [
        (
            (utc(19, 0), utc(19, 11, 59, 59)),
            (21, "pre_open"),
            12,
            65.5,
        ),  # Saturday, of Friday 21:00 to Monday
        ((utc(24, 0), utc(24, 23, 59, 59)), (25, "pre_open"), 24, 41.5),  # Thanksgiving
        ((utc(25, 17, 30), utc(25, 19, 59, 59)), (25, "intraday"), 0.5, 3.5),  # an early close
        ((utc(25, 17, 30), utc(25, 19, 59, 59)), (28, "pre_open"), 2, 68.5),  # and what follows it
    ],
    ids=["weekend", "holiday", "early close", "after an early close"],
)
def test_windows_follow_the_calendar_of_the_exchange(filled, gap, window, hours, of):
    found = covered(build(filled, ("QZRA", BEFORE, AFTER, {"gaps": [gap]})))
    assert found[window] == pytest.approx(1 - hours / of, abs=1e-12)
    assert sum(share < 1 for share in found.values()) == (2 if gap[0] == utc(25, 17, 30) else 1)


def test_a_backfill_that_reaches_back_partly_begins_within_a_window(filled):
    version = build(filled, ("QZRA", utc(16, 17, 45), AFTER))
    found = covered(version)
    assert min(found) == (16, "intraday")
    assert found[16, "intraday"] == pytest.approx(0.5)
    assert set(found.values()) == {found[16, "intraday"], 1.0}
    earlier = firm_day(version, 16)
    assert (earlier["pre_open_coverage"], earlier["pre_open_posts"]) == (None, 1)  # before it: as of files
    assert earlier["intraday_posts"] is None


def test_a_gap_between_two_posts_of_one_second_is_a_gap(filled):
    found = covered(build(filled, ("QZRA", BEFORE, AFTER, {"gaps": [(utc(18, 14, 30), utc(18, 14, 30))]})))
    assert found[18, "intraday"] == pytest.approx(1 - 1 / (6.5 * 3600), abs=1e-12)
    assert [window for window, share in found.items() if share < 1] == [(18, "intraday")]


def test_a_window_that_still_runs_is_not_dead_and_one_that_has_not_begun_is_not_there(tmp_path):
    """Built at 11:30 UTC of the 29th, three hours before the open; the last price is of the 28th."""
    home = fill_store(tmp_path / "early", DAYS[:-2], [*POSTS, (utc(29, 11), "QZRA")])
    version = build(home, ("QZRA", BEFORE, utc(29, 11, 30)), ("QZRB", BEFORE, utc(28, 20)))
    found = covered(version)
    assert max(found, key=lambda window: window[0]) == (29, "pre_open")
    assert (29, "intraday") not in found
    assert found[29, "pre_open"] == pytest.approx(14.5 / 17.5)
    tonight = ask(version, "select * from window_coverage where not is_over order by ticker").to_dicts()
    assert [(row["coverage"], row["dead_sources"]) for row in tonight] == [
        (found[29, "pre_open"], []),
        (0.0, []),
    ]
    facts = ask(version, "select n_dead_windows, n_thin_windows from coverage order by ticker").rows()
    assert facts == [(0, 0), (0, 1)]  # of QZRB the last hour of the 28th


def test_a_symbol_in_no_stream_is_as_ever(filled):
    """And so is a whole warehouse without streams: what is known to be whole equals what is not known."""
    unknown = Published(build(filled)).query("panel", tagger="linear")
    whole = Published(build(filled, ("QZRA", BEFORE, AFTER), ("QZRB", BEFORE, AFTER))).query(
        "panel", tagger="linear"
    )
    coverage = [name for name in unknown.columns if "_coverage" in name]
    assert len(coverage) == 4
    assert unknown.select(coverage).null_count().row(0) == (unknown.height,) * 4
    assert whole.drop(coverage).equals(unknown.drop(coverage))
    for window in ("pre_open", "intraday"):
        counts = unknown.select(f"{window}_{name}" for name in COUNTS)
        assert counts.null_count().sum_horizontal().item() == 0
        assert unknown[f"{window}_posts"].equals(unknown[f"{window}_posts_seen"])
    dead = Published(build(filled, ("QZRA", BEFORE, utc(15)))).query("panel", tagger="linear")
    assert dead.filter(ticker="QZRB").equals(unknown.filter(ticker="QZRB"))


def test_counts_of_parts_are_null_where_a_source_was_down(filled):
    gap = {"gaps": [(utc(18, 10), utc(18, 11))]}
    rows = Published(build(filled, ("QZRA", BEFORE, AFTER, gap))).query("panel_by_part", tagger="linear")
    by_day = {row["session"].day: row for row in rows.filter(ticker="QZRA").to_dicts()}
    thin, whole = by_day[18], by_day[17]
    assert (thin["pre_open_posts_of_untagged"], thin["pre_open_log_posts_of_chat"]) == (None, None)
    assert thin["pre_open_happy_of_untagged"] == thin["pre_open_happy"]
    assert (whole["pre_open_posts_of_untagged"], whole["pre_open_posts_of_tagged"]) == (1, 0)


def test_the_market_is_covered_as_its_tickers_are_on_average(filled):
    gap = {"gaps": [(utc(18, 17), utc(18, 18, 59, 59))]}
    version = build(filled, ("QZRA", BEFORE, AFTER, gap), ("QZRB", BEFORE, AFTER))
    days = Published(version).query("market_days", tagger="linear")
    today, before = (days.filter(session=date(2016, 11, day)).row(0, named=True) for day in (18, 17))
    assert today["intraday_coverage"] == pytest.approx(1 - 1 / 6.5)
    assert (today["intraday_posts"], today["n_posts"], today["intraday_log_posts"]) == (None, None, None)
    assert (today["intraday_posts_seen"], today["pre_open_posts"], today["pre_open_coverage"]) == (1, 1, 1.0)
    assert (before["n_posts"], before["intraday_posts"], before["intraday_coverage"]) == (1, 0, 1.0)
    mood = ask(version, "select coverage from market_mood where session = '2016-11-18' order by window_name")
    assert mood["coverage"].to_list() == [today["intraday_coverage"], 1.0]


def test_a_ticker_that_was_given_up_leaves_the_market_and_a_market_that_is_down_is_dead(filled):
    given_up = build(filled, ("QZRA", BEFORE, AFTER), ("QZRB", BEFORE, utc(17, 21)))
    assert covered(given_up, "QZRB")[21, "intraday"] == 0.0
    rows = ask(given_up, "select * from market_coverage").to_dicts()
    assert {row["coverage"] for row in rows} == {1.0}
    assert {row["n_tickers"] for row in rows if row["session"].day > 18} == {1}
    down = build(filled, ("QZRA", BEFORE, utc(21, 21)), ("QZRB", BEFORE, utc(21, 21)))
    after = ask(down, "select * from market_coverage where session > '2016-11-21'")
    assert set(after["coverage"]) == {0.0}
    assert set(after["n_dead_tickers"]) == {2}


def test_the_fingerprint_tells_coverage_up_to_the_last_price(filled):
    def fingerprint(*streams):
        return Published(build(filled, *streams)).query("publication")["fingerprint"].item()

    whole = fingerprint(("QZRA", BEFORE, utc(30, 21)))
    assert fingerprint(("QZRA", BEFORE, utc(30, 23))) == whole  # asking once more brought nothing
    assert fingerprint(("QZRA", BEFORE, utc(30, 20))) != whole
    assert fingerprint() != whole
    assert fingerprint(("QZRA", BEFORE, utc(30, 21), {"source": "feed"})) == whole


PRE_OPEN_POSTS = "if(pre_open_coverage < 1, null, coalesce(pre_open.n_posts, 0))"
PRE_OPEN_FEAR = "if(pre_open_coverage < 1, null, coalesce(pre_open.n_fear, 0))"
MISTAKES = {
    "zero posts": ("marts", "panel", PRE_OPEN_POSTS, PRE_OPEN_POSTS.replace("null", "0")),
    "no fear": ("marts", "panel", PRE_OPEN_FEAR, "coalesce(pre_open.n_fear, 0)"),
    "posts of the day before": ("marts", "panel", "if(intraday_coverage_lag1 < 1,", "if(false,"),
    "no count of whole windows": (
        "marts",
        "panel",
        "if(intraday_coverage < 1,",
        "if(intraday_coverage <= 1,",
    ),
    "another coverage": ("marts", "panel", "pre_open_observed.coverage", "pre_open_observed.coverage / 2"),
    "the best source": ("marts", "window_coverage", "min(share) as coverage", "max(share) as coverage"),
    "a window left out": ("marts", "window_coverage", "end_at > marks.begin_at", "begin_at > marks.begin_at"),
    "no gaps": ("staging", "stg_observed", "where missing_from < missing_to", "where false"),
    "gaps that overlap": ("staging", "stg_observed", "rows between unbounded", "rows between 1"),
}
FOUND_BY = {
    "zero posts": "panel_counts_its_posts",
    "no fear": "unobserved_windows_are_not_counted",
    "posts of the day before": "panel_posts_are_point_in_time",
    "no count of whole windows": "unobserved_windows_are_not_counted",
    "another coverage": "panel_posts_are_point_in_time",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_build_that_takes_a_dead_source_for_calm_is_stopped(filled, monkeypatch, mistake):
    folder, name, right, wrong = MISTAKES[mistake]
    text = read_sql(folder, name).text.replace(right, wrong)
    assert text != read_sql(folder, name).text

    def read_wrong(of_folder, of_name):
        found = read_sql(of_folder, of_name)
        return type(found)(of_name, found.grain, text) if (of_folder, of_name) == (folder, name) else found

    for module in (building, marts):
        monkeypatch.setattr(module, "read_sql", read_wrong)
    monkeypatch.setattr(building, "copy_before", lambda *arguments: Before())  # other rules, other marts
    gaps = {"gaps": [(utc(21, 21), utc(22, 16)), (utc(21, 22), utc(21, 23)), (utc(22, 15), utc(22, 17))]}
    streams = [("QZRA", utc(15, 18), AFTER, gaps), ("QZRA", utc(15, 18), utc(25), {"source": "feed"})]
    with pytest.raises(CheckFailed, match=FOUND_BY.get(mistake, "windows_are_covered_as_observed")):
        build(filled, *streams)


def test_zeros_planted_for_a_dead_window_are_found(filled):
    """The very thing that must not be: a panel that says calm where nobody looked."""
    version = build(filled, ("QZRB", BEFORE, AFTER, {"gaps": [(utc(22, 21), utc(25, 17, 59, 59))]}))
    with open_store(filled) as store:
        store.execute(f"attach '{version.market}' as market (read_only)")
        store.execute("set search_path = 'market,store'")
        check = read_sql("checks", "unobserved_windows_are_not_counted").text
        assert store.sql(check).fetchall() == []
        for column in ("pre_open_posts", "pre_open_log_posts", "intraday_n_sad", "intraday_posts_lag1"):
            store.execute(
                "create or replace temp table panel as select *"
                f" replace (coalesce({column}, 0) as {column}) from market.panel"
            )
            found = {day.day for _, _, day in store.sql(check).fetchall()}
            assert found == ({25, 28} if column.endswith("lag1") else {23, 25})
            store.execute("drop table temp.panel")


# A second derivation: every second of three weeks, observed or not.
ORIGIN = datetime(2016, 11, 11)
LENGTH = 21 * 86400


def count_seconds(marks, gaps, sessions, until):
    """(ticker, session_no, window) -> (coverage, dead sources), by looking at each second."""
    seen: dict[tuple, list[tuple[str, float]]] = {}
    for (source, ticker), (begin, checked) in marks.items():
        observed = np.zeros(LENGTH, bool)
        observed[begin:checked] = True
        for floor, ceiling in gaps.get((source, ticker), ()):
            observed[floor : ceiling + 1] = False
        for row in sessions:
            hours = {"intraday": (row["open_at"], row["close_at"])}
            if row["previous_close_at"] is not None:
                hours["pre_open"] = (row["previous_close_at"], row["open_at"])
            for window, (start, end) in hours.items():
                a, b = (
                    int((moment.replace(tzinfo=None) - ORIGIN).total_seconds()) for moment in (start, end)
                )
                if b > begin and a < until:
                    share = observed[max(a, 0) : b].sum() / (b - a)
                    dead = share == 0 and b <= until
                    seen.setdefault((ticker, row["session_no"], window), []).append((source, share, dead))
    return {
        key: (min(share for _, share, _ in found), sorted(source for source, _, dead in found if dead))
        for key, found in seen.items()
    }


SECONDS = st.integers(3 * 86400, LENGTH - 5 * 86400)
# Some ends on the hour, so that they meet the edges of windows and of each other.
MOMENTS = SECONDS | SECONDS.map(lambda s: s // 1800 * 1800)
PAIRS = st.tuples(MOMENTS, MOMENTS).map(sorted)
STREAMS = st.dictionaries(
    st.tuples(st.sampled_from(["live", "feed"]), st.sampled_from(["QZRA", "QZRB"])), PAIRS, min_size=1
)
GAPS = st.lists(PAIRS, max_size=5, unique_by=lambda pair: pair[0])


@given(STREAMS, st.data())
def test_coverage_equals_the_share_of_seconds_that_were_observed(marks, data):
    gaps = {key: data.draw(GAPS) for key in marks}
    connection = duckdb.connect()
    for table in ("stream_marks", "stream_gaps", "segments"):
        connection.execute(read_sql("store", table).text)

    def moment(seconds):
        return ORIGIN + timedelta(seconds=seconds)

    named = [
        {"source": s, "ticker": t, "begin_at": moment(begin), "checked_at": moment(checked)}
        for (s, t), (begin, checked) in marks.items()
    ]
    write(connection, "stream_marks", named)
    missing = [
        {"source": s, "ticker": t, "floor_at": moment(floor), "ceiling_at": moment(ceiling)}
        | {"n_tries": 0, "reachable": True}
        for (s, t), pairs in gaps.items()
        for floor, ceiling in pairs
    ]
    write(connection, "stream_gaps", missing)
    sessions = SESSIONS.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))
    connection.register("sessions", sessions)
    connection.execute("create view raw_posts as select timestamp '2016-11-22 12:00:00' as created_at")
    connection.execute("create view stg_prices as select date '2016-11-18' as session")
    connection.execute(f"create view stg_observed as {read_sql('staging', 'stg_observed').text}")
    connection.execute(f"create table window_coverage as {read_sql('marts', 'window_coverage').text}")
    rows = connection.sql("select * from window_coverage").pl().to_dicts()
    until = max(*(checked for _, checked in marks.values()), int((utc(22, 12) - ORIGIN).total_seconds()))
    expected = count_seconds(marks, gaps, SESSIONS.to_dicts(), until)
    found = {(r["ticker"], r["session_no"], r["window_name"]): r for r in rows}
    assert set(found) == set(expected)
    for key, (coverage, dead) in expected.items():
        assert found[key]["coverage"] == pytest.approx(coverage, abs=1e-12)
        assert (found[key]["coverage"] == 1) == (coverage == 1)
        assert found[key]["dead_sources"] == dead
    # The build's own check derives it a third way.
    assert connection.sql(read_sql("checks", "windows_are_covered_as_observed").text).fetchall() == []
