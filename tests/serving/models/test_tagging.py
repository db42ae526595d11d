"""Token classifiers: spans as columns, rows kept apart, offsets in characters."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from ridealong.serving.models.opening import Opener
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.store import ModelStore
from ridealong.serving.models.tagging import TokenClassifier
from ridealong.serving.tensors import Array
from tests.serving.tiny_models import WORDS, graph, spec, tensor, tokenizer_json, write_model

LABELS = ["O", "B-THING", "I-THING"]
COLUMNS = {"row": "INT32", "start": "INT32", "end": "INT32", "label": "BYTES", "score": "FP32"}


@dataclass(frozen=True)
class FoundSpan:
    start: int
    end: int
    label: str
    score: float


class EveryCapital:
    """Finds each capital letter."""

    def tag(self, text: str) -> list[FoundSpan]:
        return [FoundSpan(i, i + 1, "BIG", 0.5) for i, c in enumerate(text) if c.isupper()]


def texts(*given: str) -> dict[str, Array]:
    return {"text": np.array(given, dtype=object)}


def things() -> bytes:
    """Says that `my` begins a thing and `order` goes on with it."""
    table = np.tile(np.array([0.9, 0.05, 0.05], dtype=np.float32), (len(WORDS), 1))
    table[WORDS.index("my")] = [0.1, 0.8, 0.1]
    table[WORDS.index("order")] = [0.1, 0.2, 0.7]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["found"]),
        helper.make_node("Identity", ["attention_mask"], ["unused"]),
    ]
    names = ("input_ids", "attention_mask")
    inputs = [tensor(name, ["n", "s"], "INT64") for name in names]
    return graph(nodes, inputs, [tensor("found", ["n", "s", 3])], {"table": table})


def write_tagger(store: Path, **manifest: object) -> None:
    files = {"model.onnx": things(), "tokenizer.json": tokenizer_json()}
    whole: dict[str, object] = {
        "platform": "token-classifier",
        "inputs": [spec("text", "BYTES", [-1])],
        "outputs": [spec(name, datatype, [-1]) for name, datatype in COLUMNS.items()],
        "limits": {"max_tokens": 64, "one_row_at_a_time": True},
        "tokenizer": "tokenizer.json",
        "tag_labels": LABELS,
    }
    write_model(store, "tagger", files, "1", **(whole | manifest))


def store_of(folder: Path) -> ModelStore:
    store = ModelStore(folder, Opener(folder))
    store.load_all()
    return store


@pytest.fixture
def tagger(tmp_path: Path) -> LoadedModel:
    write_tagger(tmp_path)
    return store_of(tmp_path).find("tagger")


def test_spans_of_all_rows_stand_in_columns_of_one_length() -> None:
    answer = TokenClassifier(EveryCapital()).run(texts("aB", "", "Cd E"), list(COLUMNS))

    assert answer["row"].tolist() == [0, 2, 2]
    assert answer["start"].tolist() == [1, 0, 3]
    assert answer["label"].tolist() == ["BIG"] * 3


def test_only_the_columns_asked_for_are_given() -> None:
    assert list(TokenClassifier(EveryCapital()).run(texts("A"), ["end"])) == ["end"]


def test_nothing_found_is_empty_columns_of_the_right_type() -> None:
    answer = TokenClassifier(EveryCapital()).run(texts("nothing"), list(COLUMNS))

    assert all(column.shape == (0,) for column in answer.values())
    assert answer["start"].dtype == np.int32
    assert answer["score"].dtype == np.float32


def test_begun_and_continued_pieces_are_one_span(tagger: LoadedModel) -> None:
    text = "where is my order"

    answer = tagger.runner.run(texts("please", text), list(COLUMNS))

    [(row, start, end, label)] = zip(
        *(answer[name].tolist() for name in ("row", "start", "end", "label")), strict=True
    )
    assert (row, text[start:end], label) == (1, "my order", "THING")


def test_offsets_count_characters_not_bytes(tagger: LoadedModel) -> None:
    text = "🙂 ü my order"

    answer = tagger.runner.run(texts(text), ["start", "end"])

    assert text[answer["start"][0] : answer["end"][0]] == "my order"


@pytest.mark.parametrize(
    ("lie", "wording"),
    [
        ({"inputs": [spec("words", "BYTES", [-1])]}, "takes one input"),
        ({"outputs": [spec("spans", "BYTES", [-1])]}, "gives row, start, end"),
        ({"outputs": [spec("start", "INT64", [-1])]}, "gives row, start, end"),
        ({"tag_labels": []}, "tag_labels"),
    ],
)
def test_a_tagger_with_a_strange_signature_is_left_out(
    tmp_path: Path, lie: dict[str, object], wording: str
) -> None:
    write_tagger(tmp_path, **lie)

    [entry] = store_of(tmp_path).index()
    assert wording in entry.reason
