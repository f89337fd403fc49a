"""`emotape schedule` as a person meets it."""

import re
import subprocess
import time
from datetime import UTC, datetime

import pytest
import yaml


def test_units_are_printed_with_the_place_where_they_belong(emotape, tmp_path):
    done = emotape("schedule", "systemd", "--home", tmp_path)
    assert done.returncode == 0, done.stderr
    headers = re.findall(r"^# file: (.+)$", done.stdout, re.MULTILINE)
    folder = "~/.config/systemd/user"
    assert headers == [f"{folder}/emotape-refresh.service", f"{folder}/emotape-refresh.timer"]
    assert f'"refresh" "--home" "{tmp_path}"' in done.stdout
    assert "OnCalendar=*-*-* 06:30:00 America/New_York" in done.stdout
    assert "loginctl enable-linger" in done.stdout


def test_units_are_written_once_and_never_over_others_unasked(emotape, tmp_path):
    folder, home = tmp_path / "units", tmp_path / "home"
    first = emotape("schedule", "systemd", "--write", folder, home=home)
    assert first.stdout.splitlines() == [
        f"wrote {folder / name}" for name in ("emotape-refresh.service", "emotape-refresh.timer")
    ]
    assert emotape("schedule", "systemd", "--write", folder, home=home).returncode == 0
    timer = folder / "emotape-refresh.timer"
    timer.write_text("my own")
    refused = emotape("schedule", "systemd", "--write", folder, home=home)
    assert refused.returncode == 1
    assert "would be overwritten with other content" in refused.stderr
    assert timer.read_text() == "my own"
    assert emotape("schedule", "systemd", "--write", folder, "--force", home=home).returncode == 0
    assert "OnCalendar" in timer.read_text()


def test_the_hour_of_the_settings_counts_everywhere(emotape, tmp_path):
    (tmp_path / "emotape.toml").write_text('[schedule]\ntime = "21:10"\nzone = "Europe/Berlin"\n')
    units, cron, github, due = (
        emotape("schedule", kind, "--home", tmp_path).stdout for kind in ("systemd", "cron", "github", "next")
    )
    assert "OnCalendar=*-*-* 21:10:00 Europe/Berlin" in units
    assert re.search(r"^\d+ \* \* \* \* .*TZ=Europe/Berlin .*= 21 \]", cron, re.MULTILINE)
    assert yaml.safe_load(github)[True]["schedule"] == [{"cron": "10 21 * * *", "timezone": "Europe/Berlin"}]
    assert "(21:10 in Europe/Berlin)" in due


def test_the_command_that_the_units_say_to_type_writes_them(emotape, tmp_path):
    home = tmp_path / "a home 100%"
    printed = emotape("schedule", "systemd", "--home", home).stdout
    (typed,) = re.findall(r"^#   (.+) --write ~/.config/systemd/user$", printed, re.MULTILINE)
    subprocess.run(f"{typed} --write {tmp_path}/units", shell=True, check=True, capture_output=True)
    assert (tmp_path / "units" / "emotape-refresh.timer").read_text() in printed


def test_the_next_run_is_told_to_people_and_to_scripts(emotape, tmp_path):
    before = time.time()
    epoch = int(emotape("schedule", "next", "--epoch", "--home", tmp_path).stdout)
    assert before < epoch <= time.time() + 25 * 3600
    words = emotape("schedule", "next", "--home", tmp_path).stdout
    moment, seconds = re.fullmatch(
        r"(\S+ \S+) UTC, in ([\d,]+) seconds \(06:30 in America/New_York\)\n", words
    ).groups()
    due = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    assert abs(due.timestamp() - float(seconds.replace(",", "")) - before) < 60


@pytest.mark.parametrize("kind", ["systemd", "cron", "github", "next"])
def test_a_wrong_setting_is_one_sentence(emotape, tmp_path, kind):
    (tmp_path / "emotape.toml").write_text('[schedule]\nzone = "Mars/Olympus"\n')
    done = emotape("schedule", kind, "--home", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Mars/Olympus" in done.stderr
