import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ridealong.serving.alone.members import Member, Members
from ridealong.serving.alone.team import Team
from ridealong.serving.alone.wire import Asked, Part, Wire
from ridealong.serving.protocol.asgi import Receive, Scope, Send

LOAD = Asked("POST", "/load", b"")
UNLOAD = Asked("POST", "/unload", b"")


class Worker:
    """An application that notes what it is to perform, in the order in which it does."""

    def __init__(self, status: int = 200) -> None:
        self.performed: list[str] = []
        self.status = status
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.has_performed = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        await self.may_answer.wait()
        self.performed.append(scope["path"])
        self.has_performed.set()
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": body or b"{}"})


@asynccontextmanager
async def connected(number: int, worker: Worker) -> AsyncIterator[tuple[Member, Wire]]:
    """A member and the far end of its wire, with the answers carried over."""
    ours, theirs = socket.socketpair()
    near, far = await Wire.open(ours), await Wire.open(theirs)
    member = Member(number, near)

    async def hear() -> None:
        while message := await near.receive():
            if message.kind == "did":
                member.take(message)

    hearing = asyncio.create_task(hear())
    try:
        yield member, far
    finally:
        await far.close()
        await hearing
        await near.close()


@asynccontextmanager
async def joined(members: Members, number: int, worker: Worker) -> AsyncIterator[Member]:
    async with connected(number, worker) as (member, far):
        team = Team(far)
        joining = asyncio.create_task(members.join(member))
        await team.catch_up(worker)
        await joining
        listening = asyncio.create_task(team.listen(worker, lambda: None))
        try:
            yield member
        finally:
            members.leave(member)
            listening.cancel()


async def test_all_perform_what_all_are_asked() -> None:
    members, one, other = Members(), Worker(), Worker()
    async with joined(members, 0, one), joined(members, 1, other):
        parts = await members.ask(Asked("POST", "/load", b"[1]"))

    assert parts == [Part(0, 200, b"[1]"), Part(1, 200, b"[1]")]
    assert one.performed == other.performed == ["/load"]


async def test_changes_asked_at_once_reach_all_in_one_order() -> None:
    members, one, other = Members(), Worker(), Worker()
    other.may_answer.clear()
    async with joined(members, 0, one), joined(members, 1, other):
        changes = [
            asyncio.create_task(members.change(asked, "mood")) for asked in (LOAD, UNLOAD, LOAD)
        ]
        await asyncio.wait_for(one.has_performed.wait(), 10)
        # Time for the next ones to come, if nothing held them back.
        await asyncio.sleep(0.01)
        assert one.performed == ["/load"]
        other.may_answer.set()
        await asyncio.gather(*changes)

    assert one.performed == other.performed == ["/load", "/unload", "/load"]


async def test_who_joins_later_catches_up_with_the_last_change_of_each_model() -> None:
    members, late = Members(), Worker()
    async with joined(members, 0, Worker()):
        await members.change(LOAD, "mood")
        await members.change(Asked("POST", "/unload-other", b""), "other")
        await members.change(UNLOAD, "mood")
        async with joined(members, 1, late):
            pass

    assert late.performed == ["/unload-other", "/unload"]


async def test_a_change_that_all_refused_is_not_remembered() -> None:
    members, late = Members(), Worker()
    async with joined(members, 0, Worker(status=404)):
        await members.change(LOAD, "nobody")
        async with joined(members, 1, late):
            pass

    assert late.performed == []


async def test_nobody_waits_for_a_worker_that_died() -> None:
    members, one, dying = Members(), Worker(), Worker()
    dying.may_answer.clear()
    async with joined(members, 0, one), joined(members, 1, dying) as member:
        asking = asyncio.create_task(members.ask(LOAD))
        await asyncio.sleep(0.01)
        members.leave(member)
        parts = await asyncio.wait_for(asking, 5)
        dying.may_answer.set()

    assert [part.worker for part in parts] == [0]


async def test_a_worker_that_breaks_over_it_answers_as_broken() -> None:
    members = Members()

    class Broken(Worker):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            raise RuntimeError("broken")

    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: failures.append(said))
    async with joined(members, 0, Broken()):
        parts = await members.ask(LOAD)

    assert [part.status for part in parts] == [500]
