"""Any Hugging Face sequence classifier in a folder as a tagger.

A folder holds `config.json` (with `id2label`) and either `model.onnx` (or `onnx/model.onnx`) with
`tokenizer.json`, run by onnxruntime, or weights (`model.safetensors`, `pytorch_model.bin`) with its
tokenizer's files, run by transformers and torch. Code that a folder brings is never run.

The classifier's labels are mapped to the seven emotions by name; several labels of one emotion add up,
and an emotion without a label has probability zero.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.extras import import_extra

BATCH_POSTS = 32
SORTED_POSTS = 4_096  # texts of like length are run together, so that little is padding
LONGEST_INPUT = 512  # tokens, where a folder does not say
LONGEST_TEXT = 20_000  # characters that reach the tokenizer: far more than its longest input

# What classifiers call the emotions of EmTract. "love" counts as happy, as in EmTract's own training data.
LABELS: dict[str, str] = {emotion: emotion for emotion in EMOTIONS} | {
    "no emotion": "neutral",
    "none": "neutral",
    "others": "neutral",
    "happiness": "happy",
    "joy": "happy",
    "joyful": "happy",
    "love": "happy",
    "optimism": "happy",
    "sadness": "sad",
    "angry": "anger",
    "disgusted": "disgust",
    "surprised": "surprise",
    "afraid": "fear",
    "scared": "fear",
    "fearful": "fear",
}
Logits = NDArray[np.float32]


@dataclass(frozen=True)
class TransformerTagger:
    """Scores posts by a sequence classifier.

    Parameters
    ----------
    name, version
        `transformer:` and a short name, and a hash of what was loaded.
    to_emotions
        (n labels, 7): 1 where a label counts for an emotion.
    run
        Takes up to `BATCH_POSTS` texts and returns their logits, (n texts, n labels).
    """

    name: str
    version: str
    to_emotions: NDArray[np.float32]
    run: Callable[[list[str]], Logits]
    classes_: tuple[str, ...] = field(default=EMOTIONS, init=False)

    def predict_proba(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return the probability of each emotion, (n texts, 7), in the order of `classes_`.

        A text is cut at the classifier's longest input; a null one counts as empty.
        """
        proba = np.zeros((len(texts), len(EMOTIONS)), np.float32)
        for start in range(0, len(texts), SORTED_POSTS):
            read = texts[start : start + SORTED_POSTS].cast(pl.String).fill_null("")
            read = read.str.slice(0, LONGEST_TEXT)
            by_length = read.str.len_chars().arg_sort().to_numpy()
            for first in range(0, len(read), BATCH_POSTS):
                rows = by_length[first : first + BATCH_POSTS]
                proba[start + rows] = _softmax(self.run(read.gather(rows).to_list())) @ self.to_emotions
        return proba


def open_transformer(folder: Path, name: str, version: str | None = None) -> TransformerTagger:
    """Return the classifier of a folder as a tagger.

    Parameters
    ----------
    name
        What is stored with its scores, such as `transformer:distilbert`.
    version
        Default: a hash of the files that its probabilities depend on.

    Raises
    ------
    ValueError
        The folder holds no classifier that can be read, or one of other labels than emotions.
    MissingExtra
        A library that the classifier needs is not installed.
    """
    config = _read_json(folder / "config.json")
    to_emotions = map_labels(config.get("id2label"), name)
    if config.get("problem_type") == "multi_label_classification":
        raise ValueError(f"{name} gives several labels to one post; expected a classifier that gives one.")
    places = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    onnx = next((path for path in places if path.is_file()), None)
    weights = [
        path
        for pattern in ("*.safetensors", "pytorch_model*.bin")
        for path in sorted(folder.glob(pattern))
        if path.is_file()
    ]
    if onnx is None and not weights:
        raise ValueError(
            f"the folder of {name} has no weights; expected model.onnx, model.safetensors or "
            "pytorch_model.bin."
        )
    if onnx is not None and not (folder / "tokenizer.json").is_file():
        raise ValueError(f"the folder of {name} has model.onnx and no tokenizer.json, which is read with it.")
    longest = _longest_input(folder, config)
    try:
        if onnx is not None:
            run = _run_onnx(onnx, folder / "tokenizer.json", config, longest, name)
        else:
            run = _run_torch(folder, longest, name)
        n_labels = run(["a post"]).shape[1]
    except ValueError:
        raise
    except Exception as error:  # each library has errors of its own
        raise ValueError(f"{name} cannot be loaded: {_first_line(error)}.") from error
    if n_labels != len(to_emotions):
        raise ValueError(f"{name} gives {n_labels} numbers a post, and its config names {len(to_emotions)}.")
    read = [folder / "config.json", folder / "tokenizer.json", *([onnx] if onnx else weights)]
    return TransformerTagger(name, version or _hash(read), to_emotions, run)


def map_labels(id2label: object, name: str = "the classifier") -> NDArray[np.float32]:
    """Return which label counts for which emotion, (n labels, 7), in the order of the labels' numbers.

    Raises
    ------
    ValueError
        There are no labels, or some are no emotions: their probability would have no place to go.
    """
    if not isinstance(id2label, Mapping) or not id2label:
        raise ValueError(f"the config.json of {name} has no id2label; expected the emotions' names there.")
    try:
        ordered = [str(id2label[number]) for number in sorted(id2label, key=int)]
    except ValueError as error:
        raise ValueError(f"the id2label of {name} has keys that are no numbers.") from error
    plain = [re.sub(r"[\s_-]+", " ", label).strip().lower() for label in ordered]
    if foreign := [label for label, key in zip(ordered, plain, strict=True) if key not in LABELS]:
        raise ValueError(
            f"the labels {', '.join(foreign)} of {name} are no emotions that emotape knows; "
            f"expected {', '.join(EMOTIONS)}: rename them in id2label of its config.json."
        )
    return np.array([[LABELS[key] == emotion for emotion in EMOTIONS] for key in plain], np.float32)


def _run_onnx(
    model: Path, tokenizer_file: Path, config: Mapping[str, Any], longest: int, name: str
) -> Callable[[list[str]], Logits]:
    onnxruntime = import_extra("onnxruntime", "onnx", name)
    tokenizer = import_extra("tokenizers", "onnx", name).Tokenizer.from_file(str(tokenizer_file))
    tokenizer.enable_truncation(max_length=longest)
    padding = tokenizer.padding or {}
    tokenizer.enable_padding(
        pad_id=padding.get("pad_id", config.get("pad_token_id") or 0),
        pad_token=padding.get("pad_token", "[PAD]"),
        direction=padding.get("direction", "right"),
    )
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    inputs = {entry.name for entry in session.get_inputs()}

    def run(texts: list[str]) -> Logits:
        encoded = tokenizer.encode_batch(texts)
        given = {
            "input_ids": [one.ids or [0] for one in encoded],
            "attention_mask": [one.attention_mask or [0] for one in encoded],
            "token_type_ids": [one.type_ids or [0] for one in encoded],
        }
        arrays = {key: np.array(value, np.int64) for key, value in given.items()}
        mask = arrays["attention_mask"]
        mask[mask.sum(axis=1) == 0, 0] = 1  # a text without a token attends to padding, not to nothing
        logits, *_ = session.run(None, {key: arrays[key] for key in inputs & arrays.keys()})
        return np.asarray(logits, np.float32)

    return run


def _run_torch(folder: Path, longest: int, name: str) -> Callable[[list[str]], Logits]:
    torch = import_extra("torch", "transformer", name)
    transformers = import_extra("transformers", "transformer", name)
    from_here = {"local_files_only": True, "trust_remote_code": False}
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), **from_here)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(str(folder), **from_here).eval()

    def run(texts: list[str]) -> Logits:
        encoded = tokenizer(texts, padding=True, truncation=True, max_length=longest, return_tensors="pt")
        with torch.inference_mode():
            return np.asarray(model(**encoded).logits.float().numpy(), np.float32)

    return run


def _longest_input(folder: Path, config: Mapping[str, Any]) -> int:
    """Return how many tokens the classifier can read."""
    limits = []
    if isinstance(positions := config.get("max_position_embeddings"), int):
        # RoBERTa and its kin count positions from behind the padding's number.
        offset = (config.get("pad_token_id") or 0) + 1 if "roberta" in str(config.get("model_type")) else 0
        limits.append(positions - offset)
    if (folder / "tokenizer_config.json").is_file():
        told = _read_json(folder / "tokenizer_config.json").get("model_max_length")
        if isinstance(told, int | float) and told < 1e6:  # a very large number stands for no limit
            limits.append(int(told))
    return min(limits, default=LONGEST_INPUT)


def _read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(
            f"the folder {file.parent} has no {file.name}; expected a Hugging Face classifier."
        ) from error
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} cannot be read as JSON: {_first_line(error)}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"{file} holds no JSON object.")  # noqa: TRY004
    return content


def _hash(read: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in read:
        if path.is_file():
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:12]


def _softmax(logits: Logits) -> NDArray[np.float32]:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).split("\n", 1)[0].rstrip(".")
