"""Reading through `inference`: one call, labels of the version that answered, named failures."""

import json
from typing import Any

import pytest

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from services.nlp.adapters import InferenceReader
from services.nlp.analyse import Reading
from services.nlp.errors import InferenceUnavailable, ModelMisfit
from tests.fakes import FakeSidecar
from tests.nlp.readings import LABELS, answer, failing, metadata, understanding

INFER = "/v2/models/understand-en/infer"
METADATA = "/v2/models/understand-en/versions/1"


async def read(sidecar: FakeSidecar, reader: InferenceReader | None = None) -> Reading:
    reader = reader or InferenceReader(sidecar)
    return await reader.read("understand-en", "where is my order", ("commerce",), "acme")


async def test_all_heads_come_from_one_call() -> None:
    sidecar = understanding()

    reading = await read(sidecar)

    [(_, _, _, body)] = [call for call in sidecar.calls if call[2] == INFER]
    sent = json.loads(body)
    wanted = ["embedding", "scope", "sentiment", "emotion", "commerce"]
    assert [output["name"] for output in sent["outputs"]] == wanted
    assert sent["parameters"] == {"tenant": "acme", "timeout": 5_000_000}
    assert reading.heads["commerce"] == {"track_order": 0.75, "get_refund": 0.25}
    assert list(reading.embedding) == [0.6, 0.8]
    assert (reading.prediction_id, reading.model_version) == ("p-1", "1")


async def test_labels_are_fetched_once_per_version() -> None:
    sidecar = understanding()
    reader = InferenceReader(sidecar)

    for _ in range(3):
        await read(sidecar, reader)

    assert [call[2] for call in sidecar.calls].count(METADATA) == 1


async def test_a_new_version_brings_its_own_labels() -> None:
    sidecar = understanding()
    reader = InferenceReader(sidecar)
    await read(sidecar, reader)
    newer = LABELS | {"commerce": ["locate_order", "get_refund"]}
    sidecar.answer("inference", INFER, lambda body: answer(body, version="2"))
    sidecar.answer("inference", "/v2/models/understand-en/versions/2", metadata(newer))

    reading = await read(sidecar, reader)

    assert set(reading.heads["commerce"]) == {"locate_order", "get_refund"}


async def test_scores_without_labels_of_their_own_never_leave() -> None:
    sidecar = understanding()
    sidecar.answer("inference", METADATA, metadata(LABELS | {"commerce": ["track_order"]}))

    with pytest.raises(ModelMisfit, match="commerce"):
        await read(sidecar)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_or_broken_server_is_unavailable(status: int) -> None:
    sidecar = understanding()
    sidecar.answer("inference", INFER, lambda _: failing(status))

    with pytest.raises(InferenceUnavailable) as refused:
        await read(sidecar)
    assert refused.value.retriable


@pytest.mark.parametrize("status", [400, 404, 413])
async def test_a_refusal_is_for_a_person(status: int) -> None:
    sidecar = understanding()
    sidecar.answer("inference", INFER, lambda _: failing(status))

    with pytest.raises(ModelMisfit):
        await read(sidecar)


async def test_silence_is_unavailability() -> None:
    sidecar = understanding()
    sidecar.fail_at(1, CallFailed("inference did not answer"))

    with pytest.raises(InferenceUnavailable):
        await read(sidecar)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"id": "1", "model_version": "1"}', b'{"outputs": [1]}', b"<html>"],
)
async def test_an_answer_we_cannot_read_is_unavailability(content: bytes) -> None:
    sidecar = understanding()
    sidecar.answer("inference", INFER, lambda _: HttpReply(200, content))

    with pytest.raises(InferenceUnavailable):
        await read(sidecar)


@pytest.mark.parametrize(
    "document",
    [{}, {"outputs": [{"parameters": {"labels": ["a"]}}]}, {"outputs": [{"parameters": 1}]}],
)
async def test_metadata_we_cannot_read_is_unavailability(document: dict[str, Any]) -> None:
    sidecar = understanding()
    sidecar.answer("inference", METADATA, document)

    with pytest.raises(InferenceUnavailable):
        await read(sidecar)
