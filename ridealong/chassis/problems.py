"""problem+json (RFC 9457): the one shape of a refused request. It names the field and never echoes
its value.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from ridealong.chassis.errors import ServiceError

MEDIA_TYPE = "application/problem+json"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
logger = logging.getLogger(__name__)


def problem(status: int, code: str, detail: str, **more: object) -> JSONResponse:
    """A problem document; `more` adds members such as `fields`."""
    body = {
        "type": f"urn:ridealong:{code}",
        "title": code.replace("-", " "),
        "status": status,
        "detail": detail,
    }
    return JSONResponse(body | more, status_code=status, media_type=MEDIA_TYPE)


def service_problem(error: ServiceError, /, **more: object) -> JSONResponse:
    """An expected failure as its problem document, with `Retry-After` where time may heal it."""
    if error.field:
        more["field"] = error.field
    response = problem(error.status, error.code, str(error), **more)
    if error.retry_after_s is not None:
        response.headers["retry-after"] = str(max(1, round(error.retry_after_s)))
    return response


def field_errors(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Where and why, without the value.

    Pydantic's own text of a value error is ours and safe, its input is not.
    """
    return [{"field": _path(found["loc"]), "problem": _reason(found)} for found in error.errors()]


def _reason(found: Mapping[str, Any]) -> str:
    return "is not valid JSON" if found["type"] == "json_invalid" else str(found["msg"])


def _path(loc: Iterable[object]) -> str:
    parts = [str(part) for part in loc if part != "body"]
    return (
        ".".join(part if PLAIN_NAME.fullmatch(part) else "(unprintable name)" for part in parts)
        or "(body)"
    )


def _from_service_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)
    if error.status >= 500:
        logger.warning("request failed", extra={"problem": error.code, "cause": str(error)})
    return service_problem(error)


def _from_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = field_errors(error)
    names = ", ".join(item["field"] for item in found[:3])
    return problem(422, "malformed-request", f"look at: {names}", fields=found[:20])


def _from_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    codes = {
        400: "malformed-request",
        404: "no-such-route",
        405: "method-not-allowed",
        413: "body-too-large",
    }
    response = problem(
        error.status_code, codes.get(error.status_code, "refused"), str(error.detail)
    )
    response.headers.update(error.headers or {})
    return response


def _from_bug(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "internal-error", "this is our mistake; it has been logged")


def install_problems(app: FastAPI) -> None:
    """Render every failure of this app as a problem."""
    app.add_exception_handler(ServiceError, _from_service_error)
    app.add_exception_handler(RequestValidationError, _from_validation)
    app.add_exception_handler(HTTPException, _from_http)
    app.add_exception_handler(Exception, _from_bug)
