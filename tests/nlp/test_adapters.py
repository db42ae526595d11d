"""Reading through `inference`: one call, labels of the version that answered, named failures."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from ridealong.own_intents.readings import Reading
from services.nlp.adapters import InferenceReader
from services.nlp.errors import InferenceUnavailable, ModelMisfit
from tests.fakes import FakeSidecar
from tests.nlp.readings import LABELS, SCORES, answer, failing, metadata, understanding

INFER = "/v2/models/understand-en/infer"
METADATA = "/v2/models/understand-en/versions/1"


async def read(
    sidecar: FakeSidecar,
    reader: InferenceReader | None = None,
    texts: Sequence[str] = ("where is my order",),
) -> Reading:
    reader = reader or InferenceReader(sidecar)
    return await reader.read("understand-en", texts, ("commerce",), "acme")


async def test_all_heads_come_from_one_call() -> None:
    sidecar = understanding()

    reading = await read(sidecar)

    [(_, _, _, body)] = [call for call in sidecar.calls if call[2] == INFER]
    sent = json.loads(body)
    wanted = ["embedding", "scope", "sentiment", "emotion", "commerce"]
    assert [output["name"] for output in sent["outputs"]] == wanted
    assert sent["parameters"] == {"tenant": "acme", "timeout": 5_000_000}
    [row] = reading.rows
    assert row.heads["commerce"] == {"track_order": 0.75, "get_refund": 0.25}
    assert list(row.embedding) == [0.6, 0.8]
    assert (reading.prediction_id, reading.model_version) == ("p-1", "1")


async def test_several_texts_are_rows_of_one_call() -> None:
    sidecar = understanding()
    answers = {"commerce": [0.75, 0.25, 0.1, 0.9], "embedding": [0.6, 0.8, 1.0, 0.0]}
    whole = {"scope": SCORES["scope"] * 2, "sentiment": SCORES["sentiment"] * 2}
    emotion = {"emotion": SCORES["emotion"] * 2}

    def answer_two(body: bytes) -> dict[str, Any]:
        document = answer(body)
        for output in document["outputs"]:
            output["data"] = (answers | whole | emotion)[output["name"]]
        return document

    sidecar.answer("inference", INFER, answer_two)

    reading = await read(sidecar, texts=["where is my order? i want a refund", "i want a refund"])

    [call] = [call for call in sidecar.calls if call[2] == INFER]
    assert json.loads(call[3])["inputs"][0]["shape"] == [2]
    assert [row.heads["commerce"]["get_refund"] for row in reading.rows] == [0.25, 0.9]
    assert [list(row.embedding) for row in reading.rows] == [[0.6, 0.8], [1.0, 0.0]]
    assert all(row.heads["emotion"]["anger"] == 0.6 for row in reading.rows)


async def test_numbers_that_belong_to_no_text_are_unreadable() -> None:
    sidecar = understanding()

    def answer_too_much(body: bytes) -> dict[str, Any]:
        document = answer(body)
        document["outputs"][-1]["data"] = [0.1, 0.2, 0.3]
        return document

    sidecar.answer("inference", INFER, answer_too_much)

    with pytest.raises(InferenceUnavailable):
        await read(sidecar, texts=["one", "two"])


async def test_calibrated_thresholds_and_the_label_set_come_from_the_metadata() -> None:
    sidecar = understanding()
    document = metadata() | {"parameters": {"label_set": "support-2"}}
    for output in document["outputs"]:
        if output["name"] == "commerce":
            output["parameters"]["conformal"] = {"0.10": 0.03, "0.05": 0.01}
    sidecar.answer("inference", METADATA, document)

    reading = await read(sidecar)

    assert reading.label_set == "support-2"
    assert reading.thresholds == {"0.1": {"commerce": 0.03}, "0.05": {"commerce": 0.01}}


async def test_a_model_without_calibration_says_nothing_of_it() -> None:
    reading = await read(understanding())

    assert reading.label_set is None
    assert reading.thresholds == {}


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

    assert set(reading.rows[0].heads["commerce"]) == {"locate_order", "get_refund"}


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
    [
        {},
        {"outputs": [{"parameters": {"labels": ["a"]}}]},
        {"outputs": [{"parameters": 1}]},
        {"outputs": [{"name": "commerce", "parameters": {"conformal": {"often": 1}}}]},
        {"outputs": [{"name": "commerce", "parameters": {"conformal": [0.1]}}]},
    ],
)
async def test_metadata_we_cannot_read_is_unavailability(document: dict[str, Any]) -> None:
    sidecar = understanding()
    sidecar.answer("inference", METADATA, document)

    with pytest.raises(InferenceUnavailable):
        await read(sidecar)
