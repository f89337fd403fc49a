"""Everything at a chosen size: simulate, load, build, a new day, regress; and a report of what it took.

    python tests/benchmarks/scale.py --posts 1000000 [10000000 ...] --firms 2000 --sessions 750 --out FOLDER

For each size, in a new home: `emotape simulate`; DuckDB's bare copy of the same CSV files (the peer of
parsing); `emotape load archive`, `load prices` and `build` with its pieces; a new day of posts and prices
until it is published; `emotape regress predictive`. Then `tagger.py` and `estimation.py` of this folder,
small, as ratios to their peers. FOLDER gets report.md, report.json, cost.png and cost.svg; figures are kept
in FOLDER/figures.json as they come, so that a run that was interrupted goes on. Archives and homes lie in
--work, below FOLDER if it is not named, and are removed once a size is measured (--keep leaves them). Linux
only.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scaling.cost_figure import draw_costs
from benchmarks.scaling.ledger import Ledger
from benchmarks.scaling.report import compare, cost_by_stage, render_markdown
from benchmarks.scaling.stages import Size, measure_peer, run_size

CHECKOUT = Path(__file__).resolve().parents[2]
LIBRARIES = ("duckdb", "polars", "pyarrow", "numpy", "statsmodels", "pyfixest")
PEERS = {
    "tagger.py": ["--posts", "200000", "--largest", "100000"],
    "estimation.py": ["--rows", "125000"],
}


def main() -> int:
    """Measure what is not measured yet, and write the report; 1 if something is missing in it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--firms", type=int, default=2_000)
    parser.add_argument("--sessions", type=int, default=750)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="where archives and homes lie meanwhile")
    parser.add_argument("--keep", action="store_true", help="leave archives and homes where they are")
    parser.add_argument("--without-peers", action="store_true", help="leave tagger.py and estimation.py out")
    wanted = parser.parse_args()
    # Stopped by whatever signal, it stops what it started too; shells ignore Ctrl-C for what runs behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    wanted.out.mkdir(parents=True, exist_ok=True)
    work = wanted.work or wanted.out / "work"
    machine = describe_machine()
    ledger = Ledger(
        wanted.out / "figures.json",
        {name: getattr(wanted, name) for name in ("firms", "sessions", "seed")}
        | {name: machine[name] for name in ("cores", "system", "python")},
    )
    complete = True
    for posts in sorted(set(wanted.posts)):
        size = Size(posts, wanted.firms, wanted.sessions, wanted.seed, work / str(posts))
        measured = run_size(size, ledger, read_commit(), lambda line: print(line, flush=True))
        complete &= measured
        if measured and not wanted.keep:
            shutil.rmtree(size.folder, ignore_errors=True)
        write_report(wanted.out, ledger, machine)
    for name, arguments in {} if wanted.without_peers else PEERS.items():
        if not ledger.find("peers", name):
            print(f"peers: {name} {' '.join(arguments)}", flush=True)
            ledger.write("peers", name, measure_peer(name, arguments) | {"commit": read_commit()})
        complete &= ledger.find("peers", name) is not None
    write_report(wanted.out, ledger, machine)
    print(f"report: {wanted.out / 'report.md'}")
    return 0 if complete else 1


def describe_machine() -> dict[str, Any]:
    """Say on what the figures were measured."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def read_commit() -> str:
    """Return the commit of this checkout; empty where git does not know."""
    asked = ["git", "-C", str(CHECKOUT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def write_report(folder: Path, ledger: Ledger, machine: dict[str, Any]) -> None:
    """Write the report of what is measured so far."""
    sizes = {size: stages for size, stages in ledger.sizes.items() if size.isdigit()}
    measured = [figures for stages in ledger.sizes.values() for figures in stages.values()]
    report = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine,
        "commits": sorted({figures["commit"] for figures in measured if figures.get("commit")}),
        "conditions": ledger.conditions,
        "sizes": sizes,
        "ratios": compare(sizes),
        "cost_microseconds": cost_by_stage(sizes),
        "peers": ledger.sizes.get("peers", {}),
        "figure": draw(folder, cost_by_stage(sizes)),
    }
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(render_markdown(report), encoding="utf-8")


def draw(folder: Path, costs: dict[str, dict[int, float]]) -> str | None:
    """Draw the costs as PNG and SVG and return the name of the first; None where nothing can draw."""
    from etl.errors import EmotapeError
    from etl.figures import draw_images

    if not costs:
        return None
    try:
        (images,) = draw_images(
            [draw_costs(costs, "Simulated posts: cost of a post by stage")], ("png", "svg")
        )
    except EmotapeError as error:
        print(f"cost.png was not drawn: {error}", file=sys.stderr)
        return None
    for name, image in images.items():
        (folder / f"cost.{name}").write_bytes(image)
    return "cost.png"


if __name__ == "__main__":
    sys.exit(main())
