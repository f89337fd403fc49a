"""In a real Chromium: hostile texts stay texts on every page, and a download holds what the page shows."""

import csv

import pytest
from homes import HOSTILE
from playwright.sync_api import expect
from serving import BROWSER, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine"),
]


def test_hostile_texts_and_links_are_inert(page, address):
    for path in ("", "ticker?symbol=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "ticker?symbol=NOPRICE"):
        page.goto(f"{address}/{path}")
        settle(page)
        assert_inert(page)
    table = page.locator("[data-testid=stDataFrame]:visible").first
    table.scroll_into_view_if_needed()
    # The grid draws on a canvas; its hidden table is what a screen reader hears.
    heard = table.locator("table").first.text_content()
    assert HOSTILE[0][:30] in heard


def test_a_ticked_post_shows_its_words_and_stays_inert(page, address):
    page.goto(f"{address}/ticker?symbol=NOPRICE")
    settle(page)
    before = page.locator(".js-plotly-plot").count()
    table = page.locator("[data-testid=stDataFrame]:visible").first
    for row in range(len(HOSTILE)):
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        page.mouse.click(box["x"] + 15, box["y"] + 35 * (row + 1.5))
        page.get_by_text("Why this post is tagged").first.wait_for(timeout=15_000)
        settle(page)
        expect(page.locator(".js-plotly-plot")).to_have_count(before + 1, timeout=15_000)
        assert_inert(page)


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
