"""`emotape config` as a user meets it."""

import json
import os
import subprocess
import sys

import pytest


def test_values_are_shown_by_section_with_their_origin_and_what_they_are(emotape, tmp_path):
    (tmp_path / "emotape.toml").write_text("[watchlist]\nsymbols = ['$aapl']\n[stocktwits]\nattempts = 2\n")
    shown = emotape("config", home=tmp_path)
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0] == f"home: {tmp_path}"
    assert "symbols: AAPL" in lines
    (attempts,) = [line for line in lines if line.startswith("  attempts ") and "emotape.toml" in line]
    assert lines.index(attempts) > lines.index("[stocktwits]")
    assert attempts.split()[:3] == ["attempts", "2", "emotape.toml"]
    assert "how often a request is tried" in attempts
    assert any(line.split()[:3] == ["prices", "true", "default"] for line in lines)


def test_it_says_where_a_file_would_be_and_how_to_name_symbols(emotape, tmp_path):
    shown = emotape("config", home=tmp_path).stdout
    assert "emotape.toml (not there: see `emotape config --example`)" in shown
    assert "symbols: none; name them in [watchlist], or after `emotape refresh`" in shown


def test_a_secret_is_never_shown(tmp_path):
    environment = {**os.environ, "EMOTAPE_HOME": str(tmp_path), "EMOTAPE_STOCKTWITS_TOKEN": "opensesame"}
    for option in ((), ("--json",), ("--example",)):
        done = subprocess.run(
            [sys.executable, "-m", "etl", "config", *option],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "opensesame" not in done.stdout + done.stderr
        if not option:
            (line,) = [line for line in done.stdout.splitlines() if line.startswith("  token ")]
            assert line.split()[:3] == ["token", "set", "EMOTAPE_STOCKTWITS_TOKEN"]


def test_json_holds_every_setting_with_its_variable(emotape, tmp_path):
    (tmp_path / "emotape.toml").write_text("[inbox]\nsettle_seconds = 3\n")
    shown = json.loads(emotape("config", "--json", home=tmp_path).stdout)
    settings = {each["name"]: each for each in shown["settings"]}
    assert shown["file_exists"] is True
    assert shown["symbols"] == []
    assert settings["inbox.settle_seconds"] == {
        "name": "inbox.settle_seconds",
        "value": 3.0,
        "origin": "emotape.toml",
        "words": "how long a file must have been left alone before it is taken for whole",
        "secret": False,
        "variable": "EMOTAPE_INBOX_SETTLE_SECONDS",
    }


def test_the_printed_example_is_a_file_that_changes_nothing(emotape, tmp_path):
    before = json.loads(emotape("config", "--json", home=tmp_path).stdout)["settings"]
    (tmp_path / "emotape.toml").write_text(emotape("config", "--example", home=tmp_path).stdout)
    after = emotape("config", "--json", home=tmp_path)
    assert after.returncode == 0, after.stderr
    assert json.loads(after.stdout)["settings"] == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[inbox\n", "is no TOML"),
        ("[inbox]\nsettle = 3\n", "did you mean settle_seconds?"),
        ("[watchlist]\nsymbols = ['?']\n", "'?' is no symbol"),
        ("[watchlist]\nfile = 'nowhere.txt'\n", "nowhere.txt cannot be read"),
        ("[refresh]\nfamilies = ['predictiv']\n", "did you mean predictive?"),
    ],
)
def test_a_bad_file_is_one_sentence_and_exit_code_1(emotape, tmp_path, text, sentence):
    (tmp_path / "emotape.toml").write_text(text)
    done = emotape("config", home=tmp_path)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
