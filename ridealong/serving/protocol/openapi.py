"""The protocol as OpenAPI, for whichever application mounts the edge."""

import copy
from typing import Final

from ridealong.serving.protocol.schemas import NAME, SCHEMAS, WHOLE, Json

OCTETS: Final = "application/octet-stream"
HEADER_LENGTH: Final = "Inference-Header-Content-Length"
AGAIN: Final = {"Retry-After": {"description": "Seconds.", "schema": WHOLE}}
REFUSED: Final = {
    400: "The request is not what the protocol or the model asks for.",
    404: "There is no such model or version.",
    409: "A rollout names versions of this model.",
    413: "The body is over the server's limit.",
    429: "This tenant's share of the queue is full.",
    500: "The model could not be run, or gave what JSON cannot carry.",
    503: "Not now: not ready, full, or too late.",
}


def body_of(name: str) -> Json:
    """A JSON body of one of our schemas."""
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def with_octets(body: Json) -> Json:
    """The same, or JSON with bytes behind it."""
    mixed = {"schema": {"type": "string", "format": "binary"}}
    return body | {"content": body["content"] | {OCTETS: mixed}}


def operation(
    summary: str, answer: str, refusals: tuple[int, ...], wanted: str | None = None
) -> Json:
    """One verb at one address."""
    responses: Json = {"200": {"description": "Done."} | body_of(answer)}
    for status in refusals:
        responses[str(status)] = {"description": REFUSED[status]} | body_of("InferenceError")
        if status in (429, 503):
            responses[str(status)]["headers"] = AGAIN
    shown: Json = {
        "summary": summary,
        "tags": ["Open Inference Protocol v2"],
        "responses": responses,
    }
    return shown | {"requestBody": body_of(wanted)} if wanted else shown


def inference() -> Json:
    """The one address that takes and gives bytes as well as JSON."""
    shown = operation(
        "Run a model", "InferAnswer", (400, 404, 413, 429, 500, 503), wanted="InferRequest"
    )
    length = {
        "name": HEADER_LENGTH,
        "in": "header",
        "required": False,
        "description": "How many bytes of the body are JSON, where tensors follow it as bytes.",
        "schema": WHOLE,
    }
    answer = shown["responses"]["200"]
    shown["responses"]["200"] = with_octets(answer) | {
        "headers": {HEADER_LENGTH: {"schema": WHOLE}}
    }
    body = with_octets(shown["requestBody"]) | {"required": True}
    return shown | {"parameters": [length], "requestBody": body}


def readiness() -> Json:
    """Whether models serve: the one refusal that is an answer in its own words."""
    shown = operation("Whether models serve", "Ready", ())
    shown["responses"]["503"] = {"description": "Nothing serves yet."} | body_of("Ready")
    return shown


def at(path: str, variables: tuple[str, ...], operations: Json) -> Json:
    """An address with variable parts."""
    where = [{"name": name, "in": "path", "required": True, "schema": NAME} for name in variables]
    return {path: operations | {"parameters": where}}


def model_paths(prefix: str, variables: tuple[str, ...]) -> Json:
    """What can be asked of one model."""
    asked = {
        "": {"get": operation("What a model takes and gives", "ModelMetadata", (404, 503))},
        "/ready": {"get": operation("Whether a model serves", "ModelReady", (404, 503))},
        "/stats": {"get": operation("What a model has done", "Statistics", (404, 503))},
        "/infer": {"post": inference()},
    }
    paths: Json = {}
    for path, operations in asked.items():
        paths |= at(prefix + path, variables, operations)
    return paths


def repository_paths() -> Json:
    """What is asked of the model store, and done to it."""
    index = operation(
        "Every model, and why some do not serve", "Index", (400, 413), wanted="IndexRequest"
    )
    load = operation(
        "Read a model's folder afresh and switch to what it holds; callers do not notice",
        "Nothing",
        (400, 404, 413, 503),
        wanted="LoadRequest",
    )
    unload = operation(
        "Serve a model no longer; requests under way are finished",
        "Nothing",
        (400, 404, 409, 413),
        wanted="UnloadRequest",
    )
    prefix = "/v2/repository/models/{model}"
    return {
        "/v2/repository/index": {"post": index},
        **at(f"{prefix}/load", ("model",), {"post": load}),
        **at(f"{prefix}/unload", ("model",), {"post": unload}),
    }


PATHS: Final[Json] = {
    "/v2": {"get": operation("What this server is", "ServerMetadata", ())},
    "/v2/health/live": {"get": operation("Whether the server lives", "Live", ())},
    "/v2/health/ready": {"get": readiness()},
    "/v2/models/stats": {"get": operation("What all models have done", "Statistics", ())},
    **model_paths("/v2/models/{model}", ("model",)),
    **model_paths("/v2/models/{model}/versions/{version}", ("model", "version")),
    **repository_paths(),
}


def describe(document: Json) -> Json:
    """An application's OpenAPI document with the protocol added."""
    whole = copy.deepcopy(document)
    whole.setdefault("paths", {}).update(PATHS)
    whole.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return whole
