"""Folders with and without a manifest, weights in other files, and links that lead astray."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from ridealong.serving.errors import InvalidRequest, ModelNotFound
from ridealong.serving.models.manifest import Platform
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.store import ModelStore, State
from ridealong.serving.tensors import TensorSpec
from tests.serving.tiny_models import (
    doubler,
    echo,
    graph,
    matrix_elsewhere,
    spec,
    tensor,
    write_bare,
    write_doubler,
    write_model,
)

ONES = {"x": np.ones((1, 3), dtype=np.float32)}


def loaded(folder: Path) -> ModelStore:
    store = ModelStore(folder, Opener(folder))
    store.load_all()
    return store


def reason_of(store: ModelStore, name: str) -> str:
    [entry] = [entry for entry in store.index() if entry.name == name]
    assert entry.state is State.UNAVAILABLE
    return entry.reason


def test_a_graph_alone_says_what_it_takes_and_gives(tmp_path: Path) -> None:
    write_bare(tmp_path, "bare", doubler(), version="3")
    (tmp_path / "bare" / "config.pbtxt").write_text("max_batch_size: 8")

    model = loaded(tmp_path).find("bare")

    assert (model.version, model.manifest.platform) == ("3", Platform.ONNX)
    assert model.signature.inputs == (TensorSpec("x", "FP32", (-1, 3)),)
    assert model.signature.outputs == (
        TensorSpec("y", "FP32", (-1, 3)),
        TensorSpec("sums", "FP32", (-1,)),
    )
    assert model.runner.run(ONES, ["sums"])["sums"].tolist() == [3.0]


def test_equal_graphs_without_a_manifest_are_one_in_memory(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_bare(tmp_path, name, doubler())
    write_doubler(tmp_path, "described")

    store = loaded(tmp_path)

    one, other, described = (store.find(name) for name in ("one", "other", "described"))
    assert one.weights == other.weights == described.weights
    assert vars(one.runner)["_session"] is vars(described.runner)["_session"]


def test_an_output_of_unsaid_rank_takes_it_from_a_run(tmp_path: Path) -> None:
    unsaid = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    nodes = [helper.make_node("Squeeze", ["x"], ["y"])]
    write_bare(tmp_path, "unsaid", graph(nodes, [tensor("x", ["n", 3])], [unsaid]))

    model = loaded(tmp_path).find("unsaid")

    assert model.signature.outputs == (TensorSpec("y", "FP32", (-1,)),)


def test_a_scalar_output_stays_one(tmp_path: Path) -> None:
    nodes = [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)]
    write_bare(tmp_path, "sum", graph(nodes, [tensor("x", ["n"])], [tensor("y", [])]))

    assert loaded(tmp_path).find("sum").signature.outputs == (TensorSpec("y", "FP32", ()),)


@pytest.mark.parametrize(
    ("output", "node", "wording"),
    [
        (
            helper.make_tensor_sequence_value_info("y", TensorProto.FLOAT, None),
            helper.make_node("SequenceConstruct", ["x"], ["y"]),
            "seq(tensor(float))",
        ),
        (
            helper.make_tensor_value_info("y", TensorProto.BFLOAT16, ["n"]),
            helper.make_node("Cast", ["x"], ["y"], to=TensorProto.BFLOAT16),
            "tensor(bfloat16)",
        ),
    ],
)
def test_types_that_the_protocol_cannot_carry_are_named(
    tmp_path: Path, output: object, node: object, wording: str
) -> None:
    write_bare(tmp_path, "odd", graph([node], [tensor("x", ["n"])], [output]))  # type: ignore[list-item]

    assert wording in reason_of(loaded(tmp_path), "odd")


def test_a_graph_without_inputs_is_no_model(tmp_path: Path) -> None:
    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0])
    node = helper.make_node("Constant", [], ["y"], value=value)
    write_bare(tmp_path, "constant", graph([node], [], [tensor("y", [1])]))

    assert "inputs" in reason_of(loaded(tmp_path), "constant")


def test_bytes_that_are_no_text_are_refused_and_not_quoted(tmp_path: Path) -> None:
    write_bare(tmp_path, "echo", echo("BYTES"))
    runner = loaded(tmp_path).find("echo").runner

    for wrong in (b"\xff", "\ud800"):
        with pytest.raises(InvalidRequest):
            runner.run({"x": np.array([wrong], dtype=object)}, ["y"])


@pytest.mark.parametrize("part", [0, 1, 50, 99])
def test_a_graph_cut_anywhere_is_left_out(tmp_path: Path, part: int) -> None:
    whole = doubler()
    write_bare(tmp_path, "cut", whole[: len(whole) * part // 100])
    write_bare(tmp_path, "good", whole)

    store = loaded(tmp_path)

    assert reason_of(store, "cut")
    assert store.find("good").version == "1"


def test_a_graph_whose_names_are_no_text_is_left_out_without_a_word_on_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_bare(tmp_path, "noise", doubler().replace(b"sums", b"\xff\xfe\xfd\xfc"))

    assert reason_of(loaded(tmp_path), "noise")
    assert capfd.readouterr() == ("", "")


def test_a_folder_with_neither_manifest_nor_graph_says_so(tmp_path: Path) -> None:
    (tmp_path / "torch" / "1").mkdir(parents=True)
    (tmp_path / "torch" / "1" / "model.pt").write_bytes(b"x")

    assert "neither" in reason_of(loaded(tmp_path), "torch")


def write_elsewhere(store: Path, name: str, factor: float, location: str = "w.data") -> Path:
    folder = write_bare(store, name, matrix_elsewhere(location))
    (folder / "w.data").write_bytes((np.eye(3, dtype=np.float32) * factor).tobytes())
    return folder


def test_weights_in_another_file_are_read_and_never_confused(tmp_path: Path) -> None:
    """The two graphs are equal to the last byte; only what lies beside them differs."""
    write_elsewhere(tmp_path, "twice", 2)
    write_elsewhere(tmp_path, "thrice", 3)

    store = loaded(tmp_path)

    answers = {n: store.find(n).runner.run(ONES, ["y"])["y"][0, 0] for n in ("twice", "thrice")}
    assert answers == {"twice": 2.0, "thrice": 3.0}


@pytest.mark.parametrize("location", ["../../secret.data", "/etc/hostname", "link.data", "a\nb"])
def test_weights_outside_the_models_folder_are_refused(tmp_path: Path, location: str) -> None:
    store, secret = tmp_path / "store", tmp_path / "secret.data"
    secret.write_bytes(bytes(36))
    folder = write_elsewhere(store, "thief", 1, location)
    (folder / "link.data").symlink_to(secret)

    reason = reason_of(loaded(store), "thief")

    assert "outside" in reason or "leads out" in reason


def test_weights_that_are_missing_or_cut_are_told_of(tmp_path: Path) -> None:
    (write_elsewhere(tmp_path, "gone", 1) / "w.data").unlink()
    (write_elsewhere(tmp_path, "cut", 1) / "w.data").write_bytes(b"short")

    store = loaded(tmp_path)

    assert "w.data is missing" in reason_of(store, "gone")
    assert "not a graph that can be run" in reason_of(store, "cut")


def test_a_manifest_has_to_list_the_weights_of_its_graph(tmp_path: Path) -> None:
    files = {"model.onnx": matrix_elsewhere("w.data"), "w.data": bytes(36)}
    signature: dict[str, Any] = {
        "inputs": [spec("x", "FP32", [-1, 3])],
        "outputs": [spec("y", "FP32", [-1, 3])],
    }
    write_model(tmp_path, "listed", files, **signature)
    path = write_model(tmp_path, "unlisted", files, **signature) / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["files"]["w.data"]
    path.write_text(json.dumps(manifest))

    store = loaded(tmp_path)

    assert "not listed" in reason_of(store, "unlisted")
    assert store.find("listed").version == "1"


@pytest.mark.parametrize("what", ["model", "version", "file", "manifest"])
def test_links_that_leave_the_store_are_left_out(tmp_path: Path, what: str) -> None:
    store, outside = tmp_path / "store", tmp_path / "outside"
    there = write_doubler(outside, "linked")
    store.mkdir()
    here = store / "linked"
    if what == "model":
        here.symlink_to(there.parent)
    elif what == "version":
        here.mkdir()
        (here / "1").symlink_to(there)
    else:
        write_doubler(store, "linked")
        name = "model.onnx" if what == "file" else "manifest.json"
        (here / "1" / name).unlink()
        (here / "1" / name).symlink_to(there / name)

    assert "leads out of the model store" in reason_of(loaded(store), "linked")


def test_links_inside_the_store_serve_as_mounted_volumes_have_them(tmp_path: Path) -> None:
    folder = write_doubler(tmp_path)
    (folder / "..data").mkdir()
    (folder / "model.onnx").rename(folder / "..data" / "model.onnx")
    (folder / "model.onnx").symlink_to(Path("..data") / "model.onnx")

    assert loaded(tmp_path).find("doubler").version == "1"


def test_a_link_to_itself_ends_nothing(tmp_path: Path) -> None:
    write_doubler(tmp_path, "good")
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "1").symlink_to(tmp_path / "loop" / "1")

    store = loaded(tmp_path)

    assert store.find("good").name == "good"
    with pytest.raises(ModelNotFound):
        store.find("nothing")


def test_a_pipe_in_place_of_a_graph_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "pipe" / "1"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "model.onnx")

    assert "neither" in reason_of(loaded(tmp_path), "pipe")
