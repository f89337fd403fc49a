"""A dashboard that really runs, for the browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BROWSER = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        if (found := shutil.which(name))
    ),
    None,
)
PATIENCE = 120.0  # seconds; a busy machine is slow
# A quarter of a second without a change of the page, or five seconds of changes.
UNTIL_NOTHING_CHANGES = """
() => new Promise(done => {
    const end = () => { watching.disconnect(); clearTimeout(quiet); clearTimeout(late); done(); };
    const watching = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(end, 250); });
    let quiet = setTimeout(end, 250);
    const late = setTimeout(end, 5000);
    watching.observe(document.body, {subtree: true, childList: true, attributes: true});
})
"""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Run `emotape serve` on a home until the block ends; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [sys.executable, "-m", "etl", "serve", "--port", str(port), "--home", str(home)]
    server = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, server)
        yield address
    finally:
        # The command and the Streamlit that it started.
        os.killpg(server.pid, 15)
        server.wait(timeout=20)


def _wait_until_healthy(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the dashboard stopped with exit code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"no dashboard at {address} after {PATIENCE:.0f} seconds")


def settle(page: Any) -> None:
    """Wait until a page has a title and nothing on it is running any more."""
    from playwright.sync_api import expect

    expect(page.locator("h1").first).to_be_visible(timeout=1000 * PATIENCE)
    idle = page.locator("[data-testid=stApp]")
    expect(idle).to_have_attribute(
        "data-test-script-state", re.compile("notRunning"), timeout=1000 * PATIENCE
    )
    # Figures and tables draw themselves a moment after the script.
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=1000 * PATIENCE)
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]"
        ".every(chart => chart.querySelector('.main-svg'))",
        timeout=1000 * PATIENCE,
    )
    page.evaluate(UNTIL_NOTHING_CHANGES)


def find_pages(page: Any) -> dict[str, str]:
    """Return each page of the navigation by the words of its link: its path, "" for the first one.

    The page must be open, and wide enough for the navigation to be seen.
    """
    more = page.get_by_test_id("stSidebarNavViewButton")
    if more.count() and "more" in more.inner_text():
        more.click()
    links = page.get_by_test_id("stSidebarNavLink")
    links.first.wait_for(timeout=15_000)
    return {
        link.inner_text().strip().splitlines()[-1]: urlsplit(link.get_attribute("href")).path.strip("/")
        for link in links.all()
    }
