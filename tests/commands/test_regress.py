"""`emotape regress`: families, own specs, taggers, and what it says of tables that lack something."""

import shutil

import polars as pl
import pytest

from etl.settings import open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from models.estimation import FAMILIES

OWN = """
[family]
name = "happy_alone"
explanation = "Happy by itself."

[defaults]
outcome = "ret_oc"

[[column]]
title = "Happy"
regressors = ["pre_open_happy"]

[[column]]
title = "Happy, by session"
regressors = ["pre_open_happy"]
controls = ["ret_oc_lag1"]
inference = "cluster:session"
"""


# Twenty firms in sixty sessions have two listings, few events after twenty firm-days with three posts, and no
# forecast after sixty rows of a firm.
TOO_SMALL_FOR = {
    "event_study",
    "return_forecasts",
    "volatility_forecasts",
    "ipo_bhar",
    "ipo_after",
    "ipo_cross_section",
    "ipo_first_day",
}


@pytest.fixture
def home(demo, tmp_path):
    shutil.copytree(demo[0], tmp_path / "home")
    return tmp_path / "home"


def stored(home) -> pl.DataFrame:
    with open_published(open_home(home)) as published:
        return read_results(published)[0]


def test_the_list_explains_every_family_in_a_line(emotape):
    done = emotape("regress", "--list")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == list(FAMILIES)
    assert all(len(line) > len(name) + 20 for line, name in zip(lines, FAMILIES, strict=True))


def test_several_families_and_taggers_are_stored_side_by_side(emotape, home):
    done = emotape(
        "regress", "contemporaneous", "volume", "--tagger", "linear", "--tagger", "truth", home=home
    )
    assert done.returncode == 0, done.stderr
    assert "4 of 4 tables are stored in full" in done.stdout
    models = stored(home)
    pairs = set(models.select("family", "tagger").iter_rows())
    assert pairs == {(f, t) for f in ("predictive", "contemporaneous", "volume") for t in ("linear", "truth")}
    assert models["caution"].null_count() <= models.filter(pl.col("family") == "predictive").height


def test_columns_that_lack_data_are_named_the_others_stored_and_the_exit_says_so(emotape, home):
    done = emotape("regress", "interactions", home=home)
    assert done.returncode == 3
    assert "not estimated: High short interest" in done.stderr
    assert "not estimated: High market value" in done.stderr
    assert set(stored(home).filter(pl.col("family") == "interactions")["title"]) == {
        "High volatility",
        "High illiquidity",
    }


def test_a_family_that_cannot_be_estimated_does_not_stop_the_next(emotape, home):
    done = emotape("regress", "volatility_forecasts", "volume", home=home)
    assert done.returncode == 3
    assert "volatility_forecasts cannot be estimated" in done.stderr
    assert "volume" in set(stored(home)["family"])
    assert "Traceback" not in done.stderr


def test_own_specs_run_like_built_in_ones_and_are_exported(emotape, home, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN)
    done = emotape("regress", "--specs", file, home=home)
    assert done.returncode == 0, done.stderr
    assert "(2) Happy, by session" in done.stdout
    rows = stored(home).filter(pl.col("family") == "happy_alone").sort("column_no")
    assert rows["inference"].to_list() == ["cluster:ticker+session", "cluster:session"]
    exported = emotape("export", tmp_path / "tables", home=home)
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "tables" / "happy_alone.tex").exists()


def test_wrong_specs_are_all_named_at_once_and_nothing_is_stored(emotape, home, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("pre_open_happy", "pre_open_hapy", 1).replace("cluster:session", "clusters"))
    before = stored(home)
    done = emotape("regress", "--specs", file, home=home)
    assert done.returncode == 1
    assert "2 problems" in done.stderr
    assert "pre_open_happy" in done.stderr
    assert "'clusters'" in done.stderr or "clusters" in done.stderr
    assert stored(home).equals(before)
    assert emotape("regress", "--specs", tmp_path / "none.toml", home=home).returncode != 0
    twice = emotape("regress", "--specs", _good(tmp_path, "a"), "--specs", _good(tmp_path, "b"), home=home)
    assert "happy_alone" in twice.stderr
    assert twice.returncode == 1


def _good(folder, name):
    file = folder / f"{name}.toml"
    file.write_text(OWN)
    return file


@pytest.mark.slow
def test_every_family_runs_on_a_simulated_market_or_says_why_not(emotape, home):
    done = emotape("regress", "--all", home=home)
    assert done.returncode == 3, done.stderr
    assert "unexpected" not in done.stderr
    assert "Traceback" not in done.stderr
    assert f"of {len(FAMILIES)} tables are stored in full" in done.stdout
    # What a small market without reference data cannot have; everything else is there.
    assert set(FAMILIES) - set(stored(home)["family"]) <= TOO_SMALL_FOR
