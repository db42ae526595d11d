"""The model folders and the model that keeps a core busy."""

from pathlib import Path

import numpy as np

from bench.inference.graphs import (
    TRIAL_LAYERS,
    busy_graph,
    layers_for,
    run_seconds,
    write_repository,
)
from ridealong.text.encoders import open_session


def test_a_repository_is_laid_out_as_triton_has_it(tmp_path: Path) -> None:
    (tmp_path / "some.onnx").write_bytes(b"one")

    folder = write_repository(tmp_path / "models", {"a": tmp_path / "some.onnx", "b": b"two"})

    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert files == {"a/1/model.onnx": b"one", "b/1/model.onnx": b"two"}


def test_a_repository_holds_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    write_repository(tmp_path / "models", {"old": b"x"})

    folder = write_repository(tmp_path / "models", {"new": b"x"})

    assert [path.name for path in folder.iterdir()] == ["new"]


def test_the_busy_model_takes_and_gives_what_gb64_does(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(busy_graph(2))
    session = open_session(tmp_path / "model.onnx")
    rows = np.random.default_rng(1).normal(size=(5, 64)).astype(np.float32)

    labels, probabilities = session.run(["label", "probabilities"], {"input": rows})

    assert labels.shape == (5,)
    assert labels.dtype == np.int64
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert np.array_equal(probabilities.argmax(axis=1), labels)


def test_a_row_of_the_busy_model_is_answered_the_same_alone(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(busy_graph(2))
    session = open_session(tmp_path / "model.onnx")
    rows = np.random.default_rng(2).normal(size=(4, 64)).astype(np.float32)

    together = session.run(["probabilities"], {"input": rows})[0]

    alone = [session.run(["probabilities"], {"input": rows[n : n + 1]})[0] for n in range(4)]
    assert np.allclose(together, np.concatenate(alone), atol=1e-6)


def test_as_many_layers_are_taken_as_the_time_needs() -> None:
    assert layers_for(3.0, trial_s=0.002) == TRIAL_LAYERS * 3 // 2
    assert layers_for(0.01, trial_s=0.002) == 1


def test_a_run_takes_some_time() -> None:
    assert run_seconds(busy_graph(1)) > 0
