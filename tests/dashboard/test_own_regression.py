"""A regression of a reader's own: chosen, written as a file, estimated on the page, bounded, never stored."""

import re
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import polars as pl
import pytest
from homes import invent_results, store
from playwright.sync_api import expect
from polars.testing import assert_frame_equal
from serving import BROWSER, serving, settle

from dashboard import own_run
from dashboard.words import own as said
from etl import estimate_apart as apart
from etl.errors import BadInput, EmotapeError
from etl.estimate import estimate_and_store
from etl.settings import Home, open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from etl.warehouse.versions import current_version
from models.estimation import FAMILIES, Family, Sample, Spec
from models.estimation.own_specs import parse_family

NOT_YET = "Your own regression: not estimated yet"
SIX = FAMILIES["predictive"].specs[2].regressors


def start(number: int, **keys: object) -> Spec:
    """A column that a small home can estimate."""
    plain = {"family": "start", "title": f"Start {number}", "outcome": "ret_oc", "regressors": SIX}
    return Spec(column_no=number, **(plain | {"effects": ("ticker",), "inference": "HC1"} | keys))


START = Family(
    "start",
    "Where do we begin?",
    (
        start(1, controls=("ret_co", "pre_open_log_posts"), winsorised=("ret_oc", "ret_co")),
        start(2, regressors=("ret_oc_lag1",), inference="cluster:session"),
        start(3, regressors=("pre_open_valence",), controls=("ret_co",), inference="driscoll-kraay:2"),
    ),
)


@pytest.fixture(scope="module")
def begun(built: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which three columns are stored that an analyst wrote. Read only."""
    home = open_home(shutil.copytree(built.path, tmp_path_factory.mktemp("begun") / "home"))
    estimate_and_store(home, START, "linear")
    return home


@pytest.fixture
def own(show, begun, monkeypatch):
    """The part of the page on one's own regression, with choices in the URL."""
    monkeypatch.setattr(own_run, "SECONDS", 120.0)  # a busy machine is slow

    def run(column: int = 1, **choices: str):
        keys = {f"own_{name}": value for name, value in choices.items()}
        return show(begun, "regressions", family="start", column=str(column), view="own", **keys)

    return run


def file_of(app) -> str:
    return app.get("code")[1].value


def spec_of(app) -> Spec:
    return parse_family(tomllib.loads(file_of(app)), KNOWN, ()).specs[0]


# The variables that these tests name.
KNOWN = (
    *("ret_oc", "ret_co", "ret_cc", "ret_oc_lag1", "pre_open_log_posts", "intraday_log_posts"),
    *("pre_open_valence", "intraday_valence", *SIX, *(name.replace("pre_open", "intraday") for name in SIX)),
)


def chooser(app, name: str):
    kinds = ("selectbox", "multiselect", "date_input", "toggle")
    return next(widget for kind in kinds for widget in app.get(kind) if widget.key == f"own_{name}")


def estimate(app):
    return next(button for button in app.button if button.key == "own_estimate").click().run()


def text_of(app) -> str:
    kinds = ("title", "subheader", "caption", "info", "warning", "error", "markdown")
    return "\n".join(e.value for kind in kinds for e in app.get(kind)).replace("\\", "")


def test_the_part_opens_by_the_url_and_starts_from_the_stored_column(own):
    app = own()
    assert not app.exception
    assert app.title[0].value == NOT_YET
    assert "starts from column 1" in text_of(app)
    spec = spec_of(app)
    first = START.specs[0]
    assert (spec.regressors, spec.controls, spec.effects, spec.inference) == (
        first.regressors, first.controls, first.effects, first.inference,
    )  # fmt: skip
    assert spec.sample == first.sample
    assert app.get("code")[0].value == "emotape regress --specs my_table.toml"


def test_every_choice_is_in_the_url_and_in_the_file(own):
    app = own(
        of="start.1", outcome="ret_cc", horizon="lead1", emotions="valence", window="intraday",
        controls="ret_co,ret_oc_lag1", effects="ticker+session", inference="cluster:ticker",
        bootstrap="False", min_posts="3", winsorise="none", start="2016-01-20", end="2016-02-25",
    )  # fmt: skip
    assert not app.exception
    assert spec_of(app) == Spec(
        family="my_table",
        column_no=1,
        title="Valence",
        outcome="ret_cc_lead1",
        regressors=("intraday_valence",),
        controls=("ret_co", "ret_oc_lag1"),
        effects=("ticker", "session"),
        inference="cluster:ticker",
        winsorised=("ret_co", "ret_cc_lead1", "ret_oc_lag1"),
        sample=Sample(window="intraday", min_posts=3, winsorise=None, start="2016-01-20", end="2016-02-25"),
        options=(("bootstrap", "never"),),
    )
    assert "Contemporaneous" not in text_of(app)  # a later session's return is no answer of the same hours


def test_a_choice_in_a_widget_is_written_to_the_url_and_taken_back(own):
    app = own()
    chooser(app, "emotions").set_value("valence").run()
    assert app.query_params["own_emotions"] in ("valence", ["valence"])
    assert app.query_params["own_of"] in ("start.1", ["start.1"])
    assert spec_of(app).regressors == ("pre_open_valence",)
    chooser(app, "window").set_value("intraday").run()
    # The count of posts that is held is that of the posts whose emotions are chosen.
    assert spec_of(app).controls == ("ret_co", "intraday_log_posts")
    next(button for button in app.button if button.label == "Back to the column").click().run()
    assert not [key for key in app.query_params if key.startswith("own_")]
    assert spec_of(app).regressors == SIX


def test_what_makes_no_sense_in_the_url_counts_for_nothing(own):
    nonsense = dict.fromkeys(("outcome", "horizon", "emotions", "window", "controls", "effects"), "<script>")
    app = own(of="start.1", **nonsense, inference="x", min_posts="-1", start="2016-99-99", end="1066-10-14")
    assert not app.exception
    assert spec_of(app).outcome == "ret_oc"
    assert "script" not in file_of(app)


def test_choices_of_one_column_say_nothing_of_another(own):
    app = own(3, of="start.1", emotions="six", min_posts="5")
    assert spec_of(app).regressors == ("pre_open_valence",)
    assert spec_of(app).sample.min_posts == 1
    assert spec_of(app).inference == "driscoll-kraay:2"


def test_only_what_the_data_have_is_offered_and_every_term_has_its_help(own):
    app = own()
    offered = chooser(app, "controls").options
    assert "Return from open to close, t-1" in offered
    assert not [name for name in offered if "Short interest" in name or "Happy" in name]
    assert "20 sessions later" in chooser(app, "horizon").options  # of 40
    assert all(widget.help for kind in ("selectbox", "multiselect") for widget in app.get(kind)
               if widget.key.startswith("own_"))  # fmt: skip


def test_the_estimate_on_the_page_is_that_of_the_command_to_the_last_digit_and_is_not_stored(
    own, begun, tmp_path
):
    app = own(of="start.1", effects="none")
    before = {path: path.stat().st_mtime_ns for path in begun.path.rglob("*")}
    text, command = file_of(app), app.get("code")[0].value
    estimate(app)
    assert not app.exception
    assert [error.value for error in app.error] == []
    assert {path: path.stat().st_mtime_ns for path in begun.path.rglob("*")} == before
    assert_shown_and_marked(app)
    made = app.session_state["own_made"][1]
    shutil.copytree(begun.path, tmp_path / "home")
    (tmp_path / "my_table.toml").write_text(text)
    arguments = [sys.executable, "-m", "etl", *command.split()[1:], "--home", tmp_path / "home"]
    subprocess.run(arguments, check=True, cwd=tmp_path, capture_output=True)
    with open_published(open_home(tmp_path / "home")) as published:
        models, terms = (
            frame.filter(frame["result_id"].str.starts_with("my_table.")) for frame in read_results(published)
        )
    named = [name for name in made.terms.columns if name != "result_id"]
    assert_frame_equal(made.terms.select(named), terms.select(named), check_exact=True, check_dtypes=False)
    facts = [
        "n_obs",
        "joint_f",
        "joint_p",
        "joint_df2",
        "r_squared",
        "r_squared_gain_bp",
        "bootstrap",
        "spec",
    ]
    assert_frame_equal(made.models.select(facts), models.select(facts), check_exact=True, check_dtypes=False)
    # Other choices, another regression: the old one is not shown for it.
    chooser(app, "emotions").set_value("valence").run()
    assert app.title[0].value == NOT_YET


def assert_shown_and_marked(app) -> None:
    """What came of it is shown like a stored column, and marked as none."""
    shown = text_of(app)
    assert app.title[0].value.startswith("Your own, not stored: ")
    assert said.MARK in shown
    # In this small market some emotions repeat others; they are dropped, and the others are tested.
    dropped = app.session_state["own_made"][1].models["dropped_terms"][0].split(", ")
    kept = 6 - sum(name in SIX for name in dropped)
    assert 2 <= kept < 6
    assert f"Tested: that all {kept} emotion terms are zero" in shown
    assert "standard errors robust to unequal variances (HC1), not clustered" in shown
    assert app.dataframe[0].value["p, RW"].notna().sum() == kept
    labels = [button.proto.label for button in app.get("download_button")]
    formats = ["Markdown", "LaTeX", "HTML", "Typst", "CSV", "JSON", "Word", "Excel"]
    assert labels == [*formats, "Download my_table.toml"]
    table = next(e.value for e in app.markdown if "Emotion terms" in e.value)
    assert f"{said.MARK} Associations, not effects" in table


def test_every_further_regression_counts_as_one_more_test():
    assert "some below 5 % by chance" in said.not_stored(1)
    assert "It is the 20th that you estimated here" in said.not_stored(20)
    assert "1 lie below 5 % by chance" in said.not_stored(20)
    assert [said.ordinal(n) for n in (2, 3, 11, 21, 112)] == ["2nd", "3rd", "11th", "21st", "112th"]


def test_a_regression_of_the_same_hours_is_said_to_be_no_prediction_before_it_is_estimated(own):
    assert "Contemporaneous, no prediction" in text_of(
        own(of="start.1", emotions="valence", window="intraday")
    )
    assert "Contemporaneous" not in text_of(own(of="start.1", emotions="valence"))


def test_the_tests_of_terms_that_are_no_emotions_are_called_so(own, show, begun):
    app = show(begun, "regressions", family="start", column="2")
    assert "Tested: that the term is zero" in text_of(app)
    assert "clustered by 40 sessions" in text_of(app) or "clustered by 39 sessions" in text_of(app)


def test_a_sample_over_the_bound_shows_the_command_and_no_button(own, monkeypatch):
    monkeypatch.setattr(own_run, "MOST_FIRM_DAYS", 10)
    app = own()
    assert not [button for button in app.button if button.key == "own_estimate"]
    assert "this page estimates up to 10" in app.info[0].value
    assert app.get("code")[0].value == "emotape regress --specs my_table.toml"


def test_a_sample_without_a_firm_day_is_a_sentence(own):
    app = own(of="start.1", controls="vol_183")  # forty sessions have no volatility over 183
    assert "No firm-day" not in text_of(app)  # nobody may choose what no firm-day has
    app = own(of="start.1", min_posts="100")
    assert "No firm-day within these rules has all of" in text_of(app)
    assert not [button for button in app.button if button.key == "own_estimate"]


def test_a_run_over_the_time_limit_is_killed_and_said_so(own, monkeypatch):
    started = watch_processes(monkeypatch)
    monkeypatch.setattr(own_run, "SECONDS", 0.3)
    app = estimate(own())
    assert "not done after 0.3 seconds and was stopped" in text_of(app)
    assert "run the command" in text_of(app)
    assert [process.returncode for process in started] == [-9]
    assert app.title[0].value == NOT_YET


def test_a_reader_who_leaves_kills_the_process(begun, monkeypatch):
    started = watch_processes(monkeypatch)

    class Left(BaseException):
        pass

    def leave(spent: float) -> None:
        if spent > 0.1:
            raise Left

    with pytest.raises(Left):
        apart.estimate_apart(current_version(begun), "", "linear", 20, leave)
    assert [process.returncode for process in started] == [-9]


def watch_processes(monkeypatch) -> list[subprocess.Popen]:
    started = []

    class Watched(subprocess.Popen):
        def __init__(self, *arguments, **more):
            super().__init__(*arguments, **more)
            started.append(self)

    monkeypatch.setattr(apart.subprocess, "Popen", Watched)
    return started


def test_no_more_are_estimated_at_once_than_there_are_places(own, monkeypatch):
    monkeypatch.setattr(own_run, "PATIENCE", 0.3)
    monkeypatch.setattr(own_run, "_places", threading.BoundedSemaphore(1))
    started = watch_processes(monkeypatch)
    app = own()
    with own_run._places:
        assert "are being estimated here, the most at once" in text_of(estimate(app))
    assert not started
    # A place is free again, is taken, and is given back, though the time was up.
    monkeypatch.setattr(own_run, "SECONDS", 0.2)
    assert "was stopped" in text_of(estimate(app))
    assert len(started) == 1
    assert own_run._places.acquire(blocking=False)


@pytest.mark.parametrize(
    ("change", "tagger", "kind", "says"),
    [
        (("ret_co", "ret_cx"), "linear", BadInput, "there is no variable 'ret_cx'"),
        pytest.param(("", ""), "nobody", EmotapeError, "scored by 'nobody'", marks=pytest.mark.slow),
    ],
)
def test_a_failure_in_the_process_is_the_sentence_of_the_command(own, begun, change, tagger, kind, says):
    text = file_of(own()).replace(*change) if change[0] else file_of(own())
    with pytest.raises(kind, match=re.escape(says)):
        apart.estimate_apart(current_version(begun), text, tagger, 20)


def test_a_process_that_ends_without_an_answer_is_a_sentence(begun, monkeypatch):
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(EmotapeError, match="ended with exit code 1 and left no answer"):
        apart.estimate_apart(current_version(begun), "", "linear", 20)


def test_a_column_that_no_file_can_say_is_said_so(show, market):
    models, terms = invent_results(0.5, 0.001)
    spec = FAMILIES["market_returns"].specs[0].as_json()
    store(market, models.with_columns(spec=pl.lit(spec)), terms)
    app = show(market, "regressions", view="own")
    assert not app.exception
    assert said.UNSAYABLE in [info.value for info in app.info]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"inference": "iid"}, "of equal variance (iid)"),
        ({"inference": "HC3"}, "(HC3), not clustered"),
        ({"inference": "driscoll-kraay:5"}, "(Driscoll-Kraay), 5 lags"),
        ({"inference": "newey-west"}, "(Newey-West)"),
        ({"inference": "cluster:ticker+session", "n_clusters_firm": 9, "n_clusters_session": 40},
         "clustered by 9 firms and 40 sessions"),
        ({"inference": "cluster:ticker", "n_clusters_firm": 9, "bootstrap": "so"},
         "clustered by 9 firms; p-values and intervals by the wild cluster bootstrap"),
    ],
)  # fmt: skip
def test_standard_errors_are_named_as_they_were_computed(facts, words):
    from dashboard.words.regressions import errors_said

    assert words in errors_said(facts)


def test_what_a_joint_test_is_of_is_said_of_each_kind_and_its_doubts_too():
    from dashboard.words import regression_title
    from dashboard.words import test_sentence as sentence

    tested = {"joint_f": 2.5, "joint_df1": 2, "joint_df2": 9, "joint_p": 0.2, "corrections": "c"}
    emotions = start(1, regressors=("pre_open_happy", "pre_open_sad")).as_json()
    others = start(1, regressors=("ret_co", "ret_20")).as_json()
    assert "all 2 emotion terms are zero" in sentence(tested | {"spec": emotions})
    assert "all 2 terms of interest are zero" in sentence(tested | {"spec": others})
    assert "all lags of the variable" in sentence(tested | {"estimator": "granger", "corrections": None})
    untested = {"joint_f": None, "joint_p": None, "corrections": "c", "spec": emotions}
    assert "No joint test: the covariance of the 2 terms of interest is singular" in sentence(untested)
    assert regression_title(untested) == "Not tested jointly: too few clusters for 2 terms"
    assert "Controls alone" in regression_title(untested | {"spec": start(1, regressors=()).as_json()})
    doubts = sentence(tested | {"spec": emotions, "bootstrap": "b", "dropped_terms": "ret_20, ret_co"})
    assert "Left out" in doubts
    assert "Return over 20 sessions" in doubts
    assert "not bootstrapped" in doubts


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_a_reader_chooses_estimates_downloads_and_shares_the_link(begun, tmp_path):
    from playwright.sync_api import sync_playwright

    wrong = []
    with serving(begun.path) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/regressions?family=start&column=1")
        settle(page)
        page.get_by_role("tab", name="Your own regression").click()
        page.wait_for_url("**view=own*")
        settle(page)
        box = page.get_by_role("combobox", name="Emotions")
        box.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        box.click()
        page.get_by_role("option", name="Valence", exact=True).click()
        page.wait_for_url("**own_emotions=valence*")
        settle(page)
        page.get_by_role("button", name="Estimate", exact=True).click()
        page.get_by_text("Not stored, not part of any family").first.wait_for(timeout=30_000)
        settle(page)
        assert page.locator("h1").first.inner_text().startswith("Your own, not stored")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="LaTeX", exact=True).click()
        assert waiting.value.suggested_filename == "my-table-not-stored.tex"
        waiting.value.save_as(tmp_path / "table.tex")
        assert "one more test" in Path(tmp_path / "table.tex").read_text(encoding="utf-8")
        link = page.url
        page.goto("about:blank")
        page.goto(link)
        settle(page)
        expect(page.locator("code").filter(has_text="pre_open_valence").first).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 844})
        settle(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("element => element.scrollWidth - element.clientWidth") == 0
        browser.close()
    assert wrong == []
