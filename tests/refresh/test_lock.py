"""One run at a time: the second is told who holds the home, and a killed holder leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from etl.errors import WarehouseBusy
from etl.refresh.lock import is_running, read_holder, run_lock

HOLD = """
import sys, time
from pathlib import Path
from etl.refresh.lock import run_lock
from etl.settings import open_home
with run_lock(open_home(Path({home!r})), "emotape refresh"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(home):
    """Another process that holds the home until the test ends."""
    code = textwrap.dedent(HOLD).format(home=str(home.path))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_the_second_is_told_who_holds_it_and_since_when(home, holder):
    with pytest.raises(WarehouseBusy) as raised, run_lock(home, "emotape vacuum"):
        pass
    sentence = str(raised.value)
    assert "`emotape refresh` has been running" in sentence
    assert f"process {holder.pid}" in sentence
    assert read_holder(home)["since"] in sentence
    assert is_running(home)


def test_a_killed_holder_leaves_the_home_free(home, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert not is_running(home)
    with run_lock(home, "emotape refresh"):
        assert is_running(home)
        assert read_holder(home)["pid"] == os.getpid()
    assert not is_running(home)
    assert read_holder(home) is None
