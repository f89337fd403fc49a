"""A workflow for GitHub: its structure, and its shell steps run as GitHub runs them."""

import os
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from etl.schedule.github import write_workflow
from etl.schedule.installation import Installation

TEXT = write_workflow(Installation(("/opt/emotape",), Path("/srv/home"), "06:05", "America/New_York"))
STEP = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "id": {"type": "string", "pattern": "^[a-z]+$"},
        "if": {"type": "string"},
        "env": {"type": "object", "additionalProperties": {"type": "string"}},
        "uses": {"type": "string", "pattern": r"^actions/[a-z/-]+@v\d+$"},
        "with": {"type": "object", "additionalProperties": {"type": ["string", "boolean", "integer"]}},
        "run": {"type": "string"},
    },
    "additionalProperties": False,
    "oneOf": [{"required": ["uses"]}, {"required": ["run"]}],
}
# The parts of GitHub's schema of workflows that this one uses; more is refused.
WORKFLOW = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "on": {
            "type": "object",
            "properties": {
                "schedule": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "cron": {"type": "string", "pattern": r"^([0-5]?\d) ([01]?\d|2[0-3]) \* \* \*$"},
                            "timezone": {"type": "string"},
                        },
                        "required": ["cron", "timezone"],
                        "additionalProperties": False,
                    },
                },
                "workflow_dispatch": {"type": "null"},
            },
            "required": ["schedule", "workflow_dispatch"],
            "additionalProperties": False,
        },
        "permissions": {"type": "object", "additionalProperties": {"enum": ["read", "none"]}},
        "concurrency": {
            "type": "object",
            "properties": {"group": {"type": "string"}, "cancel-in-progress": {"const": False}},
            "required": ["group", "cancel-in-progress"],
            "additionalProperties": False,
        },
        "jobs": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "runs-on": {"type": "string", "not": {"pattern": "latest"}},
                    "timeout-minutes": {"type": "integer", "maximum": 360},
                    "env": {"type": "object"},
                    "steps": {"type": "array", "items": STEP},
                },
                "required": ["runs-on", "timeout-minutes", "steps"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["name", "on", "permissions", "concurrency", "jobs"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def workflow():
    parsed = yaml.safe_load(TEXT)
    # YAML 1.1, which PyYAML reads, takes a bare `on` for true; GitHub does not.
    parsed["on"] = parsed.pop(True)
    return parsed


@pytest.fixture(scope="module")
def steps(workflow):
    return workflow["jobs"]["refresh"]["steps"]


def script_of(steps, beginning: str) -> str:
    (script,) = (step["run"] for step in steps if step.get("name", "").startswith(beginning))
    return script


@pytest.fixture
def runner(tmp_path):
    """A runner of GitHub, whose `emotape` and `gh` note how they are called and end as the test says."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, answer in (("emotape", "exit ${EMOTAPE_EXIT:-0}"), ("gh", '[ "$1" = api ] && echo "$NEWEST"')):
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{tmp_path}/calls"\n{answer}\nexit 0\n')
        (tools / name).chmod(0o755)
    home = tmp_path / "work" / "home"
    home.parent.mkdir()

    def run(script: str, **environment: str) -> tuple[int, str, list[str]]:
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=home.parent,
            env={
                "PATH": f"{tools}{os.pathsep}/usr/bin:/bin",
                "EMOTAPE_HOME": str(home),
                "GITHUB_REPOSITORY": "someone/emotape",
                "RUNNER_TEMP": "/runner",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        calls = tmp_path / "calls"
        return done.returncode, done.stdout, calls.read_text().splitlines() if calls.exists() else []

    return run


def test_it_has_the_structure_of_a_workflow_and_the_hour_with_its_zone(workflow):
    jsonschema.validate(workflow, WORKFLOW)
    assert workflow["on"]["schedule"] == [{"cron": "5 6 * * *", "timezone": "America/New_York"}]
    assert workflow["permissions"] == {"contents": "read", "actions": "read"}


def test_expressions_of_github_survive_the_template(steps):
    assert not re.search(r"@[A-Z_]+@", TEXT)
    expressions = re.findall(r"\$\{\{ ([^{}]+) \}\}", TEXT)
    assert len(expressions) == TEXT.count("${{")
    assert {word.split(".")[0] for word in expressions if not word.startswith("always()")} == {
        "github",
        "env",
        "steps",
        "secrets",
        "runner",
    }
    # Expressions in a script could be made of foreign text; these come by variables.
    assert all("${{" not in step["run"] for step in steps if "run" in step)


def test_secrets_are_given_to_emotape_alone_and_as_secrets(steps):
    for step in steps:
        secrets = {name: value for name, value in step.get("env", {}).items() if name.startswith("EMOTAPE_")}
        assert secrets == {name: f"${{{{ secrets.{name} }}}}" for name in secrets}
        assert bool(secrets) is bool(re.search(r"emotape (refresh|status|backup)", step.get("run", "")))
    assert "secrets." not in str([{**step, "env": None} for step in steps])


def test_steps_refer_only_to_steps_above_them(steps):
    known = set()
    for step in steps:
        assert set(re.findall(r"\bsteps\.(\w+)\.", str(step))) <= known
        known.add(step.get("id"))


def test_what_is_kept_is_never_kept_after_a_failed_restore(steps):
    names = [step.get("name") for step in steps]
    kept = steps[names.index("Back up") :]
    assert len(kept) == 3
    assert {step["if"] for step in kept} == {"${{ always() && steps.history.outcome == 'success' }}"}


@pytest.mark.parametrize(
    ("code", "ends", "warned"), [(0, 0, False), (3, 0, True), (1, 1, False), (2, 2, False)]
)
def test_a_partial_refresh_is_a_warning_and_a_failed_one_a_failure(steps, runner, code, ends, warned):
    ended, said, calls = runner(script_of(steps, "Refresh"), EMOTAPE_EXIT=str(code))
    assert ended == ends
    assert ("::warning title=emotape::" in said) is warned
    assert calls == ["emotape refresh"]


def test_a_home_from_the_cache_needs_no_backup(steps, runner):
    assert runner(script_of(steps, "Or, where the cache"), CACHED="emotape-home-1-1") == (0, "", [])


def test_where_the_cache_dropped_the_home_the_newest_backup_is_restored(steps, runner):
    ended, _, calls = runner(script_of(steps, "Or, where the cache"), CACHED="", NEWEST="4711")
    assert ended == 0
    assert calls[1:] == [
        "gh run download 4711 --repo someone/emotape --name emotape-backup --dir /runner/restored",
        "emotape restore /runner/restored/emotape.tar.zst",
    ]


def test_a_restore_that_fails_fails_the_run_before_anything_is_refreshed(steps, runner):
    script = script_of(steps, "Or, where the cache")
    assert runner(script, CACHED="", NEWEST="4711", EMOTAPE_EXIT="1")[0] == 1


def test_the_first_run_of_all_begins_anew_and_says_so(steps, runner):
    ended, said, calls = runner(script_of(steps, "Or, where the cache"), CACHED="", NEWEST="")
    assert (ended, len(calls)) == (0, 1)
    assert "so this run begins anew" in said


def test_the_settings_of_the_repository_become_those_of_the_home(steps, runner, tmp_path):
    script, work = script_of(steps, "The settings"), tmp_path / "work"
    assert runner(script)[0] == 0
    assert list((work / "home").iterdir()) == []
    (work / "emotape.toml").write_text('[watchlist]\nsymbols = ["AAPL"]\n')
    assert runner(script)[0] == 0
    assert (work / "home" / "emotape.toml").read_text() == '[watchlist]\nsymbols = ["AAPL"]\n'
