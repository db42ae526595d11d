"""A caller's message as `intake` takes it, one or many at once."""

from pydantic_core import to_json

from ridealong.contracts.contract import Route
from ridealong.contracts.gateway import NewMessage

# What a sidecar takes (4 MiB), less room for what stands around a message.
MAX_CALL_BYTES = 4 * 1024 * 1024 - 4096


def as_accept_message(
    tenant: str, message: NewMessage, route: Route, idempotency_key: str | None
) -> bytes:
    """`intake`'s `AcceptMessage` as JSON. Not built as one here: a mail would be decoded twice."""
    known = message.model_dump(exclude_none=True)
    if idempotency_key is not None:
        known["idempotency_key"] = idempotency_key
    return to_json({"tenant": tenant, "route": route, **known})
