"""The image and the compose file, checked without an engine, and the loop between two runs."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
import tomllib
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds for a process to start or end


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions and what follows them, lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (CHECKOUT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((CHECKOUT / "compose.yaml").read_text())


def copied() -> list[str]:
    return [source for name, rest in instructions() if name == "COPY" for source in shlex.split(rest)[:-1]]


def test_what_the_image_is_made_of_is_there_and_not_ignored():
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert copied()
    for source in copied():
        assert (CHECKOUT / source).exists(), source
        assert f"!{source.removeprefix('./')}" in ignored, source
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {*packages, project["project"]["readme"], *project["project"]["license-files"]} <= set(copied())


def test_the_image_is_pinned_runs_as_nobody_special_and_installs_by_hash():
    steps = instructions()
    base = dict(steps)["FROM"]
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)
    assert "latest" not in (CHECKOUT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in " ".join(rest for name, rest in steps if name == "RUN")
    users = [place for place, (name, _) in enumerate(steps) if name == "USER"]
    assert steps[users[-1]][1] not in {"root", "0"}
    assert not [rest for name, rest in steps[users[-1] :] if name == "RUN"]


def test_the_health_of_the_dashboard_is_asked_by_python_on_the_port_that_is_served():
    facts = dict(instructions())
    check = json.loads(facts["HEALTHCHECK"].partition("CMD ")[2])
    assert check[:2] == ["python", "-c"]
    compile(check[2], "health", "exec")
    assert f"127.0.0.1:{facts['EXPOSE']}/_stcore/health" in check[2]
    assert json.loads(facts["CMD"]) == ["serve", "--address", "0.0.0.0"]


def test_both_services_share_one_volume_at_the_home_of_the_image(compose):
    home = dict(instructions())["VOLUME"]
    assert f"EMOTAPE_HOME={home}" in dict(instructions())["ENV"]
    assert set(compose["services"]) == {"refresh", "dashboard"}
    assert set(compose["volumes"]) == {"data"}
    for service in compose["services"].values():
        assert service["volumes"] == [f"data:{home}"]
        assert service["image"] == "emotape:local"
        assert service["restart"] == "unless-stopped"


def test_the_dashboard_is_published_to_this_machine_alone(compose):
    assert compose["services"]["dashboard"]["ports"] == ["127.0.0.1:8501:8501"]
    assert "ports" not in compose["services"]["refresh"]


def test_a_refresh_is_given_as_long_to_stop_as_systemd_gives_it(compose):
    assert compose["services"]["refresh"]["stop_grace_period"] == "5m"


def test_no_secret_is_in_image_or_compose_file(compose):
    for name in ("Dockerfile", "compose.yaml", ".dockerignore"):
        lines = (CHECKOUT / name).read_text().splitlines()
        shown = [line for line in lines if re.search(r"token|webhook|password|secret", line, re.IGNORECASE)]
        assert all("#" in line for line in shown), shown
    assert compose["services"]["refresh"]["env_file"] == [{"path": "emotape.env", "required": False}]
    assert "!emotape.env" not in (CHECKOUT / ".dockerignore").read_text()


@pytest.fixture
def loop(tmp_path):
    """The loop in a process, with an `emotape` that notes what it does; yields it and what it noted."""
    tools, noted = tmp_path / "tools", tmp_path / "noted"
    tools.mkdir()
    program = tools / "emotape"
    processes = []

    def start(refresh: str, due: str) -> "subprocess.Popen[bytes]":
        program.write_text(
            f'#!/bin/sh\nnote() {{ echo "$*" >>"{noted}"; }}\nnote "$@"\n'
            f"case $1 in refresh) {refresh};; schedule) {due};; esac\n"
        )
        program.chmod(0o755)
        environment = {"PATH": f"{tools}{os.pathsep}/usr/bin:/bin"}
        processes.append(subprocess.Popen([CHECKOUT / "docker" / "refresh-daily"], env=environment))
        return processes[-1]

    def wait_for(*lines: str) -> list[str]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = noted.read_text().splitlines() if noted.exists() else []
            if found[: len(lines)] == list(lines):
                return found
            time.sleep(0.01)
        raise AssertionError(f"{found} does not begin with {lines}")

    yield start, wait_for
    for process in processes:
        process.kill()
        process.wait()


def test_it_refreshes_at_once_and_again_when_the_time_has_come_whatever_came_of_it(loop):
    start, wait_for = loop
    start(refresh="exit 3", due="echo 0")
    wait_for(*["refresh", "schedule next --epoch"] * 3)


def test_told_to_stop_it_lets_the_refresh_finish_and_is_done(loop):
    start, wait_for = loop
    finishing = "trap 'note committed; exit 1' TERM; note under way; while :; do sleep 0.01; done"
    process = start(refresh=finishing, due="echo 0")
    wait_for("refresh", "under way")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert wait_for("refresh", "under way") == ["refresh", "under way", "committed"]


def test_told_to_stop_while_it_waits_it_is_done_at_once(loop):
    start, wait_for = loop
    process = start(refresh="exit 0", due="echo 99999999999; note waiting")
    wait_for("refresh", "schedule next --epoch", "waiting")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_where_the_next_time_cannot_be_known_it_fails_rather_than_refresh_without_end(loop):
    start, wait_for = loop
    process = start(refresh="exit 1", due="exit 1")
    assert process.wait(PATIENCE) == 1
    assert wait_for("refresh") == ["refresh", "schedule next --epoch"]
