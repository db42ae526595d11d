"""The workers that serve, and what all of them were told: one order of changes for all."""

import asyncio
import logging
from itertools import count

from ridealong.serving.alone.merging import FIRST_REFUSAL
from ridealong.serving.alone.wire import Asked, Message, Part, Wire

logger = logging.getLogger(__name__)


class Member:
    """A worker as the supervisor reaches it."""

    def __init__(self, number: int, wire: Wire) -> None:
        self.number = number
        self._wire = wire
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Part | None]] = {}
        self._is_gone = False

    def tell(self, kind: str, body: bytes = b"", **fields: object) -> None:
        """A message that needs no answer."""
        self._wire.send(kind, body, **fields)

    async def perform(self, asked: Asked) -> Part | None:
        """Its answer, or None where it died over it."""
        if self._is_gone:
            return None
        number = next(self._numbers)
        answer: asyncio.Future[Part | None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._wire.send("do", asked.body, number=number, method=asked.method, path=asked.path)
        return await answer

    def take(self, message: Message) -> None:
        """An answer came in."""
        fields = message.fields
        part = Part(self.number, fields["status"], message.body, fields["retry_after"])
        self._waiting.pop(message.number).set_result(part)

    def leave(self) -> None:
        """It died: nobody waits for it any longer."""
        self._is_gone = True
        for answer in self._waiting.values():
            answer.set_result(None)
        self._waiting.clear()


class Members:
    """Asks all at once. Changes go one after the other, so that no two workers see another order;
    who joins performs those of before it first, so that it serves what the others serve.
    """

    def __init__(self) -> None:
        self._members: dict[int, Member] = {}
        self._changes: dict[str, Asked] = {}
        self._changing = asyncio.Lock()

    async def join(self, member: Member) -> None:
        """Let a worker that has loaded its models catch up, then serve."""
        async with self._changing:
            for asked in self._changes.values():
                part = await member.perform(asked)
                if part is not None and part.status >= FIRST_REFUSAL:
                    logger.warning(
                        "a worker could not catch up",
                        extra={"worker": member.number, "status": part.status},
                    )
            self._members[member.number] = member
            member.tell("serve")

    def leave(self, member: Member) -> None:
        """A worker is gone."""
        member.leave()
        if self._members.get(member.number) is member:
            del self._members[member.number]

    async def ask(self, asked: Asked) -> list[Part]:
        """Every worker's answer, without those that died over it."""
        members = [self._members[number] for number in sorted(self._members)]
        parts = await asyncio.gather(*(member.perform(asked) for member in members))
        return [part for part in parts if part is not None]

    async def change(self, asked: Asked, subject: str) -> list[Part]:
        """As `ask`, and remembered for workers to come: the last change of each subject."""
        async with self._changing:
            parts = await self.ask(asked)
            if any(part.status < FIRST_REFUSAL for part in parts):
                self._changes.pop(subject, None)
                self._changes[subject] = asked
            return parts
