"""The protocol's JSON objects as schemas: what callers may send, and what they get."""

from typing import Any, Final

from ridealong.serving.protocol.fields import MAX_NAME_LENGTH
from ridealong.serving.protocol.inputs import MAX_DIMENSIONS, MAX_TENSORS
from ridealong.serving.protocol.requests import TENANT
from ridealong.serving.tensors import NUMPY_TYPES

Json = dict[str, Any]


def record(properties: Json, required: list[str], *, closed: bool = False) -> Json:
    """An object's schema."""
    schema: Json = {"type": "object", "properties": properties, "required": required}
    return schema | {"additionalProperties": False} if closed else schema


def list_of(name: str, **more: int) -> Json:
    """A list of one of our schemas."""
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, **more}


def or_null(schema: Json) -> Json:
    """A field that may also be left empty."""
    return schema | {"type": [schema["type"], "null"]}


def parameters(known: Json) -> Json:
    """One level of scalars; those that are not known here are let pass."""
    scalar = {"type": ["string", "number", "boolean"]}
    return or_null({"type": "object", "properties": known, "additionalProperties": scalar})


def counts(*names: str) -> Json:
    """Whole numbers from 0, all of them there."""
    whole = {"type": "integer", "minimum": 0}
    return record(dict.fromkeys(names, whole), list(names))


TEXT: Final[Json] = {"type": "string"}
TEXTS: Final[Json] = {"type": "array", "items": TEXT}
FLAG: Final[Json] = {"type": "boolean"}
WHOLE: Final[Json] = {"type": "integer", "minimum": 0}
NAME: Final[Json] = {"type": "string", "minLength": 1, "maxLength": MAX_NAME_LENGTH}
SHARE: Final[Json] = {"type": "number", "minimum": 0, "maximum": 1}
THRESHOLDS: Final = {
    "labels": TEXTS,
    "conformal": {"type": "object", "additionalProperties": SHARE},
    "reject": SHARE,
}
SIZED: Final = {"binary_data_size": WHOLE | {"description": "Bytes behind the JSON."}}
DATA: Final = {
    "type": "array",
    "description": "Row-major; flat, or nested as the shape says.",
    "items": {},
}
ASKED: Final = {
    "timeout": WHOLE | {"description": "Microseconds, as in Triton; 0 means none."},
    "tenant": {"type": "string", "pattern": f"^{TENANT.pattern}$"},
    "routing_key": NAME,
    "binary_data_output": FLAG | {"description": "Every output as bytes behind the JSON."},
}


def tensor(least: int, more: Json, **rest: bool) -> Json:
    """What all tensors have; `least` is the smallest dimension there is."""
    sizes = {"type": "integer", "minimum": least}
    shape = {"type": "array", "items": sizes, "maxItems": MAX_DIMENSIONS}
    known = {"name": NAME, "datatype": {"enum": list(NUMPY_TYPES)}, "shape": shape}
    return record(known | more, list(known), **rest)


SCHEMAS: Final[Json] = {
    "InferInput": tensor(0, {"parameters": parameters(SIZED), "data": DATA}, closed=True)
    | {"description": "With `data`, or with the parameter `binary_data_size` and bytes."},
    "InferOutputWanted": record(
        {"name": NAME, "parameters": parameters({"binary_data": FLAG})}, ["name"], closed=True
    ),
    "InferRequest": record(
        {
            "id": or_null({"type": "string", "maxLength": MAX_NAME_LENGTH}),
            "parameters": parameters(ASKED),
            "inputs": list_of("InferInput", minItems=1, maxItems=MAX_TENSORS),
            "outputs": or_null(list_of("InferOutputWanted", maxItems=MAX_TENSORS)),
        },
        ["inputs"],
        closed=True,
    ),
    "InferOutput": tensor(0, {"parameters": record(SIZED, []), "data": DATA}),
    "InferAnswer": record(
        {
            "model_name": TEXT,
            "model_version": TEXT,
            "id": TEXT | {"description": "The caller's, or the prediction's own."},
            "parameters": record({"prediction_id": TEXT}, ["prediction_id"]),
            "outputs": list_of("InferOutput"),
        },
        ["model_name", "model_version", "id", "outputs"],
    ),
    "TensorMetadata": tensor(
        -1, {"parameters": record(THRESHOLDS, []) | {"description": "Labels in order, thresholds."}}
    ),
    "ModelMetadata": record(
        {
            "name": TEXT,
            "versions": TEXTS,
            "platform": TEXT,
            "inputs": list_of("TensorMetadata"),
            "outputs": list_of("TensorMetadata"),
            "parameters": record({"label_set": TEXT}, []),
        },
        ["name", "versions", "platform", "inputs", "outputs"],
    ),
    "ServerMetadata": record(
        {"name": TEXT, "version": TEXT, "extensions": TEXTS}, ["name", "version", "extensions"]
    ),
    "Live": record({"live": FLAG}, ["live"]),
    "Ready": record({"ready": FLAG}, ["ready"]),
    "ModelReady": record({"name": TEXT, "ready": FLAG}, ["name", "ready"]),
    "Duration": counts("count", "ns"),
    "Statistics": record(
        {
            "model_stats": {
                "type": "array",
                "items": record(
                    {
                        "name": TEXT,
                        "version": TEXT,
                        "last_inference": WHOLE | {"description": "Milliseconds since 1970."},
                        "inference_count": WHOLE,
                        "execution_count": WHOLE,
                        "inference_stats": {
                            "type": "object",
                            "additionalProperties": {"$ref": "#/components/schemas/Duration"},
                        },
                        "batch_stats": {
                            "type": "array",
                            "items": record({"batch_size": WHOLE}, ["batch_size"]),
                        },
                    },
                    ["name", "version", "inference_count", "execution_count", "inference_stats"],
                ),
            }
        },
        ["model_stats"],
    ),
    "IndexRequest": record({"ready": FLAG}, []),
    "Index": {
        "type": "array",
        "items": record(
            {
                "name": TEXT,
                "version": TEXT,
                "state": {"enum": ["READY", "UNAVAILABLE"]},
                "reason": TEXT,
            },
            ["name", "version", "state", "reason"],
        ),
    },
    "LoadRequest": record(
        {
            "parameters": or_null(
                record(
                    {
                        "versions": TEXT
                        | {"description": "`latest`, `latest-2`, `all`, or numbers: `1,3`."}
                    },
                    [],
                    closed=True,
                )
            )
        },
        [],
    ),
    "UnloadRequest": record({"parameters": parameters({})}, []),
    "Nothing": record({}, [], closed=True),
    "InferenceError": record({"error": TEXT}, ["error"], closed=True),
}
