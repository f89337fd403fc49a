"""Market mood: who moved against its own history, the heat map, posts and coverage."""

import json
import math
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from homes import build
from scipy import stats
from streamlit.testing.v1 import AppTest

from dashboard.charts import draw_heat, draw_volume
from dashboard.words import by_chance, coverage_said, level, movers_title, session_hover, volume_title
from etl.settings import open_home
from etl.warehouse.build import build_version
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from models.panel.movers import count_far, rank_movers, share_by_chance

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture(scope="module")
def app(built):
    """The page of a home with three symbols, run once for the tests that only read it."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("EMOTAPE_HOME", str(built.path))
    yield AppTest.from_file(str(APP), default_timeout=60).run()
    monkeypatch.undo()


@pytest.fixture(scope="module")
def sessions_of_symbols(built):
    """The mart as it is, and the mean of each firm and session that it is made from."""
    with open_published(built) as published:
        cursor = published._connection.cursor()
        mart = cursor.sql("select * from market.firm_sessions").pl()
        single = cursor.sql("select * from market.firm_emotions").pl()
        posted = cursor.sql(
            "select ticker, session, count(*) as n_posts, count(distinct user_id) as n_authors"
            " from memory.post_tickers group by all"
        ).pl()
    return mart, single, posted


def figure_of(app, key):
    (chart,) = [chart for chart in app.get("plotly_chart") if chart.proto.id.endswith(f"-{key}")]
    return json.loads(chart.proto.spec)


def table_with(app, column):
    (found,) = [table.value for table in app.dataframe if column in table.value.columns]
    return found


def words_of(app):
    return "\n".join(e.value for kind in ("subheader", "caption", "info") for e in app.get(kind))


def test_a_symbol_is_set_against_its_own_twenty_sessions_before(sessions_of_symbols):
    mart, _, _ = sessions_of_symbols
    for _, unsorted in mart.group_by("ticker", "window_name"):
        rows = unsorted.sort("session")
        for at, row in enumerate(rows.iter_rows(named=True)):
            before = rows[max(0, at - 20) : at]
            assert row["n_before"] == before.height
            fear, posts = before["fear"].to_numpy().astype(float), np.log(before["n_posts"].to_numpy())
            if before.height < 10:
                assert row["z_fear"] is row["usual_fear"] is row["z_posts"] is None
                continue
            assert row["before_since"] == before["session"][0]
            expected = (row["fear"] - fear.mean()) / fear.std(ddof=1)
            assert row["z_fear"] == pytest.approx(expected, abs=2e-4)  # the mart keeps seven digits
            assert row["usual_posts"] == pytest.approx(math.exp(posts.mean()), rel=1e-5)
            if posts.std(ddof=1) < 1e-9:
                assert row["z_posts"] is None
            else:
                assert row["z_posts"] == pytest.approx(
                    (math.log(row["n_posts"]) - posts.mean()) / posts.std(ddof=1), abs=2e-4
                )


def test_both_windows_together_weigh_each_post_alike_and_count_an_author_once(sessions_of_symbols):
    mart, single, posted = sessions_of_symbols
    both = mart.filter(pl.col("window_name") == "both").sort("ticker", "session")
    assert both.select("ticker", "session", "n_posts", "n_authors").equals(
        posted.sort("ticker", "session").cast({"n_posts": pl.Int32, "n_authors": pl.Int32})
    )
    pooled = (
        single.group_by("ticker", "session")
        .agg((pl.col("fear") * pl.col("n_posts")).sum() / pl.col("n_posts").sum())
        .sort("ticker", "session")
    )
    assert np.allclose(both["fear"], pooled["fear"], atol=1e-6)


def test_movers_are_sorted_by_their_distance_with_posts_authors_and_paths(app):
    movers = table_with(app, "measure")
    assert movers["z"].abs().is_monotonic_decreasing
    assert set(movers["ticker"]) == {"QZRA"}  # QZRB has three posts, NOPRICE no session before
    row = movers.iloc[0]
    assert row["n_posts"] == 17
    assert row["n_authors"] >= 1
    assert len(row["path"]) == len(row["posts_path"]) == 21
    assert row["posts_path"][-1] == 17
    assert "Movers: no symbol is beyond 3 SD of its own history" in words_of(app)
    assert "2 of 3 symbols have 5 posts or more" in words_of(app)


def test_the_minimum_and_the_measure_are_part_of_the_url(show, built):
    app = show(built, least="1", moved="fear")
    movers = table_with(app, "measure")
    assert set(movers["ticker"]) == {"QZRA", "QZRB"}
    assert set(movers["measure"]) == {"Fear"}
    none = show(built, least="100")
    assert not none.exception
    assert "No symbol has 100 posts" in none.info[0].value
    nonsense = show(built, least="-1", moved="greed", heat="x")
    assert not nonsense.exception
    assert set(table_with(nonsense, "measure")["ticker"]) == {"QZRA"}


def test_without_a_history_nothing_is_ranked_and_it_is_said_what_brings_one(show, built, sessions_shown):
    app = show(built, until=sessions_shown["session"][5].isoformat())
    assert not app.exception
    assert "ten earlier sessions" in app.info[0].value
    assert "emotape load posts" in app.info[0].value


def test_the_heat_map_greys_thin_sessions_and_says_how_many_posts(app):
    grey, coloured = figure_of(app, "heat")["data"][:2]
    assert figure_of(app, "heat")["layout"]["yaxis"]["ticktext"] == ["QZRA", "QZRB", "NOPRICE"]
    assert coloured["z"][0].count(None) == 0
    assert coloured["z"][1] == [None] * 40  # three posts a session
    assert grey["z"][1] == [0] * 40
    assert grey["z"][0] == [None] * 40
    assert "3 posts" in coloured["text"][1][0]
    assert "no posts" in coloured["text"][2][0]


def test_the_heat_map_takes_the_colour_of_the_chosen_emotion(show, built):
    app = show(built, heat="valence")
    coloured = figure_of(app, "heat")["data"][1]
    assert coloured["zmin"] == -coloured["zmax"]
    anger = figure_of(show(built, heat="anger"), "heat")["data"][1]
    assert anger["zmin"] == 0
    assert anger["colorscale"][-1][1] == "rgba(213, 94, 0, 1.00)"


def test_the_number_of_posts_stands_beside_the_usual_one_and_unknown_coverage_is_said(app):
    bars = next(trace for trace in figure_of(app, "volume")["data"] if trace["type"] == "bar")
    assert bars["y"] == [12] * 39 + [17]
    assert "42% more than usual" in words_of(app)
    assert "Whether posts are missing is not known" in words_of(app)
    assert "yaxis2" not in figure_of(app, "volume")["layout"]


def test_sessions_observed_in_part_are_hatched_and_stroked_and_make_no_history(
    tmp_path, sessions_shown, show
):
    home = open_home(tmp_path / "home")
    build(home, tmp_path, sessions_shown)
    opens = sessions_shown["open_at"].dt.replace_time_zone(None).to_list()
    gap = opens[-5]
    with open_store(home) as store:
        store.execute(
            "insert into stream_marks by name select 'live' as source, unnest(['QZRA', 'QZRB']) as ticker,"
            " $begin::timestamp as begin_at, $end::timestamp as checked_at",
            {"begin": opens[0] - timedelta(days=5), "end": opens[-1]},
        )
        store.execute(
            "insert into stream_gaps by name select 'live' as source, ticker, $gap::timestamp as floor_at,"
            " $gap::timestamp + interval 1 hour as ceiling_at, 0 as n_tries, true as reachable"
            " from stream_marks",
            {"gap": gap},
        )
        build_version(store, home)
    with open_published(home) as published:
        asked = {"tagger": "linear", "window_name": "intraday", "session": sessions_shown["session"][-2]}
        rows = {row["ticker"]: row for row in published.query("movers", **asked).iter_rows(named=True)}
    assert (rows["QZRA"]["n_before"], rows["QZRA"]["n_before_whole"]) == (20, 19)
    app = show(home, window="intraday", until=sessions_shown["session"][-2].isoformat())
    assert not app.exception
    bars = next(trace for trace in figure_of(app, "volume")["data"] if trace["type"] == "bar")
    assert [n for n, shape in enumerate(bars["marker"]["pattern"]["shape"]) if shape] == [35]
    strokes = figure_of(app, "heat")["data"][2]
    assert set(strokes["y"]) == {0, 1}
    assert all("of the time" in text for text in strokes["text"])
    assert "live sources followed 2 symbols" in words_of(app)


def test_hostile_symbols_stay_text_in_the_heat_map():
    name = "<img src=x onerror=alert(1)>$x$"
    cells = pl.DataFrame(
        {
            "place": [1],
            "ticker": [name],
            "session": pl.Series(["2024-01-02"]).str.to_date(),
            "n_posts": [7],
            "n_authors": [1],
            "coverage": [None],
            "fear": [0.5],
        },
        schema_overrides={"coverage": pl.Float64},
    )
    spec = draw_heat(cells, "fear", 5).to_json()
    assert "<img" not in spec.replace("\\u003c", "<")
    assert "$x$" not in spec


def test_far_distances_are_counted_beside_those_that_chance_would_make():
    """Distances of normal values from their own twenty before them, by simulation (a tenth of 0.8 %)."""
    draws = np.random.default_rng(7).standard_normal((200_000, 21))
    z = (draws[:, -1] - draws[:, :-1].mean(1)) / draws[:, :-1].std(1, ddof=1)
    assert (np.abs(z) > 3).mean() == pytest.approx(share_by_chance(3, 20), abs=8e-4)
    assert share_by_chance(3, 20) == pytest.approx(2 * stats.t.sf(3 / math.sqrt(1.05), 19))
    symbols = pl.DataFrame(
        {
            "n_posts": [9, 9, 1],
            "n_before": [20, 12, 20],
            "n_before_whole": [10, 20, 20],
            "z_fear": [-3.5, None, 9.0],
            "z_posts": [0.1, 3.2, None],
        }
    )
    far, tested, expected = count_far(symbols, ("fear", "posts"), 5)
    assert (far, tested) == (2, 3)
    assert expected == pytest.approx(2 * share_by_chance(3, 20) + share_by_chance(3, 10))
    assert "Of 3 distances here 2 lie beyond 3 SD" in by_chance(far, tested, expected)


def test_each_symbol_is_ranked_once_by_its_farthest_measure():
    names = ("fear", "anger", "happy", "sad", "valence", "posts")
    symbols = pl.DataFrame(
        {"ticker": ["A", "B", "C"], "n_posts": [30, 8, 2]}
        | {name: [0.1, 0.2, 0.3] for name in names[:-1]}
        | {f"usual_{name}": [0.1, 0.1, 0.1] for name in names}
        | {f"z_{name}": [0.5, None, 9.0] for name in names}
    ).with_columns(z_sad=pl.Series([-2.0, 4.0, 9.0]), z_fear=pl.Series([1.0, None, 1.0]))
    ranked = rank_movers(symbols, "any", 5)
    assert ranked.select("ticker", "measure", "z").rows() == [("B", "sad", 4.0), ("A", "sad", -2.0)]
    assert rank_movers(symbols, "fear", 1).select("ticker", "z").rows() == [("A", 1.0), ("C", 1.0)]
    assert movers_title(ranked) == "Movers: sad is 4.0 SD above its usual in B"


def test_levels_are_written_in_their_units():
    assert level("fear", 0.4123) == "41.2 %"
    assert level("valence", -0.123) == "−0.12"
    assert level("posts", 2.25) == "2.2 posts"
    assert level("posts", 1204.0) == "1,204 posts"
    assert level("fear", None) is None


def test_a_session_that_nobody_watched_is_not_called_silent():
    row = {"session": pl.Series(["2024-01-02"]).str.to_date()[0], "n_posts": None, "n_authors": 0}
    said = session_hover(row | {"coverage": 0.0, "fear": None}, "fear")
    assert said == "2 Jan 2024: posts not known, observed 0% of the time"
    days = pl.DataFrame(
        {
            "session": [row["session"]],
            "n_posts": [None],
            "coverage": [0.0],
            "month_posts": [None],
            "month_sd": [None],
            "n_followed": [4],
            "n_dead": [4],
        },
        schema_overrides=dict.fromkeys(("n_posts", "month_posts", "month_sd"), pl.Float64),
    )
    assert volume_title(days, row["session"]) == "Posts: their number is not known"
    assert "4 of them with a source that gave nothing" in coverage_said(days)
    assert draw_volume(days).layout.yaxis2.title.text == "Observed"
