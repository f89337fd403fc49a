"""What a schedule knows of this installation."""

import sys
from pathlib import Path

import pytest

from etl.errors import BadInput
from etl.schedule.installation import find_installation
from etl.settings import Home


def test_program_and_home_are_whole_paths_and_the_hour_is_the_settings(tmp_path):
    (tmp_path / "emotape.toml").write_text('[schedule]\ntime = "22:05"\nzone = "Europe/Berlin"\n')
    found = find_installation(Home(tmp_path))
    assert found.refresh == (*found.program, "refresh", "--home", str(tmp_path))
    assert Path(found.program[0]).parent == Path(sys.executable).parent
    assert (found.time, found.zone) == ("22:05", "Europe/Berlin")


def test_without_a_program_beside_python_the_module_is_called(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert find_installation(Home(tmp_path)).program == (str(tmp_path / "python"), "-m", "etl")
    (tmp_path / "emotape").touch()
    assert find_installation(Home(tmp_path)).program == (str(tmp_path / "emotape"),)


@pytest.mark.parametrize("sign", ['"', "'", "\\", "\n", "\t"])
def test_a_path_that_no_schedule_can_hold_is_refused_in_a_sentence(tmp_path, sign):
    with pytest.raises(BadInput, match="which no schedule can hold; rename that folder"):
        find_installation(Home(tmp_path / f"a{sign}b"))


def test_a_wrong_hour_is_refused_before_anything_is_printed(tmp_path):
    (tmp_path / "emotape.toml").write_text('[schedule]\ntime = "6:30"\n')
    with pytest.raises(BadInput, match=r"schedule\.time is .6:30.; expected hour and minute"):
        find_installation(Home(tmp_path))
