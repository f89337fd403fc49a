"""Classifiers of the hub, with a hub that is a folder here: nothing is fetched."""

import sys
from fnmatch import fnmatch
from types import SimpleNamespace

import polars as pl
import pytest
from classifiers import write_classifier

from etl.errors import BadInput
from etl.taggers import open_tagger
from models.emotions import EMOTIONS

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub of one classifier; `asked` holds what was asked of it."""
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    folder = write_classifier(tmp_path / "snapshots" / REVISION)
    asked = []

    def snapshot_download(repository, **settings):
        asked.append((repository, settings["revision"], settings["allow_patterns"]))
        if repository != "someone/emo":
            raise OSError("404 Client Error.\nRepository Not Found")
        return str(folder)

    fake = SimpleNamespace(snapshot_download=snapshot_download, asked=asked)
    monkeypatch.setitem(sys.modules, "huggingface_hub", fake)
    for library in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, library, SimpleNamespace())
    return fake


def test_a_hub_id_is_fetched_and_its_version_is_the_revision(hub):
    tagger = open_tagger("transformer:someone/emo@v2")
    assert (tagger.name, tagger.version) == ("transformer:someone/emo", REVISION[:12])
    assert EMOTIONS[tagger.predict_proba(pl.Series(["scared"]))[0].argmax()] == "fear"
    assert {(repository, revision) for repository, revision, _ in hub.asked} == {("someone/emo", "v2")}
    # Never the code that a repository may hold.
    fetched = [
        name
        for name in ("modeling_emo.py", "tokenizer.json", "model.safetensors", "config.json")
        if any(fnmatch(name, pattern) for pattern in hub.asked[0][2])
    ]
    assert fetched == ["tokenizer.json", "model.safetensors", "config.json"]


def test_an_ensemble_may_have_a_member_of_the_hub(hub):
    assert open_tagger("ensemble:lexicon+transformer:someone/emo").name == (
        "ensemble:lexicon+transformer:someone/emo"
    )


def test_a_failure_of_the_hub_is_one_sentence(hub):
    with pytest.raises(
        BadInput, match="cannot be fetched from the Hugging Face hub: 404 Client Error"
    ) as told:
        open_tagger("transformer:someone/other")
    assert "\n" not in str(told.value)


def test_nothing_is_asked_where_the_libraries_are_missing(hub, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(BadInput, match=r"torch.*emotape\[transformer\]"):
        open_tagger("transformer:someone/emo")
    assert hub.asked == []
