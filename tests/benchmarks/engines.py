"""Posts a second of the engines: one process, the cores of this machine, Ray with one worker and with two.

python tests/benchmarks/engines.py [--posts N] [--segments N] [--traits]

All posts are simulated. Ray is timed from the first finished segment to the last, and its start beside it.
The load of the machine is printed: on one that is busy, more workers cannot be faster.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import polars as pl

from etl.engines import Scores, Task, Traits, Work, cluster, local, run_engine
from models.simulation import simulate_market


def write_segments(folder: Path, n_posts: int, n_segments: int) -> list[Task]:
    """Write equal segments of simulated posts; targets lie beside them."""
    market = simulate_market(firms=100, sessions=250, posts_per_day=8.0, seed=1).posts
    posts = pl.concat([market] * (n_posts // market.height + 1)).head(n_posts)
    size = n_posts // n_segments
    tasks = []
    for n in range(n_segments):
        part = posts.slice(n * size, size).select(
            pl.lit("simulated").alias("source"),
            pl.col("post_id").cast(pl.String),
            pl.col("body").hash().alias("body_hash"),
            pl.lit(None, pl.Boolean).alias("is_reshare"),
            "body",
        )
        part.write_parquet(folder / f"{n:06}.parquet", row_group_size=122_880)
        tasks.append(Task(folder / f"{n:06}.parquet", folder / f"{n:06}.derived.parquet", size))
    return tasks


def report(name: str, engine: str, work: Work, tasks: list[Task]) -> None:
    """Run once, print a row, and remove the targets."""
    ends: list[float] = []
    began = time.perf_counter()
    posts = run_engine(engine, work, tasks, lambda some: ends.append(time.perf_counter()))
    whole = time.perf_counter() - began
    steady = (posts - tasks[0].posts) / (ends[-1] - ends[0]) if engine == "ray" else posts / whole
    print(f"{name:<24}{posts / whole:>14,.0f}{steady:>16,.0f}{os.getloadavg()[0]:>8.1f}", flush=True)
    for task in tasks:
        task.target.unlink()


def main(n_posts: int, n_segments: int, work: Work) -> None:
    """Print a row an engine."""
    print(f"{'engine':<24}{'posts/s':>14}{'after start':>16}{'load':>8}")
    with tempfile.TemporaryDirectory() as folder:
        tasks = write_segments(Path(folder), n_posts, n_segments)
        patient, local.START_SECONDS = local.START_SECONDS, float("inf")
        report("one process", "local", work, tasks)
        local.START_SECONDS = patient
        report("local", "local", work, tasks)
        ray = cluster._import_ray()
        for workers in (1, 2):
            ray.init(**cluster._new_cluster() | {"num_cpus": workers}, log_to_driver=False)
            report(f"ray, workers: {workers}", "ray", work, tasks)
            ray.shutdown()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=2_000_000)
    parser.add_argument("--segments", type=int, default=16)
    parser.add_argument("--traits", action="store_true")
    given = parser.parse_args()
    main(given.posts, given.segments, Traits() if given.traits else Scores("linear"))
