"""The small parts of the protocol's JSON objects: names, ids, parameters."""

from collections.abc import Mapping
from typing import Final

import orjson

from ridealong.serving.errors import InvalidRequest
from ridealong.serving.tensors import NUMPY_TYPES

MAX_NAME_LENGTH: Final = 256


def read_json_object(body: bytes) -> dict[str, object]:
    """A JSON object. The parser's own message names a line and a column, never the content."""
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise InvalidRequest(f"the body is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidRequest("the body must be a JSON object")
    return document


def require_known(document: Mapping[str, object], known: frozenset[str], where: str) -> None:
    """Refuse a misspelt field: ignored, it would change the answer without a word."""
    if not document.keys() <= known:
        raise InvalidRequest(f"{where} has an unknown field; known are: {', '.join(sorted(known))}")


def read_id(given: object) -> str | None:
    """The caller's id, returned as it is."""
    if given is None or given == "":
        return None
    if not isinstance(given, str) or len(given) > MAX_NAME_LENGTH:
        raise InvalidRequest(f"id must be a string of at most {MAX_NAME_LENGTH} characters")
    return given


def read_name(given: Mapping[str, object], where: str) -> str:
    """A tensor's name."""
    name = given.get("name")
    if not isinstance(name, str):
        raise nameless(where)
    require_name(name, where)
    return name


def require_name(name: str, where: str) -> None:
    """Neither empty nor too long."""
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise nameless(where)


def nameless(where: str) -> InvalidRequest:
    """One wording for a name that is missing and one that is too long."""
    return InvalidRequest(f"{where} needs a name of 1 to {MAX_NAME_LENGTH} characters")


def require_datatype(datatype: object, where: str) -> str:
    """One of the protocol's."""
    if not isinstance(datatype, str) or datatype not in NUMPY_TYPES:
        raise InvalidRequest(f"{where} needs a datatype out of: {', '.join(NUMPY_TYPES)}")
    return datatype


def read_parameters(given: object, where: str) -> Mapping[str, object]:
    """Parameters are one level of scalars."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidRequest(f"parameters of {where} must be an object")
    if not all(isinstance(value, str | int | float) for value in given.values()):
        raise InvalidRequest(f"parameters of {where} must be strings, numbers or booleans")
    return given
