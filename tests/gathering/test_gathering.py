import asyncio
import json
from typing import Any

import pytest

from ridealong.chassis.errors import CallFailed, CallRefused, ServiceError
from ridealong.chassis.sidecar import HttpReply
from ridealong.contracts.contract import Reply, Request
from ridealong.gathering.asking import alone, together
from ridealong.gathering.callees import answer_each
from ridealong.gathering.callers import MOST_BYTES, MOST_TOGETHER, GatheredCalls
from ridealong.gathering.envelopes import Item, Outcomes


class Double(Request):
    number: int
    padding: str = ""


class Doubled(Reply):
    number: int


class NotThree(ServiceError):
    """Three is refused."""

    status = 422


class Busy(ServiceError):
    """Time may heal it."""

    status = 503
    retry_after_s = 7


async def double(request: Double) -> Doubled:
    if request.number == 3:
        raise NotThree("three is refused")
    if request.number == 4:
        raise Busy("later")
    if request.number == 5:
        raise ZeroDivisionError("a customer's own words")
    return Doubled(number=2 * request.number)


class Desk:
    """A sidecar behind which one service doubles numbers, as slowly as we let it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.takes_batches = True
        self.garbage: bytes | None = None

    async def call(self, app_id: str, path: str, body: bytes | None = None, **_: Any) -> HttpReply:
        assert app_id == "doubler"
        assert body is not None
        document = json.loads(body)
        self.calls.append((path, len(document) if isinstance(document, list) else 1))
        await self.gate.wait()
        if path == "/double":
            return await self._alone(document)
        if not self.takes_batches:
            return HttpReply(404, b"{}")
        if self.garbage is not None:
            return HttpReply(200, self.garbage)
        items = [Item[Double].model_validate(item) for item in document]
        return HttpReply(200, (await answer_each(items, double)).model_dump_json().encode())

    async def _alone(self, document: Any) -> HttpReply:
        outcome = (await answer_each([Item[Double](request=document)], double)).outcomes[0]
        return outcome.as_reply()


async def ask_all(calls: GatheredCalls, numbers: list[int]) -> list[Any]:
    return await asyncio.gather(
        *(calls.ask(Double(number=number), Doubled) for number in numbers), return_exceptions=True
    )


def gathered(desk: Desk, **options: int) -> GatheredCalls:
    return GatheredCalls(desk, "doubler", "/double", **options)  # type: ignore[arg-type]


async def test_one_request_goes_out_at_once_and_alone() -> None:
    desk = Desk()

    assert await ask_all(gathered(desk), [1]) == [Doubled(number=2)]
    assert desk.calls == [("/double", 1)]


async def test_what_comes_while_a_call_is_under_way_goes_out_together() -> None:
    desk = Desk()

    replies = await ask_all(gathered(desk, at_once=1), list(range(10, 20)))

    assert replies == [Doubled(number=2 * number) for number in range(10, 20)]
    assert desk.calls == [("/double", 1), ("/double/batch", 9)]


async def test_a_batch_has_an_end() -> None:
    desk = Desk()

    await ask_all(gathered(desk, at_once=1), [9] * (2 * MOST_TOGETHER + 2))

    assert [size for _, size in desk.calls] == [1, MOST_TOGETHER, MOST_TOGETHER, 1]


async def test_large_requests_do_not_travel_in_one_body() -> None:
    desk, padding = Desk(), "x" * (MOST_BYTES // 2)
    calls = gathered(desk, at_once=1)

    await asyncio.gather(*(calls.ask(Double(number=1, padding=padding), Doubled) for _ in range(4)))

    assert max(size for _, size in desk.calls) == 1


async def test_each_is_refused_by_itself() -> None:
    replies = await ask_all(gathered(Desk(), at_once=1), [1, 2, 3, 4, 5, 6])

    assert replies[:2] == [Doubled(number=2), Doubled(number=4)]
    assert isinstance(replies[2], CallRefused)
    assert replies[2].upstream_status == 422
    assert isinstance(replies[3], CallFailed)
    assert replies[3].retry_after_s == 7
    assert isinstance(replies[4], CallFailed)
    assert replies[5] == Doubled(number=12)


@pytest.mark.parametrize("garbage", [b"", b"[]", b"{}", b'{"outcomes":[]}', b"\xff"])
async def test_an_answer_of_no_use_makes_each_ask_alone(garbage: bytes) -> None:
    desk = Desk()
    desk.garbage = garbage

    replies = await ask_all(gathered(desk, at_once=1), [1, 2, 6])

    assert replies == [Doubled(number=2), Doubled(number=4), Doubled(number=12)]
    assert desk.calls == [("/double", 1), ("/double/batch", 2), ("/double", 1), ("/double", 1)]


async def test_a_service_of_an_older_version_is_asked_one_by_one() -> None:
    desk = Desk()
    desk.takes_batches = False

    replies = await ask_all(gathered(desk, at_once=1), [1, 2, 3])

    assert replies[:2] == [Doubled(number=2), Doubled(number=4)]
    assert isinstance(replies[2], CallRefused)


async def test_whoever_has_left_is_not_asked_for() -> None:
    desk = Desk()
    desk.gate.clear()
    calls = gathered(desk, at_once=1)
    first, second, third = (
        asyncio.create_task(calls.ask(Double(number=number), Doubled)) for number in (1, 2, 6)
    )
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    desk.gate.set()

    assert (await first, await third) == (Doubled(number=2), Doubled(number=12))
    assert desk.calls == [("/double", 1), ("/double", 1)]


async def test_a_dead_service_is_a_failure_for_each() -> None:
    class Dead(Desk):
        async def call(self, *_: Any, **__: Any) -> HttpReply:
            raise CallFailed("doubler did not answer")

    replies = await ask_all(gathered(Dead()), [1, 2, 3, 4])

    assert [type(reply) for reply in replies] == [CallFailed] * 4


async def test_services_and_paths_are_gathered_apart() -> None:
    desk = Desk()
    by_one, with_others = alone(desk), together(desk)  # type: ignore[arg-type]

    for ask in (by_one, with_others):
        desk.calls.clear()
        requests = [ask("doubler", "/double", Double(number=1), Doubled) for _ in range(6)]
        await asyncio.gather(*requests)
        assert sum(size for _, size in desk.calls) == 6
        assert (len(desk.calls) == 6) is (ask is by_one)


def test_nothing_a_caller_sent_is_in_an_answer_to_a_bug(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> Outcomes:
        return await answer_each([Item[Double](request=Double(number=5))], double)

    outcome = asyncio.run(run()).outcomes[0]

    assert outcome.status == 500
    assert "own words" not in outcome.body + caplog.text
    assert "ZeroDivisionError" in str(caplog.records[0].__dict__["error"])
