"""`--tagger`: other taggers side by side, and all the way to an exported table."""

import json

import polars as pl
import pytest
from classifiers import write_classifier

LABELLED = pl.DataFrame(
    {
        "body": [
            "great to the moon 🚀",
            "scared of a crash",
            "crooks those crooks",
            "the meeting",
            "what sorrow 😭",
        ],
        "emotion": ["happy", "fear", "anger", "neutral", "sad"],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    return write_classifier(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def labelled(tmp_path):
    file = tmp_path / "labelled.csv"
    LABELLED.write_csv(file)
    return file


def test_evaluate_puts_taggers_side_by_side_with_their_agreement(emotape, labelled, tmp_path):
    report = tmp_path / "report.json"
    done = emotape("evaluate", labelled, "--tagger", "linear", "--tagger", "lexicon", "--json", report)
    assert done.returncode == 0, done.stderr
    rows = {line[:28].strip(): line[28:].split() for line in done.stdout.splitlines()}
    assert rows[""] == []
    for name in ("accuracy", "macro f1", "log loss", "valence accuracy", "calibration error"):
        assert len(rows[name]) == 2
        assert all(0 <= float(value) < 5 for value in rows[name])
    assert all(float(value.replace(",", "")) > 0 for value in rows["posts per second"])
    assert "linear and lexicon: " in done.stdout
    figures = json.loads(report.read_text())
    assert [one["tagger"] for one in figures["taggers"]] == ["linear", "lexicon"]
    assert figures["taggers"][1]["accuracy"] == 0.8  # to the lexicon, crooks disgust
    assert figures["taggers"][1]["tagger_version"]
    (pair,) = figures["agreement"]
    assert (pair["tagger_a"], pair["tagger_b"]) == ("linear", "lexicon")
    assert -1 <= pair["kappa"] <= 1


def test_evaluate_of_one_other_tagger_has_its_name(emotape, labelled, tmp_path):
    report = tmp_path / "report.json"
    done = emotape("evaluate", labelled, "--tagger", "ensemble", "--json", report)
    assert done.stdout.startswith("ensemble:linear+lexicon ")
    assert json.loads(report.read_text())["tagger"] == "ensemble:linear+lexicon"


@pytest.mark.parametrize("command", [("evaluate", "labelled.csv"), ("tag", "labelled.csv"), ("build",)])
def test_an_unknown_tagger_is_refused_in_a_sentence(emotape, tmp_path, command):
    done = emotape(*command, "--tagger", "oracle", home=tmp_path)
    assert done.returncode == 1
    assert "there is no tagger 'oracle'; there are: linear, lexicon" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_tag_scores_by_the_tagger_that_is_named(emotape, folder, tmp_path):
    output = tmp_path / "scored.csv"
    posts = tmp_path / "posts.csv"
    LABELLED.select("body").write_csv(posts)
    done = emotape("tag", posts, "--tagger", f"transformer:{folder}", "-o", output)
    assert done.returncode == 0, done.stderr
    assert "by transformer:tiny " in done.stdout
    emotions = pl.read_csv(output)["emotion"].to_list()
    assert emotions[2] == "anger"  # two words of three
    assert emotions[3] == "neutral"


@pytest.mark.slow
def test_a_tagger_named_by_a_path_goes_all_the_way_to_a_table(emotape, demo, folder, tmp_path):
    home, files = tmp_path / "home", demo[0] / "simulated"
    name, stored = f"ensemble:lexicon+transformer:{folder}", "ensemble:lexicon+transformer:tiny"
    for arguments in (
        ("load", "posts", files / "posts.jsonl.gz"),
        ("load", "prices", files / "prices.csv"),
        ("build", "--tagger", name),
        ("regress", "--tagger", name),
        ("export", tmp_path / "out", "--format", "csv", "--format", "tex"),
        ("status",),
    ):
        done = emotape(*arguments, home=home)
        assert done.returncode == 0, done.stderr
        assert str(folder) not in done.stdout
    assert f"by {stored} " in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "predictive-ensemble-lexicon-transformer-tiny.csv",
        "predictive-ensemble-lexicon-transformer-tiny.tex",
    }
    again = emotape("build", "--tagger", name, home=home)
    assert "tagged: 0 posts" in again.stdout
    by_stored_name = emotape("regress", "--tagger", stored, home=home)
    assert by_stored_name.returncode == 0, by_stored_name.stderr
