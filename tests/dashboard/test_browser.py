"""The dashboard as a reader has it: a real server and a real Chromium."""

import re
import shutil

import pytest
from homes import HOSTILE, invent_results, store
from playwright.sync_api import expect
from serving import BROWSER, serving, settle

from etl.settings import open_home

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine"),
]

# Streamlit asks for its own announcements and for a favicon; neither is ours, and offline both fail.
NOT_OURS = re.compile(r"Failed to load resource")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A page that fails its test for whatever goes wrong in the console, and for any dialog."""
    wrong = []
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.on(
        "console",
        lambda said: (
            wrong.append(said.text) if said.type == "error" and not NOT_OURS.match(said.text) else None
        ),
    )
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield opened
    opened.close()
    assert wrong == []


@pytest.fixture(scope="module")
def address(built, tmp_path_factory):
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(built.path, home)
    store(open_home(home), *invent_results(joint_p=0.62, estimate=0.0005))
    with serving(home) as found:
        yield found


def title(page) -> str:
    return page.locator("h1").first.inner_text()


def pick(page, label, value):
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=value, exact=True).click()
    page.wait_for_timeout(500)
    settle(page)


def test_a_reader_goes_from_page_to_page_and_back(page, address):
    page.goto(address)
    settle(page)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=15_000)
    page.get_by_role("link", name="Ticker").click()
    page.wait_for_url("**/ticker*")
    settle(page)
    pick(page, "Symbol", "QZRB")
    assert title(page).startswith("QZRB")
    assert "symbol=QZRB" in page.url
    page.reload()
    settle(page)
    assert title(page).startswith("QZRB")
    page.get_by_role("link", name="Regressions").click()
    page.wait_for_url("**/regressions*")
    settle(page)
    assert "p = 0.62" in title(page)
    page.go_back()
    page.wait_for_url("**/ticker*")
    settle(page)
    assert title(page).startswith("QZRB")


def test_a_link_opens_the_page_that_was_copied(page, address):
    page.goto(f"{address}/ticker?symbol=QZRB&window=pre_open&period=21")
    settle(page)
    assert title(page).startswith("QZRB")
    ticks = page.locator(".js-plotly-plot").first.evaluate("figure => figure.data[0].x.length")
    assert ticks == 21


def test_a_row_of_the_most_posted_opens_its_ticker(page, address):
    page.goto(f"{address}/?window=pre_open")
    settle(page)
    table = page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 150, box["y"] + 35 * 1.5)
    page.wait_for_url("**/ticker*")
    settle(page)
    assert title(page).startswith("QZRA")
    assert "window=pre_open" in page.url


def test_hostile_texts_and_links_are_inert(page, address):
    for path in ("", "ticker?symbol=NOPRICE", "ticker?symbol=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"):
        page.goto(f"{address}/{path}")
        settle(page)
        assert page.locator("img[src='x']").count() == 0
        assert page.locator("a[href^='javascript:']").count() == 0
        assert page.get_by_role("link", name="press me").count() == 0
        scripts = page.locator("script").evaluate_all("found => found.map(s => s.textContent)")
        assert not any("alert(" in script for script in scripts)
    page.goto(f"{address}/ticker?symbol=NOPRICE")
    settle(page)
    table = page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    # The grid draws on a canvas; its hidden table is what a screen reader hears.
    heard = table.locator("table").first.text_content()
    assert HOSTILE[0][:30] in heard


def test_a_ticked_post_shows_its_words_and_stays_inert(page, scored_here):
    with serving(scored_here.path) as own:
        page.goto(f"{own}/ticker?symbol=NOPRICE")
        settle(page)
        expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=15_000)  # the ticker and the day
        table = page.locator("[data-testid=stDataFrame]").first
        for row in range(len(HOSTILE)):
            table.scroll_into_view_if_needed()
            box = table.bounding_box()
            page.mouse.click(box["x"] + 15, box["y"] + 35 * (row + 1.5))
            page.get_by_text("Why this post is tagged").wait_for(timeout=15_000)
            settle(page)
            expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=15_000)
            assert page.locator("img[src='x']").count() == 0
            assert page.locator(".js-plotly-plot a").count() == 0
            assert page.locator(".js-plotly-plot script").count() == 0
        page.goto("about:blank")


def test_a_newly_published_version_appears_without_a_restart(page, estimated):
    with serving(estimated.path) as own:
        page.goto(f"{own}/regressions")
        settle(page)
        assert "p = 0.62" in title(page)
        store(estimated, *invent_results(joint_p=0.004, estimate=0.005))
        page.get_by_text("p = 0.004").first.wait_for(timeout=40_000)  # nobody touched the page
        assert "Version 3" in page.locator("[data-testid=stCaptionContainer]").first.inner_text()
        page.goto("about:blank")


@pytest.mark.parametrize(
    ("label", "ending", "part"),
    [("CSV", ".csv", "estimate"), ("LaTeX", ".tex", r"\begin{"), ("Markdown", ".md", "|")],
)
def test_a_download_button_gives_the_table(page, address, tmp_path, label, ending, part):
    page.goto(f"{address}/regressions")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    assert waiting.value.suggested_filename == f"predictive-linear{ending}"
    waiting.value.save_as(tmp_path / "table")
    assert part in (tmp_path / "table").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["", "ticker", "regressions"])
def test_nothing_is_wider_than_a_narrow_screen(page, address, path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{path}")
    settle(page)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
