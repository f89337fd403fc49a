"""A transformer of DistilBERT's size with random weights, as an ONNX graph: only its speed means anything."""

from collections.abc import Callable

import numpy as np
import polars as pl

WORDS, WIDTH, LAYERS, HEADS, INNER, LABELS = 30_522, 768, 6, 12, 3_072, 7
LENGTH, BATCH = 32, 32  # tokens a post (padded, as tweets usually are), posts a run


def build() -> bytes:
    """Return the graph: `ids` (BATCH, LENGTH) to `logits` (BATCH, LABELS); 66 million weights."""
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(0)
    weights, nodes = [], []

    def weight(name: str, *shape: int) -> str:
        weights.append(numpy_helper.from_array(rng.normal(0, 0.02, shape).astype(np.float32), name))
        return name

    def shape(name: str, *sizes: int) -> str:
        weights.append(numpy_helper.from_array(np.array(sizes, np.int64), name))
        return name

    def node(kind: str, *inputs: str, **settings: object) -> str:
        output = f"{kind}_{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [output], **settings))
        return output

    def dense(x: str, name: str, n_in: int, n_out: int) -> str:
        return node("Add", node("MatMul", x, weight(f"{name}_w", n_in, n_out)), weight(f"{name}_b", n_out))

    def norm(x: str, name: str) -> str:
        return node("LayerNormalization", x, weight(f"{name}_g", WIDTH), weight(f"{name}_o", WIDTH))

    split, merged = shape("split", 0, 0, HEADS, WIDTH // HEADS), shape("merged", 0, 0, WIDTH)
    x = norm(
        node("Add", node("Gather", weight("words", WORDS, WIDTH), "ids"), weight("places", LENGTH, WIDTH)),
        "n",
    )
    for layer in range(LAYERS):
        q, k, v = (node("Reshape", dense(x, f"{layer}{name}", WIDTH, WIDTH), split) for name in "qkv")
        q, v = (node("Transpose", each, perm=[0, 2, 1, 3]) for each in (q, v))
        scores = node("Softmax", node("MatMul", q, node("Transpose", k, perm=[0, 2, 3, 1])), axis=-1)
        mixed = node("Reshape", node("Transpose", node("MatMul", scores, v), perm=[0, 2, 1, 3]), merged)
        x = norm(node("Add", x, dense(mixed, f"{layer}o", WIDTH, WIDTH)), f"{layer}a")
        inner = node("Relu", dense(x, f"{layer}i", WIDTH, INNER))
        x = norm(node("Add", x, dense(inner, f"{layer}j", INNER, WIDTH)), f"{layer}f")
    first = node("Gather", x, shape("first", 0), axis=1)
    nodes.append(helper.make_node("Identity", [dense(first, "head", WIDTH, LABELS)], ["logits"]))
    graph = helper.make_graph(
        nodes,
        "distilbert_sized",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [None, LENGTH])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    return bytes(model.SerializeToString())


def scorer() -> Callable[[pl.Series], object]:
    """Return a function that runs the graph over texts; their tokens are drawn, which costs nothing."""
    import onnxruntime

    session = onnxruntime.InferenceSession(build(), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(1)

    def score(texts: pl.Series) -> object:
        for start in range(0, len(texts), BATCH):
            n = min(BATCH, len(texts) - start)
            session.run(None, {"ids": rng.integers(0, WORDS, (n, LENGTH))})
        return None

    return score
