"""`emotape tag`, `evaluate` and `train` on files."""

import gzip
import json

import polars as pl
import pytest

from etl.errors import BadInput
from etl.score_file import score_file
from models.emotions import EMOTIONS
from models.tagger import SCORES, load_tagger

POSTS = pl.DataFrame(
    {
        "id": ["007", "8", "9"],
        "body": ["to the moon 🚀🚀", 'scared of, this "crash"\nreally', None],
        "note": ["=1+1", None, "x"],
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
@pytest.mark.parametrize("target", [".csv", ".parquet", ".jsonl"])
def test_the_output_is_the_input_and_the_scores(tmp_path, suffix, target):
    source, output = tmp_path / f"posts{suffix}", tmp_path / f"out{target}"
    {".csv": POSTS.write_csv, ".parquet": POSTS.write_parquet, ".jsonl": POSTS.write_ndjson}[suffix](source)
    assert score_file(load_tagger(), source, output) == 3
    read = {
        ".csv": lambda p: pl.read_csv(p, infer_schema=False),
        ".parquet": pl.read_parquet,
        ".jsonl": pl.read_ndjson,
    }
    scored = read[target](output)
    assert scored.columns == [*POSTS.columns, *SCORES]
    assert scored["id"].to_list() == ["007", "8", "9"]
    assert scored["body"].to_list() == POSTS["body"].to_list()
    assert scored["emotion"].to_list()[0] == "happy"
    shares = scored.select(pl.col(EMOTIONS).cast(pl.Float64)).sum_horizontal()
    assert shares.to_list() == pytest.approx([1, 1, 1], abs=1e-4)


def test_a_column_called_like_a_score_is_kept_under_another_name(tmp_path):
    source, output = tmp_path / "posts.csv", tmp_path / "out.csv"
    source.write_text("body,emotion,fear\nto the moon 🚀,sad,9\n")
    said: list[str] = []
    assert score_file(load_tagger(), source, output, say=said.append) == 1
    scored = pl.read_csv(output)
    assert scored.columns == ["body", "emotion_input", "fear_input", *SCORES]
    assert scored.select("emotion_input", "fear_input", "emotion").row(0) == ("sad", 9, "happy")
    assert said == [
        "posts.csv has columns called like the scores; in the output emotion is emotion_input, "
        "fear is fear_input."
    ]


def test_batches_keep_the_order_and_the_count(tmp_path, monkeypatch):
    monkeypatch.setattr("etl.score_file.BATCH_POSTS", 7)
    source, output = tmp_path / "posts.csv", tmp_path / "out.csv"
    pl.DataFrame({"id": range(100), "body": [f"post {n} 🚀" for n in range(100)]}).write_csv(source)
    seen: list[int] = []
    assert score_file(load_tagger(), source, output, progress=seen.append) == 100
    assert sum(seen) == 100
    assert pl.read_csv(output)["id"].to_list() == list(range(100))


def test_compressed_input_is_read(tmp_path):
    source, output = tmp_path / "posts.csv.gz", tmp_path / "out.csv"
    with gzip.open(source, "wt", encoding="utf-8") as packed:
        packed.write(POSTS.write_csv())
    assert score_file(load_tagger(), source, output) == 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("posts.csv", "text\nhello\n", "has no column 'body'; it has: text"),
        ("posts.csv", "body,emotion,emotion_input\nhello,happy,x\n", "and also emotion_input"),
        ("posts.xlsx", "", "ends in '.xlsx'; expected one of"),
        ("posts.parquet", "not parquet", "cannot be read as parquet"),
    ],
)
def test_input_that_cannot_be_scored_is_told_in_a_sentence(tmp_path, name, content, sentence):
    source, output = tmp_path / name, tmp_path / "out.csv"
    source.write_text(content)
    with pytest.raises(BadInput, match=sentence):
        score_file(load_tagger(), source, output)
    assert not output.exists()


def test_a_file_that_breaks_in_the_middle_leaves_the_earlier_output(tmp_path):
    source, output = tmp_path / "posts.jsonl", tmp_path / "out.csv"
    source.write_text('{"body": "fine"}\n{"body": \n')
    output.write_text("earlier")
    with pytest.raises(BadInput, match=r"posts\.jsonl"):
        score_file(load_tagger(), source, output)
    assert output.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


def test_texts_are_scored_from_the_command_line(emotape):
    done = emotape("tag", "--text", "to the moon 🚀", "--text", "scared")
    scored = pl.read_csv(done.stdout.encode())
    assert scored.columns == ["body", *SCORES]
    assert scored["emotion"].to_list() == ["happy", "fear"]
    assert emotape("tag").returncode == 2


def test_evaluate_prints_and_writes_its_figures(emotape, tmp_path):
    labelled, report = tmp_path / "labelled.csv", tmp_path / "report.json"
    pl.DataFrame(
        {"text": ["to the moon 🚀", "scared of a crash", "x", None], "mood": ["happy", "FEAR", "sad", "sad"]}
    ).write_csv(labelled)
    done = emotape("evaluate", labelled, "--column", "text", "--label", "mood", "--json", report)
    assert done.returncode == 0, done.stderr
    assert "macro f1" in done.stdout
    assert "left out: 1 rows" in done.stderr
    figures = json.loads(report.read_text())
    assert figures["n_posts"] == 3
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert sum(map(sum, figures["confusion"])) == 3


def test_evaluate_refuses_other_labels(emotape, tmp_path):
    labelled = tmp_path / "labelled.csv"
    pl.DataFrame({"body": ["up"], "emotion": ["hodl"]}).write_csv(labelled)
    done = emotape("evaluate", labelled)
    assert done.returncode == 1
    assert "hodl" in done.stderr


def test_train_writes_weights_that_score_and_a_card(emotape, tmp_path):
    signs = ["call at noon", "love 🚀", "lost 😢", "crooks 😡", "garbage 🤮", "wow 😲", "afraid 😱"]
    labelled, weights = tmp_path / "labelled.csv", tmp_path / "weights.npz"
    pl.DataFrame(
        [
            {"body": f"{sign} {n}", "emotion": e}
            for n in range(6)
            for e, sign in zip(EMOTIONS, signs, strict=True)
        ]
    ).write_csv(labelled)
    first = emotape("train", labelled, "-o", weights, "--folds", 2)
    assert first.returncode == 0, first.stderr
    content = weights.read_bytes()
    card = weights.with_suffix(".md").read_text()
    assert "2-fold cross-validation on 42 posts" in card
    assert str(tmp_path) not in card
    assert pl.read_csv(tmp_path / "weights_confusion.csv")["n"].sum() == 42
    emotape("train", labelled, "-o", weights, "--folds", 2)
    assert weights.read_bytes() == content
