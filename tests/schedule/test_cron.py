"""A line for cron: read by its own rules, and run by the shell as cron runs it."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etl.errors import BadInput
from etl.schedule.cron import write_crontab
from etl.schedule.installation import Installation

SUMMER = datetime(2026, 7, 1, 12)
ANY = SUMMER.replace(tzinfo=ZoneInfo("UTC"))
PLAIN = Installation(("/opt/emotape/bin/emotape",), Path("/srv/emotape"), "06:30", "America/New_York")

# crontab(5): five fields of numbers, lists, ranges and steps, then the command to the end of the line.
FIELD = r"(?:\*|\d+(?:-\d+)?)(?:/\d+)?(?:,\d+(?:-\d+)?)*"
JOB = re.compile(rf"(?P<fields>{FIELD}(?:[ \t]+{FIELD}){{4}})[ \t]+(?P<command>\S.*)")
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def read_job(crontab: str) -> tuple[list[str], str]:
    """Read the one job as cron does: its five fields, and its command for the shell."""
    (line,) = (one for one in crontab.splitlines() if one and not one.startswith("#"))
    job = JOB.fullmatch(line)
    assert job, line
    fields = job["fields"].split()
    for field, (least, most) in zip(fields, BOUNDS, strict=True):
        assert all(least <= int(number) <= most for number in re.findall(r"\d+", field)), field
    command = job["command"]
    assert not re.search(r"(?<!\\)%", command), "a bare % ends the command"
    assert len(command) < 999
    return fields, command.replace(r"\%", "%")


@pytest.fixture
def machine(tmp_path):
    """An emotape that notes how it was called, in a folder with a strange name, and a clock that says 06."""
    tools, home = tmp_path / "tools", tmp_path / "a home 50% $HOME & [y]"
    tools.mkdir()
    home.mkdir()
    program = tools / "emotape"
    program.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" "token $EMOTAPE_STOCKTWITS_TOKEN"\necho complaint >&2\n'
    )
    (tools / "date").write_text('#!/bin/sh\n[ "$TZ $*" = "America/New_York +%H" ] && echo 06\n')
    for tool in (program, tools / "date"):
        tool.chmod(0o755)
    return replace(PLAIN, program=(str(program),), home=home)


def run_as_cron(installation: Installation) -> "subprocess.CompletedProcess[str]":
    tools = Path(installation.program[0]).parent
    _, command = read_job(write_crontab(installation, ANY))
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": f"{tools}{os.pathsep}/usr/bin:/bin", "HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_its_hour_the_line_refreshes_the_home_with_its_secrets_and_logs_all(machine):
    (machine.home / "emotape.env").write_text("EMOTAPE_STOCKTWITS_TOKEN='a secret & more'\n")
    done = run_as_cron(machine)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = (machine.home / "logs" / "cron.log").read_text()
    assert log == f"refresh\n--home\n{machine.home}\ntoken a secret & more\ncomplaint\n"


def test_without_a_file_of_secrets_it_runs_as_well_and_the_log_grows(machine):
    run_as_cron(machine)
    assert run_as_cron(machine).returncode == 0
    assert (machine.home / "logs" / "cron.log").read_text().count("refresh\n") == 2


def test_in_every_other_hour_it_does_nothing_and_says_nothing(machine):
    done = run_as_cron(replace(machine, time="07:30"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (machine.home / "logs").exists()


@pytest.mark.parametrize(
    ("here", "minute"),
    [("UTC", "30"), ("America/New_York", "30"), ("Asia/Kolkata", "0"), ("Asia/Kathmandu", "15")],
)
def test_the_minute_is_the_one_on_the_clock_of_this_machine(here, minute):
    now = SUMMER.replace(tzinfo=ZoneInfo(here))
    fields, _ = read_job(write_crontab(PLAIN, now))
    assert fields == [minute, "*", "*", "*", "*"]


@pytest.mark.parametrize("day", ["2026-03-08", "2026-07-01", "2026-11-01", "2026-12-24"])
@pytest.mark.parametrize("here", ["UTC", "Asia/Kolkata", "Europe/Berlin"])
def test_of_the_runs_of_a_day_one_is_in_the_hour_that_was_meant(day, here):
    fields, command = read_job(write_crontab(PLAIN, SUMMER.replace(tzinfo=ZoneInfo(here))))
    assert 'date +%H)" = 06 ]' in command
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("America/New_York")).timestamp()
    minutes = (datetime.fromtimestamp(start + 60 * n, ZoneInfo(here)) for n in range(24 * 60))
    fired = [moment for moment in minutes if moment.minute == int(fields[0])]
    there = [moment.astimezone(ZoneInfo(PLAIN.zone)) for moment in fired]
    assert [f"{moment:%H:%M}" for moment in there if moment.hour == 6] == ["06:30"]


def test_a_path_that_is_too_long_for_cron_is_refused_in_a_sentence():
    long = replace(PLAIN, home=Path("/srv") / ("x" * 250))
    with pytest.raises(BadInput, match="signs, and cron reads 990; move the home"):
        write_crontab(long, ANY)


@pytest.mark.skipif(shutil.which("crontab") is None, reason="crontab is not on this machine")
def test_cron_itself_takes_the_lines(machine, tmp_path):
    file = tmp_path / "crontab"
    file.write_text(write_crontab(machine, ANY))
    for check in ("-T", "-n"):  # cronie's, then Debian's; both leave the user's crontab alone
        done = subprocess.run(["crontab", check, file], capture_output=True, text=True, check=False)
        if "usage" not in done.stderr.lower():
            assert done.returncode == 0, done.stderr
            return
    pytest.skip("this crontab cannot check a file")
