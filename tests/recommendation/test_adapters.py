"""Article vectors: asked once, kept in a file, learned again when a model changes."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ridealong.chassis.errors import CallFailed
from ridealong.knowledge.shelf import Shelf
from services.recommendation.adapters import ArticleVectors, keep_matrix, read_matrix
from services.recommendation.errors import EncoderUnavailable
from services.recommendation.settings import Settings
from tests.fakes import FakeSidecar
from tests.knowledge.articles import article, refund_article
from tests.recommendation.messages import FixedInference, embedding

SHELF = Shelf((article(), refund_article()))
INFER = "/v2/models/understand-en/infer"


def vectors(folder: Path, inference: Any = None, **changes: Any) -> ArticleVectors:
    sidecar = FakeSidecar()
    if inference is not None:
        sidecar.answer("inference", INFER, inference)
    fields: dict[str, Any] = {
        "vectors_folder": folder,
        "encoders": ("understand-en",),
        "encode_at_once": 3,
        "ask_again_s": 0.01,
        "look_again_s": 0.01,
    }
    return ArticleVectors(SHELF, sidecar, Settings(**fields | changes))


async def test_every_passage_has_its_vector(tmp_path: Path) -> None:
    learned = vectors(tmp_path, FixedInference())

    await learned.learn("understand-en")

    near = learned.compare(embedding(0, 1, 0, 0))
    assert near is not None
    assert [SHELF.passages[i] for i in np.flatnonzero(near)] == [
        "I want a refund",
        "A refund goes back the way it was paid.",
    ]


async def test_before_it_has_learned_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert vectors(tmp_path).compare(embedding(0, 1, 0, 0)) is None


async def test_a_second_start_asks_for_one_passage_only(tmp_path: Path) -> None:
    await vectors(tmp_path, FixedInference()).learn("understand-en")
    again = FixedInference()

    await vectors(tmp_path, again).learn("understand-en")

    assert again.texts == [SHELF.passages[0]]


async def test_a_new_model_version_is_learned_anew(tmp_path: Path) -> None:
    inference = FixedInference(version="1")
    learned = vectors(tmp_path, inference)
    await learned.learn("understand-en")
    inference.version, inference.texts = "2", []

    await learned.learn("understand-en")

    assert len(inference.texts) == 1 + len(SHELF.passages)


async def test_the_same_version_is_not_learned_twice(tmp_path: Path) -> None:
    inference = FixedInference()
    learned = vectors(tmp_path, inference)
    await learned.learn("understand-en")
    inference.texts = []

    await learned.learn("understand-en")

    assert len(inference.texts) == 1


async def test_a_model_that_changes_meanwhile_is_no_model(tmp_path: Path) -> None:
    inference = FixedInference()

    def changing(body: bytes) -> dict[str, Any]:
        reply = inference(body)
        inference.version = str(len(inference.texts))
        return reply

    with pytest.raises(EncoderUnavailable, match="changed"):
        await vectors(tmp_path, changing).learn("understand-en")


@pytest.mark.parametrize(
    "output",
    [
        {"name": "scope", "shape": [1, 4], "data": [1, 0, 0, 0]},
        {"name": "embedding", "shape": [2, 4], "data": [1, 0, 0, 0]},
        {"name": "embedding", "shape": [1, 4], "data": [1, 0]},
        {"name": "embedding", "shape": [], "data": [1]},
    ],
)
async def test_an_answer_without_vectors_is_refused(tmp_path: Path, output: dict[str, Any]) -> None:
    with pytest.raises(EncoderUnavailable):
        await vectors(tmp_path, {"model_version": "1", "outputs": [output]}).learn("understand-en")


async def test_an_answer_in_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallFailed):
        await vectors(tmp_path, {"error": "no such model"}).learn("understand-en")


async def test_it_asks_until_inference_answers(tmp_path: Path) -> None:
    sidecar = FakeSidecar()
    fields = Settings(
        vectors_folder=tmp_path, encoders=("understand-en",), ask_again_s=0.01, look_again_s=0.01
    )
    learned = ArticleVectors(SHELF, sidecar, fields)
    asking = asyncio.create_task(learned.keep_fresh())
    await asyncio.sleep(0.05)
    assert learned.is_waited_for

    sidecar.answer("inference", INFER, FixedInference())
    async with asyncio.timeout(5):
        while not learned.is_complete:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    asking.cancel()
    assert not learned.is_waited_for


async def test_a_folder_that_cannot_be_written_costs_only_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    learned = vectors(tmp_path / "file", FixedInference())

    with pytest.raises(OSError, match="file"):
        await learned.learn("understand-en")

    assert learned.is_complete


def test_a_broken_file_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "half.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00{'descr'")

    assert read_matrix(tmp_path / "half.npy", 3) is None


def test_a_file_of_other_articles_counts_as_none(tmp_path: Path) -> None:
    keep_matrix(tmp_path / "two.npy", np.ones((2, 4), dtype=np.float32))

    assert read_matrix(tmp_path / "two.npy", 3) is None


def test_a_kept_matrix_is_read_back_and_leaves_no_other_file(tmp_path: Path) -> None:
    matrix = np.arange(8, dtype=np.float32).reshape(2, 4)

    keep_matrix(tmp_path / "deep" / "two.npy", matrix)

    read = read_matrix(tmp_path / "deep" / "two.npy", 2)
    assert read is not None
    assert np.array_equal(read, matrix)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["two.npy"]


def test_a_model_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    learned = vectors(tmp_path)

    assert learned._path("../../etc/passwd", "../1").parent == tmp_path
