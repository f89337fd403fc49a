"""The dashboard as a reader has it: a real server and a real Chromium, from page to page."""

import pytest
from homes import invent_results, store
from journeys import pick, title
from playwright.sync_api import expect
from serving import BROWSER, find_pages, serving, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine"),
]


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
    table = page.locator("[data-testid=stDataFrame]:visible").nth(0 if table == "movers" else 1)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 150, box["y"] + 35 * 1.5)
    page.wait_for_url("**/ticker*")
    settle(page)
    assert title(page).startswith("QZRA")
    assert "window=pre_open" in page.url


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
