"""How refusals are told outside: at the door with headers, from behind in known words only."""

import re
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from ridealong.access.errors import TurnedAway
from ridealong.chassis.errors import CallRefused
from ridealong.chassis.problems import MEDIA_TYPE, problem, service_problem
from ridealong.contracts.gateway import Problem

# Others (401, 403, 405 ...) would be about our call, not about the caller's.
TOLD_STATUSES = frozenset({400, 404, 409, 410, 413, 415, 422})
CODE = re.compile(r"urn:ridealong:([a-z0-9-]{1,60})")
NAME = re.compile(r"[A-Za-z0-9_.()\- ]{1,200}")
LONGEST_DETAIL = 300
REASONS = {
    400: "The body did not arrive whole.",
    401: "No API key, or one that is unknown, revoked or expired.",
    403: "The key lacks the scope.",
    404: "There is no such thing, or it is another tenant's.",
    408: "The body stopped arriving.",
    409: "The Idempotency-Key came with another body before, or its first request is under way.",
    413: "Too large.",
    415: "A media type that is not read here.",
    422: "A malformed request; `fields` says where.",
    429: "The key's share is used up; `Retry-After` and `RateLimit` say when there is more.",
    503: "Full, or something behind is not there; `Retry-After` says when to come back.",
}


def install_refusals(app: FastAPI) -> None:
    """On top of the chassis' problems."""
    app.add_exception_handler(TurnedAway, _tell_turned_away)
    app.add_exception_handler(CallRefused, _tell_refused)


def problem_replies(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route's refusals for the API page; every route has those of the door."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {
        status: {"description": REASONS[status], "content": content}
        for status in sorted({401, 403, 422, 429, 503, *statuses})
    }


def known_code(urn: object) -> str:
    """The code in a problem's type; `refused` where it has none of ours."""
    form = CODE.fullmatch(urn) if isinstance(urn, str) else None
    return form[1] if form else "refused"


def known_detail(detail: object) -> str:
    """A short printable line, or none of it."""
    fits = isinstance(detail, str) and len(detail) <= LONGEST_DETAIL and detail.isprintable()
    return str(detail) if fits else "refused"


def _tell_turned_away(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TurnedAway)
    response = service_problem(error)
    response.headers.update(error.headers)
    return response


def _tell_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CallRefused)
    if error.upstream_status not in TOLD_STATUSES:
        return problem(502, "refused-inside", "a service behind this one refused our call")
    found = error.problem
    more: dict[str, object] = {}
    if (name := _plain(found.get("field"))) is not None:
        more["field"] = name
    if isinstance(fields := found.get("fields"), list):
        more["fields"] = [_plain_field(entry) for entry in fields[:20]]
    code, detail = known_code(found.get("type")), known_detail(found.get("detail"))
    return problem(error.upstream_status, code, detail, **more)


def _plain(name: object) -> str | None:
    return name if isinstance(name, str) and NAME.fullmatch(name) else None


def _plain_field(entry: object) -> dict[str, str]:
    known = entry if isinstance(entry, dict) else {}
    name = _plain(known.get("field")) or "(unprintable name)"
    return {"field": name, "problem": known_detail(known.get("problem"))}
