"""Accepting a message: read, named, entered under its customer, counted, kept, announced.

In this order.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ridealong.contracts.contract import Channel, Route, shared_fields
from ridealong.contracts.intake import AcceptMessage, MessageAccepted, MessageReceived
from ridealong.custody import naming
from ridealong.custody.conversations import Conversations
from ridealong.custody.messages import MessageRecord, MessageRecords
from ridealong.custody.register import Register
from services.intake.content import Content, content_of

# Reading this much on the loop takes 0.2 ms; more goes to a thread.
READ_ON_LOOP_BYTES = 8_000


@dataclass(frozen=True)
class Reception:
    """Where messages are accepted. A repeat of any step is harmless."""

    naming: naming.Naming
    register: Register
    messages: MessageRecords
    conversations: Conversations
    publish: Callable[[MessageReceived], Awaitable[None]]
    max_text_chars: int

    async def accept(self, request: AcceptMessage) -> MessageAccepted:
        """Keep a message once and announce it at least once."""
        content = await self._read(request)
        record = await self._counted(request, content, await self._record(request, content))
        is_duplicate = not await self.messages.create(record)
        route = request.route
        if is_duplicate:
            record = await self.messages.find_first(record)
            # Whoever asks for the queue gets it; whoever was queued stays there.
            route = Route.QUEUED if Route.QUEUED in (route, record.route) else Route.LIVE
        if not (is_duplicate and await self._is_announced(record, route)):
            await self._announce(record, route)
        fields = shared_fields(record, MessageAccepted) | {"is_duplicate": is_duplicate}
        return MessageAccepted.model_validate(fields)

    async def queue(self, tenant: str, message_id: str) -> None:
        """Announce as queued what was accepted live and could not be answered live."""
        record = await self.messages.read(tenant, message_id)
        if not await self._is_announced(record, Route.QUEUED):
            await self._announce(record, Route.QUEUED)

    async def _read(self, request: AcceptMessage) -> Content:
        if request.mail is None or len(request.mail) <= READ_ON_LOOP_BYTES:
            return content_of(request, self.max_text_chars)
        return await asyncio.to_thread(content_of, request, self.max_text_chars)

    async def _record(self, request: AcceptMessage, content: Content) -> MessageRecord:
        tenant = request.tenant
        bits = self.naming.bits_of(tenant, content.named_by, content.name)
        message_id = naming.message_id(bits, time.time_ns() // 1_000_000)
        customer, customer_hash = None, None
        if content.customer_id:
            customer = self.naming.customer(tenant, content.customer_id)
            entry = await self.register.enter(tenant, customer, message_id)
            message_id = entry.message_id
            customer_hash = naming.customer_hash(entry.pseudonym_key, content.customer_id)
        conversation_id = self._conversation_of(request, content, message_id)
        return MessageRecord(
            tenant=tenant,
            message_id=message_id,
            conversation_id=conversation_id,
            customer=customer,
            customer_hash=customer_hash or self.naming.stranger(tenant, conversation_id),
            channel=Channel.EMAIL if request.mail is not None else request.channel,
            route=request.route,
            subject=content.subject,
            text=content.text,
            attachments=content.attachments,
            received_at=naming.received_at(message_id),
        )

    async def _counted(
        self, request: AcceptMessage, content: Content, record: MessageRecord
    ) -> MessageRecord:
        """With the messages before it, where there may be any: asking costs two operations."""
        if request.conversation_id and record.has_named_conversation:
            opener = naming.opener_of(request.conversation_id)
        elif content.thread and not (request.conversation_id or content.is_first):
            opener = self.naming.key_of_mail(request.tenant, content.thread)
        else:
            return record
        earlier = await self.conversations.count_earlier(record, opener=opener)
        return record.model_copy(update={"earlier_messages": earlier})

    def _conversation_of(self, request: AcceptMessage, content: Content, message_id: str) -> str:
        if request.conversation_id:
            return request.conversation_id
        if content.thread:
            return self.naming.thread(request.tenant, content.customer_id or "", content.thread)
        return naming.fresh_conversation(message_id)

    async def _is_announced(self, record: MessageRecord, route: Route) -> bool:
        return await self.messages.is_announced(record.tenant, record.message_id, route)

    async def _announce(self, record: MessageRecord, route: Route) -> None:
        fields = shared_fields(record, MessageReceived)
        fields |= {"route": route, "occurred_at": record.received_at}
        await self.publish(MessageReceived.model_validate(fields))
        # After the reply: if the mark is lost, a repeat announces again under the same event id.
        self.messages.mark_announced(record.tenant, record.message_id, route)
