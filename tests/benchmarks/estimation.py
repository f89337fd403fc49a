"""Seconds and memory of the predictive table beside pyfixest and linearmodels, in one run.

python tests/benchmarks/estimation.py [--rows N ...] [--peers NAME ...]

Simulated panels, a tenth of the firm-days missing at random; three columns (controls, + valence, + six
emotions), firm and session effects, two-way clusters. Every peer runs in a process of its own that reads the
panel, estimates a small one to warm up, then times the whole table: emotape's includes sample rules,
winsorising, adjusted p-values and joint tests. Memory is that process' peak less what it held before the
table (Linux only).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from models.emotions import SIX, valence
from models.estimation.families.predictive import CONTROLS, PRE_OPEN, PREDICTIVE

SHAPES = {125_000: (555, 250), 1_000_000: (2_222, 500), 5_000_000: (5_555, 1_000)}
EFFECTS = ("ticker", "session")
TABLE = [list(CONTROLS), [*CONTROLS, "pre_open_valence"], [*CONTROLS, *PRE_OPEN]]


def simulate_panel(firms: int, sessions: int, seed: int = 1) -> pl.DataFrame:
    """Simulate a panel in which nine tenths of the firm-days are present.

    ret_oc = a_i + d_t + 0.004 happy - 0.003 sad + 0.1 ret_co + noise, with the noise of a session in common.
    """
    rng = np.random.default_rng(seed)
    n = firms * sessions
    firm, session = np.divmod(np.arange(n, dtype=np.int64), sessions)
    there = rng.random(n) < 0.9
    firm, session = firm[there], session[there]
    n = len(firm)
    shares = rng.dirichlet(np.full(7, 0.6), n)
    columns: dict[str, Any] = {f"pre_open_{e}": shares[:, i] for i, e in enumerate(SIX, start=1)}
    columns["pre_open_valence"] = valence({e: columns[f"pre_open_{e}"] for e in SIX})
    for name in CONTROLS:
        columns[name] = rng.normal(0, 0.02, n) + rng.normal(0, 0.005, firms)[firm]
    noise = rng.normal(0, 0.01, sessions)[session] * (1 + 0.2 * rng.normal(size=n)) + rng.normal(0, 0.02, n)
    columns["ret_oc"] = 0.004 * shares[:, 1] - 0.003 * shares[:, 2] + 0.1 * columns["ret_co"] + noise
    return pl.DataFrame({"ticker": firm, "session": session, **columns}).with_columns(
        ticker=pl.format("F{}", pl.col("ticker")), pre_open_posts=pl.lit(3)
    )


def run_emotape(panel: pl.DataFrame) -> Callable[[], list[float]]:
    """Return the estimation of the table by emotape."""
    from models.estimation import estimate_family

    family = PREDICTIVE.select(lambda spec: spec.column_no <= 3)

    def estimate() -> list[float]:
        return estimate_family(family, panel).fits[-1].terms["std_error"].to_list()

    return estimate


def run_pyfixest(panel: pl.DataFrame) -> Callable[[], list[float]]:
    """Return three calls of pyfixest with its leanest options."""
    import pyfixest

    frame = panel.to_pandas()

    def estimate() -> list[float]:
        for terms in TABLE:
            fit = pyfixest.feols(
                f"ret_oc ~ {' + '.join(terms)} | ticker + session",
                frame,
                vcov={"CRV1": "ticker + session"},
                lean=True,
                store_data=False,
                copy_data=False,
                fixef_rm="singleton",
            )
        return [float(x) for x in fit.se()]

    return estimate


def run_linearmodels(panel: pl.DataFrame) -> Callable[[], list[float]]:
    """Return three PanelOLS of linearmodels."""
    from linearmodels import PanelOLS

    frame = panel.to_pandas().set_index(["ticker", "session"])

    def estimate() -> list[float]:
        for terms in TABLE:
            model = PanelOLS(frame["ret_oc"], frame[terms], entity_effects=True, time_effects=True)
            fit = model.fit(
                cov_type="clustered", cluster_entity=True, cluster_time=True, low_memory=True, debiased=True
            )
        return [float(x) for x in fit.std_errors]

    return estimate


PEERS = {"emotape": run_emotape, "pyfixest": run_pyfixest, "linearmodels": run_linearmodels}


def measure(peer: str, file: Path) -> None:
    """Run one peer in this process and print what it took as JSON."""
    panel = pl.read_parquet(file)
    small = panel.filter(pl.col("ticker").is_in([f"F{i}" for i in range(50)]))
    PEERS[peer](small)()
    estimate = PEERS[peer](panel)
    before = _memory("VmRSS")
    seconds = []
    errors: list[float] = []
    for _ in range(2):
        started = time.perf_counter()
        errors = estimate()
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": min(seconds), "mib": _memory("VmHWM"), "before": before, "errors": errors}))


def _memory(field: str) -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        (line,) = [line for line in status if line.startswith(field)]
    return int(line.split()[1]) / 1024


def main(rows: list[int], peers: list[str]) -> None:
    """Print a row a panel and peer."""
    print(f"{'firm-days':>10} {'peer':<14}{'seconds':>9}{'ratio':>7}{'peak MiB':>10}{'of it the table':>17}")
    with tempfile.TemporaryDirectory() as folder:
        for size in rows:
            file = Path(folder) / "panel.parquet"
            panel = simulate_panel(*SHAPES[size])
            panel.write_parquet(file)
            n = panel.height
            del panel
            own: dict[str, Any] = {}
            for peer in peers:
                command = [sys.executable, __file__, "--measure", peer, str(file)]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    print(f"{n:>10,} {peer:<14} failed: {done.stderr.strip().splitlines()[-1][:90]}")
                    continue
                found = json.loads(done.stdout.splitlines()[-1])
                own = own or found
                print(
                    f"{n:>10,} {peer:<14}{found['seconds']:>9.2f}{found['seconds'] / own['seconds']:>7.2f}"
                    f"{found['mib']:>10,.0f}{found['mib'] - found['before']:>17,.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(SHAPES), choices=list(SHAPES))
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--measure", nargs=2, metavar=("PEER", "FILE"))
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure[0], Path(arguments.measure[1]))
    else:
        main(arguments.rows, arguments.peers)
