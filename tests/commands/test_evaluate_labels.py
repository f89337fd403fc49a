"""`emotape evaluate` on labels of other taxonomies, and with emoji kept and removed."""

import json

import polars as pl
import pytest

BODIES = ["to the moon 🚀", "scared of a crash", "so sad 😢 lost my money", "earnings call at noon"]


def evaluate(emotape, folder, labels, *options, suffix=".csv"):
    file, report = folder / f"labelled{suffix}", folder / "report.json"
    frame = pl.DataFrame({"body": BODIES[: len(labels)], "emotion": labels})
    frame.write_csv(file) if suffix == ".csv" else frame.write_parquet(file)
    done = emotape("evaluate", file, "--json", report, *options)
    assert done.returncode == 0, done.stderr
    return done, json.loads(report.read_text())


@pytest.mark.parametrize(
    ("labels", "taxonomy"),
    [
        (["Optimism", "PANIC", "depression", "ambiguous"], "stockemotions"),
        (["joy", "nervousness", "grief", "neutral"], "goemotions"),
    ],
)
def test_labels_of_another_taxonomy_are_mapped_and_the_output_says_so(emotape, tmp_path, labels, taxonomy):
    done, figures = evaluate(emotape, tmp_path, labels)
    assert f"labels of {taxonomy} mapped to seven emotions" in done.stdout
    _, same = evaluate(emotape, tmp_path, ["happy", "fear", "sad", "neutral"])
    assert (figures.pop("taxonomy"), same.pop("taxonomy")) == (taxonomy, "emtract")
    for report in (figures, same):
        report.pop("posts_per_second")
    assert figures == same


def test_emotions_of_our_own_are_not_called_mapped(emotape, tmp_path):
    done, _ = evaluate(emotape, tmp_path, ["happy", "fear", "sad", "neutral"])
    assert "mapped" not in done.stdout


def test_rows_with_several_labels_are_left_out_and_counted(emotape, tmp_path):
    done, figures = evaluate(emotape, tmp_path, ["joy", "fear,grief", "grief", ""])
    assert figures["n_posts"] == 2
    assert "left out: 1 rows with several labels" in done.stderr
    assert "left out: 1 rows without a text or label" in done.stderr


def test_lists_of_labels_are_read(emotape, tmp_path):
    labels = [["joy"], ["fear", "grief"], ["grief"], []]
    done, figures = evaluate(emotape, tmp_path, labels, suffix=".parquet")
    assert figures["n_posts"] == 2
    assert "1 rows with several labels" in done.stderr


def test_directions_are_measured_by_the_sign_of_valence(emotape, tmp_path):
    done, figures = evaluate(emotape, tmp_path, ["Bullish", "Bearish", "bearish"])
    assert "labels of bullish_bearish measured by the sign of valence" in done.stdout
    assert (figures["n_posts"], figures["n_bullish"]) == (3, 1)
    assert (figures["accuracy"], figures["f1"], figures["auc"]) == (1.0, 1.0, 1.0)
    _, wrong = evaluate(emotape, tmp_path, ["Bearish", "Bullish", "bullish"])
    assert (wrong["accuracy"], wrong["auc"]) == (0.0, 0.0)


def test_taggers_stand_side_by_side_on_directions(emotape, tmp_path):
    _, figures = evaluate(
        emotape, tmp_path, ["Bullish", "Bearish"], "--tagger", "linear", "--tagger", "lexicon"
    )
    assert [one["tagger"] for one in figures["taggers"]] == ["linear", "lexicon"]


def test_one_direction_alone_has_no_auc_and_the_report_is_still_json(emotape, tmp_path):
    _, figures = evaluate(emotape, tmp_path, ["Bullish", "Bullish"])
    assert figures["auc"] is None


def test_a_mixture_of_taxonomies_is_refused_by_name(emotape, tmp_path):
    file = tmp_path / "labelled.csv"
    pl.DataFrame({"body": BODIES[:3], "emotion": ["happy", "bullish", "sad"]}).write_csv(file)
    done = emotape("evaluate", file)
    assert done.returncode == 1
    assert "knows the label 'bullish'" in done.stderr


def test_without_emoji_prints_both_accuracies_and_their_difference(emotape, tmp_path):
    file, report = tmp_path / "labelled.csv", tmp_path / "report.json"
    pl.DataFrame(
        {"body": ["😂😂🚀", "scared of a crash"], "emotion": ["happy", "fear"], "what": ["signs", "words"]}
    ).write_csv(file)
    done = emotape("evaluate", file, "--without-emoji", "--json", report)
    assert done.returncode == 0, done.stderr
    emoji = json.loads(report.read_text())["emoji"][0]
    assert emoji["accuracy"] == {"kept": 1.0, "removed": 0.5}
    assert [(row["what"], row["difference"]) for row in emoji["by_kind"]] == [("signs", 1.0), ("words", 0.0)]
    assert "+0.5000" in done.stdout
    assert "accuracy, signs (1)" in done.stdout


def test_without_emoji_needs_emotions(emotape, tmp_path):
    file = tmp_path / "labelled.csv"
    pl.DataFrame({"body": ["up", "down"], "emotion": ["bullish", "bearish"]}).write_csv(file)
    done = emotape("evaluate", file, "--without-emoji")
    assert done.returncode == 2
    assert "not directions" in done.stderr
