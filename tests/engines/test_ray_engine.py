"""The engine of a cluster, on a local cluster of Ray."""

import os
import signal
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from engines.segments import contents, make_tasks

from etl.engines import Scores, Task, Traits, cluster, local, run_engine
from etl.errors import BadInput
from models.posts import TRAITS_VERSION
from models.tagger import load_tagger

LINEAR = Scores("linear", load_tagger("linear").version)
with_ray = pytest.mark.skipif(not find_spec("ray"), reason="needs the package ray[data] (emotape[ray])")


@pytest.fixture(scope="module")
def two_cores():
    """A cluster of two cores that all tests here share."""
    ray = cluster._import_ray()
    ray.init(**cluster._new_cluster() | {"num_cpus": 2}, log_to_driver=False, logging_level="error")
    yield ray
    ray.shutdown()


def test_a_missing_ray_is_named_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadInput, match=r"needs the package ray\[data\].+pip install 'emotape\[ray\]'"):
        run_engine("ray", LINEAR, make_tasks(tmp_path, 10))


@with_ray
@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1:1", "Connection refused"),
        ("nonsense", "Invalid address format"),
        ("auto", "Could not find any running Ray instance"),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_told_in_a_sentence(tmp_path, monkeypatch, address, reason):
    monkeypatch.setenv("RAY_ADDRESS", address)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(BadInput, match=rf"The Ray cluster at {address} cannot be reached: .*{reason}"):
        run_engine("ray", LINEAR, make_tasks(tmp_path, 10))
    assert signal.getsignal(signal.SIGTERM) == before


@with_ray
@pytest.mark.slow
@pytest.mark.usefixtures("two_cores")
def test_a_cluster_writes_the_same_bytes_as_one_machine(tmp_path):
    sizes = (4_000, 0, 130_000, 7)
    for name, work in (("scores", LINEAR), ("traits", Traits(TRAITS_VERSION))):
        here, there = (make_tasks(tmp_path, *sizes, targets=f"{name}_{end}") for end in ("here", "there"))
        told: list[int] = []
        run_engine("local", work, here)
        assert run_engine("ray", work, there, told.append) == sum(told) == sum(sizes)
        assert contents(there) == contents(here)
        assert run_engine("ray", work, there) == 0


@with_ray
@pytest.mark.slow
@pytest.mark.usefixtures("two_cores")
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(tmp_path):
    sizes = (150_000, 140_000, 160_000)
    here, there = (make_tasks(tmp_path, *sizes, targets=name) for name in ("here", "there"))
    run_engine("local", LINEAR, here)
    killed: list[int] = []
    stop = threading.Event()
    hunter = threading.Thread(target=kill_writers, args=(there[0].target.parent, killed, stop))
    hunter.start()
    try:
        assert run_engine("ray", LINEAR, there) == sum(sizes)
    finally:
        stop.set()
        hunter.join()
    assert len(killed) == 2
    assert contents(there) == contents(here)
    # What the killed left goes with the next run that makes these targets, and is no target until then.
    there[0].target.unlink()
    run_engine("local", LINEAR, there)
    assert sorted(there[0].target.parent.iterdir()) == [task.target for task in there]


def kill_writers(folder: Path, killed: list[int], stop: threading.Event) -> None:
    """Kill two workers, each as soon as it has written a part of a file: its name says whose it is."""
    while len(killed) < 2 and not stop.is_set():
        for unfinished in folder.glob(".*.unfinished"):
            pid = int(unfinished.name.split(".")[-2].partition("-")[0])
            if pid != os.getpid() and pid not in killed:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                break
        time.sleep(0.01)


@with_ray
@pytest.mark.slow
@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (LINEAR, r"000001\.parquet cannot be read on .+ on a cluster in a folder that every machine sees"),
        (Scores("linear", "another"), "tagger linear of version .+ expected version another"),
    ],
)
def test_what_a_worker_cannot_do_is_the_sentence_that_it_would_be_here(tmp_path, work, sentence):
    tasks = make_tasks(tmp_path, 100, 100)
    tasks[1].source.unlink()
    with pytest.raises(BadInput, match=sentence):
        run_engine("ray", work, tasks)


@with_ray
@pytest.mark.slow
def test_targets_that_only_the_worker_sees_are_told_in_a_sentence(two_cores, tmp_path, monkeypatch):
    said = [{"posts": 10, "trouble": ""}]
    monkeypatch.setattr(cluster, "_results", lambda ray, work, tasks: iter(said))
    with pytest.raises(BadInput, match="is not to be seen on"):
        run_engine("ray", LINEAR, make_tasks(tmp_path, 10))


class Cluster:
    """What the engine asks a cluster for its size."""

    def __init__(self, *nodes: dict[str, float]) -> None:
        self._nodes = nodes

    def cluster_resources(self) -> dict[str, float]:
        return {name: sum(node.get(name, 0) for node in self._nodes) for name in ("CPU", "GPU")}

    def nodes(self) -> list[dict[str, object]]:
        gone = {"Alive": False, "Resources": {"CPU": 2.0}}
        return [gone, *({"Alive": True, "Resources": node} for node in self._nodes)]


def test_a_worker_has_a_core_and_a_transformer_a_graphics_card_or_a_machine():
    transformer = Scores("transformer:somewhere")
    head, two = {"memory": 1.0}, [{"CPU": 8.0}, {"CPU": 4.0}]
    assert cluster._share_out(Cluster(head, *two), LINEAR) == (12, {"num_cpus": 1})
    assert cluster._share_out(Cluster(head, *two), transformer) == (2, {"num_cpus": 4.0})
    with_card = Cluster(head, *two, {"CPU": 8.0, "GPU": 2.0})
    assert cluster._share_out(with_card, transformer) == (2, {"num_cpus": 1, "num_gpus": 1})


def test_workers_write_what_the_engine_of_one_machine_writes_without_a_cluster(tmp_path, monkeypatch):
    for name in cluster.ONE_THREAD:
        monkeypatch.setenv(name, "1")  # as a worker's own process has it
    here, there = (make_tasks(tmp_path, 2_500, targets=name) for name in ("here", "there"))
    local.run_local(LINEAR, here, lambda posts: None, 2**30)
    worker = cluster.Worker(LINEAR)
    assert worker(row(there[0])) == {"posts": 2_500, "trouble": ""}
    assert contents(there) == contents(here)
    there[0].source.unlink()
    assert "cannot be read" in worker(row(there[0]))["trouble"]


def row(task: Task) -> dict[str, object]:
    return {"source": str(task.source), "target": str(task.target), "posts": task.posts}
