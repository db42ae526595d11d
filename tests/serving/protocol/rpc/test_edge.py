"""The protocol over gRPC, against a real port and tiny models."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from conformance.models import ELEMENT_TYPES
from ridealong.serving.protocol.rpc import open_inference_pb2 as messages
from ridealong.serving.protocol.rpc.reading import CONTENTS
from ridealong.serving.server import ModelServer, open_server
from tests.serving.protocol.rpc.client import Client, serving
from tests.serving.protocol.rpc.messages import SAMPLES, raw, row, sample, typed
from tests.serving.tiny_models import write_doubler, write_echo

MOST_BYTES = 64 << 10
SECRET = "hunter2"
Message = Any


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store")
    write_doubler(store)
    for datatype in ELEMENT_TYPES:
        write_echo(store, datatype)
    (write_doubler(store, "broken") / "model.onnx").write_bytes(b"")
    return store


@pytest.fixture
async def server(store: Path) -> AsyncIterator[ModelServer]:
    server = open_server(store, slots=2)
    await server.load_all()
    yield server
    await server.close()


@pytest.fixture
async def client(server: ModelServer) -> AsyncIterator[Client]:
    async with serving(server, max_message_bytes=MOST_BYTES) as client:
        yield client


async def test_a_server_is_live_ready_and_says_who_it_is(client: Client) -> None:
    assert (await client.call("ServerLive")).live
    assert (await client.call("ServerReady")).ready
    assert (await client.call("ServerMetadata")).name == "ridealong-inference"


async def test_a_model_says_what_it_takes_and_gives(client: Client) -> None:
    told = await client.call("ModelMetadata", messages.ModelMetadataRequest(name="doubler"))

    assert [(tensor.name, list(tensor.shape)) for tensor in told.inputs] == [("x", [-1, 3])]
    assert [tensor.name for tensor in told.outputs] == ["y", "sums"]
    assert list(told.versions) == ["1"]


async def test_a_model_that_made_room_for_others_comes_back_to_say_so(
    client: Client, server: ModelServer
) -> None:
    server.store._shelf.evict(server.find("doubler"))

    told = await client.call("ModelMetadata", messages.ModelMetadataRequest(name="doubler"))

    assert [tensor.name for tensor in told.inputs] == ["x"]
    assert server.find("doubler").version == "1"


async def test_a_model_is_ready_not_ready_or_unknown(client: Client) -> None:
    def asking(name: str) -> Message:
        return messages.ModelReadyRequest(name=name, version="")

    assert (await client.call("ModelReady", asking("doubler"))).ready
    assert not (await client.call("ModelReady", asking("broken"))).ready
    unknown = await client.refusal("ModelReady", asking("nobody"))
    assert unknown.code() is grpc.StatusCode.NOT_FOUND


async def test_what_comes_typed_is_answered_typed(client: Client) -> None:
    answer = await client.call("ModelInfer", row(1, 2, 3))

    assert (answer.model_name, answer.model_version) == ("doubler", "1")
    assert [output.name for output in answer.outputs] == ["y", "sums"]
    assert list(answer.outputs[0].contents.fp32_contents) == [2, 4, 6]
    assert not answer.raw_output_contents


@pytest.mark.parametrize("datatype", SAMPLES)
async def test_every_datatype_goes_there_and_back_raw(client: Client, datatype: str) -> None:
    request = raw(datatype, sample(datatype))
    answer = await client.call("ModelInfer", request)

    assert list(answer.raw_output_contents) == list(request.raw_input_contents)
    assert (answer.outputs[0].datatype, list(answer.outputs[0].shape)) == (datatype, [3])


@pytest.mark.parametrize("datatype", CONTENTS)
async def test_every_datatype_but_fp16_goes_there_and_back_typed(
    client: Client, datatype: str
) -> None:
    request = typed(datatype, SAMPLES[datatype])
    answer = await client.call("ModelInfer", request)

    assert answer.outputs[0].contents == request.inputs[0].contents


async def test_only_the_outputs_asked_for_are_answered(client: Client) -> None:
    request = row(1, 2, 3)
    request.outputs.add(name="sums")
    answer = await client.call("ModelInfer", request)

    assert [list(output.contents.fp32_contents) for output in answer.outputs] == [[6]]


@pytest.mark.parametrize("model", ["nobody", "../doubler", ""])
async def test_an_unknown_model_is_not_found(client: Client, model: str) -> None:
    request = row()
    request.model_name = model

    assert (await client.refusal("ModelInfer", request)).code() is grpc.StatusCode.NOT_FOUND


async def test_an_unknown_version_is_not_found(client: Client) -> None:
    request = row()
    request.model_version = "7"

    assert (await client.refusal("ModelInfer", request)).code() is grpc.StatusCode.NOT_FOUND


async def test_a_bad_request_is_refused_and_the_next_answered(client: Client) -> None:
    refusal = await client.refusal("ModelInfer", typed("FP32", [1], shape=[2**62, 2**62]))

    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "elements" in refusal.details()
    assert (await client.call("ModelInfer", row())).outputs


async def test_bytes_that_are_no_message_are_refused_and_not_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = await client.refusal("ModelInfer", SECRET.encode())

    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert SECRET not in refusal.details()
    assert [record.name for record in caplog.records if record.name != "asyncio"] == []


async def test_a_message_over_the_limit_is_refused(client: Client) -> None:
    big = raw("FP32", np.zeros(MOST_BYTES, dtype=np.float32))

    refusal = await client.refusal("ModelInfer", big)
    assert refusal.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_message_that_grows_over_the_limit_when_unpacked_is_refused(
    client: Client,
) -> None:
    big = raw("FP32", np.zeros(MOST_BYTES * 16, dtype=np.float32))

    refusal = await client.refusal("ModelInfer", big, compression=grpc.Compression.Gzip)
    assert refusal.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_the_callers_tenant_may_stand_in_the_metadata(
    client: Client, server: ModelServer
) -> None:
    tenants: list[str | None] = []
    server.listen(lambda record: tenants.append(record.tenant))

    await client.call("ModelInfer", row(), metadata=[("tenant", "acme")])
    assert tenants == ["acme"]


async def test_a_model_may_be_unloaded_and_loaded_again(client: Client) -> None:
    load = messages.RepositoryModelLoadRequest(model_name="echo-BOOL")
    unload = messages.RepositoryModelUnloadRequest(model_name="echo-BOOL")
    ask = messages.ModelReadyRequest(name="echo-BOOL")

    await client.call("RepositoryModelUnload", unload)
    assert not (await client.call("ModelReady", ask)).ready
    await client.call("RepositoryModelLoad", load)
    assert (await client.call("ModelReady", ask)).ready


async def test_the_index_tells_of_every_model(client: Client) -> None:
    every = (await client.call("RepositoryIndex")).models
    ready = (
        await client.call("RepositoryIndex", messages.RepositoryIndexRequest(ready=True))
    ).models

    states = {entry.name: entry.state for entry in every}
    assert (states["doubler"], states["broken"]) == ("READY", "UNAVAILABLE")
    assert "broken" not in {entry.name for entry in ready}


@pytest.mark.parametrize("method", ["Index", "ModelLoad", "ModelUnload"])
async def test_there_is_one_repository(client: Client, method: str) -> None:
    request = getattr(messages, f"Repository{method}Request")(repository_name="other")

    refusal = await client.refusal(f"Repository{method}", request)
    assert refusal.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_statistics_count_answers(client: Client) -> None:
    await client.call("ModelInfer", row())
    asked = messages.ModelStatisticsRequest(name="doubler")
    (told,) = (await client.call("ModelStatistics", asked)).model_stats

    assert (told.name, told.version, told.inference_count) == ("doubler", "1", 1)
    assert told.inference_stats.success.count == 1


async def test_an_unknown_model_has_no_statistics(client: Client) -> None:
    refusal = await client.refusal(
        "ModelStatistics", messages.ModelStatisticsRequest(name="nobody")
    )

    assert refusal.code() is grpc.StatusCode.NOT_FOUND
