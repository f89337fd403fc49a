"""Classifiers in folders: labels, batches, truncation, names and what is refused."""

import json
import sys

import numpy as np
import polars as pl
import pytest
from classifiers import LABELS, VOTE, WORDS, write_classifier

from models.emotions import EMOTIONS
from models.tagger import load_tagger
from models.tagger.extras import MissingExtra
from models.tagger.transformer import map_labels

TEXTS = pl.Series(["great", "scared scared", "vile crooks", "", None, "the table", "GREAT " * 50])


@pytest.fixture
def folder(tmp_path):
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    return write_classifier(tmp_path / "tiny emo")


def test_probabilities_are_the_classifiers_by_emotion(folder):
    tagger = load_tagger(f"transformer:{folder}")
    proba = tagger.predict_proba(TEXTS)
    one = np.exp(VOTE) / (np.exp(VOTE) + 6)
    assert proba[0, EMOTIONS.index("happy")] == pytest.approx(one, rel=1e-5)
    assert proba[1, EMOTIONS.index("fear")] == pytest.approx(one, rel=1e-5)
    assert proba[2, EMOTIONS.index("anger")] == pytest.approx(proba[2, EMOTIONS.index("disgust")])
    assert proba[5].argmax() == EMOTIONS.index("neutral")
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(proba[3], proba[4])
    assert proba.dtype == np.float32


def test_the_name_holds_no_path_and_the_version_tells_weights_and_labels_apart(folder, tmp_path):
    tagger = load_tagger(f"transformer:{folder}")
    assert tagger.name == "transformer:tiny-emo"
    assert tagger.version == load_tagger(f"transformer:{folder}/").version
    other_weights = write_classifier(tmp_path / "b", bias=1.0)
    other_labels = write_classifier(tmp_path / "c", (*LABELS[:5], "fear", "surprise"))
    versions = {
        load_tagger(f"transformer:{place}").version for place in (folder, other_weights, other_labels)
    }
    assert len(versions) == 3


def test_batches_and_padding_do_not_change_a_score(folder, monkeypatch):
    rng = np.random.default_rng(2)
    texts = pl.Series([" ".join(rng.choice(WORDS[2:], rng.integers(0, 6))) for _ in range(75)])
    tagger = load_tagger(f"transformer:{folder}")
    whole = tagger.predict_proba(texts)
    monkeypatch.setattr("models.tagger.transformer.BATCH_POSTS", 4)
    monkeypatch.setattr("models.tagger.transformer.SORTED_POSTS", 10)
    np.testing.assert_allclose(tagger.predict_proba(texts), whole, rtol=1e-5)
    alone = np.concatenate([tagger.predict_proba(texts[n : n + 1]) for n in range(len(texts))])
    np.testing.assert_allclose(alone, whole, rtol=1e-5)
    assert tagger.predict_proba(pl.Series([], dtype=pl.String)).shape == (0, 7)


def test_a_text_is_cut_at_the_longest_input(folder):
    tagger = load_tagger(f"transformer:{folder}")
    cut, whole = tagger.predict_proba(pl.Series(["great " * 8 + "scared " * 100, "great " * 8]))
    np.testing.assert_allclose(cut, whole)


def test_labels_of_one_emotion_add_up():
    mapped = map_labels({"0": "joy", "1": "Love", "2": "SADNESS", "10": "neutral"})
    assert mapped.sum(axis=0).tolist() == [1, 2, 1, 0, 0, 0, 0]
    assert mapped[3, EMOTIONS.index("neutral")] == 1  # "10" comes after "2"


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ({"0": "LABEL_0", "1": "joy"}, "LABEL_0 of .* are no emotions"),
        ({"0": "positive", "1": "negative"}, "positive, negative"),
        ({}, "has no id2label"),
        (None, "has no id2label"),
        ({"a": "joy"}, "keys that are no numbers"),
    ],
)
def test_labels_that_are_no_emotions_are_refused(labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        map_labels(labels)


def test_folders_that_hold_no_classifier_are_refused_with_a_sentence(folder):
    def refusal() -> str:
        with pytest.raises(ValueError, match="tiny") as refused:
            load_tagger(f"transformer:{folder}")
        return str(refused.value)

    config = json.loads((folder / "config.json").read_text())
    several = config | {"problem_type": "multi_label_classification"}
    (folder / "config.json").write_text(json.dumps(several))
    assert "several labels to one post" in refusal()
    (folder / "config.json").write_text(json.dumps(config | {"id2label": {"0": "joy", "1": "fear"}}))
    assert "gives 7 numbers a post, and its config names 2" in refusal()
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.onnx").write_bytes(b"no model")
    assert "cannot be loaded" in refusal()
    (folder / "tokenizer.json").unlink()
    assert "no tokenizer.json" in refusal()
    (folder / "model.onnx").unlink()
    assert "has no weights" in refusal()
    (folder / "config.json").write_text("{")
    assert "cannot be read as JSON" in refusal()
    (folder / "config.json").unlink()
    assert "has no config.json" in refusal()


def test_a_missing_runtime_is_told_with_its_extra(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtra, match=r"onnxruntime.*emotape\[onnx\]"):
        load_tagger(f"transformer:{folder}")
    (folder / "model.onnx").rename(folder / "model.safetensors")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"torch.*emotape\[transformer\]"):
        load_tagger(f"transformer:{folder}")
