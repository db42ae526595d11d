"""The routes of a tenant's own intents, which the gateway mounts beside its own."""

import csv
import io
from typing import Annotated, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from ridealong.access.bodies import body_pieces, media_type
from ridealong.access.door import Teacher
from ridealong.access.errors import CsvUnreadable, MediaTypeUnknown
from ridealong.access.refusals import problem_replies
from ridealong.chassis.calls import fetch, read_reply
from ridealong.chassis.errors import BodyTooLarge
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.own_intents import NewExamples, OwnIntents, Taught, TeachIntents

PATH = "/v1/intents"
NLP = "nlp"
# Of one call between services, with room for its envelope.
MOST_CALL_BYTES = 4_000_000
COLUMNS = ["text", "label"]
EXAMPLE = {
    "examples": [
        {"text": "Can I bring my dog into the cabin?", "label": "pets_on_board"},
        {"text": "How much luggage may I take with me?", "label": "luggage"},
    ]
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": NewExamples.model_json_schema(), "example": EXAMPLE},
            "text/csv": {
                "schema": {"type": "string"},
                "example": "text,label\nCan I bring my dog into the cabin?,pets_on_board\n",
            },
        },
    }
}
intent_router = APIRouter(tags=["intents"])


class IntentTeacher:
    """Speaks with `nlp` for a tenant."""

    def __init__(self, sidecar: Sidecar, *, timeout_s: float) -> None:
        self._sidecar = sidecar
        self._timeout_s = timeout_s

    async def teach(self, tenant: str, examples: NewExamples) -> Taught:
        """Raises `CallRefused` with the problem of `nlp`, which names rows and no text."""
        wish = TeachIntents(tenant=tenant, **dict(examples))
        body = wish.model_dump_json().encode()
        if len(body) > MOST_CALL_BYTES:
            raise BodyTooLarge("these examples are over 4 MB: send them in several requests")
        reply = await self._sidecar.call(NLP, "/intents", body, timeout_s=self._timeout_s)
        return read_reply(NLP, reply, Taught)

    async def show(self, tenant: str) -> OwnIntents:
        """What is kept."""
        return await fetch(self._sidecar, NLP, f"/intents?tenant={tenant}", OwnIntents)

    async def remove(self, tenant: str, label: str) -> OwnIntents:
        """Raises `CallRefused` where there is no such intent."""
        path = f"/intents/{quote(label, safe='')}?tenant={tenant}"
        reply = await self._sidecar.call(NLP, path, method="DELETE", timeout_s=self._timeout_s)
        return read_reply(NLP, reply, OwnIntents)


class TeachesIntents(Protocol):
    """What the deps of a service with these routes have."""

    @property
    def intents(self) -> IntentTeacher:
        """Speaks with `nlp`."""

    @property
    def patience_s(self) -> float:
        """For the next piece of a body."""


async def _deps(request: Request) -> TeachesIntents:
    deps: TeachesIntents = request.app.state.deps
    return deps


InjectedDeps = Annotated[TeachesIntents, Depends(_deps)]


@intent_router.post(PATH, responses=problem_replies(400, 408, 409, 413, 415), openapi_extra=BODY)
async def teach_intents(
    request: Request,
    caller: Teacher,
    deps: InjectedDeps,
    *,
    replace: bool = False,
    force: bool = False,
) -> Taught:
    """Teach intents of your own by examples: five of each are enough to begin with.

    The reply has the figures of the head that was fitted on them, by cross-validation, and says
    whether it answers messages from now on. Personal data in examples is masked before they are
    kept. `replace` and `force` may stand in the JSON or, for CSV, in the query.
    """
    kind = media_type(request)
    body = b"".join([piece async for piece in body_pieces(request, deps.patience_s)])
    examples = read_examples(kind, body)
    wanted = {"replace": examples.replace or replace, "force": examples.force or force}
    return await deps.intents.teach(caller.tenant, examples.model_copy(update=wanted))


@intent_router.get(PATH, responses=problem_replies())
async def show_intents(caller: Teacher, deps: InjectedDeps) -> OwnIntents:
    """Your own intents, how well each is known, and which head answers."""
    return await deps.intents.show(caller.tenant)


@intent_router.delete(f"{PATH}/{{label}}", responses=problem_replies(404))
async def remove_intent(label: str, caller: Teacher, deps: InjectedDeps) -> OwnIntents:
    """Unlearn an intent; the head is fitted anew without it."""
    return await deps.intents.remove(caller.tenant, label)


def read_examples(kind: str, body: bytes) -> NewExamples:
    """JSON, or CSV with a head line."""
    if kind not in ("application/json", "text/csv"):
        raise MediaTypeUnknown("send application/json or text/csv as Content-Type")
    try:
        if kind == "application/json":
            return NewExamples.model_validate_json(body)
        return NewExamples.model_validate({"examples": read_csv(body)})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False)) from error


def read_csv(body: bytes) -> list[dict[str, str]]:
    """The rows by column; `examples.0` of a refusal is the first row below the head line."""
    try:
        lines = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        head, *rows = [line for line in lines if line] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CsvUnreadable("this is no CSV in UTF-8") from error
    if sorted(head) != sorted(COLUMNS):
        raise CsvUnreadable("the head line must name the columns text and label, and no others")
    wrong = [number for number, row in enumerate(rows, start=1) if len(row) != len(head)]
    if wrong:
        told = ", ".join(map(str, wrong[:10]))
        raise CsvUnreadable(f"rows with another number of columns than two: {told}")
    return [dict(zip(head, row, strict=True)) for row in rows]
