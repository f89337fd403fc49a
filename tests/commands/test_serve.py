"""Where the dashboard listens."""

import os
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

PATIENCE = 60.0  # seconds for the dashboard to start


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_it_listens_on_the_address_that_is_named_and_on_no_other(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "etl", "serve", "--address", "127.0.0.2", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--home", str(tmp_path)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert "no password" in server.stdout.readline()
        assert healthy(f"http://127.0.0.2:{port}")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
    finally:
        stop(server)


def healthy(address: str) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                return answer.status == 200
        except URLError:
            time.sleep(0.1)
    return False


def stop(server: "subprocess.Popen[str]") -> None:
    os.killpg(server.pid, 15)  # the command and the Streamlit that it started
    server.stdout.close()
    server.wait(timeout=20)


def test_an_address_that_is_none_is_refused_in_a_sentence(emotape, tmp_path):
    done = emotape("serve", "--address", "no address", "--home", tmp_path)
    assert done.returncode == 1
    assert "'no address' is no address; expected one such as 127.0.0.1 or 0.0.0.0" in done.stderr


def test_a_port_that_is_taken_is_refused_in_a_sentence(emotape, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = emotape("serve", "--port", taken.getsockname()[1], "--home", tmp_path)
    assert done.returncode == 1
    assert "is in use or not allowed" in done.stderr
