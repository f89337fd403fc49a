"""Units that systemd itself takes, with the paths of this installation whatever is in their names."""

import os
import pwd
import shutil
import subprocess
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from etl.schedule.installation import Installation
from etl.schedule.systemd import SERVICE, TIMER, write_units

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")
PLAIN = Installation(("/opt/emotape/bin/emotape",), Path("/"), "06:30", "America/New_York")


def read(unit: str) -> ConfigParser:
    parsed = ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str
    parsed.read_string(unit)
    return parsed


def written(folder: Path, installation: Installation, system: bool) -> list[Path]:
    for name, text in write_units(installation, system).items():
        (folder / name).write_text(text)
    return [folder / TIMER, folder / SERVICE]


def verify(units: list[Path], system: bool) -> "subprocess.CompletedProcess[str]":
    runtime = units[0].parent / "runtime"
    runtime.mkdir(mode=0o700)
    # Only these units and systemd's own: not whatever else this machine has installed.
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "SYSTEMD_UNIT_PATH": f"{units[0].parent}:/usr/lib/systemd/{'system' if system else 'user'}",
    }
    scope = () if system else ("--user",)
    return subprocess.run(
        [ANALYZE, "verify", "--man=no", *scope, *map(str, units)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def strange(tmp_path) -> Installation:
    """An installation in folders whose names mean something to systemd: spaces, %, $, wildcards."""
    program = tmp_path / "a program 100% $HOME [x]" / "emotape"
    home = tmp_path / "a home 50%h ${USER} [y]* ünter"
    program.parent.mkdir()
    home.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return Installation((str(program),), home, "06:30", "America/New_York")


@needs_systemd
@pytest.mark.parametrize("system", [False, True], ids=["user", "system"])
def test_systemd_takes_both_units_and_finds_the_program(strange, tmp_path, system):
    done = verify(written(tmp_path, strange, system), system)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_the_check_by_systemd_would_notice_a_program_that_is_not_there(strange, tmp_path):
    gone = replace(strange, program=(f"{strange.program[0]}-gone",))
    done = verify(written(tmp_path, gone, True), True)
    assert done.returncode != 0
    assert "emotape-gone is not executable" in done.stderr


@needs_systemd
@pytest.mark.parametrize(
    ("time", "zone", "base", "expected"),
    [
        ("06:30", "America/New_York", "2026-03-07 12:00 UTC", "2026-03-08 10:30:00 UTC"),
        ("06:30", "America/New_York", "2026-10-31 12:00 UTC", "2026-11-01 11:30:00 UTC"),
        ("23:05", "Asia/Kolkata", "2026-06-01 00:00 UTC", "2026-06-01 17:35:00 UTC"),
    ],
)
def test_systemd_reads_the_hour_and_the_zone_as_meant(time, zone, base, expected):
    timer = read(write_units(replace(PLAIN, time=time, zone=zone), False)[TIMER])
    done = subprocess.run(
        [ANALYZE, "calendar", f"--base-time={base}", timer["Timer"]["OnCalendar"]],
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert expected in done.stdout


def test_percent_signs_wildcards_and_spaces_stay_what_they_are(strange):
    service = read(write_units(strange, True)[SERVICE])["Service"]
    program, home = (str(path).replace("%", "%%") for path in (strange.program[0], strange.home))
    assert service["ExecStart"] == f':"{program}" "refresh" "--home" "{home}"'
    assert service["ReadWritePaths"] == f'"{home}"'
    assert service["EnvironmentFile"] == "-" + home.replace("[y]*", r"\[y\]\*") + "/emotape.env"


def test_a_run_that_was_missed_is_made_up_for_and_a_partial_one_is_no_failure():
    units = write_units(PLAIN, False)
    service, timer = read(units[SERVICE])["Service"], read(units[TIMER])
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert (service["Type"], service["SuccessExitStatus"]) == ("oneshot", "3")
    assert (service["KillSignal"], service["TimeoutStopSec"]) == ("SIGTERM", "5min")


def test_units_of_the_system_run_as_the_owner_of_the_home_and_write_only_there(tmp_path):
    installation = replace(PLAIN, home=tmp_path)
    service = read(write_units(installation, True)[SERVICE])["Service"]
    assert service["User"] == pwd.getpwuid(tmp_path.stat().st_uid).pw_name
    assert (service["ProtectSystem"], service["ReadWritePaths"]) == ("strict", f'"{tmp_path}"')
    assert "User" not in read(write_units(installation, False)[SERVICE])["Service"]
