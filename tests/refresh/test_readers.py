"""While runs publish, many readers in processes of their own see whole versions and no error."""

import json
import subprocess
import sys
import time
from datetime import date

import pytest
from refresh.days import TESTS, Weeks, new_home

READ = """
import json, sys, time
from pathlib import Path
from etl.settings import open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results

home, ready, stop = open_home(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
reads, seen, wrong = 0, set(), []
while not stop.exists():
    try:
        with open_published(home) as published:
            facts = published.query("publication").row(0, named=True)
            models, terms = read_results(published)
            symbols = published.query("symbols")
            panel = published.query("panel_size")
            asked = dict(tagger="linear", window_name="both", until=facts["last_price"], n_sessions=20)
            mood = published.query("market_mood_history", **asked)
            again = published.query("publication").row(0, named=True)
        if again != facts:
            wrong.append("a version changed under its reader")
        # Estimates of a version are of its own data: the old ones are never seen beside the new data.
        if set(models["data_version"]) != {{facts["fingerprint"][:12]}}:
            wrong.append("estimates of other data")
        if set(terms["result_id"]) != set(models["result_id"]):
            wrong.append("models and terms differ")
        if not panel["n_firm_days"][0] or not symbols.height or not mood.height:
            wrong.append("a relation is empty")
        seen.add(published.version.number)
        reads += 1
    except Exception as error:
        wrong.append(repr(error))
    ready.touch()
    time.sleep(1)
print(json.dumps([reads, sorted(seen), wrong[:3]]))
"""


@pytest.mark.parametrize("n_readers", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_readers_see_no_error_and_no_half_built_data(tmp_path, n_readers):
    weeks = Weeks(n_symbols=5, n_days=12, seed=3, first_price=date(2025, 9, 2))
    first = 8
    with weeks.stocktwits.running() as stocktwits, weeks.yahoo.serving() as yahoo:
        more = 'families = ["predictive"]\n[retention]\nversions = 2'
        home = new_home(tmp_path / "home", stocktwits, yahoo, "2025-09-02", more)
        assert weeks.live(home, first) == "done", weeks.steps
        stop = tmp_path / "stop"
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", READ.format(), str(home.path), str(tmp_path / f"ready{n}"), str(stop)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=TESTS,
            )
            for n in range(n_readers)
        ]
        try:
            while not all((tmp_path / f"ready{n}").exists() for n in range(n_readers)):
                assert all(reader.poll() is None for reader in readers)
                time.sleep(0.1)
            for day in range(first + 1, 12):
                assert weeks.live(home, day) == "done", weeks.steps
        finally:
            stop.touch()
            shown = [reader.communicate(timeout=120) for reader in readers]
    results = [json.loads(out) for out, _ in shown]
    assert [wrong for _, _, wrong in results if wrong] == []
    assert all(reads > 1 for reads, _, _ in results)
    # Versions came while they read, and the oldest were removed under them; the last may have come too late.
    assert {number for _, seen, _ in results for number in seen} >= {1, 2, 3}
