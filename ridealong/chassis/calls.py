"""Typed calls between services: a contract out, a contract back, or a named failure."""

import json
from typing import TypeVar

from pydantic import ValidationError

from ridealong.chassis.errors import CallFailed, CallRefused
from ridealong.chassis.sidecar import HttpReply, Sidecar
from ridealong.contracts.contract import Contract

ReplyT = TypeVar("ReplyT", bound=Contract)
# A caller's share is used up (429), the server is full (503), a replica leaves (502): it passes.
HEALING = frozenset({408, 409, 425, 429})
LONGEST_PAUSE_S = 60


async def ask(
    sidecar: Sidecar,
    app_id: str,
    path: str,
    request: Contract,
    reply: type[ReplyT],
    *,
    timeout_s: float | None = None,
) -> ReplyT:
    """POST a request to another service.

    Raises `CallFailed` (may heal) or `CallRefused` (never will).
    """
    body = request.model_dump_json().encode()
    return read_reply(app_id, await sidecar.call(app_id, path, body, timeout_s=timeout_s), reply)


async def fetch(sidecar: Sidecar, app_id: str, path: str, reply: type[ReplyT]) -> ReplyT:
    """GET something from another service, with the same failures as `ask`."""
    return read_reply(app_id, await sidecar.call(app_id, path, method="GET"), reply)


def read_reply(app_id: str, answer: HttpReply, reply: type[ReplyT]) -> ReplyT:
    """A reply of the promised shape, or the failure that its status names."""
    if answer.status < 300:
        try:
            return reply.model_validate_json(answer.body)
        except ValidationError as error:
            raise CallFailed(f"{app_id} answered in a shape we do not know") from error
    if answer.status >= 500 or answer.status in HEALING:
        failed = CallFailed(f"{app_id} answered {answer.status}")
        failed.retry_after_s = pause_asked(answer) or failed.retry_after_s
        raise failed
    raise CallRefused(app_id, answer.status, read_problem(answer.body))


def pause_asked(answer: HttpReply) -> float | None:
    """The seconds of `Retry-After`, within reason; None where there are none, or a date."""
    for name, value in answer.headers.items():
        if name.lower() == "retry-after" and value.isascii() and value.isdecimal():
            return min(float(value[:9]), LONGEST_PAUSE_S)
    return None


def read_problem(body: bytes) -> dict[str, object]:
    """The problem document in a body, or an empty one."""
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
