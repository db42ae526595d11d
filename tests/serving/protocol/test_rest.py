"""The protocol over HTTP, against a server with tiny models."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from conformance.models import ELEMENT_TYPES
from ridealong.serving.errors import ServerFull
from ridealong.serving.predictions import PredictionRecord
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.openapi import describe
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.server import ModelServer, open_server
from tests.serving.tiny_models import (
    batch_mean,
    spec,
    write_doubler,
    write_echo,
    write_encoder,
    write_model,
    write_pipeline,
)

MOST_BYTES = 4096
ROW = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 2, 3]}
records: list[PredictionRecord] = []


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store")
    write_doubler(store)
    write_encoder(store)
    write_pipeline(store)
    for datatype in ELEMENT_TYPES:
        write_echo(store, datatype)
    signature: Any = {
        "inputs": [spec("x", "FP32", [-1, 3])],
        "outputs": [spec("y", "FP32", [-1, 3])],
        "limits": {"one_row_at_a_time": True},
    }
    write_model(store, "batch-mean", {"model.onnx": batch_mean()}, **signature)
    (write_doubler(store, "broken") / "model.onnx").write_bytes(b"")
    return store


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[ModelServer]:
    server = open_server(store, slots=2)
    server.listen(records.append)
    yield server
    asyncio.run(server.close())


@pytest.fixture(scope="module")
def client(server: ModelServer) -> Iterator[TestClient]:
    edge = RestEdge(server, max_body_bytes=MOST_BYTES)
    app = Starlette(routes=[Route("/v2", edge), Mount("/v2", edge)])
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/v2/health/ready").status_code == 503
        client.portal.call(server.load_all)  # type: ignore[union-attr]
        yield client


def infer(client: TestClient, model: str, *inputs: dict[str, Any], **more: Any) -> Any:
    return client.post(f"/v2/models/{model}/infer", json={"inputs": list(inputs)} | more)


def text(*texts: str) -> dict[str, Any]:
    return {"name": "text", "datatype": "BYTES", "shape": [len(texts)], "data": list(texts)}


def test_the_server_says_what_it_is(client: TestClient) -> None:
    assert client.get("/v2").json()["name"] == "ridealong-inference"
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}


def test_metadata_names_tensors_and_labels(client: TestClient) -> None:
    shown = client.get("/v2/models/tiny-pipeline").json()

    assert shown["versions"] == ["1"]
    assert shown["platform"] == "ridealong_text-pipeline"
    assert shown["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
    [commerce] = [output for output in shown["outputs"] if output["name"] == "commerce"]
    assert commerce["parameters"]["labels"] == ["refund", "track"]


def test_a_model_is_ready_with_and_without_version(client: TestClient) -> None:
    for path in ("doubler/ready", "doubler/versions/1/ready"):
        assert client.get(f"/v2/models/{path}").json() == {"name": "doubler", "ready": True}


def test_an_answer_names_model_version_and_prediction(client: TestClient) -> None:
    answer = infer(client, "doubler", ROW).json()

    assert (answer["model_name"], answer["model_version"]) == ("doubler", "1")
    assert answer["id"] == records[-1].prediction_id
    assert answer["outputs"] == [
        {"name": "y", "datatype": "FP32", "shape": [1, 3], "data": [2.0, 4.0, 6.0]},
        {"name": "sums", "datatype": "FP32", "shape": [1], "data": [6.0]},
    ]


def test_a_given_id_comes_back_beside_the_predictions_own(client: TestClient) -> None:
    answer = infer(client, "doubler", ROW, id="42").json()

    assert answer["id"] == "42"
    assert answer["parameters"]["prediction_id"] == records[-1].prediction_id


def test_only_the_outputs_asked_for_come_in_their_order(client: TestClient) -> None:
    wanted = [{"name": "sums"}, {"name": "y", "parameters": {"binary_data": False}}]

    outputs = infer(client, "doubler", ROW, outputs=wanted).json()["outputs"]

    assert [output["name"] for output in outputs] == ["sums", "y"]


def test_a_named_version_answers(client: TestClient) -> None:
    answer = client.post("/v2/models/doubler/versions/1/infer", json={"inputs": [ROW]})

    assert answer.json()["model_version"] == "1"


@pytest.mark.parametrize("datatype", ELEMENT_TYPES)
def test_every_datatype_goes_through_a_graph_and_back(client: TestClient, datatype: str) -> None:
    examples: dict[str, list[Any]] = {"BOOL": [True, False], "BYTES": ["grüße", ""]}
    data = examples.get(datatype, [0, 7])
    sent = {"name": "x", "datatype": datatype, "shape": [2], "data": data}

    [output] = infer(client, f"echo-{datatype}", sent).json()["outputs"]

    assert (output["datatype"], output["data"]) == (datatype, data)


def test_no_rows_are_no_failure(client: TestClient) -> None:
    empty = {"name": "x", "datatype": "FP32", "shape": [0, 3], "data": []}

    outputs = infer(client, "doubler", empty).json()["outputs"]

    assert [output["shape"] for output in outputs] == [[0, 3], [0]]


@pytest.mark.parametrize(
    "texts", [[], ["where is my order"], ["refund please!", "where is my order"]]
)
def test_a_pipeline_answers_each_row_as_it_would_alone(
    client: TestClient, texts: list[str]
) -> None:
    together = infer(client, "tiny-pipeline", text(*texts)).json()["outputs"]

    for output in together:
        rows = np.array(output["data"]).reshape(output["shape"])
        for row, alone in zip(rows, texts, strict=True):
            wanted = [{"name": output["name"]}]
            [single] = infer(client, "tiny-pipeline", text(alone), outputs=wanted).json()["outputs"]
            assert np.allclose(row, single["data"], atol=1e-5)


def test_arithmetic_over_the_batch_is_kept_apart_where_the_manifest_says(
    client: TestClient,
) -> None:
    two = {"name": "x", "datatype": "FP32", "shape": [2, 3], "data": [1, 2, 3, 9, 9, 9]}

    [output] = infer(client, "batch-mean", two).json()["outputs"]

    assert output["data"] == [-1.0, 0.0, 1.0, 0.0, 0.0, 0.0]


def test_the_index_shows_why_a_model_does_not_serve(client: TestClient) -> None:
    index = {entry["name"]: entry for entry in client.post("/v2/repository/index").json()}
    ready = client.post("/v2/repository/index", json={"ready": True}).json()

    assert index["doubler"]["state"] == "READY"
    assert index["broken"]["state"] == "UNAVAILABLE"
    assert "bytes" in index["broken"]["reason"]
    assert "broken" not in {entry["name"] for entry in ready}


@pytest.mark.parametrize(
    ("tensor", "wording"),
    [
        (ROW | {"name": "customer text"}, "input 1 is unknown to this model, which takes: x"),
        (ROW | {"datatype": "FP64"}, "input x is FP64, the model takes FP32"),
        (ROW | {"shape": [3]}, "input x has shape [3], the model takes [-1, 3]"),
        (ROW | {"shape": [3, 1]}, "input x has shape [3, 1], the model takes [-1, 3]"),
    ],
)
def test_inputs_are_held_to_the_signature(
    client: TestClient, tensor: dict[str, Any], wording: str
) -> None:
    refused = infer(client, "doubler", tensor)

    assert (refused.status_code, refused.json()) == (400, {"error": wording})


def test_a_missing_input_and_an_unknown_output_are_refused(client: TestClient) -> None:
    half = {"name": "input_ids", "datatype": "INT64", "shape": [1, 1], "data": [1]}

    missing = infer(client, "tiny-encoder", half)
    unknown = infer(client, "doubler", ROW, outputs=[{"name": "nothing"}])

    assert missing.json() == {"error": "missing input: attention_mask"}
    assert unknown.json() == {"error": "output 1 is unknown to this model, which gives: y, sums"}
    assert missing.status_code == unknown.status_code == 400


def test_inputs_that_do_not_fit_each_other_or_the_weights_are_refused(client: TestClient) -> None:
    ids = {"name": "input_ids", "datatype": "INT64", "shape": [1, 1], "data": [999]}
    mask = {"name": "attention_mask", "datatype": "INT64", "shape": [1, 1], "data": [1]}

    refused = infer(client, "tiny-encoder", ids, mask)

    assert refused.status_code in (400, 500)
    assert "999" not in refused.text
    assert infer(client, "doubler", ROW).status_code == 200


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("POST", "/v2/models/nobody/infer", 404),
        ("POST", "/v2/models/doubler/versions/9/infer", 404),
        ("POST", "/v2/models/broken/infer", 503),
        ("GET", "/v2/models/broken/ready", 503),
        ("GET", "/v2/models/nobody", 404),
        ("GET", "/v2/models/doubler/versions/x", 404),
        ("POST", "/v2/models/..%2F..%2Fetc/infer", 404),
        ("POST", "/v2/models/%2e%2e/infer", 404),
        ("GET", "/v2/models", 404),
        ("GET", "/v2/somewhere", 404),
        ("GET", "/v2/models/doubler/infer/more", 404),
        ("GET", "/v2/models/doubler/infer", 405),
        ("DELETE", "/v2/models/doubler", 405),
        ("GET", "/v2/repository/index", 405),
    ],
)
def test_what_is_not_there_is_said_in_the_protocols_words(
    client: TestClient, verb: str, path: str, status: int
) -> None:
    content = json.dumps({"inputs": [ROW]}).encode() if verb == "POST" else None

    refused = client.request(verb, path, content=content)

    assert refused.status_code == status
    assert set(refused.json()) == {"error"}
    assert refused.headers["content-type"] == "application/json"


def test_bodies_over_the_limit_are_refused_announced_or_not(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield from [b" " * 1024] * 5

    announced = client.post("/v2/models/doubler/infer", content=b" " * (MOST_BYTES + 1))
    streamed = client.post("/v2/models/doubler/infer", content=chunks())

    assert announced.status_code == streamed.status_code == 413
    assert str(MOST_BYTES) in announced.json()["error"]


@pytest.mark.parametrize(
    "headers", [{"inference-header-content-length": "10"}, {"content-encoding": "gzip"}]
)
def test_encodings_we_do_not_read_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    refused = client.post("/v2/models/doubler/infer", content=b"{}", headers=headers)

    assert refused.status_code == 400


def test_an_answer_that_json_cannot_carry_is_a_named_failure(client: TestClient) -> None:
    biggest = {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [3e38, 0, 0]}

    refused = infer(client, "doubler", biggest)

    assert refused.status_code == 500
    assert refused.json() == {"error": "output y holds NaN or infinity, which JSON cannot carry"}


def test_what_is_refused_before_a_model_is_found_is_no_prediction(client: TestClient) -> None:
    known = len(records)

    infer(client, "nobody", ROW)
    infer(client, "doubler", ROW | {"datatype": "FP64"})

    assert len(records) == known


def test_predictions_are_told_with_their_tenant_and_rows(client: TestClient) -> None:
    infer(client, "tiny-pipeline", text("is", "my"), parameters={"tenant": "acme"})

    told = records[-1]
    assert (told.model, told.version, told.rows, told.tenant, told.failure) == (
        "tiny-pipeline",
        "1",
        2,
        "acme",
        None,
    )


class FullServer(ModelServer):
    """Has no room at all."""

    def __init__(self) -> None:
        """Needs no models to refuse."""

    async def infer(self, *_: object, **__: object) -> InferAnswer:
        raise ServerFull("256 requests wait already")


class BrokenServer(FullServer):
    """Has a bug."""

    async def infer(self, *_: object, **__: object) -> InferAnswer:
        raise KeyError("a customer's text")


def test_a_full_server_says_when_to_come_back() -> None:
    refused = infer(TestClient(RestEdge(FullServer())), "doubler", ROW)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")


def test_a_bug_is_answered_without_a_stack_trace() -> None:
    client = TestClient(RestEdge(BrokenServer()), raise_server_exceptions=False)

    refused = infer(client, "doubler", ROW)

    assert refused.status_code == 500
    assert refused.json() == {"error": "this is our mistake; it has been logged"}


def test_the_openapi_page_lists_every_address() -> None:
    paths = describe({"paths": {"/healthz": {}}})["paths"]

    assert {"/healthz", "/v2", "/v2/models/{model}/infer", "/v2/repository/index"} <= set(paths)
