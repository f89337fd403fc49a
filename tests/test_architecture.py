"""The shape of the repository is tested: import directions, file sizes, SQL headers, documented commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from etl.cli import ENTRIES

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "etl", "dashboard")
LONGEST_FILE = 400


def test_imports_run_one_way_and_models_are_pure():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_files_can_be_read_in_one_sitting(package):
    files = sorted((CHECKOUT / package).rglob("*.py"))
    assert files
    long = {
        str(f.relative_to(CHECKOUT)): n
        for f in files
        if (n := len(f.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_file_is_named_for_nothing():
    names = {path.stem for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py")}
    assert names.isdisjoint({"utils", "util", "helpers", "helper", "common", "misc"})


def test_every_sql_file_says_what_a_row_is():
    files = sorted((CHECKOUT / "sql").rglob("*.sql"))
    assert files
    for file in files:
        first, *rest = file.read_text().splitlines()
        assert first.startswith("-- "), file
        assert any(line.startswith("-- grain: ") for line in rest), file


def test_sql_text_lives_in_sql_and_not_in_views():
    for file in (CHECKOUT / "dashboard").rglob("*.py"):
        assert not re.search(r"\bselect\b.+\bfrom\b", file.read_text(), re.IGNORECASE), file


def test_help_is_a_table_of_contents_and_imports_nothing_heavy():
    show_help = "from etl.cli import cli; cli.main(['--help'], standalone_mode=False)"
    code = f"import sys; {show_help}; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in ENTRIES:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE), name
    for heavy in (
        "statsmodels",
        "pandas",
        "sklearn",
        "streamlit",
        "pyfixest",
        "duckdb",
        "polars",
        "yfinance",
    ):
        assert f"'{heavy}'" not in done.stdout


@pytest.mark.parametrize("name", ENTRIES)
def test_every_command_is_in_the_readme_and_has_help(name):
    assert f"`emotape {name}" in (CHECKOUT / "README.md").read_text()
    done = subprocess.run(
        [sys.executable, "-m", "etl", name, "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 5
