"""The engine of a cluster: Ray Data hands segments to workers, each of which writes the files beside them.

A worker opens the tagger once and takes one segment after the other. One that dies is replaced and its
segment begun anew, which is why a file takes its name only when it is whole. Nothing but the names of files
travels: posts are read, and files written, where the worker runs.
"""

import logging
import os
import platform
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etl.engines.pieces import cut, derive
from etl.engines.processes import ONE_THREAD
from etl.engines.targets import writing
from etl.engines.work import Task, Transform, Work
from etl.errors import BadInput, EmotapeError

ADDRESS = "RAY_ADDRESS"
# Ray's store holds names of files here; left to itself, it takes 30 % of the memory.
STORE_BYTES = 128 * 2**20
KNOCK_SECONDS = 10
# Read when Ray is imported, hence before. Of tagging nobody is told; and workers run in this environment.
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}


def run_ray(work: Work, tasks: Sequence[Task], progress: Callable[[int], None]) -> None:
    """Make the targets on a Ray cluster; raises as `run_engine` says."""
    ray = _import_ray()
    with _connected(ray):
        for done in _results(ray, work, tasks):
            if done["trouble"]:
                raise BadInput(done["trouble"])
            progress(done["posts"])
    for task in tasks:
        if not task.target.exists():
            raise BadInput(
                f"A worker wrote {task.target}, but it is not to be seen on {platform.node()}; expected a "
                "folder that every machine of the cluster sees under the same name."
            )


class Worker:
    """What one worker keeps: the work, opened when its first segment comes."""

    def __init__(self, work: Work) -> None:
        if work.parallel:
            for name, value in ONE_THREAD.items():
                os.environ.setdefault(name, value)
        self._work = work
        self._transform: Transform | None = None

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Make one target; what a person can mend is told in `trouble`, which is empty otherwise."""
        task = Task(Path(row["source"]), Path(row["target"]), row["posts"])
        try:
            if self._transform is None:
                self._transform = self._work.open()
            with writing(task) as target:
                for piece in cut(task, self._work):
                    target.write(derive(piece, self._work, self._transform))
        except EmotapeError as error:
            return {"posts": 0, "trouble": str(error)}
        return {"posts": task.posts, "trouble": ""}


def _results(ray: Any, work: Work, tasks: Sequence[Task]) -> Iterator[dict[str, Any]]:
    """Give what workers say of each task, as they finish."""
    rows = [
        {"source": str(task.source.absolute()), "target": str(task.target.absolute()), "posts": task.posts}
        for task in tasks
    ]
    workers, each = _share_out(ray, work)
    segments = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        Worker,
        fn_constructor_args=(work,),
        # A segment is long work: none waits at a worker while another has nothing to do.
        compute=ray.data.ActorPoolStrategy(size=min(workers, len(rows)), max_tasks_in_flight_per_actor=1),
        **each,
    )
    try:
        yield from segments.iter_rows()
    except ray.exceptions.RayError as error:
        reason = str(error).strip().rsplit("\n", 1)[-1].rstrip(".")
        raise EmotapeError(
            f"The Ray cluster gave up: {reason}. What is finished stays; run again, or choose the engine "
            "local."
        ) from error


def _share_out(ray: Any, work: Work) -> tuple[int, dict[str, float]]:
    """Return how many workers the cluster has room for, and what each of them takes."""
    there = ray.cluster_resources()
    if work.parallel:
        return max(1, int(there.get("CPU", 1))), {"num_cpus": 1}
    if cards := int(there.get("GPU", 0)):
        return cards, {"num_cpus": 1, "num_gpus": 1}
    cores = [node["Resources"]["CPU"] for node in ray.nodes() if node["Alive"] and "CPU" in node["Resources"]]
    return max(1, len(cores)), {"num_cpus": min(cores, default=1)}


def _import_ray() -> Any:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data

        logging.getLogger("ray.data").setLevel(logging.ERROR)
    except ImportError as error:
        raise BadInput(
            "The engine ray needs the package ray[data], which is not installed; install it with: "
            "pip install 'emotape[ray]', or choose the engine local."
        ) from error
    return ray


@contextmanager
def _connected(ray: Any) -> Iterator[None]:
    """Join the cluster at `RAY_ADDRESS`, or start one here and end it afterwards."""
    if ray.is_initialized():
        yield
        return
    address = os.environ.get(ADDRESS)
    of_cluster = {"address": address} if address else _new_cluster()
    with _own_signals():
        try:
            if address:
                _knock(address)
            ray.init(**of_cluster, log_to_driver=False, logging_level="error")
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            reason = str(error).strip().split("\n", 1)[0].rstrip(".")
            raise BadInput(
                f"The Ray cluster at {address or 'this machine'} cannot be reached: {reason}. Start it with "
                f"`ray start --head`, set {ADDRESS} to its address, or unset it to use this machine alone."
            ) from error
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        yield
    finally:
        ray.shutdown()


def _new_cluster() -> dict[str, Any]:
    return {"address": "local", "include_dashboard": False, "object_store_memory": STORE_BYTES}


def _knock(address: str) -> None:
    """Raise an OSError where nobody listens: Ray itself tries for minutes, and then ends the process."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=KNOCK_SECONDS).close()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep what this process does when it is asked to stop: Ray would exit, and clean nothing up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
