"""The protocol as OpenAPI, for whichever application mounts the edge."""

import copy
from typing import Any, Final

from ridealong.serving.requests import MAX_DIMENSIONS, MAX_NAME_LENGTH, MAX_TENSORS
from ridealong.serving.tensors import NUMPY_TYPES

Json = dict[str, Any]

NAME: Final = {"type": "string", "minLength": 1, "maxLength": MAX_NAME_LENGTH}
SHAPE: Final = {"type": "array", "items": {"type": "integer"}, "maxItems": MAX_DIMENSIONS}
PARAMETERS: Final = {
    "type": "object",
    "description": "`timeout` in microseconds (as in Triton) and `tenant` are understood.",
    "additionalProperties": {"type": ["string", "number", "boolean"]},
}


def record(properties: Json, required: list[str], *, closed: bool = False) -> Json:
    """An object's schema."""
    schema: Json = {"type": "object", "properties": properties, "required": required}
    return schema | {"additionalProperties": False} if closed else schema


def list_of(name: str, **more: int) -> Json:
    """A list of one of our schemas."""
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, **more}


TENSOR: Final = {
    "name": NAME,
    "datatype": {"enum": list(NUMPY_TYPES)},
    "shape": SHAPE,
    "parameters": PARAMETERS,
}
DATA: Final = {
    "type": "array",
    "description": "Row-major; flat, or nested as the shape says.",
    "items": {},
}
SCHEMAS: Final[Json] = {
    "InferInput": record(
        TENSOR | {"data": DATA}, ["name", "datatype", "shape", "data"], closed=True
    ),
    "InferOutputWanted": record({"name": NAME, "parameters": PARAMETERS}, ["name"], closed=True),
    "InferRequest": record(
        {
            "id": {"type": "string", "maxLength": MAX_NAME_LENGTH},
            "parameters": PARAMETERS,
            "inputs": list_of("InferInput", minItems=1, maxItems=MAX_TENSORS),
            "outputs": list_of("InferOutputWanted", maxItems=MAX_TENSORS),
        },
        ["inputs"],
        closed=True,
    ),
    "InferOutput": record(TENSOR | {"data": DATA}, ["name", "datatype", "shape", "data"]),
    "InferAnswer": record(
        {
            "model_name": {"type": "string"},
            "model_version": {"type": "string"},
            "id": {"type": "string", "description": "The caller's, or the prediction's own."},
            "parameters": {"type": "object", "properties": {"prediction_id": {"type": "string"}}},
            "outputs": list_of("InferOutput"),
        },
        ["model_name", "model_version", "id", "outputs"],
    ),
    "TensorMetadata": record(TENSOR, ["name", "datatype", "shape"]),
    "ModelMetadata": record(
        {
            "name": {"type": "string"},
            "versions": {"type": "array", "items": {"type": "string"}},
            "platform": {"type": "string"},
            "inputs": list_of("TensorMetadata"),
            "outputs": list_of("TensorMetadata"),
        },
        ["name", "platform", "inputs", "outputs"],
    ),
    "ServerMetadata": record(
        {
            "name": {"type": "string"},
            "version": {"type": "string"},
            "extensions": {"type": "array", "items": {"type": "string"}},
        },
        ["name", "version", "extensions"],
    ),
    "Live": record({"live": {"type": "boolean"}}, ["live"]),
    "Ready": record({"ready": {"type": "boolean"}}, ["ready"]),
    "IndexRequest": record({"ready": {"type": "boolean"}}, []),
    "Index": {
        "type": "array",
        "items": record(
            {key: {"type": "string"} for key in ("name", "version", "state", "reason")},
            ["name", "state"],
        ),
    },
    "InferenceError": record({"error": {"type": "string"}}, ["error"]),
}


def body_of(name: str) -> Json:
    """A JSON body of one of our schemas."""
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def operation(
    summary: str, answer: str, refusals: tuple[int, ...], wanted: str | None = None
) -> Json:
    """One verb at one address."""
    responses: Json = {"200": {"description": "Done."} | body_of(answer)}
    for status in refusals:
        responses[str(status)] = {"description": "Refused."} | body_of("InferenceError")
    shown: Json = {
        "summary": summary,
        "tags": ["Open Inference Protocol v2"],
        "responses": responses,
    }
    return shown | {"requestBody": body_of(wanted)} if wanted else shown


def model_paths(prefix: str, variables: tuple[str, ...]) -> Json:
    """What can be asked of one model."""
    where = [{"name": name, "in": "path", "required": True, "schema": NAME} for name in variables]
    asked = {
        "": {"get": operation("What a model takes and gives", "ModelMetadata", (404, 503))},
        "/ready": {"get": operation("Whether a model serves", "Ready", (404, 503))},
        "/infer": {
            "post": operation(
                "Run a model", "InferAnswer", (400, 404, 413, 500, 503), "InferRequest"
            )
        },
    }
    return {prefix + path: shown | {"parameters": where} for path, shown in asked.items()}


PATHS: Final[Json] = {
    "/v2": {"get": operation("What this server is", "ServerMetadata", ())},
    "/v2/health/live": {"get": operation("Whether the server lives", "Live", ())},
    "/v2/health/ready": {"get": operation("Whether models serve", "Ready", (503,))},
    **model_paths("/v2/models/{model}", ("model",)),
    **model_paths("/v2/models/{model}/versions/{version}", ("model", "version")),
    "/v2/repository/index": {
        "post": operation(
            "Every model, and why some do not serve", "Index", (400, 413), "IndexRequest"
        )
    },
}


def describe(document: Json) -> Json:
    """An application's OpenAPI document with the protocol added."""
    whole = copy.deepcopy(document)
    whole.setdefault("paths", {}).update(PATHS)
    whole.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return whole
