"""HTTP around the protocol: verbs, addresses, media types, connections."""

import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from conformance.cases import OIP_REST, REST, RFC9110, case
from conformance.exchange import (
    ANY_REFUSAL,
    NO_ADDRESS,
    TOO_LARGE,
    WRONG_VERB,
    Mismatch,
    Refusal,
    expect,
    refused,
)
from conformance.rest import RestCaller
from conformance.rest_messages import accepted, read_answer
from conformance.suite import asks

RIGHT: Final = json.dumps({"inputs": [asks.written()]}).encode()
VERBS: Final = {
    "POST on live": ("POST", "/v2/health/live"),
    "POST on ready": ("POST", "/v2/health/ready"),
    "POST on server metadata": ("POST", "/v2"),
    "POST on model metadata": ("POST", "/v2/models/add_sub"),
    "POST on model ready": ("POST", "/v2/models/add_sub/ready"),
    "GET on infer": ("GET", asks.ADD_SUB_INFER),
    "PUT on infer": ("PUT", asks.ADD_SUB_INFER),
    "DELETE on a model": ("DELETE", "/v2/models/add_sub"),
    "PATCH on infer": ("PATCH", asks.ADD_SUB_INFER),
    "GET on the index": ("GET", "/v2/repository/index"),
}
ADDRESSES: Final = (
    "/v2/nothing",
    "/v2/health",
    "/v2/health/lively",
    "/v2/models/add_sub/infer/more",
    "/v2/models/add_sub/versions/1/nothing",
    "/v2/repository",
    "/v2/repository/models/add_sub/explode",
    "/v3",
    "/v2x",
)
# What a careless server would join to the folder of its models.
CLIMBING: Final = {
    "dots": ("/v2/models/../../etc/passwd", ""),
    "encoded dots": ("/v2/models/%2e%2e/infer", ""),
    "encoded slash": ("/v2/models/..%2f..%2fetc/infer", ""),
    "twice encoded": ("/v2/models/%252e%252e%252f/infer", ""),
    "backslashes": ("/v2/models/..%5c..%5cetc/infer", ""),
    "nul": ("/v2/models/add_sub%00/infer", "daprd refuses it itself, with 500"),
    "no name": ("/v2/models//infer", "daprd makes one slash of two: another address"),
    "broken UTF-8": ("/v2/models/%ff%fe/infer", "daprd refuses it itself, with 500"),
}
MEDIA_TYPES: Final = ("application/json; charset=utf-8", "application/octet-stream", "text/plain")


@case(RFC9110, over=REST, each=VERBS)
def another_verb_is_not_allowed(rest: RestCaller, kind: str) -> None:
    """The address exists, for another verb: 405."""
    verb, path = VERBS[kind]
    with refused(WRONG_VERB):
        rest.call(verb, path, RIGHT if verb != "GET" else None)


@case(RFC9110, over=REST, each=("GET", "PUT"))
def not_allowed_says_what_is(rest: RestCaller, verb: str) -> None:
    """A 405 must have `Allow`, a list of the verbs that the address takes."""
    response = rest.send(verb, asks.ADD_SUB_INFER)
    expect("POST" in response.headers.get("allow", ""), f"headers are {sorted(response.headers)}")


@case(RFC9110, over=REST, each=("/v2/health/live", "/v2/models/add_sub", asks.ADD_SUB_INFER))
def head_has_no_body(rest: RestCaller, path: str) -> None:
    """HEAD is answered as GET is or with 405, without a body, and the connection lives on."""
    with closing(rest.connect()) as connection:
        head = rest.send("HEAD", path, over=connection)
        expect(head.status in (200, 405), f"status {head.status}")
        expect(head.body == b"", "a body")
        live = rest.send("GET", "/v2/health/live", over=connection)
        expect(live.status == 200, "the next request is not answered")


@case(OIP_REST, over=REST, each=ADDRESSES)
def an_unknown_address_is_not_found(rest: RestCaller, path: str) -> None:
    """Where there is nothing: 404, in the protocol's words under /v2."""
    if not path.startswith("/v2/"):
        expect(rest.send("GET", path).status == 404, "not 404")
        return
    with refused(NO_ADDRESS):
        rest.call("GET", path)


def never_climbs(rest: RestCaller, kind: str) -> None:
    """A model's name is a name and no path."""
    with refused(ANY_REFUSAL):
        response = rest.send("POST", CLIMBING[kind][0], RIGHT)
        if response.status == 404 and not response.headers.get("content-type", "").startswith(
            "application/json"
        ):
            raise Refusal(404, "outside of the protocol's addresses")
        accepted(response)


for name, (_, why) in CLIMBING.items():
    case(RFC9110, over=REST, each=(name,), sidecar=why)(never_climbs)


@case(RFC9110.chosen(), over=REST)
def a_slash_at_the_end_does_no_harm(rest: RestCaller) -> None:
    """Gateways add one: the answer is right, or the address is not found."""
    try:
        answer = read_answer(rest.call("POST", asks.INT32_INFER + "/", RIGHT))
    except Refusal as refusal:
        expect(refusal.how == 404, str(refusal))
    else:
        expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(OIP_REST, over=REST, each=("/v2", "/v2/models/add_sub", "/v2/health/live"))
def an_answer_is_json(rest: RestCaller, path: str) -> None:
    """Its media type is application/json."""
    kind = rest.call("GET", path).headers.get("content-type", "")
    expect(kind.startswith("application/json"), f"content type is {kind!r}")


@case(OIP_REST, over=REST)
def an_inference_answer_is_json(rest: RestCaller) -> None:
    """Its media type is application/json where no bytes follow."""
    kind = rest.call("POST", asks.INT32_INFER, RIGHT).headers.get("content-type", "")
    expect(kind.startswith("application/json"), f"content type is {kind!r}")


@case(OIP_REST, over=REST, each=("{", '{"inputs": []}'))
def an_error_is_json(rest: RestCaller, body: str) -> None:
    """Its media type is application/json too."""
    response = rest.send("POST", asks.INT32_INFER, body.encode())
    expect(response.status >= 400, f"status {response.status}")
    kind = response.headers.get("content-type", "")
    expect(kind.startswith("application/json"), f"content type is {kind!r}")


@case(OIP_REST.chosen(), over=REST, each=MEDIA_TYPES)
def the_requests_media_type_is_not_looked_at(rest: RestCaller, kind: str) -> None:
    """Clients send many; the body tells."""
    answer = read_answer(rest.call("POST", asks.INT32_INFER, RIGHT, {"Content-Type": kind}))
    expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(RFC9110, over=REST)
def a_body_may_come_in_chunks(rest: RestCaller) -> None:
    """Transfer coding chunked, without a Content-Length."""

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(RIGHT), 7):
            yield RIGHT[start : start + 7]

    answer = read_answer(rest.call("POST", asks.INT32_INFER, pieces()))
    expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(RFC9110, over=REST)
def a_compressed_body_is_read_or_refused(rest: RestCaller) -> None:
    """An unread Content-Encoding must not be taken for JSON."""
    headers = {"Content-Encoding": "gzip"}
    try:
        answer = read_answer(rest.call("POST", asks.INT32_INFER, gzip.compress(RIGHT), headers))
    except Refusal as refusal:
        expect(refusal.how in (400, 415), str(refusal))
    else:
        expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(RFC9110, over=REST, each=("{", "nothing here", "GET"))
def a_connection_lives_on_after_an_error(rest: RestCaller, kind: str) -> None:
    """The next request on it is answered, and with its own answer."""
    path = "/v2/models/no_such_model/infer" if kind == "nothing here" else asks.INT32_INFER
    with closing(rest.connect()) as connection:
        wrong = rest.send("GET" if kind == "GET" else "POST", path, b"{", over=connection)
        expect(wrong.status >= 400, "answered; it should have been refused")
        right = accepted(rest.send("POST", asks.INT32_INFER, RIGHT, over=connection))
        expect(read_answer(right).outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(RFC9110, over=REST)
def a_connection_carries_many_requests(rest: RestCaller) -> None:
    """Fifty, one after another, each its own."""
    with closing(rest.connect()) as connection:
        for number in range(50):
            body = json.dumps({"inputs": [asks.written(data=[number] * 4)]}).encode()
            answer = read_answer(rest.send("POST", asks.INT32_INFER, body, over=connection))
            expect(answer.outputs["y"].tolist() == [[number] * 2] * 2, f"request {number}")


@case(RFC9110.chosen(), over=REST, sidecar="daprd waits for a body before it passes one on")
def a_body_announced_as_endless_is_refused_at_once(rest: RestCaller) -> None:
    """A Content-Length of a tebibyte: 413 by that alone, not after waiting for it."""
    headers = {"Content-Length": str(1 << 40)}
    with refused(TOO_LARGE):
        rest.call("POST", asks.INT32_INFER, b"{", headers)


@case(
    RFC9110,
    over=REST,
    sidecar="daprd passes 4 MiB on at most: whose 413 comes first, its or the server's, is open",
)
def a_body_of_six_megabytes_is_answered_or_refused(rest: RestCaller) -> None:
    """A server may have a limit: the answer is right, or 413 in the protocol's words."""
    body = RIGHT[:-1] + b" " * (6 << 20) + b"}"
    try:
        answer = read_answer(rest.call("POST", asks.INT32_INFER, body))
    except Refusal as refusal:
        expect(refusal.how in TOO_LARGE.statuses, str(refusal))
    else:
        expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")


@case(RFC9110, over=REST)
def a_caller_who_leaves_harms_nobody(rest: RestCaller) -> None:
    """Connections closed before the answer; the server goes on."""
    body = json.dumps(
        {"inputs": [{"name": "rounds", "shape": [1], "datatype": "INT64", "data": [1000]}]}
    ).encode()
    for _ in range(3):
        with closing(rest.connect()) as connection:
            rest.begin(connection, "/v2/models/slow/infer", body)
    try:
        answer = read_answer(rest.call("POST", asks.INT32_INFER, RIGHT))
    except Refusal as refusal:
        raise Mismatch(str(refusal)) from refusal
    expect(answer.outputs["y"].tolist() == [[1, 2], [3, 4]], "y is wrong")
