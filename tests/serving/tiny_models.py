"""Model folders made in a moment.

Graphs of a few nodes, with true manifests unless a test lies on purpose.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from conformance.models import ELEMENT_TYPES, OPSET

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "where", "is", "my", "order", "refund", "please", "!"]
WIDTH = 4
MOODS = ("negative", "neutral", "positive")
PACK = ("refund", "track")


def tensor(name: str, shape: Sequence[Any], datatype: str = "FP32") -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, ELEMENT_TYPES[datatype], list(shape))


def graph(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: dict[str, np.ndarray[Any, Any]] | None = None,
) -> bytes:
    constants = [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()]
    whole = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model: onnx.ModelProto = helper.make_model(whole, opset_imports=OPSET, ir_version=9)
    return bytes(model.SerializeToString())


def doubler() -> bytes:
    """`y` is twice `x`, and `sums` adds up each row."""
    nodes = [
        helper.make_node("Add", ["x", "x"], ["y"]),
        helper.make_node("ReduceSum", ["x", "axis"], ["sums"], keepdims=0),
    ]
    outputs = [tensor("y", ["n", 3]), tensor("sums", ["n"])]
    return graph(nodes, [tensor("x", ["n", 3])], outputs, {"axis": np.array([1], dtype=np.int64)})


def echo(datatype: str) -> bytes:
    node = helper.make_node("Identity", ["x"], ["y"])
    return graph([node], [tensor("x", ["n"], datatype)], [tensor("y", ["n"], datatype)])


def batch_mean() -> bytes:
    """Each row minus the mean of the whole batch: arithmetic that spans callers."""
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["mean"], keepdims=0),
        helper.make_node("Sub", ["x", "mean"], ["y"]),
    ]
    return graph(nodes, [tensor("x", ["n", 3])], [tensor("y", ["n", 3])])


def tiny_encoder() -> bytes:
    """The mean of word vectors, made a unit vector."""
    table = np.random.default_rng(7).normal(size=(len(WORDS), WIDTH)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["vectors"]),
        helper.make_node("ReduceMean", ["vectors", "axis"], ["mean"], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], ["normed"], axis=1, p=2),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["mask"], ["one"], keepdims=0),
        helper.make_node("Mul", ["normed", "one"], ["embedding"]),
    ]
    inputs = [
        tensor("input_ids", ["n", "s"], "INT64"),
        tensor("attention_mask", ["n", "s"], "INT64"),
    ]
    weights: dict[str, Any] = {"table": table, "axis": np.array([1], dtype=np.int64)}
    return graph(nodes, inputs, [tensor("embedding", ["n", WIDTH])], weights)


def head(output: str, width: int, classes: int) -> bytes:
    """A linear layer and a softmax."""
    weights = np.random.default_rng(classes).normal(size=(width, classes)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["features", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [output], axis=1),
    ]
    outputs = [tensor(output, ["n", classes])]
    return graph(nodes, [tensor("features", ["n", width])], outputs, {"weights": weights})


def tokenizer_json() -> bytes:
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return str(tokenizer.to_str()).encode()


def spec(
    name: str, datatype: str, shape: Sequence[int], labels: Sequence[str] | None = None
) -> Any:
    return {"name": name, "datatype": datatype, "shape": list(shape), "labels": labels}


def write_model(
    store: Path, name: str, files: dict[str, bytes], version: str = "1", **manifest: Any
) -> Path:
    """A folder with these files and a manifest true of them, but for what `manifest` says."""
    folder = store / name / version
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    whole = {
        "schema_version": 1,
        "name": name,
        "version": version,
        "platform": "onnx",
        "files": {
            file: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for file, content in files.items()
        },
    } | manifest
    (folder / "manifest.json").write_text(json.dumps(whole))
    return folder


def write_doubler(store: Path, name: str = "doubler", version: str = "1", **manifest: Any) -> Path:
    signature: dict[str, Any] = {
        "inputs": [spec("x", "FP32", [-1, 3])],
        "outputs": [spec("y", "FP32", [-1, 3]), spec("sums", "FP32", [-1])],
    }
    return write_model(store, name, {"model.onnx": doubler()}, version, **(signature | manifest))


def write_echo(store: Path, datatype: str) -> Path:
    signature: dict[str, Any] = {
        "inputs": [spec("x", datatype, [-1])],
        "outputs": [spec("y", datatype, [-1])],
    }
    return write_model(store, f"echo-{datatype}", {"model.onnx": echo(datatype)}, **signature)


def write_encoder(store: Path) -> Path:
    signature: dict[str, Any] = {
        "inputs": [spec("input_ids", "INT64", [-1, -1]), spec("attention_mask", "INT64", [-1, -1])],
        "outputs": [spec("embedding", "FP32", [-1, WIDTH])],
        "limits": {"max_tokens": 16, "one_row_at_a_time": True},
    }
    files = {"model.onnx": tiny_encoder(), "tokenizer.json": tokenizer_json()}
    return write_model(store, "tiny-encoder", files, **signature)


def write_pipeline(
    store: Path,
    name: str = "tiny-pipeline",
    *,
    pack_features: Sequence[str] = ("embedding",),
    files: Mapping[str, bytes] | None = None,
    **manifest: Any,
) -> Path:
    """Needs `write_encoder`. Two heads: one on vectors alone, one on the vector and VADER."""
    heads = {"commerce": (WIDTH * len(pack_features), len(PACK), list(pack_features))}
    heads["sentiment"] = (WIDTH + 6, len(MOODS), ["embedding", "vader"])
    graphs = {
        f"{output}.onnx": head(output, width, classes)
        for output, (width, classes, _) in heads.items()
    }
    whole: dict[str, Any] = {
        "platform": "text-pipeline",
        "inputs": [spec("text", "BYTES", [-1])],
        "outputs": [
            spec("embedding", "FP32", [-1, WIDTH]),
            spec("commerce", "FP32", [-1, len(PACK)], PACK),
            spec("sentiment", "FP32", [-1, len(MOODS)], MOODS),
        ],
        "label_set": "tiny-1",
        "limits": {"max_tokens": 16, "one_row_at_a_time": True},
        "encoder": {
            "model": "tiny-encoder",
            "version": "1",
            "kind": "wordpiece",
            "output": "embedding",
        },
        "heads": [
            {"output": output, "file": f"{output}.onnx", "features": features, "input": "features"}
            for output, (_, _, features) in heads.items()
        ],
    }
    return write_model(store, name, graphs | dict(files or {}), **(whole | manifest))


def scaler(factor: float, weights: int = 0) -> bytes:
    """`y` is `x` times this factor: versions that cannot be mistaken. `weights`: bytes of ballast
    that no compression of the graph removes, since they are added, times nothing.
    """
    ballast = np.random.default_rng(int(factor)).normal(size=(3, max(weights // 12, 1)))
    nodes = [
        helper.make_node("MatMul", ["x", "ballast"], ["wide"]),
        helper.make_node("ReduceSum", ["wide", "axis"], ["sum"], keepdims=1),
        helper.make_node("Mul", ["sum", "nothing"], ["zero"]),
        helper.make_node("Mul", ["x", "factor"], ["scaled"]),
        helper.make_node("Add", ["scaled", "zero"], ["y"]),
    ]
    constants: dict[str, Any] = {
        "ballast": ballast.astype(np.float32),
        "axis": np.array([1], dtype=np.int64),
        "nothing": np.zeros(1, dtype=np.float32),
        "factor": np.array([factor], dtype=np.float32),
    }
    return graph(nodes, [tensor("x", ["n", 3])], [tensor("y", ["n", 3])], constants)


def write_scaler(
    store: Path, factor: float, name: str = "scaler", weights: int = 0, **manifest: Any
) -> Path:
    """Version `factor` of a scaler."""
    signature: dict[str, Any] = {
        "inputs": [spec("x", "FP32", [-1, 3])],
        "outputs": [spec("y", "FP32", [-1, 3])],
    }
    files = {"model.onnx": scaler(factor, weights)}
    return write_model(store, name, files, str(int(factor)), **(signature | manifest))


def write_bare(store: Path, name: str, content: bytes, version: str = "1") -> Path:
    """As Triton lays models out: a graph, no manifest."""
    folder = store / name / version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    return folder


def matrix_elsewhere(location: str, *, bytes_there: int = 36) -> bytes:
    """`y` is `x` times a matrix of three rows and columns that lies in another file."""
    node = helper.make_node("MatMul", ["x", "matrix"], ["y"])
    matrix = TensorProto(name="matrix", data_type=TensorProto.FLOAT, dims=[3, 3])
    matrix.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", str(bytes_there))):
        matrix.external_data.add(key=key, value=value)
    whole = helper.make_graph(
        [node], "tiny", [tensor("x", ["n", 3])], [tensor("y", ["n", 3])], [matrix]
    )
    model: onnx.ModelProto = helper.make_model(whole, opset_imports=OPSET, ir_version=9)
    return bytes(model.SerializeToString())
