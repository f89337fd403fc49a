"""A tiny classifier of emotions in a folder, made here: a word votes for its label."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

WORDS = ("[PAD]", "[UNK]", "great", "sorrow", "crooks", "vile", "whoa", "scared")
LABELS = ("no emotion", "joy", "sadness", "angry", "disgust", "surprise", "fear")
VOTE = 4.0  # logit of a label whose word makes up the whole text


def write_classifier(
    folder: Path, labels: Sequence[str] = LABELS, longest: int = 8, bias: float = 0.0, **config: object
) -> Path:
    """Write model.onnx, tokenizer.json and config.json; logits are the words' mean votes, plus a bias."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    id2label = {str(n): label for n, label in enumerate(labels)}
    (folder / "config.json").write_text(
        json.dumps({"id2label": id2label, "max_position_embeddings": longest, "pad_token_id": 0} | config)
    )
    votes = np.zeros((len(WORDS), len(LABELS)), np.float32)
    votes[1, 0] = VOTE
    votes[np.arange(2, len(WORDS)), np.arange(1, len(LABELS))] = VOTE
    constants = {"votes": votes, "bias": np.full(len(LABELS), bias, np.float32), "last": np.array([2])}
    constants |= {"middle": np.array([1])}
    nodes = [
        helper.make_node("Gather", ["votes", "input_ids"], ["of_token"]),
        helper.make_node("Cast", ["attention_mask"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["real", "last"], ["column"]),
        helper.make_node("Mul", ["of_token", "column"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "middle"], ["sums"], keepdims=0),
        helper.make_node("ReduceSum", ["real", "middle"], ["lengths"], keepdims=1),
        helper.make_node("Div", ["sums", "lengths"], ["means"]),
        helper.make_node("Add", ["means", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "votes",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["posts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["posts", len(LABELS)])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    return folder
