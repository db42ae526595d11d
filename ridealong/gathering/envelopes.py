"""What travels: requests with their traces, and for each of them a status and a body."""

from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from ridealong.chassis.sidecar import HttpReply
from ridealong.contracts.contract import Contract

BATCH_SUFFIX: Final = "/batch"
RETRY_AFTER: Final = "retry-after"

RequestT = TypeVar("RequestT", bound=Contract)


class Item(BaseModel, Generic[RequestT]):
    """One request, and the W3C `traceparent` under which it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    request: RequestT
    traceparent: str | None = None


class Outcome(BaseModel):
    """What the service would have answered to the request alone; the body is JSON in a string."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    status: int
    body: str
    retry_after: str | None = None

    def as_reply(self) -> HttpReply:
        """As if it had come by itself."""
        headers = {} if self.retry_after is None else {RETRY_AFTER: self.retry_after}
        return HttpReply(self.status, self.body.encode(), headers)


class Outcomes(BaseModel):
    """One for each request, in their order."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    outcomes: tuple[Outcome, ...]


def write_items(requests: Iterable[tuple[bytes, str | None]]) -> bytes:
    """A list of items out of requests that are JSON already."""
    items = (
        b'{"request":%b,"traceparent":%b}' % (body, to_json(traceparent))
        for body, traceparent in requests
    )
    return b"[" + b",".join(items) + b"]"
