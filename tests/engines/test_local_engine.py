import polars as pl
import pyarrow.parquet as pq
import pytest
from engines.segments import contents, make_tasks, posts

from etl.engines import Scores, Task, Traits, local, pieces, run_engine
from etl.errors import BadInput, EmotapeError
from models.posts import TRAITS_VERSION, describe_posts
from models.tagger import load_tagger, score
from models.tagger.record_batches import KEY

LINEAR = Scores("linear", load_tagger("linear").version)


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_POSTS", 1_500)


@pytest.fixture
def two_processes(monkeypatch):
    monkeypatch.setattr(local, "START_SECONDS", -1.0)
    monkeypatch.setattr(local, "_count_processes", lambda work, memory: 2)


@pytest.mark.usefixtures("small_pieces")
def test_scores_and_traits_lie_beside_each_segment_in_its_order(tmp_path):
    tasks, described = (make_tasks(tmp_path, 4_200, 800, targets=name) for name in ("scores", "traits"))
    told: list[int] = []
    assert run_engine("local", LINEAR, tasks, told.append) == sum(told) == 5_000
    assert run_engine("local", Traits(TRAITS_VERSION), described) == 5_000
    for size, first, scores, traits in zip((4_200, 800), (0, 4_200), tasks, described, strict=True):
        segment = posts(size, first)
        expected = segment.select(KEY).hstack(score(load_tagger("linear"), segment["body"]))
        assert pl.read_parquet(scores.target).equals(expected)
        expected = describe_posts(segment["body"], segment["is_reshare"])
        assert pl.read_parquet(traits.target).equals(segment.select(*KEY, "is_reshare").hstack(expected))


@pytest.mark.usefixtures("small_pieces")
def test_a_piece_is_whole_row_groups_and_becomes_one(tmp_path):
    (task,) = make_tasks(tmp_path, 4_200, row_group=700)
    cut = list(pieces.cut(task, LINEAR))
    assert [piece.row_groups for piece in cut] == [(0, 1), (2, 3), (4, 5)]
    run_engine("local", LINEAR, [task])
    written = pq.ParquetFile(task.target).metadata
    sizes = [written.row_group(n).num_rows for n in range(written.num_row_groups)]
    assert sizes == [piece.posts for piece in cut] == [1_400] * 3


def test_a_row_group_larger_than_a_piece_is_read_in_parts(tmp_path, monkeypatch):
    (task,), (again,) = (make_tasks(tmp_path, 2_000, targets=name, row_group=2_000) for name in "ab")
    run_engine("local", LINEAR, [task])
    monkeypatch.setattr(pieces, "PIECE_POSTS", 300)
    run_engine("local", LINEAR, [again])
    assert contents([task]) == contents([again])


@pytest.mark.usefixtures("small_pieces", "two_processes")
def test_processes_write_the_same_bytes_as_one(tmp_path, monkeypatch):
    by_two = make_tasks(tmp_path, 3_000, 0, 7_000, 10, targets="two")
    run_engine("local", LINEAR, by_two)
    monkeypatch.setattr(local, "_count_processes", lambda work, memory: 1)
    by_one = make_tasks(tmp_path, 3_000, 0, 7_000, 10, targets="one")
    run_engine("local", LINEAR, by_one)
    assert contents(by_two) == contents(by_one)


@pytest.mark.usefixtures("small_pieces", "two_processes")
def test_an_error_in_a_process_is_the_sentence_that_it_would_be_in_this_one(tmp_path):
    tasks = make_tasks(tmp_path, 3_000, 4_000)
    broken = bytearray(tasks[1].source.read_bytes())
    third = len(broken) // 3
    broken[third : 2 * third] = bytes(third)
    tasks[1].source.write_bytes(broken)
    with pytest.raises(BadInput, match=r"000001\.parquet cannot be read on "):
        run_engine("local", LINEAR, tasks)
    assert [task.target.exists() for task in tasks] == [True, False]


@pytest.mark.usefixtures("small_pieces")
def test_little_work_starts_no_process(tmp_path, monkeypatch):
    def refuse(*given: object) -> None:
        raise AssertionError(given)

    monkeypatch.setattr(local, "_count_processes", lambda work, memory: 64)
    monkeypatch.setattr(local, "derive_in_processes", refuse)
    assert run_engine("local", LINEAR, make_tasks(tmp_path, 5_000)) == 5_000


def test_processes_are_as_many_as_cores_and_memory_allow(monkeypatch):
    monkeypatch.setattr(local.os, "sched_getaffinity", lambda of: range(8), raising=False)
    gigabyte = 2**30
    counts = {n: local._count_processes(LINEAR, n * gigabyte) for n in (0, 1, 2, 100)}
    assert counts == {0: 1, 1: 1, 2: 4, 100: 8}
    assert local._count_processes(Scores("ensemble:linear+transformer:somewhere"), 100 * gigabyte) == 1


def test_targets_that_are_there_are_left_alone_and_count_at_once(tmp_path):
    tasks = make_tasks(tmp_path, 300, 200)
    run_engine("local", LINEAR, tasks[:1])
    tasks[0].source.unlink()
    told: list[int] = []
    assert run_engine("local", LINEAR, tasks, told.append) == 200
    assert told == [300, 200]
    before = [task.target.stat().st_mtime_ns for task in tasks]
    assert run_engine("local", LINEAR, tasks) == 0
    assert [task.target.stat().st_mtime_ns for task in tasks] == before


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path):
    tasks = make_tasks(tmp_path, 100)
    folder = tasks[0].target.parent
    left = folder / f".{tasks[0].target.name}.77-abc.unfinished"
    others = [folder / ".000009.parquet.77-abc.unfinished", folder / "000009.parquet"]
    for file in (left, *others):
        file.touch()
    run_engine("local", LINEAR, tasks)
    assert sorted(folder.iterdir()) == sorted([tasks[0].target, *others])


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.unlink(), "cannot be read on"),
        (lambda path: path.write_bytes(b"PAR1 no more"), "cannot be read on"),
        (lambda path: pl.read_parquet(path).drop("body").write_parquet(path), "has no column body"),
        (lambda path: pl.read_parquet(path).head(5).write_parquet(path), "holds 5 posts, expected 100"),
    ],
    ids=["gone", "cut short", "another table", "fewer posts"],
)
def test_a_segment_that_is_not_what_it_should_be_is_refused_in_a_sentence(tmp_path, damage, sentence):
    tasks = make_tasks(tmp_path, 100)
    damage(tasks[0].source)
    with pytest.raises(BadInput, match=sentence):
        run_engine("local", LINEAR, tasks)
    assert list(tasks[0].target.parent.iterdir()) == []


def test_a_target_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (task,) = make_tasks(tmp_path, 100)
    nowhere = Task(task.source, tmp_path / "nowhere" / "x.parquet", 100)
    with pytest.raises(BadInput, match=r"x\.parquet cannot be written: No such file or directory"):
        run_engine("local", LINEAR, [nowhere])


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (
            Scores("linear", "another"),
            "tagger linear of version .+ expected version another; install the same",
        ),
        (Traits("0"), "rules for traits of posts of version .+ expected version 0"),
        (Scores("nobody"), "there is no tagger 'nobody'"),
    ],
)
def test_work_of_another_version_or_unknown_is_refused(tmp_path, work, sentence):
    with pytest.raises(BadInput, match=sentence):
        run_engine("local", work, make_tasks(tmp_path, 100))


def test_an_engine_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(BadInput, match="no engine 'spark'; there are: local, ray"):
        run_engine("spark", LINEAR, [])


def test_a_process_that_is_ended_from_outside_is_told_in_a_sentence(tmp_path, monkeypatch):
    from concurrent.futures.process import BrokenProcessPool

    from etl.engines import processes

    class Ended:
        def __init__(self, *given: object) -> None:
            pass

        def submit(self, *given: object) -> None:
            raise BrokenProcessPool

        def shutdown(self, **given: object) -> None:
            pass

    monkeypatch.setattr(processes, "ProcessPoolExecutor", Ended)
    cut = pieces.cut(make_tasks(tmp_path, 100)[0], LINEAR)
    with pytest.raises(EmotapeError, match="ended from outside, often for want of memory"):
        list(processes.derive_in_processes(LINEAR, cut, 2))
