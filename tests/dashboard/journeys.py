"""A dashboard that is served and a Chromium on it: one of each for the journeys of a file."""

import re
import shutil

import pytest
from homes import invent_results, store
from serving import BROWSER, UNTIL_NOTHING_CHANGES, serving, settle

from etl.settings import open_home

# Streamlit asks for its own announcements and for a favicon; neither is ours, and offline both fail.
NOT_OURS = re.compile(r"Failed to load resource")


@pytest.fixture(scope="module", name="browser")
def open_browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module", name="visitor")
def open_context(browser):
    """One visitor, who keeps what the browser has fetched already: Streamlit's scripts are large."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.fixture(name="page")
def open_page(visitor):
    """A page that fails its test for whatever goes wrong in the console, and for any dialog."""
    wrong = []
    opened = visitor.new_page()
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


@pytest.fixture(scope="module", name="address")
def serve_home(built_of_weights, tmp_path_factory):
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
    page.evaluate(UNTIL_NOTHING_CHANGES)
    box.click()
    page.get_by_role("option", name=value, exact=True).click()
    page.evaluate(UNTIL_NOTHING_CHANGES)
    settle(page)
