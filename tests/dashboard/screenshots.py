"""Take a picture of each page of the navigation: screenshots.py HOME OUTDIR [--dark] [--width N]."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from serving import BROWSER, find_pages, serving, settle

FIRST = "mood"  # the page that opens without a path


def take(home: Path, folder: Path, width: int, height: int, dark: bool, whole: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serving(home) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        for path in _find_paths(browser, address):
            page.goto(f"{address}/{path}")
            settle(page)
            # A first answer may be drawn while the page still asks for the next.
            settle(page)
            if whole:
                tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                page.set_viewport_size({"width": width, "height": max(height, tall)})
                settle(page)
            page.screenshot(path=folder / f"{path or FIRST}.png")
            page.set_viewport_size({"width": width, "height": height})
        browser.close()


def _find_paths(browser: Browser, address: str) -> list[str]:
    """Return the paths of the navigation, so that no page is forgotten; narrow screens fold it away."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    settle(page)
    paths = list(find_pages(page).values())
    page.close()
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--whole", action="store_true", help="the whole page, however tall")
    given = parser.parse_args()
    take(given.home, given.folder, given.width, given.height, given.dark, given.whole)
