"""The report of the scale benchmark: what it computes and says, and that a run goes on where it stopped."""

import json
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from benchmarks.scaling import stages as stages_module
from benchmarks.scaling.bare_copy import copy_bare
from benchmarks.scaling.cost_figure import draw_costs
from benchmarks.scaling.ledger import RUNNING, Ledger
from benchmarks.scaling.new_day import write_new_day
from benchmarks.scaling.report import compare, cost_by_stage, render_markdown
from benchmarks.scaling.stages import (
    BUILD,
    COPY,
    LOAD,
    NEW_BUILD,
    NEW_POSTS,
    NEW_PRICES,
    OF_FILES,
    OF_HOME,
    SIMULATE,
    Size,
    describe,
    describe_pieces,
    run_size,
)
from benchmarks.scaling.watching import Watched, disk_bytes, watch

from etl.simulated_archive import write_archive
from models.simulation.archive import ArchiveSize

MIB = 1024**2


def figures(seconds: float, posts: int = 1_000, **more: object) -> dict[str, object]:
    took = {
        "seconds": seconds,
        "cpu_seconds": 2 * seconds,
        "posts": posts,
        "posts_per_second": posts / seconds,
    }
    return took | {"peak_mib": 100.0, "disk_mib": 5.0, "exit_code": 0} | more


@pytest.fixture
def sizes():
    pieces = {"tagging": {"seconds": 3.0, "peak_mib": 50.0}, "building": {"seconds": 1.0, "peak_mib": 0.0}}
    small = {
        SIMULATE: figures(1.0),
        COPY: figures(2.0),
        LOAD: figures(3.0),
        BUILD: figures(5.0, pieces=pieces),
    }
    day = {NEW_POSTS: figures(1.0, 10), NEW_PRICES: figures(2.0, 10), NEW_BUILD: figures(4.0, 10)}
    large = {LOAD: figures(60.0, 10_000), BUILD: {"failed": "no space is left"}}
    return {"1000": small | day, "10000": large}


def test_ratios_are_seconds_by_seconds_and_only_of_what_was_measured(sizes):
    ratios = compare(sizes)
    assert ratios["1000"] == {
        "parsing_to_copy": 1.5, "parsing_to_copy_cpu": 1.5, "whole_way": 1_000 / 8, "new_day_seconds": 7.0,
    }  # fmt: skip
    assert ratios["10000"] == {}


def test_cost_of_a_post_is_in_microseconds_and_leaves_out_what_does_not_grow(sizes):
    costs = cost_by_stage(sizes)
    assert costs[LOAD] == {1_000: 3_000.0, 10_000: 6_000.0}
    assert costs[f"{BUILD}: tagging"] == {1_000: 3_000.0}
    assert set(costs) == {SIMULATE, COPY, LOAD, BUILD, f"{BUILD}: tagging", f"{BUILD}: building"}
    assert cost_by_stage(sizes, "cpu_seconds")[LOAD][1_000] == 6_000.0


def test_the_report_says_machine_ratios_growth_and_what_failed(sizes):
    report = {
        "date": "2030-01-02",
        "machine": {
            "cores": 2,
            "memory_gib": 8.0,
            "system": "Linux",
            "python": "3",
            "libraries": {"duckdb": "2"},
        },
        "commits": ["abc1234"],
        "conditions": {"firms": 3, "sessions": 4, "seed": 5},
        "sizes": sizes,
        "ratios": compare(sizes),
        "peers": {"tagger.py": {"arguments": ["--posts", "9"], "printed": "emotape linear  9"}},
        "figure": "cost.png",
    }
    text = render_markdown(report)
    for said in (
        "2030-01-02; 2 cores, 8 GiB", "commit abc1234", "3 firms, 4 sessions, seed 5",
        "`load archive` takes 1.50 times",
        "125 posts a second", "until it is published: 7.0 s", "| load archive | 3000.00 | 6000.00 | 2.00 |",
        "| build | no space is left |", "| bare copy | not measured |", "## tagger.py --posts 9",
        "emotape linear  9", "![Cost of a post", "All posts and prices are simulated",
    ):  # fmt: skip
        assert said in text, said
    table = [line for line in text.splitlines() if line.startswith("| load archive | 3.0 |")]
    assert table == ["| load archive | 3.0 | 6.0 | 1,000 | 333 | 100 | 5 |"]


def test_the_plot_has_a_line_a_stage_with_its_sizes_in_order(sizes):
    figure = draw_costs(cost_by_stage(sizes), "Cost")
    lines = {trace.name: list(trace.x) for trace in figure.data}
    assert lines[LOAD] == [1_000, 10_000]
    assert figure.layout.xaxis.type == "log"


def test_a_command_is_watched_with_its_children_until_its_end(tmp_path):
    child = "import time; held = bytearray(150 * 2**20); time.sleep(0.6)"
    program = f"import subprocess, sys; print('done', subprocess.call([sys.executable, '-c', {child!r}]))"
    held = bytearray(b"x") * (600 * MIB)  # what the watcher holds itself is none of the command's
    started = time.perf_counter()
    watched = watch([sys.executable, "-c", program])
    del held
    assert watched.returncode == 0
    assert watched.output == "done 0\n"
    assert 0.6 < watched.seconds <= time.perf_counter() - started
    assert 150 * MIB < watched.peak() < 400 * MIB


def test_a_command_that_fails_is_described_by_its_last_words(tmp_path):
    watched = watch([sys.executable, "-c", "import sys; print('reading'); sys.exit('the disk is full')"])
    assert describe(watched, 5, tmp_path)["failed"] == "the disk is full"


def test_pieces_of_a_command_are_added_up_by_name():
    watched = Watched(0, 10.0, 5.0, [(1.5, 10 * MIB), (4.0, 30 * MIB), (6.5, 20 * MIB)], "")
    found = describe_pieces([("read", 1.0, 2.0), ("tag", 3.0, 5.0), ("read", 6.0, 7.5)], watched)
    assert found == {"read": {"seconds": 2.5, "peak_mib": 20.0}, "tag": {"seconds": 2.0, "peak_mib": 30.0}}


def test_a_file_of_two_names_takes_its_disk_once(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 1_000)
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert disk_bytes(tmp_path) == 1_000


def test_figures_of_other_conditions_are_refused(tmp_path):
    Ledger(tmp_path / "figures.json", {"firms": 3}).write("10", LOAD, figures(1.0))
    with pytest.raises(SystemExit, match="another firms"):
        Ledger(tmp_path / "figures.json", {"firms": 4})


@pytest.fixture
def counted(monkeypatch):
    """Stages that leave files as the real ones do, and count how often each ran; one may be told to stop."""
    ran: list[str] = []
    stop: set[str] = set()

    def list_stages(size: Size):
        def stage(name: str):
            def run():
                ran.append(name)
                if name in stop:
                    raise KeyboardInterrupt
                for folder in (size.archive, size.day) if name in OF_FILES else (size.home,):
                    folder.mkdir(parents=True, exist_ok=True)
                return figures(1.0)

            return run

        return {name: stage(name) for name in [*OF_FILES, *OF_HOME]}

    monkeypatch.setattr(stages_module, "list_stages", list_stages)
    return ran, stop


def measure(folder: Path) -> bool:
    size = Size(1_000, 3, 4, 5, folder / "work")
    return run_size(size, Ledger(folder / "figures.json", {}), "abc", lambda line: None)


def test_a_run_that_was_interrupted_goes_on_with_a_new_home_and_keeps_what_needs_none(tmp_path, counted):
    ran, stop = counted
    stop.add(BUILD)
    with pytest.raises(KeyboardInterrupt):
        measure(tmp_path)
    kept = json.loads((tmp_path / "figures.json").read_text())["sizes"]["1000"]
    assert kept[BUILD] == {RUNNING: True}
    ran.clear()
    stop.clear()
    assert measure(tmp_path)
    assert ran == OF_HOME
    ran.clear()
    assert measure(tmp_path)
    assert ran == []


def test_stages_whose_files_are_gone_are_measured_again(tmp_path, counted):
    ran, stop = counted
    stop.add(NEW_POSTS)
    with pytest.raises(KeyboardInterrupt):
        measure(tmp_path)
    (tmp_path / "work" / "archive").rmdir()
    stop.clear()
    ran.clear()
    assert measure(tmp_path)
    assert ran == [*OF_FILES, *OF_HOME]


def test_the_new_day_follows_the_archive_in_time_ids_and_prices(tmp_path):
    archive, day = tmp_path / "archive", tmp_path / "day"
    write_archive(archive, ArchiveSize(4, 6, 400, 2), 0)
    write_archive(day, ArchiveSize(4, 1, 60, 2), 0)
    write_new_day(archive, day)
    copy_bare(archive, tmp_path / "copied")
    before = pl.read_parquet(tmp_path / "copied" / "feature_wo_messages.parquet")
    posts, prices = pl.read_csv(day / "posts.csv"), pl.read_csv(day / "prices.csv")
    assert before.height == 400
    assert posts.height == 60
    assert posts["message_id"].min() > before["message_id"].max()
    assert posts["created_at"].max()[:10] == "2025-01-02"
    assert prices["date"].unique().to_list() == ["2025-01-02"]
    assert prices["ticker"].n_unique() == 4
