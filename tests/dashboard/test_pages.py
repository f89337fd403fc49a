"""Each page, each of its filters, and each state of having nothing to show."""

import json

import pytest
from homes import build, invent_results, store

from etl.sources.stocktwits import StockTwits
from etl.warehouse.versions import current_version


def text_of(app) -> str:
    return "\n".join(
        e.value for kind in ("title", "caption", "info", "warning", "markdown") for e in app.get(kind)
    )


def figure_of(app, number=0) -> dict:
    return json.loads(app.get("plotly_chart")[number].proto.spec)


def listed(app):
    return next(table.value for table in app.dataframe if "body" in table.value.columns)


def choose(app, key, value):
    for kind in ("selectbox", "button_group", "toggle", "date_input"):
        for widget in app.get(kind):
            if widget.key == f"filter_{key}":
                return widget.set_value(value).run()
    raise AssertionError(f"no filter {key}")


def test_a_home_without_a_version_names_the_command(show, empty_home):
    app = show(empty_home)
    assert not app.exception
    assert any("emotape build" in code.value for code in app.code)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("page", ["mood", "ticker", "regressions"])
def test_every_page_shows_how_fresh_it_is_and_breaks_nowhere(show, estimated, page):
    app = show(estimated, page)
    assert not app.exception
    assert "Version 2" in app.caption[0].value
    assert "485 posts" in app.caption[0].value
    assert len(app.title) == 1
    assert len(app.get("plotly_chart")) >= 1


def test_the_mood_of_the_last_session_is_set_against_its_month(show, market):
    app = show(market)
    assert "SD" in app.title[0].value
    assert [metric.label for metric in app.metric][1:] == ["Valence", "Posts"]
    assert app.metric[2].value == "17"
    assert app.metric[2].delta == "usually 12"


def test_the_window_decides_whose_posts_count(show, market):
    both = show(market)
    before = choose(both, "window", "pre_open")
    assert before.query_params["window"] == "pre_open"
    assert before.metric[2].value == "6"
    assert show(market, window="intraday").metric[2].value == "11"


def test_the_period_decides_how_many_sessions_are_drawn(show, market):
    assert len(figure_of(show(market))["data"][-1]["x"]) == 40
    short = choose(show(market), "period", "21")
    assert len(figure_of(short)["data"][-1]["x"]) == 21


def test_no_later_session_is_shown_than_the_day_asked_for(show, market, sessions_shown):
    day = sessions_shown["session"][29]
    app = show(market, until=day.isoformat())
    assert figure_of(app)["data"][-1]["x"][-1] == day.isoformat()
    assert app.metric[2].value == "12"


def test_a_filter_in_the_url_that_makes_no_sense_counts_for_nothing(show, market):
    app = show(market, window="yesterday", period="-5", until="2016-99-99", tagger="x")
    assert not app.exception
    assert app.metric[2].value == "17"


def test_a_ticker_shows_price_mood_posts_and_texts(show, market):
    app = show(market, "ticker", symbol="QZRB")
    assert app.title[0].value.startswith("QZRB")
    kinds = [trace["type"] for trace in figure_of(app)["data"]]
    assert kinds == ["candlestick", *["bar"] * 8]
    assert figure_of(app)["layout"]["xaxis"]["type"] == "category"
    assert listed(app).shape[0] == 120


def test_a_symbol_that_is_not_there_is_refused_and_stays_inert(show, market):
    app = show(market, "ticker", symbol="<img src=x onerror=alert(1)>")
    assert not app.exception
    assert "There is no symbol" in app.warning[0].value
    assert "<img" not in app.warning[0].value.replace(r"\<", "")
    assert app.title[0].value.startswith("QZRA")


def test_posts_are_chosen_by_emotion_session_and_window(show, market, sessions_shown):
    app = show(market, "ticker", symbol="QZRA")
    assert listed(app).shape[0] == 485
    day = sessions_shown["session"][3].isoformat()
    one_day = choose(app, "session", day)
    assert listed(one_day).shape[0] == 12
    posts = choose(one_day, "session", "any")
    told = listed(posts)["emotion"]
    wanted = told.iloc[0]
    alike = listed(choose(posts, "emotion", wanted.lower()))
    assert set(alike["emotion"]) == {wanted}
    assert len(alike) == (told == wanted).sum() < 485
    before = listed(show(market, "ticker", symbol="QZRA", session=day, window="pre_open"))
    assert len(before) == 6
    assert set(before["window_name"]) == {"Before the open"}


def test_texts_are_cut_and_free_of_control_marks(show, market):
    bodies = listed(show(market, "ticker", symbol="NOPRICE"))["body"].to_list()
    assert len(bodies) == 5
    assert max(len(body) for body in bodies) <= 500 + len(" […]")
    assert sum(body.endswith("[…]") for body in bodies) == 1
    assert not any(mark in body for body in bodies for mark in "\u202e\u2066\u200f\n")
    assert any(body.startswith("<script>") for body in bodies)  # shown as it is, as text


def test_a_ticker_without_prices_names_the_command(show, market):
    app = show(market, "ticker", symbol="NOPRICE")
    assert not app.exception
    assert "emotape load prices" in app.info[0].value


def test_no_text_of_a_post_enters_a_figure(show, market):
    for page in ("mood", "ticker"):
        app = show(market, page)
        for number in range(len(app.get("plotly_chart"))):
            assert "alert" not in json.dumps(figure_of(app, number))


def test_a_version_without_results_names_the_command(show, market):
    app = show(market, "regressions")
    assert not app.exception
    assert "emotape regress" in app.info[0].value


def test_insignificance_is_said_as_plainly_as_significance(show, estimated):
    app = show(estimated, "regressions")
    assert app.title[0].value == "No association with emotions can be told from zero (p = 0.62)"
    assert "F(6, 39) = 2.50, p = 0.62" in text_of(app)
    store(estimated, *invent_results(joint_p=0.004, estimate=0.005))
    app = show(estimated, "regressions")
    assert "jointly associated" in app.title[0].value
    assert "p = 0.004" in app.title[0].value
    assert "Associations, not effects" in text_of(app)


def test_coefficients_are_drawn_in_basis_points_with_their_intervals(show, estimated):
    app = show(estimated, "regressions")
    interval, point = figure_of(app)["data"][:2]
    assert point["x"] == [pytest.approx(0.0005 * 0.1 * 1e4)]
    assert interval["x"] == [pytest.approx(-0.0015 * 1e3), pytest.approx(0.0025 * 1e3)]
    per_unit = figure_of(choose(app, "unit", "unit"))
    assert per_unit["data"][1]["x"] == [pytest.approx(5.0)]
    assert len(per_unit["data"]) == 12
    low, high = per_unit["layout"]["xaxis"]["range"]
    assert low < -15 < 25 < high


def test_controls_are_drawn_on_demand_and_columns_are_chosen(show, estimated):
    app = show(estimated, "regressions")
    assert len(figure_of(choose(app, "controls", True))["data"]) == 14
    first = choose(app, "column", "1")
    assert first.title[0].value.startswith("Controls alone")
    assert len(figure_of(first)["data"]) == 2


def test_every_format_is_offered(show, estimated):
    app = show(estimated, "regressions")
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == ["Markdown", "LaTeX", "HTML", "Typst", "CSV", "JSON", "Word", "Excel"]


def test_simulated_data_are_marked_on_every_page(show, home, tmp_path, sessions_shown):
    class Simulated(StockTwits):
        name = "simulated"

    build(home, tmp_path, sessions_shown, source=Simulated())
    for page in ("mood", "ticker", "regressions"):
        assert "All data on this page are simulated." in [e.value for e in show(home, page).warning]


def test_real_data_are_not_marked_as_simulated(show, market):
    assert not show(market).warning


def test_a_newer_version_appears_on_the_next_run(show, market):
    app = show(market, "regressions")
    assert "emotape regress" in app.info[0].value
    store(market, *invent_results(joint_p=0.62, estimate=0.0005))
    app.run()
    assert "p = 0.62" in app.title[0].value
    assert "Version 2" in app.caption[0].value


@pytest.mark.parametrize("damage", ["vanished", "garbage"])
def test_a_version_that_cannot_be_read_is_a_sentence(show, market, damage):
    version = current_version(market)
    version.market.unlink()
    if damage == "garbage":
        version.market.write_bytes(b"this is no database" * 1000)
    app = show(market)
    assert not app.exception
    assert "cannot be read" in app.info[0].value
    assert "emotape build" in app.info[0].value


def test_taggers_are_chosen_where_there_are_several(show, market, tmp_path, sessions_shown):
    assert not [box for box in show(market).selectbox if box.key == "filter_tagger"]
    build(market, tmp_path, sessions_shown, tagger="other")
    app = show(market)
    box = next(box for box in app.selectbox if box.key == "filter_tagger")
    assert (box.value, list(box.options)) == ("linear", ["linear", "other"])
    assert not choose(app, "tagger", "other").exception


def test_prices_alone_name_the_command_for_posts(show, home, tmp_path, sessions_shown):
    from samples import price_table

    from etl.warehouse.build import build_version
    from etl.warehouse.load import load_prices
    from etl.warehouse.store import open_store

    price_table(["QZRA"], sessions_shown["session"].to_list()).write_csv(tmp_path / "prices.csv")
    with open_store(home) as opened:
        load_prices(opened, tmp_path / "prices.csv", None)
        build_version(opened, home)
    for page in ("mood", "ticker"):
        app = show(home, page)
        assert not app.exception
        assert "emotape load posts" in app.info[0].value


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"joint_df2": 59}, "F(6, 59) = 2.50"),
        ({"joint_df2": None}, "F(6) = 2.50"),
        (
            {"joint_f": None, "verdict": "Nothing: no better than the mean."},
            "Nothing: no better than the mean.",
        ),
        ({"joint_f": None, "method": "Shares of sessions."}, "Shares of sessions."),
        ({"joint_f": None}, "there is no joint test"),
    ],
)
def test_what_was_tested_is_said_of_every_kind_of_model(model, words):
    from dashboard.words import test_sentence as sentence

    facts = {"joint_f": 2.5, "joint_df1": 6, "joint_p": 0.03, "joint_df2": 59}
    assert words in sentence(facts | model)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            {},
            "100 firm-days of 5 firms in 20 sessions, 2 Jan 2024 to 31 Jan 2024; all. Effects of firm",
        ),
        (
            {"rows": "sessions", "n_firms": None, "corrections": None},
            "100 sessions, 2 Jan 2024 to 31 Jan 2024; all.",
        ),
        ({"sample_start": None, "sample_rules": None, "n_firms": None, "n_sessions": None}, "100 firm-days."),
    ],
)
def test_the_sample_is_said_of_every_kind_of_model(model, words):
    from datetime import date

    from dashboard.words import sample_sentence

    facts = {
        "n_obs": 100,
        "n_firms": 5,
        "n_sessions": 20,
        "n_clusters_firm": 5,
        "n_clusters_session": None,
        "effects": "ticker",
        "sample_start": date(2024, 1, 2),
        "sample_end": date(2024, 1, 31),
        "sample_rules": "all",
        "corrections": "n/(n-K)",
    }
    assert words in sample_sentence(facts | model)
