"""What the API page says beyond types: bodies read by hand, refusals, examples."""

from ridealong.access.refusals import problem_replies
from ridealong.contracts.aggregation import Answer
from ridealong.contracts.gateway import MessageQueued, NewMessage

DESCRIPTION = """A customer's message goes in; an understood and answered case comes out.

Every request names an API key (`ridealong keys create`) and every refusal is `problem+json`
(RFC 9457) that names fields and never echoes a value. A 503 or 429 says when to come back in
`Retry-After`. Sending a message again is safe with the same `external_id` or `Idempotency-Key`:
it is accepted once.
"""
LIVE = {"text": "Where is my order 12345? I have been waiting for two weeks!", "channel": "chat"}
MAIL = "From: Ada <ada@example.org>\\nSubject: Refund\\n\\nPlease refund order 12345."
MESSAGE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": NewMessage.model_json_schema(), "example": LIVE},
            "message/rfc822": {"schema": {"type": "string", "format": "binary"}, "example": MAIL},
        },
    }
}
MESSAGE_REPLIES = {
    **problem_replies(400, 408, 409, 413, 415),
    200: {"description": "Answered.", "model": Answer},
    202: {"description": "Accepted; `Location` tells how far it is.", "model": MessageQueued},
}
STREAM_REPLIES = {
    **problem_replies(404),
    200: {
        "description": "`event: step`, its number as `id`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    204: {"description": "Every step was seen: do not connect again."},
}
