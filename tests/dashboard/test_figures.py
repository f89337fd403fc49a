"""Behind every figure stands its table, and every figure has a text for those who cannot see it."""

import ast
from pathlib import Path

import pytest
from homes import invent_results, store
from streamlit.testing.v1 import AppTest

from dashboard.cells import find_cell
from etl.warehouse.published import open_published

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"


def test_figures_are_drawn_in_one_place():
    drawn_in = {
        path.relative_to(DASHBOARD).as_posix()
        for path in DASHBOARD.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"plotly_chart", "altair_chart", "pyplot"}
    }
    assert drawn_in == {"figures.py"}


@pytest.mark.parametrize("page", ["mood", "ticker", "tagger"])
def test_a_page_has_a_table_behind_each_of_its_figures(show, scored_here, page):
    app = show(scored_here, page)
    assert not app.exception
    figures = app.get("plotly_chart")
    tables = [found for found in app.expander if found.label.startswith("The numbers behind")]
    assert len(tables) == len(figures) > 0
    assert all(len(found.get("arrow_data_frame") or found.dataframe) for found in tables)
    assert all(chart.proto.alt for chart in figures)


def test_estimates_behind_a_figure_are_those_that_are_stored(show, market):
    models, terms = invent_results(joint_p=0.62, estimate=0.0005)
    renamed = models.with_columns(family=models["family"].replace_strict({"predictive": "volatility"}))
    store(market, renamed, terms)
    app = show(market, "volatility", measure="2")
    (behind,) = [found for found in app.expander if found.label == "The numbers behind the figure"]
    rows = behind.dataframe[0].value
    assert list(rows["Estimate"]) == pytest.approx([5.0] * 7)  # basis points
    assert set(rows["Column"]) == {"(2) + six emotions"}
    assert set(rows["Estimates are"]) == {"in basis points"}


def test_a_clicked_point_is_looked_up_and_not_believed(built):
    asked = {"tagger": "linear", "window_name": "both", "n_sessions": 5, "n_symbols": 20}
    with open_published(built) as published:
        last = published.query("posted_span")["last_session"][0]
        cells = published.query("symbol_sessions", until=last, **asked)
    first = cells.filter(place=2).row(0, named=True)
    assert find_cell(cells, {"x": first["session"].isoformat(), "y": 1}) == (
        first["ticker"],
        first["session"],
    )
    for point in ({}, {"x": "never", "y": 1}, {"x": last.isoformat(), "y": 99}, {"x": None, "y": "<b>"}):
        assert find_cell(cells, point) is None


def test_the_chooser_below_the_heat_map_leads_to_the_posts_of_a_cell(show, market, sessions_shown):
    day = sessions_shown["session"][3].isoformat()
    app = show(market, cell="QZRB", on=day, least="1")
    (link,) = [link for link in app.get("page_link") if "QZRB" in link.proto.label]
    assert link.proto.page == "ticker"
    assert f"symbol=QZRB&session={day}" in link.proto.query_string
    assert "least=1" in link.proto.query_string
    assert "cell=" not in link.proto.query_string


def test_the_session_that_is_asked_for_is_the_one_that_the_ticker_page_speaks_of(
    show, market, sessions_shown
):
    day = sessions_shown["session"][30]
    app = show(market, "ticker", symbol="QZRA", session=day.isoformat())
    assert f"Session of {day.day} {day:%b %Y}" in "\n".join(found.value for found in app.caption)
    assert any(metric.label.endswith(f"{day.day} {day:%b %Y}") for metric in app.metric)


def test_the_minimum_of_posts_follows_from_page_to_page(built, monkeypatch):
    monkeypatch.setenv("EMOTAPE_HOME", str(built.path))
    app = AppTest.from_file(str(DASHBOARD / "app.py"), default_timeout=60).run()
    box = next(found for found in app.selectbox if found.key == "filter_least")
    box.set_value("20").run()
    assert app.query_params["least"] == "20"
    there = app.switch_page("views/ticker.py").run()
    assert next(found for found in there.selectbox if found.key == "filter_least").value == "20"
    assert "fewer than 20 posts" in "\n".join(found.value for found in there.caption)
