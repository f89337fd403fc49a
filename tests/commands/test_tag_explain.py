"""`emotape tag --explain`, posts through a pipe, and posts typed on a terminal."""

import json
import os
import pty
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest

from etl.errors import BadInput
from etl.explained import EXPLANATION, explainable
from etl.score_file import score_file
from etl.tag_display import printable
from models.emotions import EMOTIONS
from models.tagger import SCORES, load_tagger
from models.tagger.explanation import explain, leading

HOSTILE = "see https://x\x1b[2Jy\x07 \u202egnp now [bold]moon[/bold] :boom:"


class Other:
    """A tagger of another kind."""

    name, version, classes_ = "other", "1", EMOTIONS

    def predict_proba(self, texts):
        return np.full((len(texts), len(EMOTIONS)), 1 / len(EMOTIONS), np.float32)


def test_a_text_is_shown_with_a_bar_an_emotion_and_its_words(emotape):
    done = emotape("tag", "--explain", "--text", "not happy 🚀🚀 great :)", "--text", "")
    assert done.returncode == 0, done.stderr
    for emotion in EMOTIONS:
        assert f"  {emotion:<9}" in done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    told = {line[1]: line[0] for line in lines if line and line[0][0] in "+−"}
    assert told["great"].startswith("+")
    assert told["not"].startswith("−")
    assert "🚀 ×2  rocket" in done.stdout
    assert ":)  smile" in done.stdout
    assert "No word speaks for it" in done.stdout  # the empty text


def test_what_a_terminal_would_obey_is_not_printed(emotape):
    done = emotape("tag", "--explain", "--text", HOSTILE)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout) & set("\x1b\x07\u202e")
    assert "[bold]moon[/bold] :boom:" in done.stdout
    assert len(printable("x" * 1000, 300)) == 300


@pytest.mark.parametrize("target", [".csv", ".parquet", ".jsonl"])
def test_a_file_gets_a_column_of_explanations(tmp_path, target):
    source, output = tmp_path / "posts.csv", tmp_path / f"out{target}"
    texts = ["to the moon 🚀🚀", None, "scared of a crash, not happy, not calm, so worried about it"]
    pl.DataFrame({"body": texts}).write_csv(source)
    assert score_file(load_tagger(), source, output, explained=True) == 3
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".jsonl": pl.read_ndjson}[target](output)
    assert read.columns == ["body", *SCORES, EXPLANATION]
    first, missing, last = (json.loads(told) for told in read[EXPLANATION])
    assert {"token": "🚀", "name": "rocket"}.items() <= first[0].items()
    assert missing == []
    assert len(last) == 5
    expected = leading(explain(load_tagger(), texts[2]), "fear", 5)["contribution"]
    assert sorted(row["contribution"] for row in last) == pytest.approx(sorted(expected), abs=1e-3)


def test_explanations_of_many_batches_stay_with_their_posts(tmp_path, monkeypatch):
    monkeypatch.setattr("etl.explained.BATCH_POSTS", 3)
    source, output = tmp_path / "posts.csv", tmp_path / "out.csv"
    signs = ["🚀", "😡", "😢", "😱", "😂"]
    pl.DataFrame({"body": [signs[n % 5] for n in range(11)]}).write_csv(source)
    score_file(load_tagger(), source, output, explained=True)
    told = [json.loads(cell)[0]["token"] for cell in pl.read_csv(output)[EXPLANATION]]
    assert told == [signs[n % 5] for n in range(11)]


def test_an_input_with_a_column_called_explanation_is_renamed_only_when_one_is_asked_for(tmp_path):
    source, output = tmp_path / "posts.csv", tmp_path / "out.csv"
    pl.DataFrame({"body": ["up"], EXPLANATION: ["mine"]}).write_csv(source)
    score_file(load_tagger(), source, output, explained=True)
    assert pl.read_csv(output)[f"{EXPLANATION}_input"].to_list() == ["mine"]
    score_file(load_tagger(), source, output)
    assert pl.read_csv(output)[EXPLANATION].to_list() == ["mine"]


def test_a_tagger_that_cannot_explain_is_told_in_a_sentence(tmp_path):
    with pytest.raises(BadInput, match="'other' cannot say what each word contributes"):
        explainable(Other())
    source = tmp_path / "posts.csv"
    pl.DataFrame({"body": ["up"]}).write_csv(source)
    with pytest.raises(BadInput, match="need the tagger 'linear'"):
        score_file(Other(), source, tmp_path / "out.csv", explained=True)


def test_a_tagger_that_cannot_explain_still_shows_its_bars(capsys):
    from rich.console import Console

    from etl.tag_display import show

    show(Console(), Other(), "up")
    shown = capsys.readouterr().out
    assert "cannot say which words made it" in shown
    assert shown.count("14%") >= len(EMOTIONS)


def test_a_pipe_brings_a_post_a_line(emotape):
    done = emotape("tag", piped="to the moon 🚀\n\nscared\r\n")
    assert done.returncode == 0, done.stderr
    scored = pl.read_csv(done.stdout.encode())
    assert scored.columns == ["body", *SCORES]
    assert scored["body"].to_list() == ["to the moon 🚀", "", "scared"]
    assert scored["emotion"].to_list()[::2] == ["happy", "fear"]
    explained = pl.read_csv(emotape("tag", "--explain", piped="scared\n").stdout.encode())
    assert json.loads(explained[EXPLANATION][0])[0]["token"] == "scared"


def test_an_empty_pipe_gives_a_table_without_rows(emotape):
    assert emotape("tag", piped="").stdout.strip() == ",".join(["body", *SCORES])


def test_no_input_and_nothing_piped_is_wrong_usage(emotape, tmp_path):
    assert emotape("tag").returncode == 2
    assert emotape("tag", "--explain").returncode == 2
    assert emotape("tag", tmp_path / "posts.csv", "--text", "up").returncode == 2


def read_until(terminal: int, wanted: str, seconds: float = 60) -> str:
    """Read a terminal until something is there; it fails the test where that never comes."""
    seen, until = b"", time.monotonic() + seconds
    while wanted not in seen.decode("utf-8", "ignore"):
        assert time.monotonic() < until, seen
        seen += os.read(terminal, 4096)
    return seen.decode("utf-8", "ignore")


def test_on_a_terminal_posts_are_asked_for_until_an_empty_line():
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "etl", "tag"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )
    os.close(theirs)
    try:
        read_until(ours, "> ")
        os.write(ours, "great news 🚀\n".encode())
        shown = read_until(ours, "> ")
        shown += read_until(ours, "> ") if "rocket" not in shown else ""
        assert "rocket" in shown
        assert "\x1b[1;38;2;230;159;0m" in shown  # the colour of happiness
        os.write(ours, b"\n")
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        os.close(ours)
