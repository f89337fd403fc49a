"""The words behind a post and a day: shown where they can be known, inert whatever they are."""

import json

import polars as pl
import pytest
from homes import HOSTILE, build
from streamlit.testing.v1 import AppTest

from dashboard import charts, words
from models.tagger import load_tagger
from models.tagger.explanation import drivers, explain, explain_many, leading


def figure_of(app, number) -> dict:
    return json.loads(app.get("plotly_chart")[number].proto.spec)


def labels_of(figure) -> list[str]:
    return figure["layout"]["yaxis"]["ticktext"]


def captions(app) -> str:
    return "\n".join(caption.value for caption in app.caption)


def test_a_day_shows_the_words_that_drove_it(show, scored_here, sessions_shown):
    day = sessions_shown["session"][3].isoformat()
    app = show(scored_here, "ticker", symbol="QZRA", session=day, driven="happy")
    assert not app.exception
    assert "What drove the day" in [heading.value for heading in app.subheader]
    figure = figure_of(app, 1)
    notes = [f"note {number} on the day" for number in range(37, 49)]  # twelve a session
    expected = drivers(explain_many(load_tagger(), pl.Series(notes)), "happy", 12)
    assert labels_of(figure) == [words.contribution_label(row) for row in expected.iter_rows(named=True)]
    assert figure["data"][0]["x"] == pytest.approx(expected["contribution"].to_list(), rel=1e-5)
    assert "number ×12" in labels_of(figure)
    assert "12 posts" in captions(app)
    fear = show(scored_here, "ticker", symbol="QZRA", session=day, driven="fear")
    assert figure_of(fear, 1)["data"][0]["x"] != figure["data"][0]["x"]


def test_the_window_decides_whose_words_count(show, scored_here, sessions_shown):
    day = sessions_shown["session"][3].isoformat()
    app = show(scored_here, "ticker", symbol="QZRA", session=day, window="pre_open")
    assert any(label.endswith("×6") for label in labels_of(figure_of(app, 1)))


def test_scores_of_other_weights_or_taggers_get_a_sentence(show, market, tmp_path, sessions_shown):
    app = show(market, "ticker", symbol="QZRA")
    assert not app.exception
    assert "other weights than those installed here" in captions(app)
    assert len(app.get("plotly_chart")) == 1
    build(market, tmp_path, sessions_shown, tagger="other")
    app = show(market, "ticker", symbol="QZRA", tagger="other")
    assert "The tagger other does not say" in captions(app)


def test_nothing_is_ticked_at_first(show, scored_here):
    assert "Tick a row" in captions(show(scored_here, "ticker", symbol="QZRA"))


POST_SHOWN = """
from dashboard import explained, queries
from datetime import date
edition = queries.current_edition()
posts = queries.read_ticker_posts(
    edition, "linear", "NOPRICE", "both", "any", date(2016, 1, 1), date(2016, 12, 31)
)
for number, post in enumerate(posts.iter_rows(named=True)):
    if number == {chosen}:
        explained.show_post(edition, "linear", post)
"""


@pytest.mark.parametrize("chosen", range(len(HOSTILE)))
def test_a_chosen_post_shows_the_words_of_its_whole_text_escaped(monkeypatch, scored_here, chosen):
    monkeypatch.setenv("EMOTAPE_HOME", str(scored_here.path))
    app = AppTest.from_string(POST_SHOWN.format(chosen=chosen), default_timeout=60).run()
    assert not app.exception
    figure = figure_of(app, 0)
    text = HOSTILE[::-1][chosen]  # newest first
    emotion = figure["layout"]["xaxis"]["title"]["text"].removeprefix("Contribution to ")
    expected = leading(explain(load_tagger(), text), emotion, 8, 0.01)
    assert figure["data"][0]["x"] == pytest.approx(expected["contribution"].to_list(), rel=1e-5)
    assert len(labels_of(figure)) == expected.height
    assert not set("".join(labels_of(figure))) & set("<>$\"'\u202e\u2066\n")
    assert max(map(len, labels_of(figure))) < 120


def test_hostile_tokens_are_inert_in_a_figure():
    hostile = ["<b>x</b>", "$x^2$", "<a href='javascript:alert(1)'>y</a>", "\u202egnp\u2066\n", "2016-01-04"]
    rows = pl.DataFrame(
        {"token": hostile, "name": None, "count": 1, "contribution": [2.0, 1.0, 0.5, 0.0, -1.0]},
        schema_overrides={"name": pl.String},
    )
    figure = charts.draw_contributions(rows, "fear")
    labels = labels_of(figure.to_dict())
    assert labels[0] == "&lt;b&gt;x&lt;/b&gt;"
    assert labels[1] == "&#36;x^2&#36;"
    assert not set("".join(labels)) & set("<>$\"'\u202e\u2066\n")
    assert list(figure.data[0].y) == [0, 1, 2, 3, 4]
    assert "hovertemplate" not in figure.to_json().split('"template"')[0]


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ({"token": "🚀", "name": "rocket", "count": 1200}, "🚀 rocket ×1,200"),
        ({"token": "<cashtag>", "name": "cashtag", "count": 2}, "cashtag ×2"),
        ({"token": "<3", "name": "love", "count": 1}, "<3 love"),
        ({"token": "moon", "name": None, "count": 1}, "moon"),
    ],
)
def test_a_label_names_what_cannot_be_read_aloud(row, label):
    assert words.contribution_label(row) == label
