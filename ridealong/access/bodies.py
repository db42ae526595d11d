"""Bodies of a public API, read by hand: in pieces, with patience, of a type that is known."""

import asyncio
import base64
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from ridealong.access.errors import BodyTooSlow, CallerGone, MediaTypeUnknown
from ridealong.contracts.gateway import NewMessage


async def body_pieces(request: Request, patience_s: float) -> AsyncIterator[bytes]:
    """The body as it arrives, as long as it goes on arriving."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(patience_s):
                piece = await anext(stream, None)
        except ClientDisconnect as error:
            raise CallerGone("the body did not arrive whole") from error
        except TimeoutError as error:
            raise BodyTooSlow("the body stopped arriving") from error
        if piece is None:
            return
        yield piece


def media_type(request: Request) -> str:
    """Without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def prefers_async(prefer: list[str] | None) -> bool:
    """RFC 7240: preferences, separated by commas, may have values and parameters."""
    tokens = ",".join(prefer or ()).split(",")
    return any(token.partition(";")[0].strip().lower() == "respond-async" for token in tokens)


def read_message(kind: str, body: bytes) -> NewMessage:
    """A JSON object, or a whole mail as it is."""
    if kind == "message/rfc822":
        return NewMessage(channel="email", mail=base64.b64encode(body).decode())
    if kind != "application/json":
        raise MediaTypeUnknown("send application/json or message/rfc822 as Content-Type")
    try:
        return NewMessage.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False)) from error
