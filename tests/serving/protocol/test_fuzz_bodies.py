"""Whole requests, spoilt: valid bodies with bytes behind them, changed at random, through the edge.

Each is answered or refused in the protocol's words, while others ask and get what they are owed.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.models import ELEMENT_TYPES
from ridealong.serving.protocol.asgi import Message
from ridealong.serving.protocol.rest import RestEdge
from ridealong.serving.server import ModelServer, open_server
from tests.serving.tiny_models import write_echo

SAMPLES = {
    "INT32": bytes(8),
    "INT8": b"\x01\x02",
    "BOOL": b"\x00\x01",
    "BYTES": b"\x01\0\0\0a\0\0\0\0",
}
LENGTH = b"inference-header-content-length"
WELL: dict[str, Any] = {"name": "x", "datatype": "INT64", "shape": [2], "data": [7, -7]}


class Request(NamedTuple):
    """A body for one model, and how much of it is said to be JSON."""

    model: str
    body: bytes
    header_length: bytes | None


class Answer(NamedTuple):
    """What the edge said."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    store = tmp_path_factory.mktemp("store")
    for datatype in ELEMENT_TYPES:
        write_echo(store, datatype)
    server = open_server(store, slots=1)
    asyncio.run(server.load_all())
    yield server
    asyncio.run(server.close())


async def ask(edge: RestEdge, request: Request) -> Answer:
    """Past every socket."""
    sent: list[Message] = []
    headers = [] if request.header_length is None else [(LENGTH, request.header_length)]
    path = f"/v2/models/{request.model}/infer"
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}

    async def receive() -> Message:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await edge(scope, receive, send)
    head, body = sent
    return Answer(head["status"], dict(head["headers"]), body["body"])


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A valid one. No floats: spoilt ones may be NaN, which no JSON answer can carry."""
    datatype = draw(st.sampled_from(list(SAMPLES)))
    raw = SAMPLES[datatype]
    tensor: dict[str, Any] = {"name": "x", "datatype": datatype, "shape": [2]}
    tensor["parameters"] = {"binary_data_size": len(raw)}
    document = {"inputs": [tensor], "parameters": {"binary_data_output": True}}
    head = json.dumps(document).encode()
    return Request(f"echo-{datatype}", head + raw, b"%d" % len(head))


@st.composite
def spoilt(draw: st.DrawFn) -> Request:
    """The same after one to three accidents to its body, its header or its address."""
    request = draw(requests())
    for _ in range(draw(st.integers(1, 3))):
        request = draw(st.sampled_from([cut, replaced, renumbered, otherwise_long]))(draw, request)
    return request


def cut(draw: st.DrawFn, request: Request) -> Request:
    start = draw(st.integers(0, len(request.body)))
    end = draw(st.integers(start, min(len(request.body), start + 9)))
    return request._replace(body=request.body[:start] + request.body[end:])


def replaced(draw: st.DrawFn, request: Request) -> Request:
    start = draw(st.integers(0, len(request.body)))
    new = draw(st.binary(min_size=1, max_size=6))
    return request._replace(body=request.body[:start] + new + request.body[start + len(new) :])


def renumbered(draw: st.DrawFn, request: Request) -> Request:
    """Another number where the JSON has one."""
    old = draw(st.sampled_from([b'"shape": [2]', b'"binary_data_size": ']))
    number = str(draw(st.integers(-2, 10) | st.integers())).encode()
    new = b'"shape": [%s]' % number if b"shape" in old else old + number
    return request._replace(body=request.body.replace(old, new))


def otherwise_long(draw: st.DrawFn, request: Request) -> Request:
    said = int(request.header_length or b"0") if (request.header_length or b"0").isdigit() else 0
    lengths = st.integers(-3, 3).map(lambda off: b"%d" % (said + off))
    return request._replace(header_length=draw(lengths | st.binary(max_size=8) | st.none()))


def require_in_words(answer: Answer) -> None:
    """An answer whose bytes are all accounted for, or a refusal that says why."""
    if answer.status == 200:
        head = int(answer.headers.get(LENGTH, b"%d" % len(answer.body)))
        outputs = json.loads(answer.body[:head])["outputs"]
        sizes = [out.get("parameters", {}).get("binary_data_size", 0) for out in outputs]
        assert sum(sizes) == len(answer.body) - head
        return
    assert 400 <= answer.status < 500, answer
    refusal = json.loads(answer.body)
    assert list(refusal) == ["error"]
    assert isinstance(refusal["error"], str)


@settings(deadline=None, max_examples=80)
@given(st.lists(spoilt() | requests(), min_size=1, max_size=8))
def test_spoilt_requests_are_answered_or_refused_and_others_do_not_notice(
    server: ModelServer, mix: list[Request]
) -> None:
    edge = RestEdge(server)
    well = Request("echo-INT64", json.dumps({"inputs": [WELL]}).encode(), None)

    async def ask_all() -> list[Answer]:
        return await asyncio.gather(*(ask(edge, one) for one in (*mix, well, well)))

    *answers, one, other = asyncio.run(ask_all())

    for answer in answers:
        require_in_words(answer)
    for answer in (one, other):
        assert answer.status == 200
        assert json.loads(answer.body)["outputs"][0]["data"] == WELL["data"]


@settings(deadline=None, max_examples=20)
@given(requests())
def test_what_these_tests_spoil_is_answered_with_the_same_bytes(
    server: ModelServer, request_: Request
) -> None:
    answer = asyncio.run(ask(RestEdge(server), request_))

    assert answer.status == 200
    assert answer.body.endswith(SAMPLES[request_.model.removeprefix("echo-")])
