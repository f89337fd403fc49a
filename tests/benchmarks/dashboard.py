"""How long a reader waits for each page of the dashboard, beside Streamlit's own hello page in the same run.

    python tests/benchmarks/dashboard.py HOME [--repeats 20] [--sessions 10]

First content: from the navigation to the page until its heading stands, which says what the data say; whole:
until the script has ended and all figures are drawn. An interaction: from a click on a choice of the first
page until the words below its heading are those of the choice, and until all is drawn. Warm: each page was
opened once before. Medians of the repeats, in Chromium. At the end as many readers as `--sessions` open pages
at once, and the memory of the server (resident, all its processes) is read. For a warehouse of any size:
`emotape simulate`, `load archive`, `load prices`, `build`, `regress`.
"""

import argparse
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dashboard"))

from serving import BROWSER, find_pages, serving, settle

# The script has ended, and what it sent is drawn.
RESTED = """
() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(
        chart => chart.querySelector('.main-svg'))
"""
# The title and the captions say of which window they speak.
WORDS = (
    "() => [...document.querySelectorAll('h1, [data-testid=stCaptionContainer]')]"
    ".map(words => words.innerText).join('|')"
)
OTHER_WORDS = f"before => ({WORDS})() !== before"
PATIENCE = 120_000  # milliseconds


@contextmanager
def serving_hello() -> Iterator[str]:
    """Run Streamlit's own demonstration."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--server.port={port}", "--server.headless=true", "--browser.gatherUsageStats=false"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "hello", "--server.address=127.0.0.1", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(8)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def time_load(page: Page, address: str) -> tuple[float, float]:
    """Seconds until a page's heading stands, and until nothing runs any more."""
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("h1").first.wait_for(timeout=PATIENCE)
    first = time.perf_counter() - begin
    page.wait_for_function(RESTED, timeout=PATIENCE)
    return first, time.perf_counter() - begin


def time_page(browser: Browser, address: str, repeats: int) -> tuple[float, float, float]:
    """Median seconds of first content and of the whole page, and the longest of the whole."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    settle(page)
    times = [time_load(page, address) for _ in range(repeats)]
    page.close()
    return (
        statistics.median(first for first, _ in times),
        statistics.median(whole for _, whole in times),
        max(whole for _, whole in times),
    )


def time_interaction(browser: Browser, address: str, repeats: int) -> tuple[float, float]:
    """Median seconds from a click on another window of the first page until its words stand, and whole."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    settle(page)
    boxes = page.get_by_role("radio")
    choices = [boxes.nth(n) for n in range(2)]
    times = []
    for n in range(repeats + 2):
        before = page.evaluate(WORDS)
        begin = time.perf_counter()
        choices[(n + 1) % 2].locator("xpath=ancestor-or-self::*[1]").click(force=True)
        page.wait_for_function(OTHER_WORDS, arg=before, timeout=PATIENCE)
        first = time.perf_counter() - begin
        page.wait_for_function(RESTED, timeout=PATIENCE)
        times.append((first, time.perf_counter() - begin))
    page.close()
    return (
        statistics.median(first for first, _ in times[2:]),
        statistics.median(whole for _, whole in times[2:]),
    )


def read_memory(port: str) -> float:
    """Resident MiB of the processes that serve a port."""
    found = subprocess.run(
        ["pgrep", "-f", f"server.port.{port}"], capture_output=True, text=True, check=False
    )
    total = 0.0
    for process in found.stdout.split():
        status = Path(f"/proc/{process}/status")
        if status.exists():
            lines = status.read_text().splitlines()
            total += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--sessions", type=int, default=10)
    wanted = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        with serving_hello() as hello:
            peer, _, _ = time_page(browser, hello, wanted.repeats)
        print(f"hello: first content {peer:.2f} s")
        with serving(wanted.home) as address:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            settle(page)
            paths = list(find_pages(page).values())
            page.close()
            print("page | first content s | ratio to hello | whole s | longest whole s")
            for path in paths:
                first, whole, longest = time_page(browser, f"{address}/{path}", wanted.repeats)
                print(
                    f"{path or 'mood'} | {first:.2f} | {first / peer:.1f} | {whole:.2f} | {longest:.2f}",
                    flush=True,
                )
            first, whole = time_interaction(browser, address, wanted.repeats)
            print(f"interaction: {first:.2f} s until its words stand, {whole:.2f} s whole", flush=True)
            port = address.rpartition(":")[2]
            print(f"memory after one reader of every page: {read_memory(port):.0f} MiB", flush=True)
            readers = [browser.new_page() for _ in range(wanted.sessions)]
            for number, reader in enumerate(readers):
                reader.goto(f"{address}/{paths[number % len(paths)]}")
            for reader in readers:
                settle(reader)
            print(f"memory with {wanted.sessions} sessions: {read_memory(port):.0f} MiB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
