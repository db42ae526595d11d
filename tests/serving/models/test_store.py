"""The model folder: what serves, what does not, and that the one never hurts the other."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ridealong.serving.errors import ModelNotFound, ModelNotReady
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.rows_apart import RowsApart
from ridealong.serving.models.runner import Runner
from ridealong.serving.models.store import ModelStore, State, VersionPolicy
from tests.serving.tiny_models import (
    spec,
    write_doubler,
    write_encoder,
    write_model,
    write_pipeline,
)


def loaded(folder: Path, policy: VersionPolicy = VersionPolicy.LATEST) -> ModelStore:
    store = ModelStore(folder, Opener(folder), policy=policy)
    store.load_all()
    return store


def inner(runner: Runner) -> Runner:
    return runner.runner if isinstance(runner, RowsApart) else runner


def pipeline(store: ModelStore, name: str) -> dict[str, Any]:
    return vars(inner(store.find(name).runner))


def reason_of(store: ModelStore, name: str) -> str:
    [entry] = [entry for entry in store.index() if entry.name == name]
    assert entry.state is State.UNAVAILABLE
    return entry.reason


def edit_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_the_newest_version_is_served_unless_one_is_named(tmp_path: Path) -> None:
    for version in ("2", "10", "1"):
        write_doubler(tmp_path, version=version)

    store = loaded(tmp_path, VersionPolicy.ALL)

    assert store.find("doubler").version == "10"
    assert store.find("doubler", "2").version == "2"
    assert store.versions("doubler") == ["10", "2", "1"]


def test_by_default_older_versions_stay_on_disk(tmp_path: Path) -> None:
    for version in ("1", "2"):
        write_doubler(tmp_path, version=version)
    store = loaded(tmp_path)

    with pytest.raises(ModelNotReady):
        store.find("doubler", "1")


def test_a_broken_newest_version_leaves_the_older_one_serving(tmp_path: Path) -> None:
    write_doubler(tmp_path, version="1")
    (write_doubler(tmp_path, version="2") / "model.onnx").write_bytes(b"x")

    store = loaded(tmp_path)

    assert store.find("doubler").version == "1"
    assert "bytes" in store.index()[0].reason


def test_a_model_cut_in_half_does_not_serve_and_others_do(tmp_path: Path) -> None:
    write_doubler(tmp_path, "good")
    graph = write_doubler(tmp_path, "halved") / "model.onnx"
    graph.write_bytes(graph.read_bytes()[: graph.stat().st_size // 2])

    store = loaded(tmp_path)

    assert "the manifest says" in reason_of(store, "halved")
    assert store.find("good").name == "good"
    assert store.is_ready


def test_a_changed_file_of_the_right_length_is_found_out(tmp_path: Path) -> None:
    graph = write_doubler(tmp_path) / "model.onnx"
    content = bytearray(graph.read_bytes())
    content[-1] ^= 1
    graph.write_bytes(bytes(content))

    assert "sha256" in reason_of(loaded(tmp_path), "doubler")


def test_bytes_that_are_no_graph_are_refused_by_name_of_the_failure(tmp_path: Path) -> None:
    write_model(
        tmp_path,
        "noise",
        {"model.onnx": b"not a graph"},
        inputs=[spec("x", "FP32", [-1])],
        outputs=[spec("y", "FP32", [-1])],
    )

    assert "not a graph that can be run" in reason_of(loaded(tmp_path), "noise")


@pytest.mark.parametrize(
    ("lie", "wording"),
    [
        ({"inputs": [spec("z", "FP32", [-1, 3])]}, "graph takes"),
        ({"inputs": [spec("x", "FP64", [-1, 3])]}, "FP64 in the manifest"),
        ({"inputs": [spec("x", "FP32", [-1, 4])]}, "shape"),
        ({"inputs": [spec("x", "FP32", [-1])]}, "shape"),
        ({"outputs": [spec("z", "FP32", [-1, 3])]}, "does not give"),
        ({"outputs": [spec("y", "FP32", [-1, 3], ["a", "b"])]}, "labels"),
        ({"outputs": [spec("y", "FP32", [-1, 3], ["a", "a", "b"])]}, "labels"),
        ({"inputs": [spec("x", "FP31", [-1, 3])]}, "datatype"),
        ({"inputs": []}, "inputs"),
        ({"files": {"../../secret": {"sha256": "0" * 64, "bytes": 1}}}, "outside"),
        ({"files": {"/etc/passwd": {"sha256": "0" * 64, "bytes": 1}}}, "outside"),
        ({"files": {"gone.onnx": {"sha256": "0" * 64, "bytes": 1}}}, "missing"),
        ({"files": {"model.onnx": {"sha256": "short", "bytes": 1}}}, "sha256"),
        ({"name": "another"}, "calls itself another/1"),
        ({"version": "7"}, "calls itself doubler/7"),
        ({"platform": "pickle"}, "platform"),
        ({"schema_version": 2}, "schema_version"),
        ({"platform": "text-pipeline"}, "needs an encoder"),
        ({"platform": "token-classifier"}, "needs tag_labels"),
    ],
)
def test_a_manifest_that_lies_keeps_its_model_out(
    tmp_path: Path, lie: dict[str, object], wording: str
) -> None:
    edit_manifest(write_doubler(tmp_path), **lie)

    assert wording in reason_of(loaded(tmp_path), "doubler")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"name": 1}'])
def test_an_unreadable_manifest_keeps_its_model_out(tmp_path: Path, content: bytes) -> None:
    (write_doubler(tmp_path) / "manifest.json").write_bytes(content)

    assert "the manifest is wrong" in reason_of(loaded(tmp_path), "doubler")


def test_folders_that_are_no_versions_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "empty" / "latest").mkdir(parents=True)

    store = loaded(tmp_path)

    assert "whole number" in reason_of(store, "empty")
    assert not store.is_ready


def test_a_head_that_gives_other_widths_than_promised_is_found_at_load(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    folder = write_pipeline(tmp_path)
    outputs = [
        spec("embedding", "FP32", [-1, 4]),
        spec("commerce", "FP32", [-1, 3], ["a", "b", "c"]),
    ]
    edit_manifest(folder, outputs=outputs)

    assert "output commerce" in reason_of(loaded(tmp_path), "tiny-pipeline")


def test_a_pipeline_without_its_encoder_says_so(tmp_path: Path) -> None:
    write_pipeline(tmp_path)

    assert "its encoder tiny-encoder/1" in reason_of(loaded(tmp_path), "tiny-pipeline")


def test_a_reload_switches_to_a_new_version(tmp_path: Path) -> None:
    write_doubler(tmp_path, version="1")
    store = loaded(tmp_path)
    held = store.find("doubler")
    write_doubler(tmp_path, version="2")

    store.load("doubler")

    assert store.find("doubler").version == "2"
    rows = {"x": np.ones((1, 3), dtype=np.float32)}
    assert held.runner.run(rows, ["sums"])["sums"].tolist() == [3.0]


def test_a_failed_reload_keeps_what_serves(tmp_path: Path) -> None:
    folder = write_doubler(tmp_path)
    store = loaded(tmp_path)
    (folder / "model.onnx").write_bytes(b"torn")

    store.load("doubler")

    [entry] = store.index()
    assert store.find("doubler").version == "1"
    assert entry.state is State.READY
    assert "on disk now" in entry.reason


def test_an_unloaded_model_is_known_and_not_ready(tmp_path: Path) -> None:
    write_doubler(tmp_path)
    store = loaded(tmp_path)

    store.unload("doubler")

    with pytest.raises(ModelNotReady):
        store.find("doubler")
    store.load("doubler")
    assert store.find("doubler").version == "1"


@pytest.mark.parametrize("name", ["..", "../doubler", "/etc", "a/b", "", "a\0b", "no-such"])
def test_a_load_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    write_doubler(tmp_path)
    store = loaded(tmp_path)

    with pytest.raises(ModelNotFound):
        store.load(name)


def test_two_pipelines_share_their_encoder_in_memory(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    write_pipeline(tmp_path, "first")
    write_pipeline(tmp_path, "second")

    store = loaded(tmp_path)

    first, second = (pipeline(store, name) for name in ("first", "second"))
    assert first["_reader"].encoders["embedding"] is second["_reader"].encoders["embedding"]
    assert first["_heads"]["commerce"].session is second["_heads"]["commerce"].session
    raw = vars(inner(store.find("tiny-encoder").runner))["_session"]
    assert vars(first["_reader"].encoders["embedding"])["_session"] is raw
