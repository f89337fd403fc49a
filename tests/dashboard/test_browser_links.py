"""What only a browser can do: copy the address of a page, and click a cell of the heat map."""

import shutil
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from serving import BROWSER, serving, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine"),
]

# Where the points of a symbol and session stand on the screen, and the session.
PLACE_OF_CELL = """
figure => {
    const points = figure._fullData.findIndex(trace => trace.name === "cells");
    const [x, y] = [figure._fullData[points].x, figure._fullData[points].y];
    const row = y.indexOf(1);
    const {xaxis, yaxis} = figure._fullLayout;
    const box = figure.getBoundingClientRect();
    return {
        left: box.left + xaxis._offset + xaxis.d2p(x[row]),
        top: box.top + yaxis._offset + yaxis.d2p(1),
        session: x[row],
    };
}
"""


@pytest.fixture(scope="module")
def address(built, tmp_path_factory):
    home = tmp_path_factory.mktemp("linked") / "home"
    shutil.copytree(built.path, home)
    with serving(home) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def visitor(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(visitor):
    opened = visitor.new_page()
    yield opened
    opened.close()


def point_at(page, chart) -> dict[str, object]:
    """Bring the mouse to a cell and say where it is; a page may still move under it for a while."""
    for _ in range(60):
        chart.evaluate("figure => figure.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(300)
        cell = chart.evaluate(PLACE_OF_CELL)
        page.mouse.move(cell["left"], cell["top"])
        page.wait_for_timeout(500)
        hovered = chart.evaluate("figure => (figure._hoverdata || []).map(point => [point.x, point.y])")
        if [cell["session"], 1] in hovered:
            return cell
        page.mouse.move(10, 10)
    raise AssertionError("the mouse reaches no cell")


def state_of(page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_address_with_all_that_is_chosen_is_copied_by_mouse_and_by_keyboard(page, address):
    page.goto(f"{address}/ticker?symbol=QZRB&period=21")
    settle(page)
    button = page.get_by_role("button", name="Copy link")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.goto(f"{address}/?least=1")
    settle(page)
    page.get_by_role("button", name="Copy link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url == f"{address}/?least=1"


def test_a_click_on_a_cell_opens_its_symbol_and_session_and_back_stays_back(page, address):
    page.goto(f"{address}/?least=1&window=intraday")
    settle(page)
    chart = page.locator(".js-plotly-plot").nth(2)
    cell = point_at(page, chart)
    page.mouse.click(cell["left"], cell["top"])
    page.wait_for_url("**/ticker*")
    settle(page)
    chosen = state_of(page)
    assert (chosen["symbol"], chosen["session"]) == ("QZRB", cell["session"])
    assert (chosen["least"], chosen["window"]) == ("1", "intraday")
    assert page.locator("h1").first.inner_text().startswith("QZRB")
    page.go_back()
    page.wait_for_url(f"{address}/?*")
    settle(page)
    assert "/ticker" not in page.url
    assert page.locator(".js-plotly-plot").count() == 4


def test_the_keyboard_reaches_a_cell_by_its_chooser(page, address):
    page.goto(f"{address}/?cell=QZRB")
    settle(page)
    link = page.get_by_test_id("stPageLink").get_by_role("link", name="Posts of QZRB in this session")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ticker*")
    settle(page)
    chosen = state_of(page)
    assert chosen["symbol"] == "QZRB"
    assert chosen["session"]
    assert "cell" not in chosen
