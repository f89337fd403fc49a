"""The page of the tagger: a text that is tried, and how far to trust what the tagger says."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from homes import HOSTILE, moving_scores, write_posts
from samples import price_table, write_lines
from streamlit.testing.v1 import AppTest

from dashboard.words import tagger as said
from etl.settings import open_home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from models.emotions import EMOTIONS
from models.tagger import load_tagger
from models.tagger.agreement import cohen_kappa
from models.tagger.explanation import explain, leading
from models.tagger.vocabulary import look_through

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
HOSTILE_TRIAL = (
    "<img src=x onerror=alert(1)> **bold** $x^2$ [press me](javascript:alert(1)) \u202egnp " + "y" * 3000
)


@pytest.fixture(scope="module")
def linear():
    return load_tagger()


@pytest.fixture(scope="module")
def tagged(tmp_path_factory, sessions_shown, linear):
    """A home of which every second post has its author's tag, scored by two taggers."""
    folder = tmp_path_factory.mktemp("tagged")
    home = open_home(folder / "home")
    posts = write_posts(sessions_shown)
    for n, post in enumerate(posts):
        if n % 2 == 0 or post["body"] in HOSTILE:
            post["entities"] = {"sentiment": {"basic": "Bullish" if n % 3 else "Bearish"}}
    write_lines(folder / "posts.jsonl", posts)
    price_table(["QZRA", "QZRB"], sessions_shown["session"].to_list()).write_csv(folder / "prices.csv")
    with open_store(home) as store:
        load_posts(store, StockTwits(), folder / "posts.jsonl")
        load_prices(store, folder / "prices.csv", None)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        scores = moving_scores(raw)
        store_scores(store, "linear", linear.version, scores)
        other = scores.with_columns(
            emotion=pl.when(pl.col("post_id").cast(pl.Int64) % 3 == 0)
            .then(pl.lit("fear"))
            .otherwise("emotion")
        )
        store_scores(store, "other", "test", other)
        build_version(store, home)
    return home


@pytest.fixture(scope="module")
def by_hand(sessions_shown):
    """The posts with their tags and scores, as the page should count them."""
    posts = write_posts(sessions_shown)
    rows = [
        {"post_id": str(post["id"]), "tag": "Bullish" if n % 3 else "Bearish", "body": post["body"], "n": n}
        for n, post in enumerate(posts)
    ]
    frame = pl.DataFrame(rows).filter((pl.col("n") % 2 == 0) | pl.col("body").is_in(HOSTILE))
    ids = frame.select(pl.lit("stocktwits").alias("source"), "post_id", pl.lit("x").alias("body_hash"))
    return frame.hstack(moving_scores(ids).select("valence", "emotion"))


def figure(app, number) -> dict:
    return json.loads(app.get("plotly_chart")[number].proto.spec)


def text_of(app) -> str:
    return "\n".join(e.value for kind in ("title", "caption", "info", "markdown") for e in app.get(kind))


@pytest.fixture(scope="module")
def as_opened(tagged):
    """The page as it opens, for tests that only read it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMOTAPE_HOME", str(tagged.path))
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        app.switch_page("views/tagger.py").run()
    return app


@pytest.fixture(scope="module")
def trial(tagged):
    """The same, for tests that try a text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMOTAPE_HOME", str(tagged.path))
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        yield app.switch_page("views/tagger.py").run()


def test_the_title_says_in_numbers_how_far_to_trust_it(as_opened, by_hand):
    agree = by_hand.filter((pl.col("tag") == "Bullish") == (pl.col("valence") > 0), pl.col("valence") != 0)
    assert not as_opened.exception
    assert as_opened.title[0].value == (
        "The tagger is right on 67% of hand-tagged posts and agrees in sign with "
        f"{agree.height / by_hand.height:.0%} of {by_hand.height:,} authors’ tags here"
    )
    values = {metric.label: metric.value for metric in as_opened.metric}
    assert (values["Accuracy"], values["Macro-F1"]) == ("67%", "0.54")
    assert f"{agree.height:,} agree in sign" in text_of(as_opened)


def test_a_text_that_is_tried_gets_the_taggers_own_probabilities_and_sums(trial, linear):
    text = "qwrtzp happy 🚀🚀 not scared"
    app = trial.text_area[0].set_value(text).run()
    expected = linear.predict_proba(pl.Series([text]))[0]
    bars = figure(app, 0)["data"][0]
    assert bars["x"] == pytest.approx(expected.tolist(), abs=1e-6)
    likeliest = EMOTIONS[int(np.argmax(expected))]
    drawn = figure(app, 1)
    assert drawn["layout"]["xaxis"]["title"]["text"] == f"Contribution to {likeliest}"
    rows = leading(explain(linear, text), likeliest, 8, 0.01)
    assert drawn["data"][0]["x"] == pytest.approx(rows["contribution"].to_list(), rel=1e-5)
    assert "3 of 4 words known. Not seen before, so scored by their letters alone: qwrtzp" in text_of(app)


def test_a_text_that_is_tried_is_not_in_the_url_and_not_in_the_home(trial, tagged):
    app = trial.text_area[0].set_value("zebrafish exuberance").run()
    assert "zebrafish" not in str(dict(app.query_params))
    assert "is not stored" in text_of(app)
    assert not [
        path for path in tagged.path.rglob("*") if path.is_file() and b"zebrafish" in path.read_bytes()
    ]


@pytest.mark.parametrize("text", ["", "   ", "🚀", HOSTILE_TRIAL])
def test_any_text_may_be_tried_and_stays_inert(trial, text):
    app = trial.text_area[0].set_value(text).run()
    assert not app.exception
    assert sum(figure(app, 0)["data"][0]["x"]) == pytest.approx(1, abs=1e-5)
    shown = "\n".join(e.value for kind in ("caption", "info", "markdown") for e in app.get(kind))
    assert "<img" not in shown
    assert "](javascript" not in shown
    assert "\u202e" not in shown
    assert not set("".join(figure(app, 1)["layout"]["yaxis"].get("ticktext", ""))) & set("<>$")


def test_posts_against_their_tags_are_listed_strongest_first(show, tagged, as_opened, by_hand):
    against = by_hand.filter(
        pl.when(pl.col("tag") == "Bullish").then(pl.col("valence") < 0).otherwise(pl.col("valence") > 0)
    )
    assert f"{against.height:,} posts, {against.height / by_hand.height:.0%} of the" in text_of(as_opened)
    listed = contrary(as_opened)
    assert len(listed) == against.height
    assert listed["valence"].abs().is_monotonic_decreasing
    assert {body[:8] for body in listed["body"]} & {body[:8] for body in HOSTILE}  # as text, in a text column
    only = contrary(show(tagged, "tagger", tagged="Bullish"))
    assert set(only["sentiment"]) == {"Bullish"}
    assert (only["valence"] < 0).all()
    assert len(only) == against.filter(pl.col("tag") == "Bullish").height


def contrary(app):
    return next(table.value for table in app.dataframe if "body" in table.value.columns)


def test_taggers_are_compared_by_kappa_over_the_same_posts(as_opened, sessions_shown):
    ids = [str(post["id"]) for post in write_posts(sessions_shown)]
    posts = pl.DataFrame({"source": "s", "post_id": ids, "body_hash": "x"})
    first = np.array([EMOTIONS.index(e) for e in moving_scores(posts)["emotion"]])
    second = np.where([int(name) % 3 == 0 for name in ids], EMOTIONS.index("fear"), first)
    pairs = next(table.value for table in as_opened.dataframe if "kappa" in table.value.columns)
    assert pairs["kappa"][0] == pytest.approx(cohen_kappa(first, second))
    assert pairs["n_posts"][0] == len(ids)


def test_reliability_confusion_and_card_are_shown_with_their_numbers(as_opened):
    heat = next(f for n in range(6) if (f := figure(as_opened, n))["data"][0]["type"] == "heatmap")
    assert heat["data"][0]["z"][0][0] == pytest.approx(2364 / 2834)
    assert any("<span style='font-size:9px'>2,364</span>" in a["text"] for a in heat["layout"]["annotations"])
    labels = [expander.label for expander in as_opened.expander]
    assert sum(label.startswith("The numbers behind") for label in labels) == len(
        as_opened.get("plotly_chart")
    )
    card = next(m.value for m in as_opened.markdown if "Known failures" in m.value)
    assert "mermaid" not in card
    assert "<!--" not in card


def test_every_figure_is_described_for_who_cannot_see_it(as_opened):
    assert all(chart.proto.alt for chart in as_opened.get("plotly_chart"))


def test_a_tagger_without_held_out_figures_says_so(show, tagged):
    app = show(tagged, "tagger", tagger="other")
    assert not app.exception
    assert app.title[0].value.startswith("The tagger other agrees in sign with")
    assert "emotape evaluate FILE --tagger other" in text_of(app)
    assert [metric.label for metric in app.metric] == ["Sign agrees with tag"]


def test_posts_without_tags_other_weights_and_a_lone_tagger_each_get_a_sentence(show, market):
    app = show(market, "tagger")
    assert not app.exception
    assert app.title[0].value == "The tagger is right on 67% of hand-tagged posts"
    assert "carries an author's tag" in text_of(app)
    assert "come from weights test" in text_of(app)
    assert "emotape build --tagger lexicon" in text_of(app)


def test_words_that_are_not_known_are_named_inertly(linear):
    sentence = said.vocabulary_sentence(look_through(linear, "qqx*zzq __zzqx__ sh*tqzx " * 5))
    assert "*" not in sentence.replace(r"\*", "")
    assert "fewer than half" in sentence.lower()


def test_text_against_tag_is_the_same_on_the_ticker_page_and_on_the_tagger_page(tagged):
    asked = {"tagger": "linear", "window_name": "both", "emotion": "any", "kind": "any", "originality": "any"}
    with open_published(tagged) as published:
        posts = published.query("symbols")["ticker"].to_list()
        span = published.query("posted_span").row(0, named=True)
        days = {"first": span["first_session"], "last": span["last_session"]}
        listed = {
            row["post_id"]
            for ticker in posts
            for row in published.query(
                "ticker_posts", ticker=ticker, tag="disagrees", least=0.0, **days, **asked
            ).iter_rows(named=True)
        }
        contrary = published.query("contrary_posts", tagger="linear", sentiment="any")
    assert len(listed) > 20
    assert listed == set(contrary["post_id"])
