"""Take a picture of each page: python tests/dashboard/screenshots.py HOME OUTDIR [--dark] [--width N]."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from serving import BROWSER, serving, settle

EVIDENCE = ("volatility", "ipo", "persistence", "robustness", "trading")
PAGES = {"mood": "", "ticker": "ticker", "regressions": "regressions", **{name: name for name in EVIDENCE}}


def take(home: Path, folder: Path, width: int, height: int, dark: bool, whole: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serving(home) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        for name, path in PAGES.items():
            page.goto(f"{address}/{path}")
            settle(page)
            page.locator(".main-svg").first.wait_for()
            settle(page)
            if whole:
                tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                page.set_viewport_size({"width": width, "height": max(height, tall)})
                settle(page)
            page.screenshot(path=folder / f"{name}.png")
            page.set_viewport_size({"width": width, "height": height})
        browser.close()


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
