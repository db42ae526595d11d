"""Forgetting a customer: a tombstone first, then everything that it lists, then the announcement.

Each step may be done twice. Whoever dies in the middle is finished by the next request.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from ridealong.chassis.errors import StaleETag
from ridealong.contracts.intake import CustomerForgotten, CustomerReceipt
from ridealong.custody.customers import CustomerRecord, CustomerRecords
from ridealong.custody.errors import CustomerBusy
from ridealong.custody.messages import MessageRecords

TRIES = 12
AT_ONCE = 16


class Forgetter:
    """Makes it as if a customer had never written, as far as custody reaches."""

    def __init__(
        self,
        customers: CustomerRecords,
        messages: MessageRecords,
        announce: Callable[[CustomerForgotten], Awaitable[None]],
    ) -> None:
        self._customers = customers
        self._messages = messages
        self._announce = announce

    async def forget(self, tenant: str, name: str, customer_id: str) -> CustomerReceipt:
        """Delete and tell the others to delete. The second receipt is the first."""
        record = await self._bury(tenant, name, customer_id)
        tombstone = record.forgotten
        assert tombstone is not None
        receipt = CustomerReceipt(
            tenant=tenant, forgotten_at=tombstone.at, message_ids=record.message_ids
        )
        if tombstone.is_finished:
            return receipt
        await self._wipe(tenant, name, record.message_ids, tombstone.at)
        if tombstone.customer_hash is not None:
            await self._announce(
                CustomerForgotten(
                    tenant=tenant,
                    occurred_at=tombstone.at,
                    customer_hash=tombstone.customer_hash,
                    message_ids=record.message_ids,
                )
            )
        await self._finish(tenant, name)
        return receipt

    async def _bury(self, tenant: str, name: str, customer_id: str) -> CustomerRecord:
        for _ in range(TRIES):
            found = await self._customers.find(tenant, name)
            if found.record.forgotten:
                return found.record
            try:
                return await self._customers.bury(
                    tenant, name, found, customer_id=customer_id, now=datetime.now(UTC)
                )
            except StaleETag:
                continue
        raise CustomerBusy("this customer is writing too much to be forgotten right now")

    async def _wipe(
        self, tenant: str, name: str, message_ids: tuple[str, ...], now: datetime
    ) -> None:
        at_once = asyncio.Semaphore(AT_ONCE)

        async def wipe(message_id: str) -> None:
            async with at_once:
                await self._messages.wipe(tenant, message_id, customer=name, now=now)

        await asyncio.gather(*map(wipe, message_ids))

    async def _finish(self, tenant: str, name: str) -> None:
        found = await self._customers.find(tenant, name)
        if found.record.forgotten and not found.record.forgotten.is_finished:
            try:
                await self._customers.finish(tenant, name, found)
            except StaleETag:
                # Somebody else forgets the same customer and has just finished.
                return
