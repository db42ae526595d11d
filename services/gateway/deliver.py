"""One message: accepted by `intake`, then answered while the caller waits, or queued."""

import logging
from dataclasses import dataclass

from ridealong.access.repeats import Outcome, Repeats, bare, digest_of
from ridealong.batches.handover import MAX_CALL_BYTES, as_accept_message
from ridealong.chassis.calls import ask, read_problem, read_reply
from ridealong.chassis.errors import BodyTooLarge, CallFailed, CallRefused
from ridealong.chassis.sidecar import Sidecar
from ridealong.contracts.aggregation import AnswerMessage
from ridealong.contracts.contract import Route
from ridealong.contracts.gateway import Forget, NewMessage
from ridealong.contracts.intake import CustomerReceipt, ForgetCustomer, MessageAccepted
from services.gateway.errors import NeitherAnsweredNorQueued

ANSWER_FIELDS = set(AnswerMessage.model_fields)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivery:
    """What became of a message: 200 with the answer as `aggregation` wrote it, or 202.

    `answer` is None after a 200 too where the outcome is only remembered.
    """

    status: int
    message_id: str
    answer: bytes | None = None
    is_replay: bool = False


class MessageDesk:
    """Sends messages on their way. Once `intake` has one, it is answered, queued, or sent again."""

    def __init__(
        self, sidecar: Sidecar, repeats: Repeats, *, live_timeout_s: float, lease_s: float
    ) -> None:
        self._sidecar = sidecar
        self._repeats = repeats
        self._live_timeout_s = live_timeout_s
        self._lease_s = lease_s

    async def send(
        self,
        tenant: str,
        message: NewMessage,
        route: Route,
        idempotency_key: str | None,
        body: bytes,
    ) -> Delivery:
        """Have it answered once, however often it is sent with the same Idempotency-Key."""
        if idempotency_key is None:
            return await self._send(tenant, message, route, None)
        digest = digest_of(body)
        async with self._repeats.turn(
            tenant, "messages", idempotency_key, lease_s=self._lease_s, digest=digest
        ) as turn:
            if turn.earlier:
                return Delivery(turn.earlier.status, turn.earlier.about, is_replay=True)
            # Of key and body: a crash before the outcome is kept cannot make two messages of it.
            own_key = f"messages/{bare(idempotency_key)}/{digest[:16]}"
            delivery = await self._send(tenant, message, route, own_key)
            turn.outcome = Outcome(status=delivery.status, about=delivery.message_id)
        return delivery

    async def forget(self, tenant: str, customer: Forget) -> CustomerReceipt:
        """Have `intake` forget a customer."""
        request = ForgetCustomer(tenant=tenant, customer_id=customer.customer_id)
        return await ask(self._sidecar, "intake", "/customers/forget", request, CustomerReceipt)

    async def _send(
        self, tenant: str, message: NewMessage, route: Route, idempotency_key: str | None
    ) -> Delivery:
        accepted = await self._accept(tenant, message, route, idempotency_key)
        if route is Route.LIVE:
            return await self._answer_now(tenant, accepted)
        return Delivery(202, accepted.message_id)

    async def _answer_now(self, tenant: str, accepted: MessageAccepted) -> Delivery:
        """What cannot be answered now is queued."""
        try:
            reply = await self._sidecar.call(
                "aggregation",
                "/answers",
                accepted.model_dump_json(include=ANSWER_FIELDS).encode(),
                timeout_s=self._live_timeout_s,
            )
            if reply.status == 200:
                return Delivery(200, accepted.message_id, reply.body)
            cause = f"aggregation answered {reply.status}"
        except CallFailed as error:
            cause = str(error)
        logger.warning(
            "live message queued", extra={"message_id": accepted.message_id, "cause": cause}
        )
        await self._queue(tenant, accepted.message_id)
        return Delivery(202, accepted.message_id)

    async def _accept(
        self, tenant: str, message: NewMessage, route: Route, idempotency_key: str | None
    ) -> MessageAccepted:
        body = as_accept_message(tenant, message, route, idempotency_key)
        if len(body) > MAX_CALL_BYTES:
            raise BodyTooLarge("this message, its mail in base64, is over 4 MiB")
        reply = await self._sidecar.call("intake", "/messages", body)
        if reply.status == 409:
            # Elsewhere time heals it; here the same external id came with another text.
            raise CallRefused("intake", 409, read_problem(reply.body))
        return read_reply("intake", reply, MessageAccepted)

    async def _queue(self, tenant: str, message_id: str) -> None:
        path = f"/messages/{message_id}/queue?tenant={tenant}"
        try:
            status = (await self._sidecar.call("intake", path)).status
        except CallFailed:
            status = 503
        if status >= 300:
            raise NeitherAnsweredNorQueued(
                "kept, but neither answered nor queued: send it again with the same external_id or"
                " Idempotency-Key; it will not be doubled"
            )
