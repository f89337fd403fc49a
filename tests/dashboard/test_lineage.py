"""From a coefficient to firm-days, posts and words, and back: the numbers, the URL, and hostile text."""

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from homes import HOSTILE, invent_results, moving_scores, store, write_posts
from samples import price_table, write_lines
from serving import BROWSER, serving, settle

from dashboard.charts import lineage as drawn
from dashboard.queries import lineage as asked
from dashboard.words import lineage as said
from etl.estimate import estimate_and_store
from etl.settings import Home, open_home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.influence import Influence, read_influence
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results, store_results
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from models.estimation import FAMILIES, EstimationError, Family, Sample, Spec
from models.estimation.columns import columns_read, posts_behind
from models.estimation.influence import measure_influence
from models.estimation.sample import select_rows
from models.tagger import load_tagger


def column(number: int, title: str, *regressors: str) -> Spec:
    return Spec(
        family="ours",
        column_no=number,
        title=title,
        outcome="ret_oc",
        regressors=regressors,
        effects=("session",),
        sample=Sample(window="intraday", min_posts=1, winsorise=None),
        options=(("bootstrap", "never"),),
    )


SAME = column(1, "Same session", "intraday_fear", "intraday_happy")
OURS = Family("ours", "A small family.", (SAME, column(2, "Before", "intraday_fear_lag1")))


@pytest.fixture(scope="module")
def traced(tmp_path_factory, sessions_shown) -> Home:
    folder = tmp_path_factory.mktemp("traced")
    home = open_home(folder / "home")
    build_with_moving_prices(home, folder, sessions_shown)
    estimate_and_store(home, OURS, "linear")
    return home


def build_with_moving_prices(home: Home, folder: Path, sessions: pl.DataFrame) -> None:
    write_lines(folder / "posts.jsonl", write_posts(sessions))
    prices = price_table(["QZRA", "QZRB"], sessions["session"].to_list())
    moves = pl.Series(np.random.default_rng(5).uniform(-0.9, 0.9, prices.height))
    prices.with_columns(pl.col("close") + moves).write_csv(folder / "prices.csv")
    with open_store(home) as opened:
        load_posts(opened, StockTwits(), folder / "posts.jsonl")
        load_prices(opened, folder / "prices.csv", None)
        raw = opened.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(opened, "linear", load_tagger().version, moving_scores(raw))
        build_version(opened, home)


@pytest.fixture(scope="module")
def panel(traced) -> pl.DataFrame:
    with open_published(traced) as published:
        return published.query("panel", tagger="linear")


@pytest.fixture(scope="module")
def influence(panel):
    return measure_influence(SAME, {"panel": panel}, "intraday_fear")


def text_of(app) -> str:
    assert not app.exception
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_title_says_what_the_coefficient_is_without_one_firm_day(show, traced, influence):
    app = show(traced, "lineage", column="1", term="intraday_fear", unit="unit")
    first = influence.rows.sort(pl.col("dfbeta").abs(), descending=True).row(0, named=True)
    scale = said.choose_scale("ret_oc", "intraday_fear", None, influence.std_error)
    title = app.title[0].value
    assert scale.write(influence.estimate) in title
    assert scale.write(influence.estimate - first["dfbeta"]) in title
    assert app.metric[0].value == scale.write(influence.estimate)
    assert not [w.value for w in app.warning]
    assert f"{first['ticker']}, {first['session']:%-d %b %Y}" in app.subheader[1].value
    table = app.dataframe[1].value
    assert table["change"].iloc[0] == pytest.approx(first["dfbeta"] * 1e4)
    assert table["leverage"].iloc[0] == pytest.approx(first["leverage"] * 100)


def test_the_first_look_reads_what_was_stored_and_shows_what_estimating_anew_would(
    show, traced, panel, influence, monkeypatch
):
    """On a version whose estimates keep their firm-days, the page computes nothing."""
    with open_published(traced) as published:
        found = read_influence(published, "ours.linear.1", "intraday_fear")
    assert found.concentration["n_rows"].item() == influence.rows.height == found.influential.height
    monkeypatch.setattr(asked, "measure_influence", lambda *_: pytest.fail("it was estimated anew"))
    app = show(traced, "lineage", column="1", term="intraday_fear", unit="unit")
    listed = app.dataframe[1].value
    ordered = influence.rows.sort(
        pl.col("dfbeta").abs(), "ticker", "session", descending=[True, False, False]
    ).head(50)
    assert listed["ticker"].to_list() == ordered["ticker"].to_list()
    np.testing.assert_allclose(listed["change"], ordered["dfbeta"] * 1e4, rtol=1e-9)
    np.testing.assert_allclose(listed["outcome"], ordered["outcome"] * 1e4, rtol=1e-9)
    seen = ordered.join(panel, on=["ticker", "session"], maintain_order="left")["intraday_posts_seen"]
    assert listed["n_posts"].to_list() == seen.to_list()


def test_a_firm_day_that_is_not_stored_and_estimates_of_before_are_taken_apart_anew(
    show, traced, tmp_path, sessions_shown
):
    shutil.copytree(traced.path, tmp_path / "before")
    home = open_home(tmp_path / "before")
    with open_published(home) as published:
        models, terms = read_results(published)
        few = read_influence(published)
        some = few.influential.filter(pl.col("place") < 4)
        store_results(home, published, models, terms, Influence(some, few.concentration))
    day = sessions_shown["session"][7]
    told = text_of(show(home, "lineage", column="1", term="intraday_fear"))
    assert "3 are drawn, those that move it most, and others evenly by firm and session" in told
    elsewhere = show(home, "lineage", column="1", term="intraday_fear", firmday=f"QZRB:{day}")
    assert f"number {place_of(traced, day)}" in text_of(elsewhere)
    with open_published(home) as published:
        store_results(home, published, models, terms)
        assert read_influence(published).influential.height  # the version before stays
    with open_published(home) as published:
        assert read_influence(published).influential.width == 0
    assert "sum to 100" in text_of(show(home, "lineage", column="1", term="intraday_fear"))


def place_of(home: Home, day: date) -> int:
    with open_published(home) as published:
        rows = read_influence(published, "ours.linear.1", "intraday_fear").influential
    return rows.filter(pl.col("ticker") == "QZRB", pl.col("session") == day)["place"].item()


def test_per_sd_the_same_is_told_in_standard_deviations(show, traced, panel):
    app = show(traced, "lineage", column="1", term="intraday_fear")
    with open_published(traced) as published:
        terms = read_results(published)[1]
    stored = terms.filter(pl.col("term") == "intraday_fear").row(0, named=True)
    told = float(app.metric[0].value.removesuffix(" bp").replace("−", "-"))
    assert told == pytest.approx(stored["estimate_per_sd"] * 1e4, abs=0.1)
    assert "one standard deviation" in text_of(app)


def test_a_firm_day_of_the_url_shows_its_posts_and_others_are_refused_with_a_word(
    show, traced, sessions_shown
):
    day = sessions_shown["session"][7]
    told = show(traced, "lineage", column="1", term="intraday_fear", firmday=f"QZRB:{day}")
    assert "The posts behind QZRB" in text_of(told)
    bodies = told.dataframe[2].value["body"].to_list()
    assert bodies == [f"note {number} on the day" for number in (93, 89, 85)]  # those that name QZRB
    for wrong in ("<b>x</b>:2016-01-01", "QZRB", "QZRB:2099-01-01", "QZRB:no day"):
        told.query_params["firmday"] = wrong
        app = told.run()
        assert "There is no firm-day" in text_of(app)
        assert "<b>" not in text_of(app)


def test_a_lagged_term_shows_the_posts_of_the_session_before(show, traced, sessions_shown):
    before, day = sessions_shown["session"][6:8]
    app = show(traced, "lineage", column="2", term="intraday_fear_lag1", firmday=f"QZRB:{day}")
    assert "one session earlier" in text_of(app)
    shown = app.dataframe[2].value["session"]
    assert {str(session)[:10] for session in shown} == {str(before)}


def test_a_post_of_the_url_says_where_it_counted_and_which_words_made_it(
    show, traced, influence, sessions_shown
):
    day = sessions_shown["session"][7]
    app = show(traced, "lineage", column="1", term="intraday_fear", unit="unit", post="stocktwits:85")
    told = text_of(app)
    assert app.text_input[0].value == "stocktwits:85"
    of_day = influence.rows.filter(pl.col("session") == day)
    assert of_day.height == 2
    table = next(d.value for d in app.dataframe if "contribution" in d.value.columns)
    assert table["ticker"].to_list() == ["QZRA", "QZRB"]
    assert table["n_posts"].to_list() == [6, 3]
    assert table["in_sample"].all()
    np.testing.assert_allclose(table["change"], of_day["dfbeta"] * 1e4, rtol=1e-6)
    assert "one of 6 posts" in told
    assert "one of 3 posts" in told
    labels = json.loads(app.get("plotly_chart")[1].proto.spec)["layout"]["yaxis"]["ticktext"]
    assert any("note" in label for label in labels)


def test_the_contributions_of_a_windows_posts_sum_to_its_mean(traced):
    with open_published(traced) as published:
        counted = pl.concat(
            published.query("post_counted", tagger="linear", source="stocktwits", post_id=str(n))
            for n in (85, 89, 93)
        ).filter(pl.col("ticker") == "QZRB")
        mean = published.query("panel", tagger="linear").filter(
            pl.col("ticker") == "QZRB", pl.col("session") == counted["session"][0]
        )
    for measure in ("fear", "valence"):
        own = counted.filter(pl.col("measure") == measure)
        assert own["contribution"].sum() == pytest.approx(mean[f"intraday_{measure}"].item(), abs=1e-7)
    assert counted.filter(pl.col("measure") == "fear")["share"].sum() == pytest.approx(1)
    assert counted["share"].is_null().sum() == (counted["mean"] <= 0).sum()


def test_a_post_that_the_coefficient_does_not_read_is_told_so(show, traced):
    before_the_open = show(traced, "lineage", column="1", term="intraday_fear", post="stocktwits:86")
    assert "reads no posts of this window" in text_of(before_the_open)


def test_hostile_posts_are_inert_and_a_firm_day_without_a_price_is_not_in_the_sample(show, traced):
    app = show(traced, "lineage", column="1", term="intraday_fear")
    for number in range(481, 481 + len(HOSTILE)):
        app.query_params["post"] = f"stocktwits:{number}"
        told = text_of(app.run())
        assert "is not in the sample of" in told  # NOPRICE
        assert "<script" not in told
        assert "](javascript" not in told


def test_posts_that_are_not_here_and_names_that_are_none_get_a_sentence(show, traced):
    app = show(traced, "lineage", post="stocktwits:999999")
    assert "No post stocktwits" in text_of(app)
    for wrong in ("12", ":", "a:", "<script>alert(1)</script>"):
        app.query_params["post"] = wrong
        assert "is no name of a post" in text_of(app.run())
    app.query_params["post"] = "stocktwits:1' or '1'='1"
    assert "No post stocktwits" in text_of(app.run())


def test_an_estimate_of_other_data_is_named_with_the_command(show, traced, tmp_path):
    shutil.copytree(traced.path, tmp_path / "stale")
    stale = open_home(tmp_path / "stale")
    with open_published(stale) as published:
        models, terms = read_results(published)
        store_results(stale, published, models, terms.with_columns(estimate=pl.col("estimate") * 1.01))
    app = show(stale, "lineage", column="1", term="intraday_fear")
    assert "is of other data or code" in text_of(app)
    assert "`emotape regress`" in text_of(app)


def test_without_estimates_or_with_those_of_an_older_emotape_it_says_which_command_brings_them(show, market):
    assert "`emotape regress`" in text_of(show(market, "lineage"))
    store(market, *invent_results(joint_p=0.5, estimate=0.1))
    app = show(market, "lineage")
    assert app.title[0].value == "No coefficient to take apart yet"


def test_the_columns_read_are_enough_for_the_sample_of_every_family(panel):
    """A panel of noise with all columns: every least-squares spec takes the same rows from the few."""
    rng = np.random.default_rng(0)
    keys = [(f"T{firm}", date(2016, 1, 1 + day), day) for firm in range(3) for day in range(25)]
    whole = pl.DataFrame(keys, schema=["ticker", "session", "session_no"], orient="row").with_columns(
        **{
            name: pl.Series(
                rng.integers(1, 9, len(keys)) if "posts" in name else rng.uniform(0.5, 1, len(keys))
            )
            for name in panel.columns
            if name not in {"ticker", "session", "session_no", "tagger"} and "coverage" not in name
        },
        **{name: pl.lit(1.0) for name in panel.columns if "coverage" in name},
    )
    compared = 0
    for spec in (s for family in FAMILIES.values() for s in family.specs):
        if spec.estimator != "least_squares" or spec.frame != "panel":
            continue
        few = whole.select(columns_read(spec, whole.columns))
        assert outcome_of(spec, few) == outcome_of(spec, whole)
        compared += 1
    assert compared > 30


def outcome_of(spec: Spec, panel: pl.DataFrame) -> str:
    """What becomes of a sample: its rows, or why there are none."""
    try:
        return select_rows(spec, {"panel": panel}).write_json()
    except EstimationError as error:
        return str(error)


@pytest.mark.parametrize(
    ("term", "behind"),
    [
        ("pre_open_fear", ("pre_open", 0)),
        ("intraday_happy_lag1", ("intraday", 1)),
        ("pre_open_fear:high_illiq", ("pre_open", 0)),
        ("pre_open_log_posts", ("pre_open", 0)),
        ("pre_open_sad_of_chat", ("pre_open", 0)),
        ("ret_20", ("intraday", 0)),
    ],
)
def test_the_window_behind_a_term_is_read_from_its_name(term, behind):
    assert posts_behind(term, "intraday") == behind


def test_the_figure_has_the_slope_its_interval_zero_and_hostile_symbols_escaped():
    rows = pl.DataFrame(
        {
            "place": range(1, 13),
            "ticker": ["<b>$x$</b>"] * 12,
            "session": [date(2016, 1, n) for n in range(1, 13)],
            "value_part": np.linspace(-0.5, 0.5, 12),
            "outcome_part": np.linspace(-0.01, 0.02, 12),
            "n_posts": [3, None, *[20] * 10],
        }
    )
    figure = drawn.draw_added_variable(
        rows, "pre_open_fear", "ret_oc", (0.01, -0.01, 0.03), ("<b>$x$</b>", "2016-01-02")
    )
    band, line, others, ten, ringed = figure.data
    assert list(line.x) == pytest.approx([-50, 50])
    assert list(line.y) == pytest.approx([-50, 50])  # 0.01 of a return for a whole point is 100 bp
    assert list(band.y) == pytest.approx([50, -50, 150, -150])
    assert len(others.x) == 2
    assert list(ten.text) == [str(n) for n in range(1, 11)]
    assert len(ringed.x) == 1
    assert figure.layout.xaxis.zeroline
    assert figure.layout.yaxis.zeroline
    assert "<b>$" not in figure.to_json().split('"template"')[0]
    assert ten.customdata[1][2] == "unknown"


def test_numbers_and_insignificant_changes_are_told_as_people_read_them():
    bp = said.choose_scale("ret_oc", "pre_open_fear", None, 0.0008)
    assert (bp.write(-0.004546), bp.unit) == ("−45.5 bp", "bp")
    assert said.percent(0.1234) == "12 %"
    assert said.percent(-0.00123) == "−0.12 %"
    assert said.other_data(0.01, 0.01 * (1 + 1e-9), bp) is None
    title = said.lineage_title("pre_open_fear", 0.0010, {"dfbeta": 0.000001}, bp)
    assert title == "Fear, before the open: +10.00 bp, or +9.99 bp without one firm-day"
    assert said.uncertainty(0.0008, 0.62, bp) == "standard error 8.0 bp, p = 0.62"
    assert "reads a part of them" in said.whole_window("pre_open_fear_of_chat")
    assert said.whole_window("pre_open_fear") == ""
    assert "however many" in said.turned(None, 10)


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
@pytest.mark.slow
def test_a_reader_ticks_a_firm_day_and_a_post_and_may_share_reload_and_go_back(traced):
    from playwright.sync_api import expect, sync_playwright

    with serving(traced.path) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 2400})
        page.goto(f"{address}/lineage?column=1&term=intraday_fear")
        settle(page)

        def tick(table: int, row: int) -> None:
            box = page.locator("[data-testid=stDataFrame]:visible").nth(table).bounding_box()
            page.mouse.click(box["x"] + 16, box["y"] + 36 + 35 * row + 17)

        tick(0, 2)
        page.wait_for_url("**firmday=QZR*")
        settle(page)
        heading = page.locator("h3").nth(1).inner_text()
        tick(1, 0)
        page.wait_for_url("**post=stocktwits*")
        settle(page)
        expect(page.get_by_text("In (1) Same session its firm-day moves")).not_to_have_count(0)
        page.reload()
        settle(page)
        expect(page.locator("h3").nth(1)).to_have_text(heading)
        page.go_back()
        page.wait_for_url(lambda url: "post=" not in url)
        browser.close()
