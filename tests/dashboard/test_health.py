"""Data health and the badge: what is stale, failed, late, thin or missing is said, and nothing else is."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import streamlit as st
from homes import build
from used_home import FixedClock

from dashboard import charts
from dashboard.charts.health import draw_coverage
from dashboard.words.health import age, concerns, duration, file_names_only, health_title
from etl.journal import open_journal
from etl.settings import open_home
from etl.warehouse.build import build_version
from etl.warehouse.inputs import read_inputs
from etl.warehouse.published import Published
from etl.warehouse.store import open_store
from etl.warehouse.versions import current_version

HOSTILE = "<script>alert(1)</script> **bold** $x$ [a](javascript:alert(1)) \u202e"


@pytest.fixture(scope="module")
def followed(tmp_path_factory, sessions_shown):
    """QZRA is followed throughout; QZRB's source fails from the last session but two on; refusals; a gap."""
    folder = tmp_path_factory.mktemp("health")
    home = open_home(folder / "home")
    build(home, folder, sessions_shown)
    opens = sessions_shown["open_at"].dt.replace_time_zone(None).to_list()
    end = opens[-1] + timedelta(hours=7)
    with open_store(home) as store:
        store.execute(
            "insert into stream_marks by name select 'live' as source, ticker, $begin::timestamp as begin_at,"
            " if(ticker = 'QZRA', $end, $failed)::timestamp as checked_at"
            " from (values ('QZRA'), ('QZRB')) as followed (ticker)",
            {"begin": opens[0] - timedelta(days=5), "end": end, "failed": opens[-3]},
        )
        refused = [
            ("posts", "/srv/people/jane/posts.jsonl", line, line, HOSTILE, "raw", 1) for line in (7, 3)
        ]
        refused.append(("prices", "https://example.org/api/QZRA.json?key=1", 1, 0, "no close", "raw", 1))
        store.executemany("insert into quarantine values (?, ?, ?, ?, ?, ?, ?)", refused)
        store.execute(
            "delete from raw_prices where ticker = 'QZRB' and date = ?", [sessions_shown["session"][9]]
        )
        build_version(store, home)
    return home


@pytest.fixture
def watched(followed, tmp_path, monkeypatch):
    """A copy of it in which runs can be written down: `write(hours_ago, outcome, steps)`."""
    shutil.copytree(followed.path, tmp_path / "watched")
    home = open_home(tmp_path / "watched")
    home.settings_file.write_text('[watchlist]\nsymbols = ["QZRA", "QZRB"]\n[yahoo]\nprices = false\n')

    def write(hours_ago, outcome, steps=(), message=None, version=None):
        clock = FixedClock(datetime.now(UTC) - timedelta(hours=hours_ago))
        with open_journal(home, clock) as journal:
            run = journal.begin_run({})
            for kind, source, subject, came, reason in steps:
                step = journal.begin_step(run, kind, source, subject)
                step.outcome, step.reason, step.counts.rows_new = came, reason, 1200
                journal.end_step(step)
                if came == "done":
                    journal.note_success(kind, source)
            clock.shown += timedelta(seconds=200)
            if outcome is not None:
                journal.end_run(run, outcome, message, version)
        st.cache_data.clear()  # what is live is kept for some seconds
        return home

    return write


ANSWERED = ("posts", "stocktwits", "QZRA", "done", None)
FAILED = ("posts", "stocktwits", "QZRB", "failed", f"{HOSTILE} in /srv/people/jane/x.jsonl")


def said(app):
    return "\n".join(e.value for kind in ("title", "caption", "info", "warning") for e in app.get(kind))


def badge(app):
    return [link.proto.label for link in app.get("page_link") if link.proto.page == "health"]


def table(app, column):
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def test_a_home_of_files_has_nothing_to_be_late_and_is_told_how_to_follow(show, market):
    app = show(market, "health")
    assert not app.exception
    assert app.title[0].value == "Nothing is late: no live source is followed"
    for command in ("emotape refresh", "emotape config", "emotape schedule"):
        assert command in said(app)
    assert "Nothing was refused" in said(app)
    assert badge(show(market)) == []


def test_a_home_without_a_version_shows_the_page_all_the_same(show, empty_home):
    app = show(empty_home, "health")
    assert not app.exception
    assert "emotape build" in app.info[0].value
    assert app.title[0].value == "Nothing is published yet"


def test_what_was_not_observed_is_said_on_every_page_with_a_way_to_more(show, watched):
    home = watched(1, "done", [ANSWERED])
    (label,) = badge(show(home))
    assert label == ":orange[1 of 2 symbols not observed on 7 Mar]"
    app = show(home, "health")
    assert not app.exception
    assert app.title[0].value == "1 of 2 symbols was not observed during the session of 7 Mar 2016"
    assert badge(app) == []  # the title says it
    assert "The next run is due on" in said(app)


def test_a_stale_source_is_the_gravest_and_the_rest_is_counted(show, watched):
    home = watched(52, "done", [ANSWERED])
    watched(1, "partial", [FAILED], message="1 of 2 steps failed.")
    assert badge(show(home)) == [":red[StockTwits is stale: 52 hours; 2 more]"]
    app = show(home, "health")
    assert app.title[0].value == "StockTwits is stale: 52 hours"
    assert "The last run was done in part: 1 step was not done in full." in said(app)
    row = table(app, "warn_hours").iloc[0]
    assert (row["state"], row["source"], row["age"]) == ("✕ Stale", "StockTwits", "52 hours")
    assert (row["warn_hours"], row["error_hours"]) == (26, 50)


def test_the_calendar_tells_whole_part_and_dead_and_follows_its_filters(show, watched):
    home = watched(1, "done", [ANSWERED])
    app = show(home, "health", period="21")
    heat = json.loads(app.get("plotly_chart")[0].proto.spec)["data"][0]
    assert heat["type"] == "heatmap"
    assert len(heat["x"]) == 21
    assert "1 of 2 symbols was observed whole" in said(app)
    calendar = table(app, "mean_coverage")
    shares = calendar[calendar["ticker"] == "QZRB"]["coverage"].to_list()
    assert shares[:-3] == [1.0] * 18
    assert shares[-2:] == [0.0, 0.0]
    before = table(show(home, "health", period="21", window="pre_open"), "mean_coverage")
    assert before[before["ticker"] == "QZRB"]["coverage"].to_list()[-3] == 1.0


def test_runs_say_how_they_ended_and_a_chosen_one_what_was_not_done(show, watched):
    home = watched(30, "done", [ANSWERED], version=2)
    watched(20, None, [])  # never said how it ended
    watched(2, "partial", [ANSWERED, FAILED, FAILED], message="2 of 3 steps failed.", version=3)
    app = show(home, "health")
    runs = table(app, "run_id")
    assert runs["outcome"].to_list() == ["! Done in part", "✕ Killed", "✓ Done"]
    assert runs["took"].to_list()[0] == "3 min 20 s"
    assert runs["rows_new"].to_list() == [3600, 0, 1200]
    assert runs["published_version"].to_list()[0] == 3
    (steps,) = (shown.value for shown in app.table)
    assert steps[["What", "For", "Steps"]].to_numpy().tolist() == [
        ["Newest posts of StockTwits", "QZRB, QZRB", 2]
    ]
    assert r"in x\.jsonl" in steps["Why"][0]
    assert r"\<script\>" in steps["Why"][0]
    assert "srv" not in steps["Why"][0]
    first = show(home, "health", run="1")
    assert "Run 1: no step failed" in said(first)
    assert first.query_params["run"] == "1"
    assert not show(home, "health", run="<b>").exception


def test_a_killed_and_a_failed_run_alarm(show, watched):
    home = watched(1, None, [ANSWERED])
    assert badge(show(home))[0].startswith(":red[The last run was killed")
    watched(0.5, "failed", [FAILED])
    assert show(home, "health").title[0].value == "The last run failed"


def test_a_damaged_journal_is_a_sentence_without_the_machines_paths(show, watched):
    home = watched(1, "done", [ANSWERED])
    home.journal.write_bytes(b"this is no journal" * 500)
    app = show(home, "health")
    assert not app.exception
    assert app.title[0].value == "The journal of the daily run cannot be read"
    (warning,) = [e.value for e in app.warning]
    assert "move it away" in warning
    assert str(home.path) not in warning.replace("\\", "")
    assert badge(show(home))[0].startswith(":red[The journal")


def test_settings_that_cannot_be_read_are_a_sentence(show, watched):
    home = watched(1, "done", [ANSWERED])
    home.settings_file.write_text("[freshness\n")
    app = show(home, "health")
    assert not app.exception
    assert "emotape.toml" in said(app).replace("\\", "")
    assert str(home.path) not in said(app).replace("\\", "")


def test_refusals_gaps_and_versions_are_listed_without_folders(show, followed):
    app = show(followed, "health")
    assert not app.exception
    refused = table(app, "first_line")
    rows = refused[["kind", "file", "n_rows", "first_line"]].to_numpy().tolist()
    assert rows == [["Posts", "posts.jsonl", 2, 3], ["Prices", "example.org/api/QZRA.json", 1, 1]]
    assert "\u202e" not in refused["reason"][0]
    assert "3 rows in quarantine" in said(app)
    gaps = table(app, "n_gaps")
    assert gaps[["ticker", "n_gaps"]].to_numpy().tolist() == [["QZRB", 1]]
    versions = table(app, "built_at")
    assert versions["number"].to_list() == [2, 1]
    assert versions["n_posts"].to_list() == [485, 485]


def test_what_is_refused_is_reason_enough_to_publish_and_no_other_data(followed, tmp_path):
    shutil.copytree(followed.path, tmp_path / "refusing")
    with open_store(open_home(tmp_path / "refusing")) as store:
        before = read_inputs(store)
        store.execute("insert into quarantine values ('posts', 'b.jsonl', 1, 0, 'no id', 'raw', 1)")
        assert read_inputs(store) != before
        with_it = build_version(store, open_home(tmp_path / "refusing"))
    fingerprints = [
        Published(version).query("publication")["fingerprint"][0]
        for version in (current_version(followed), with_it)
    ]
    assert fingerprints[0] == fingerprints[1]


def test_a_version_from_before_refusals_were_published_names_the_command(show, followed, tmp_path):
    import duckdb

    shutil.copytree(followed.path, tmp_path / "older")
    home = open_home(tmp_path / "older")
    market = duckdb.connect(str(current_version(home).market))
    market.execute("drop table quarantine_reasons")
    market.close()
    (home.published / "000001" / "market.duckdb").write_bytes(b"damaged" * 1000)
    app = show(home, "health")
    assert not app.exception
    assert "before refusals were published: run `emotape build`" in said(app)
    assert table(app, "built_at")["n_posts"].isna().to_list() == [False, True]


def test_a_symbol_is_escaped_in_the_figure_and_what_nobody_followed_is_empty():
    days = [datetime(2026, 1, 5).date(), datetime(2026, 1, 6).date()]
    calendar = pl.DataFrame(
        {
            "ticker": ["<b>$x$</b>", "<b>$x$</b>", "B"],
            "session": [*days, days[1]],
            "coverage": [0.0, 1.0, 0.999],
        }
    )
    figure = draw_coverage(calendar).to_dict()
    heat = figure["data"][0]
    assert [list(row) for row in heat["z"]] == [[0, 1], [None, 0.99]]  # what lacks a moment is not whole
    assert not set("".join(figure["layout"]["yaxis"]["ticktext"])) & set("<>$")
    assert list(figure["data"][1]["x"]) == ["2026-01-05"]
    assert charts.CONFIG["displaylogo"] is False


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.2, "12 minutes"), (1, "1 hour"), (52.4, "52 hours"), (24 * 9.5, "9 days"), (0, "0 minutes")],
)
def test_ages_are_written_as_people_say_them(hours, words):
    assert age(hours) == words


@pytest.mark.parametrize(("seconds", "words"), [(45, "45 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")])
def test_durations_are_written_in_their_largest_units(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The journal /home/j d/e/journal.sqlite cannot", "The journal journal.sqlite cannot"),
        ("see /etc/emotape/x.toml; or https://a.org/b/c.json", "see x.toml; or https://a.org/b/c.json"),
        (r"see C:\data\prices.csv", "see prices.csv"),
        ("1/2 of the rows, 3 / 4", "1/2 of the rows, 3 / 4"),
    ],
)
def test_paths_are_cut_to_the_names_of_files(text, left):
    assert file_names_only(text, "/home/j d/e") == left


def test_what_never_answered_is_grave_and_what_is_late_is_not():
    freshness = [
        {"kind": "posts", "source": "<b>feed</b>", "level": "late", "age_hours": 30, "answered_at": 1},
        {"kind": "prices", "source": "yahoo", "level": "never", "age_hours": None, "answered_at": None},
        {"kind": "posts", "source": "stocktwits", "level": "fresh", "age_hours": 1, "answered_at": 1},
    ]
    found = concerns({"freshness": freshness, "running": None}, None, [])
    assert [one.grave for one in found] == [True, False]
    assert found[0].text == "Yahoo has never given a price"
    assert "<b>" not in found[1].text.replace("\\<", "")
    assert health_title([], {"freshness": freshness}, is_published=True) == "Everything is fresh"
