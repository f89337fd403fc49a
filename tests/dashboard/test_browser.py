"""The dashboard as a reader has it: a real server and a real Chromium."""

import csv
import re
import shutil

import pytest
from homes import HOSTILE, invent_results, store
from playwright.sync_api import expect
from serving import BROWSER, find_pages, serving, settle

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
def address(built_of_weights, tmp_path_factory):
    """One server for all journeys: posts that can be explained, and results in which nothing is found."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(built_of_weights.path, home)
    store(open_home(home), *invent_results(joint_p=0.62, estimate=0.0005))
    with serving(home) as found:
        yield found


def title(page) -> str:
    return page.locator("h1").first.inner_text()


def pick(page, label, value):
    box = page.get_by_role("combobox", name=label)
    # As a person does: first to the place, then the click. A list closes while the page moves under it.
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box.click()
    page.get_by_role("option", name=value, exact=True).click()
    page.wait_for_timeout(500)
    settle(page)


def test_a_reader_goes_from_page_to_page_and_back(page, address):
    page.goto(address)
    settle(page)
    expect(page.locator(".js-plotly-plot")).to_have_count(4, timeout=15_000)
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
    page.go_forward()
    page.wait_for_url("**/regressions*")
    settle(page)
    assert "p = 0.62" in title(page)


def test_a_link_opens_the_page_that_was_copied(page, address):
    page.goto(f"{address}/ticker?symbol=QZRB&window=pre_open&period=21")
    settle(page)
    assert title(page).startswith("QZRB")
    ticks = page.locator(".js-plotly-plot").first.evaluate("figure => figure.data[0].x.length")
    assert ticks == 21


@pytest.mark.parametrize("table", ["movers", pytest.param("most posted", marks=pytest.mark.slow)])
def test_a_row_of_a_table_of_symbols_opens_its_ticker(page, address, table):
    page.goto(f"{address}/?window=pre_open")
    settle(page)
    table = page.locator("[data-testid=stDataFrame]").nth(0 if table == "movers" else 1)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 150, box["y"] + 35 * 1.5)
    page.wait_for_url("**/ticker*")
    settle(page)
    assert title(page).startswith("QZRA")
    assert "window=pre_open" in page.url


def test_hostile_texts_and_links_are_inert(page, address):
    for path in ("", "ticker?symbol=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "ticker?symbol=NOPRICE"):
        page.goto(f"{address}/{path}")
        settle(page)
        assert_inert(page)
    table = page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    # The grid draws on a canvas; its hidden table is what a screen reader hears.
    heard = table.locator("table").first.text_content()
    assert HOSTILE[0][:30] in heard


def test_a_ticked_post_shows_its_words_and_stays_inert(page, address):
    page.goto(f"{address}/ticker?symbol=NOPRICE")
    settle(page)
    before = page.locator(".js-plotly-plot").count()
    table = page.locator("[data-testid=stDataFrame]").first
    for row in range(len(HOSTILE)):
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        page.mouse.click(box["x"] + 15, box["y"] + 35 * (row + 1.5))
        page.get_by_text("Why this post is tagged").wait_for(timeout=15_000)
        settle(page)
        expect(page.locator(".js-plotly-plot")).to_have_count(before + 1, timeout=15_000)
        assert_inert(page)


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
    [
        ("LaTeX", ".tex", r"\begin{"),
        pytest.param("CSV", ".csv", "estimate", marks=pytest.mark.slow),
        pytest.param("Markdown", ".md", "|", marks=pytest.mark.slow),
    ],
)
def test_a_download_button_gives_the_table(page, address, tmp_path, label, ending, part):
    page.goto(f"{address}/regressions")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    assert waiting.value.suggested_filename == f"predictive-linear{ending}"
    waiting.value.save_as(tmp_path / "table")
    assert part in (tmp_path / "table").read_text(encoding="utf-8")


def test_a_downloaded_table_opens_and_holds_what_the_page_shows(page, address, tmp_path):
    page.goto(f"{address}/regressions?column=2")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    waiting.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert next(row["term"] for row in rows if row["column_no"] == "2") == "pre_open_happy"
    assert {float(row["estimate"]) for row in rows} == {0.0005}
    assert all(None not in row and None not in row.values() for row in rows)  # each row as wide as the head


@pytest.mark.parametrize(
    ("path", "label", "value"),
    [
        ("ticker?symbol=QZRB&period=21", "Emotion", "Happy"),
        pytest.param("tagger", "Words for", "Anger", marks=pytest.mark.slow),
    ],
)
def test_a_reload_shows_the_same_page_with_the_same_filters(page, address, path, label, value):
    page.goto(f"{address}/{path}")
    settle(page)
    pick(page, label, value)
    chosen, said, url = filters_of(page), title(page), page.url
    assert value in chosen
    page.reload()
    settle(page)
    assert (filters_of(page), title(page), page.url) == (chosen, said, url)


def filters_of(page) -> list[str]:
    """What stands in each filter of the page, in order."""
    boxes = page.locator("[data-testid=stMain] [data-testid=stSelectbox]").all_inner_texts()
    segments = page.locator("[data-testid=stMain] [role=radio][aria-checked=true]").all_inner_texts()
    values = page.locator("[data-testid=stMain] [data-testid=stSelectbox] input").evaluate_all(
        "inputs => inputs.map(input => input.value)"
    )
    return [*(box.splitlines()[-1] for box in boxes if box.splitlines()), *values, *segments]


def test_every_page_of_the_navigation_opens_fits_a_narrow_screen_and_is_dark_in_the_dark(page, address):
    page.goto(address)
    settle(page)
    found = find_pages(page)
    assert len(found) > 3
    faults = []
    for name, path in found.items():
        page.get_by_test_id("stSidebarNavLink").filter(has_text=name).first.click()
        page.wait_for_url(f"{address}/{path}*")
        settle(page)
        if page.get_by_test_id("stException").count():
            faults.append(f"{name}: an exception is shown")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 844})
        settle(page)
        main = page.get_by_test_id("stMain")
        if wider := main.evaluate("element => element.scrollWidth - element.clientWidth"):
            faults.append(f"{name}: {wider} pixels wider than 390")
        if light := page.evaluate(LIGHT_BACKGROUNDS):
            faults.append(f"{name}: light backgrounds in the dark: {light}")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
    assert faults == []


# Of the app and of each figure: colours that are opaque and brighter than mid-grey.
LIGHT_BACKGROUNDS = """
() => {
    const figures = [...document.querySelectorAll('.js-plotly-plot')].flatMap(
        figure => [figure._fullLayout.paper_bgcolor, figure._fullLayout.plot_bgcolor]);
    const app = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
    const canvas = document.createElement('canvas').getContext('2d');
    return [app, ...figures].filter(colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
        return alpha > 60 && (red + green + blue) / 3 > 128;
    });
}
"""


def test_a_hostile_text_that_is_tried_stays_inert_and_out_of_the_address(page, address):
    page.goto(f"{address}/tagger")
    settle(page)
    page.get_by_role("textbox", name="Try a post").fill("qwrtzp " + " ".join(text[:300] for text in HOSTILE))
    page.keyboard.press("Control+Enter")
    page.get_by_text("scored by their letters alone: qwrtzp").wait_for()
    settle(page)
    assert_inert(page)
    assert "qwrtzp" not in page.url


def assert_inert(page) -> None:
    """Nothing of the texts of `HOSTILE` has become a part of the page."""
    assert page.locator("img[src='x']").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.get_by_role("link", name="press me").count() == 0
    assert page.locator(".js-plotly-plot a, .js-plotly-plot script").count() == 0
    scripts = page.locator("script").evaluate_all("found => found.map(s => s.textContent)")
    assert not any("alert(" in script for script in scripts)
