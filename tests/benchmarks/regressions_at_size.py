"""Seconds and peak memory of `emotape regress predictive` on a panel of any size.

python tests/benchmarks/regressions_at_size.py [FIRMS SESSIONS] [--talked-about SHARE] [--peer FIRMS SESSIONS]

A published version of FIRMS x SESSIONS firm-days is drawn by SQL (`panel_at_size.sql`: all columns of the
panel; most firms are silent on most days), and the command runs on it in a process of its own, from the files
to the stored table, influential firm-days included. Then the same at a size that pyfixest can do, beside
pyfixest, which reads the same columns of the same file into pandas and estimates the same four columns.
Peak memory is the process' own, of all it does (ru_maxrss). Standard errors of both agree
but where a covariance has negative eigenvalues (few clusters, many terms): emotape sets these to zero, as R
fixest does, and pyfixest leaves them.

The default is 8,000 firms by 2,500 sessions: 20 million firm-days. It needs some 7 GB of disk and 10 minutes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from version_at_size import publish_at_size

from etl.settings import open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from models.estimation.families.predictive import PREDICTIVE, RETURNS
from models.estimation.rules import list_coverage


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    wall: float  # seconds
    cpu: float  # seconds
    peak: float  # MiB

    def __str__(self) -> str:
        return f"{self.wall:>9.1f}{self.cpu:>9.1f}{self.peak:>11,.0f}"


def run(command: list[str]) -> Cost:
    """Run a command to its end and return what it took."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} ended with exit code {code}.")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(time.perf_counter() - started, cpu, usage.ru_maxrss / 1024)


def regress(home: Path) -> Cost:
    """Run emotape on a home."""
    return run([sys.executable, "-m", "etl", "regress", "predictive", "--home", str(home)])


def draw(folder: Path, firms: int, sessions: int, talked_about: float) -> Path:
    """Publish a panel by a process of its own: the peak of a parent counts as its children's."""
    numbers = [str(firms), str(sessions), str(talked_about)]
    run([sys.executable, __file__, "--draw", str(folder), *numbers])
    return folder


def estimate_by_pyfixest(market: Path, answer: Path) -> None:
    """Estimate the predictive table by pyfixest, in this process, and write the standard errors."""
    import pyfixest

    names = list(dict.fromkeys(name for spec in PREDICTIVE.specs for name in spec.variables))
    wanted = ", ".join(["ticker", "session", *names])
    with duckdb.connect(str(market), read_only=True, config={"memory_limit": "1GB"}) as connection:
        # The sample's rules, as `models.estimation.sample` has them.
        rows = connection.sql(
            f"select {wanted}, columns('.*_coverage(_lag1)?') from panel where pre_open_posts >= 1"
        ).pl()
    errors = {}
    for spec in PREDICTIVE.specs:
        coverage = list_coverage(spec, rows)
        whole = pl.all_horizontal(pl.col(coverage).is_null() | (pl.col(coverage) == 1))
        sample = rows.filter(whole).drop_nulls(spec.variables).select("ticker", "session", *spec.variables)
        low, high = spec.sample.winsorise or (0.0, 1.0)
        sample = sample.with_columns(
            pl.col(name).clip(
                pl.col(name).quantile(low, interpolation="linear"),
                pl.col(name).quantile(high, interpolation="linear"),
            )
            for name in RETURNS
        )
        fit = pyfixest.feols(
            f"ret_oc ~ {' + '.join(spec.terms)} | ticker + session",
            sample.to_pandas(),
            vcov={"CRV1": "ticker + session"},
            lean=True,
            store_data=False,
            copy_data=False,
            fixef_rm="singleton",
        )
        errors[spec.column_no] = [float(x) for x in fit.se()]
    answer.write_text(json.dumps(errors), encoding="utf-8")


def compare(home: Path, answer: Path) -> float:
    """Return the largest relative difference of standard errors."""
    with open_published(open_home(home)) as published:
        _, terms = read_results(published)
    known = json.loads(answer.read_text(encoding="utf-8"))
    worst = 0.0
    for spec in PREDICTIVE.specs:
        own = terms.filter(pl.col("column_no") == spec.column_no).sort("position")["std_error"].to_numpy()
        theirs = np.array(known[str(spec.column_no)])
        worst = max(worst, float(np.abs(own / theirs - 1).max()))
    return worst


def main(firms: int, sessions: int, talked_about: float, peer: tuple[int, int]) -> None:
    """Print a row a panel and program."""
    print(f"{'firm-days':>11} {'program':<10}{'seconds':>9}{'CPU':>9}{'peak MiB':>11}", flush=True)
    with tempfile.TemporaryDirectory(prefix="emotape-at-size-") as folder:
        small = draw(Path(folder) / "peer", *peer, talked_about)
        market, answer = small / "published" / "000001" / "market.duckdb", Path(folder) / "errors.json"
        own = regress(small)
        print(f"{peer[0] * peer[1]:>11,} {'emotape':<10}{own}", flush=True)
        other = run([sys.executable, __file__, "--measure", str(market), str(answer)])
        print(f"{peer[0] * peer[1]:>11,} {'pyfixest':<10}{other}", flush=True)
        print(
            f"pyfixest takes {other.cpu / own.cpu:.1f} times the CPU, {other.peak / own.peak:.1f} times the "
            f"memory; standard errors differ by at most {compare(small, answer):.1e} of themselves.",
            flush=True,
        )
        large = draw(Path(folder) / "large", firms, sessions, talked_about)
        print(f"{firms * sessions:>11,} {'emotape':<10}{regress(large)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("size", type=int, nargs="*", default=[8_000, 2_500], metavar="FIRMS SESSIONS")
    parser.add_argument("--talked-about", type=float, default=0.45)
    parser.add_argument("--peer", type=int, nargs=2, default=[1_000, 1_000], metavar=("FIRMS", "SESSIONS"))
    parser.add_argument("--measure", nargs=2, metavar=("MARKET", "ANSWER"), help=argparse.SUPPRESS)
    parser.add_argument("--draw", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.draw:
        place, *numbers, share = arguments.draw
        publish_at_size(Path(place), *map(int, numbers), float(share))
    elif arguments.measure:
        estimate_by_pyfixest(*map(Path, arguments.measure))
    elif len(arguments.size) == 2:
        main(*arguments.size, arguments.talked_about, tuple(arguments.peer))
    else:
        parser.error("give two numbers, FIRMS SESSIONS, or none")
