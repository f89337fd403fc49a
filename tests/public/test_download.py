"""Files come whole and checked from a real home on loopback, whatever the home and the connection do."""

import socket
import subprocess
import sys

import pytest
from live.clocks import FakeClock
from public.library import COMMIT, Answer, open_library

from etl.errors import EmotapeError, SourceFailed
from etl.public.download import fetch_files, missing_files
from etl.public.manifest import DataSet, PublicFile
from etl.public.transfer import Origin

LONG = bytes(range(256)) * 400  # 102,400 bytes: many parts
HALF = len(LONG) // 2


@pytest.fixture
def library():
    with open_library() as opened:
        yield opened


@pytest.fixture
def data_set(library):
    files = tuple(PublicFile("posts", path, 0, "") for path in ("a/short.csv", "a/^long.csv"))
    data_set = DataSet("set", "ours", "ours/set", COMMIT, "MIT", files)
    contents = dict(zip((file.path for file in files), (b"short\n", LONG), strict=True))
    made = library.put(data_set, contents)
    # A caret is written %5E in an address.
    library.files = {path.replace("^", "%5E"): content for path, content in library.files.items()}
    return made


@pytest.fixture
def fetch(library, data_set, tmp_path):
    """Fetch what is missing; returns how long it waited between tries, and the bytes that it counted."""

    def run(address=None, timeout=5.0):
        clock, counted = FakeClock(), []
        origin = Origin(address or library.address, timeout, clock)
        try:
            fetch_files(data_set, missing_files(data_set, tmp_path), tmp_path, origin, counted.append)
        finally:
            run.waits, run.counted = clock.waits, sum(counted)

    return run


@pytest.fixture
def long(data_set, tmp_path):
    """The place of the longer file, the shorter one being there already."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "short.csv").write_bytes(b"short\n")
    return tmp_path / "a" / "^long.csv"


def partial(target):
    return target.with_name(f".{target.name}.partial")


def test_files_come_whole_and_are_not_asked_for_again(library, fetch, tmp_path):
    fetch()
    assert (tmp_path / "a" / "^long.csv").read_bytes() == LONG
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["^long.csv", "short.csv"]
    assert fetch.counted == len(LONG) + 6
    library.asked.clear()
    fetch()
    assert library.asked == []


def test_it_says_honestly_who_asks(library, fetch):
    fetch()
    (agent,) = library.agents
    assert agent.startswith("emotape/")


def test_a_file_that_was_changed_on_disk_is_fetched_again(library, fetch, long):
    long.write_bytes(LONG[::-1])
    fetch()
    assert long.read_bytes() == LONG


def test_a_cut_connection_is_taken_up_where_it_ended(library, fetch, long):
    library.answers = [Answer(cut=HALF), Answer(cut=HALF // 2)]
    fetch()
    assert long.read_bytes() == LONG
    starts = [int(wanted.removeprefix("bytes=").removesuffix("-")) for _, wanted in library.asked[1:]]
    assert 0 < starts[0] <= HALF < starts[1]
    assert fetch.waits == [0.5, 1.0]
    assert fetch.counted == len(LONG)


def test_what_an_earlier_run_left_is_not_asked_for_again(library, fetch, long):
    partial(long).write_bytes(LONG[:HALF])
    fetch()
    assert library.asked == [("%5Elong.csv", f"bytes={HALF}-")]
    assert long.read_bytes() == LONG
    assert not partial(long).exists()


def test_a_file_that_had_arrived_whole_but_for_its_name_is_not_asked_for(library, fetch, long):
    partial(long).write_bytes(LONG)
    fetch()
    assert library.asked == []
    assert long.read_bytes() == LONG


def test_a_home_that_knows_no_ranges_sends_the_whole_again(library, fetch, long):
    library.knows_ranges = False
    partial(long).write_bytes(LONG[:HALF])
    fetch()
    assert long.read_bytes() == LONG
    assert fetch.counted == len(LONG)


def test_a_part_longer_than_the_file_is_thrown_away(library, fetch, long):
    partial(long).write_bytes(LONG + b"more")
    fetch()
    assert [wanted for _, wanted in library.asked] == [f"bytes={len(LONG) + 4}-", None]  # 416, then anew
    assert long.read_bytes() == LONG


@pytest.mark.parametrize("size", [HALF, len(LONG)])
def test_the_beginning_of_another_file_is_noticed_and_fetched_anew(fetch, long, size):
    partial(long).write_bytes(b"x" * size)
    fetch()
    assert long.read_bytes() == LONG
    assert fetch.counted == len(LONG)


def test_a_part_that_was_not_asked_for_is_not_appended(library, fetch, long):
    partial(long).write_bytes(LONG[:HALF])
    library.answers = [Answer(status=206, headers={"Content-Range": "bytes 0-30/31"})]
    fetch()
    assert long.read_bytes() == LONG


def test_a_wrong_checksum_keeps_what_was_there_and_leaves_nothing(library, fetch, long):
    long.write_bytes(b"older")
    for path in library.files:
        library.files[path] = LONG[::-1]
    with pytest.raises(SourceFailed, match=r"has the SHA-256 \w{12}\.\.\., not the \w{12}\.\.\. of the file"):
        fetch()
    assert long.read_bytes() == b"older"
    assert not partial(long).exists()


def test_a_file_that_does_not_end_is_cut_off(library, fetch, long):
    for path in library.files:
        library.files[path] = LONG * 1000
    with pytest.raises(SourceFailed, match="is longer than the 102,400 bytes"):
        fetch()
    assert not long.exists()
    assert not partial(long).exists()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "is not there .404.: the data set was moved .* https://github.com/ours/set"),
        (403, "was refused .403."),
        (407, "was refused .407."),
    ],
)
def test_a_home_that_says_no_is_asked_once(library, fetch, long, status, sentence):
    library.answers = [Answer(status)]
    with pytest.raises(SourceFailed, match=sentence):
        fetch()
    assert len(library.asked) == 1


def test_a_busy_home_is_waited_for_as_long_as_it_says(library, fetch, long):
    library.answers = [Answer(429, {"Retry-After": "7"}), Answer(503, {"Retry-After": "86400"}), Answer(500)]
    fetch()
    assert fetch.waits == [7.0, 60.0, 2.0]
    assert long.read_bytes() == LONG


def test_a_home_that_stays_broken_is_one_sentence_and_the_part_is_kept(library, fetch, long):
    library.answers = [Answer(cut=HALF), *[Answer(500)] * 3]
    with pytest.raises(
        SourceFailed, match=r"in 4 tries: its home answered 500\. Check the network, then run"
    ):
        fetch()
    assert 0 < partial(long).stat().st_size <= HALF
    fetch()
    assert long.read_bytes() == LONG


def test_no_network_is_one_sentence(fetch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceFailed, match=r"did not come in 4 tries: its home cannot be reached\."):
        fetch(f"http://127.0.0.1:{port}")
    assert fetch.waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("arrived", [0, HALF // 5])
def test_a_home_that_falls_silent_is_not_waited_for_for_ever(library, fetch, long, arrived):
    library.answers = [Answer(cut=arrived, hang=True) for _ in range(4)]
    with pytest.raises(SourceFailed, match="no answer in time"):
        fetch(timeout=0.2)


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(library, fetch, data_set, long, tmp_path):
    """A limit on the size of files is met as a full disk is: by an error of the operating system."""
    file = next(file for file in data_set.files if file.path == "a/^long.csv")
    code = (
        "import resource; from pathlib import Path; from etl.clock import Clock\n"
        "from etl.public.download import fetch_files\n"
        "from etl.public.manifest import DataSet, PublicFile\n"
        "from etl.public.transfer import Origin\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({HALF}, resource.RLIM_INFINITY))\n"
        f"file = {file!r}\n"
        f"data_set = DataSet('set', 'ours', 'ours/set', {COMMIT!r}, 'MIT', (file,))\n"
        f"origin = Origin({library.address!r}, 5.0, Clock())\n"
        f"fetch_files(data_set, [file], Path({str(tmp_path)!r}), origin)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence.startswith(f"{EmotapeError.__module__}.EmotapeError: ")
    assert "cannot be written: File too large. Free some space" in sentence
    assert not long.exists()
    assert partial(long).stat().st_size == HALF
    fetch()
    assert long.read_bytes() == LONG
