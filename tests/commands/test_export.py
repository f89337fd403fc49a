"""`emotape export` and `emotape verify`: all formats, nothing overwritten, a bundle that is rebuilt."""

import hashlib
import json
import shutil

import polars as pl
import pytest

from etl.export import FORMATS, TEXT_FORMATS


@pytest.fixture
def home(demo, tmp_path):
    shutil.copytree(demo[0], tmp_path / "home")
    return tmp_path / "home"


def contents(folder) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_format_is_written_and_a_second_export_changes_nothing(emotape, demo, tmp_path):
    done = emotape("export", tmp_path / "out", home=demo[0])
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (tmp_path / "out").iterdir()}
    per_table = [name for name in FORMATS if name != "xlsx"]
    assert written == {f"predictive{t}.{f}" for t in ("", "-truth") for f in per_table} | {"tables.xlsx"}
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    again = emotape("export", tmp_path / "out", home=demo[0])
    assert again.returncode == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


def test_a_file_of_other_content_is_never_overwritten_without_force(emotape, demo, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "predictive.md").write_text("my own notes")
    refused = emotape("export", out, home=demo[0])
    assert refused.returncode == 1
    assert "would be overwritten" in refused.stderr
    assert "--force" in refused.stderr
    assert contents(out) == {"predictive.md": hashlib.sha256(b"my own notes").hexdigest()}
    forced = emotape("export", out, "--force", home=demo[0])
    assert forced.returncode == 0, forced.stderr
    assert (out / "predictive.md").read_text().startswith("### SIMULATED DATA")


def test_styles_and_options_change_the_table_and_not_its_numbers(emotape, demo, tmp_path):
    texts, tidy = {}, {}
    options = {
        "plain": (),
        "aer": ("--style", "aer"),
        "jf": ("--style", "jf"),
        "wide": ("--below", "interval", "--digits", 5),
    }
    for name, chosen in options.items():
        done = emotape("export", tmp_path / name, "--format", "md", "--format", "csv", *chosen, home=demo[0])
        assert done.returncode == 0, done.stderr
        texts[name] = (tmp_path / name / "predictive.md").read_text()
        tidy[name] = pl.read_csv(tmp_path / name / "predictive.csv")
    assert len(set(texts.values())) == 4
    assert "\\*\\*\\* p <" in texts["plain"]
    assert "\\*\\*\\* p <" not in texts["aer"]
    assert "t statistic" in texts["jf"].lower() or "t-statistic" in texts["jf"].lower()
    assert "interval" in texts["wide"].lower()
    assert all(frame.equals(tidy["plain"]) for frame in tidy.values())
    wrong = emotape("export", tmp_path / "x", "--style", "nature", home=demo[0])
    assert wrong.returncode == 2


def test_a_bundle_repeats_byte_for_byte_and_verifies(emotape, emotape_afresh, home, tmp_path):
    text = ("--format", "tex", "--format", "csv", "--format", "docx", "--format", "xlsx")
    # In two interpreters, so that no order of a set or seed is shared.
    for name in ("one", "two"):
        done = emotape_afresh("export", tmp_path / name, "--bundle", "--figures", "svg", *text, home=home)
        if "Chromium" in done.stderr:
            pytest.skip("no Chromium to draw figures with")
        assert done.returncode == 0, done.stderr
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "two")
    assert {"README.md", "CITATION.txt", "rebuild.sh", "specs.json", "manifest.json"} <= set(one)
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text())
    assert {path: one[path] for path in manifest["files"]} == manifest["files"]
    assert set(manifest["files"]) | {"manifest.json"} == set(one)
    assert "emotape regress predictive --tagger linear" in (tmp_path / "one" / "rebuild.sh").read_text()
    assert str(home) not in (tmp_path / "one" / "README.md").read_text()
    verified = emotape("verify", tmp_path / "one", home=home)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert f"all {len(manifest['files'])} files and every estimate come out the same" in verified.stdout


def test_an_analysts_own_family_is_in_the_bundle_as_a_file_that_runs(emotape, home, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        '[family]\nname = "mine"\n[[column]]\ntitle = "Happy"\noutcome = "ret_oc"\n'
        'regressors = ["pre_open_happy"]\nmin_posts = 2\n'
    )
    assert emotape("regress", "--specs", file, home=home).returncode == 0
    bundle = tmp_path / "bundle"
    written = ("--bundle", "--format", "csv", "--figures", "none")
    assert emotape("export", bundle, *written, home=home).returncode == 0
    assert "emotape regress --specs specs/mine.toml --tagger linear" in (bundle / "rebuild.sh").read_text()
    assert emotape("regress", "--specs", bundle / "specs" / "mine.toml", home=home).returncode == 0
    verified = emotape("verify", bundle, home=home)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_what_was_changed_in_a_bundle_is_named(emotape, home, tmp_path):
    bundle = tmp_path / "bundle"
    done = emotape("export", bundle, "--bundle", "--format", "csv", "--figures", "none", home=home)
    assert done.returncode == 0, done.stderr
    table = bundle / "tables" / "predictive.csv"
    table.write_bytes(table.read_bytes().replace(b"0", b"1", 1))
    terms = pl.read_csv(bundle / "results" / "terms.csv", infer_schema_length=None)
    doctored = terms.with_columns(
        estimate=pl.when(pl.int_range(pl.len()) == 3).then(9.0).otherwise("estimate")
    )
    doctored.write_csv(bundle / "results" / "terms.csv")
    (bundle / "CITATION.txt").unlink()
    found = emotape("verify", bundle, home=home)
    assert found.returncode == 1
    assert "tables/predictive.csv was changed since" in found.stdout
    assert "CITATION.txt is missing" in found.stdout
    assert "was 9.0 and is" in found.stdout


def test_a_bundle_is_not_verified_against_other_data(emotape, home, tmp_path):
    bundle = tmp_path / "bundle"
    done = emotape("export", bundle, "--bundle", "--format", "csv", "--figures", "none", home=home)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((bundle / "manifest.json").read_text())
    (bundle / "manifest.json").write_text(json.dumps(manifest | {"data_version": "0" * 32}))
    other = emotape("verify", bundle, home=home)
    assert other.returncode == 1
    assert "made from data version 000000000000" in other.stderr
    (bundle / "manifest.json").write_text("{}")
    broken = emotape("verify", bundle, home=home)
    assert broken.returncode == 1
    assert "is no bundle of emotape" in broken.stderr
    assert emotape("verify", tmp_path / "nowhere", home=home).returncode == 2


def test_text_formats_are_those_that_the_tables_offer():
    from models.tables import FORMATS as OFFERED

    assert set(OFFERED) == set(TEXT_FORMATS)
