"""`emotape demo`: the whole way, twice, and never into somebody's own data."""

import hashlib
import json
import shutil

import numpy as np
import polars as pl
import pytest
from samples import message, write_lines

from etl.settings import open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from etl.warehouse.versions import current_version
from models.estimation import FAMILIES
from models.tables import FILE_FORMATS, FORMATS

SIZE = ("--firms", 20, "--sessions", 60, "--posts-per-day", 3, "--seed", 11)


def test_the_demo_says_what_it_is_and_prints_planted_beside_estimated(demo):
    _, printed = demo
    assert printed.startswith("Everything in this demo is simulated")
    heading = next(line for line in printed.splitlines() if line.startswith("emotion"))
    assert heading.split("  ")[0] == "emotion"
    for column in ("planted", "from true emotions", "from tagged emotions"):
        assert column in heading
    assert "attenuation" in printed


def test_the_demo_leaves_its_tables_in_its_home(demo):
    home, _ = demo
    names = {path.name for path in (home / "tables").iterdir()}
    per_table = (*FORMATS, *FILE_FORMATS)
    assert names == {f"predictive{t}.{f}" for t in ("", "-truth") for f in per_table} | {"tables.xlsx"}
    assert (home / "tables" / "predictive.md").read_text().startswith("### SIMULATED DATA")


def test_results_hold_both_taggers_and_are_marked_as_simulated(demo):
    home, _ = demo
    with open_published(open_home(home)) as published:
        models, terms = read_results(published)
    assert set(models["tagger"]) == {"linear", "truth"}
    assert models["simulated"].all()
    assert {"term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"} <= set(
        terms.columns
    )


def test_a_demo_run_twice_changes_nothing(demo, emotape, tmp_path):
    home = tmp_path / "copy"
    shutil.copytree(demo[0], home)
    # The marker of the market holds no path, so a copy is the same market.
    before = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (home / "tables").iterdir()
    }
    again = emotape("demo", "--home", home, "--no-serve", *SIZE)
    assert again.returncode == 0, again.stderr
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (home / "tables").iterdir()}
    assert before == after


def test_the_demo_never_touches_a_home_with_other_posts(emotape, tmp_path):
    home = tmp_path / "mine"
    posts = write_lines(tmp_path / "mine.jsonl", [message(1, "2016-11-03T12:00:00Z", "mine", "AAPL")])
    assert emotape("load", "posts", posts, home=home).returncode == 0
    refused = emotape("demo", "--home", home, "--no-serve", *SIZE)
    assert refused.returncode == 1
    assert "not simulated" in refused.stderr
    status = json.loads(emotape("status", "--json", home=home).stdout)
    assert status["store"]["sources"][0]["n_posts"] == 1


@pytest.mark.parametrize("name", ["tables", "simulated", "published"])
def test_the_demo_never_empties_a_folder_that_it_did_not_make(emotape, tmp_path, name):
    own = tmp_path / name / "thesis.tex"
    own.parent.mkdir()
    own.write_text("mine")
    refused = emotape("demo", "--home", tmp_path, "--no-serve", *SIZE)
    assert refused.returncode == 1
    assert f"a folder {name} that the demo did not make" in refused.stderr
    assert own.read_text() == "mine"


def test_a_market_too_small_to_estimate_says_so(emotape, tmp_path):
    done = emotape("demo", "--home", tmp_path / "tiny", "--no-serve", "--firms", 2, "--sessions", 5)
    assert done.returncode == 1
    assert "too few" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["predictive", "predictive-truth"])
def test_exported_numbers_are_the_stored_ones(demo, name):
    home, _ = demo
    exported = pl.read_csv(home / "tables" / f"{name}.csv")
    with open_published(open_home(home)) as published:
        models, terms = read_results(published)
    tagger = "truth" if name.endswith("truth") else "linear"
    stored = terms.join(models.filter(pl.col("tagger") == tagger).select("result_id"), on="result_id")
    stored = stored.sort("column_no", "position")
    exported = exported.sort("column_no", "position")
    assert exported["term"].to_list() == stored["term"].to_list()
    assert exported["estimate"].to_list() == stored["estimate"].to_list()
    assert exported["std_error"].to_list() == stored["std_error"].to_list()


def test_the_published_version_is_named_by_a_number(demo):
    assert current_version(open_home(demo[0])).number >= 1


@pytest.mark.parametrize("tagger", ["linear", "truth"])
@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_stored_estimates_equal_pyfixest_on_the_warehouses_own_panel(demo, tagger, column):
    import pyfixest

    with open_published(open_home(demo[0])) as published:
        models, terms = read_results(published)
        panel = published.query("panel", tagger=tagger)
    (spec,) = (spec for spec in FAMILIES["predictive"].specs if spec.column_no == column)
    sample = panel.filter(pl.col("pre_open_posts") >= 1).drop_nulls(spec.variables).to_pandas()
    for name in spec.winsorised:
        if name in spec.variables:
            sample[name] = sample[name].clip(*np.quantile(sample[name], [0.001, 0.999]))
    peer = pyfixest.feols(
        f"{spec.outcome} ~ {' + '.join(spec.terms)} | ticker + session",
        sample,
        vcov={"CRV1": "ticker + session"},
        fixef_rm="singleton",
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-12),
    )
    mine = models.filter((pl.col("tagger") == tagger) & (pl.col("column_no") == column))
    stored = terms.join(mine.select("result_id"), on="result_id").sort("position")
    assert stored["term"].to_list() == list(peer.tidy().index)
    assert mine["n_obs"].item() == peer._N
    # The acceptance tolerances; both demean to a much smaller error.
    np.testing.assert_allclose(stored["estimate"], peer.coef(), atol=1e-8, rtol=0)
    # With few clusters the two-way matrix may have negative eigenvalues: fixest sets them to zero, and so
    # do we; pyfixest leaves them.
    eigenvalues, vectors = np.linalg.eigh(peer._vcov)
    if eigenvalues.min() < 0:
        assert "negative eigenvalues" in mine["corrections"].item()
    variances = (vectors * eigenvalues.clip(min=0)) @ vectors.T
    np.testing.assert_allclose(stored["std_error"], np.sqrt(np.diag(variances)), rtol=1e-6)
