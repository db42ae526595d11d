import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ridealong.chassis.errors import CallFailed
from ridealong.chassis.sidecar import HttpReply
from ridealong.chassis.subscriptions import DeadLetter, event_route
from ridealong.contracts.analytics import AskDeadLetters, LetterStatus
from ridealong.lake.buffer import Buffer
from ridealong.lake.events import JOURNAL
from ridealong.lake.lake import Lake
from ridealong.lake.table import LakeUnavailable
from services.analytics.dead_letters import DeadLetterNotFound, DeadLetterOffice, read_outcome
from tests.fakes import FakeSidecar, cloud_event
from tests.lake.facts import forgotten, received, tombstone

ROUTE = "/events/messages.received.v1"


class Desk:
    """An office with everything it stands on."""

    def __init__(self, lake: Lake, buffer: Buffer) -> None:
        self.lake = lake
        self.buffer = buffer
        self.sidecar = FakeSidecar()
        self.office = DeadLetterOffice(lake, buffer, self.sidecar, event_route)

    async def letters(self, **asked: Any) -> list[tuple[str, LetterStatus, int]]:
        found = await self.office.find(AskDeadLetters(**asked))
        return [(letter.event_id, letter.status, letter.count) for letter in found]

    async def only_id(self) -> str:
        (letter,) = await self.office.find(AskDeadLetters())
        return letter.letter_id


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    lake = Lake(str(tmp_path), (JOURNAL,))
    async with Buffer(lake, every_s=0.01, most_rows=100) as buffer:
        yield Desk(lake, buffer)


def letter(number: int = 1, app_id: str = "aggregation", **changes: Any) -> DeadLetter:
    event = received(number)
    return DeadLetter(event.topic, app_id, event.event_id, cloud_event(event, **changes))


async def test_a_dead_letter_waits(desk: Desk) -> None:
    await desk.office.keep(letter())

    assert await desk.letters() == [(received().event_id, LetterStatus.WAITING, 1)]
    assert await desk.office.count_waiting() == 1


async def test_the_same_event_of_the_same_subscriber_is_one_letter_with_a_count(desk: Desk) -> None:
    for _ in range(3):
        await desk.office.keep(letter())

    assert await desk.letters() == [(received().event_id, LetterStatus.WAITING, 3)]


async def test_the_same_event_of_another_subscriber_is_another_letter(desk: Desk) -> None:
    await desk.office.keep(letter(app_id="aggregation"))
    await desk.office.keep(letter(app_id="analytics"))

    assert len(await desk.letters()) == 2
    assert len(await desk.letters(app_id="analytics")) == 1


async def test_letters_survive_a_restart(desk: Desk, tmp_path: Path) -> None:
    await desk.office.keep(letter())

    restarted = Lake(str(tmp_path), (JOURNAL,))
    found = await DeadLetterOffice(restarted, desk.buffer, desk.sidecar, event_route).find(
        AskDeadLetters()
    )

    assert [entry.event_id for entry in found] == [received().event_id]


async def test_a_letter_is_resent_to_the_subscriber_that_failed_as_it_was_published(
    desk: Desk,
) -> None:
    desk.sidecar.answer("aggregation", ROUTE, {"status": "SUCCESS"})
    await desk.office.keep(letter())

    resent, outcome = await desk.office.resend(await desk.only_id())

    ((app_id, method, path, body),) = desk.sidecar.calls
    assert (app_id, method, path) == ("aggregation", "POST", ROUTE)
    assert json.loads(body) == cloud_event(received())
    assert (resent.status, resent.last_resend, outcome) == (
        LetterStatus.RESENT,
        "SUCCESS",
        "SUCCESS",
    )
    assert await desk.office.count_waiting() == 0


@pytest.mark.parametrize("said", ["RETRY", "DROP"])
async def test_a_letter_that_is_not_taken_still_waits_for_somebody(desk: Desk, said: str) -> None:
    desk.sidecar.answer("aggregation", ROUTE, {"status": said})
    await desk.office.keep(letter())

    resent, outcome = await desk.office.resend(await desk.only_id())

    assert (resent.status, outcome) == (LetterStatus.RESENT_FAILED, said)
    assert await desk.office.count_waiting() == 1


async def test_a_subscriber_that_is_away_leaves_the_letter_to_be_sent_again(desk: Desk) -> None:
    await desk.office.keep(letter())
    resent, outcome = await desk.office.resend(await desk.only_id())
    desk.sidecar.answer("aggregation", ROUTE, {"status": "SUCCESS"})
    again, _ = await desk.office.resend(await desk.only_id())

    assert (resent.status, outcome) == (LetterStatus.RESENT_FAILED, "no answer")
    assert (again.status, again.count) == (LetterStatus.RESENT, 1)


async def test_a_letter_that_comes_back_after_it_was_resent_waits_again(desk: Desk) -> None:
    desk.sidecar.answer("aggregation", ROUTE, {"status": "SUCCESS"})
    await desk.office.keep(letter())
    await desk.office.resend(await desk.only_id())

    await desk.office.keep(letter())

    assert await desk.letters() == [(received().event_id, LetterStatus.WAITING, 2)]


async def test_a_resend_that_could_not_be_noted_leaves_the_letter_waiting(desk: Desk) -> None:
    desk.sidecar.answer("aggregation", ROUTE, {"status": "SUCCESS"})
    await desk.office.keep(letter())
    closed = Buffer(desk.lake, every_s=0.01, most_rows=1)
    async with closed:
        pass

    with pytest.raises(LakeUnavailable):
        await DeadLetterOffice(desk.lake, closed, desk.sidecar, event_route).resend(
            await desk.only_id()
        )

    assert await desk.office.count_waiting() == 1


@pytest.mark.parametrize(
    "reply",
    [
        HttpReply(200, b""),
        HttpReply(200, b'{"statuses": []}'),
        HttpReply(200, b'["SUCCESS"]'),
        HttpReply(200, b'{"status": ["SUCCESS"]}'),
        HttpReply(200, b"\xff"),
        HttpReply(500, b'{"status": "SUCCESS"}'),
        HttpReply(404, b"not here"),
    ],
)
def test_only_a_said_success_is_one(reply: HttpReply) -> None:
    assert read_outcome(reply) == f"status {reply.status} without an outcome"


async def test_an_unknown_letter_is_not_found(desk: Desk) -> None:
    for ask in (desk.office.open, desk.office.resend):
        with pytest.raises(DeadLetterNotFound):
            await ask("' OR 1=1 --")

    assert desk.sidecar.calls == []


@pytest.mark.parametrize(
    "envelope",
    [
        {},
        {"id": "x", "data": None},
        {"id": "half \ud83d", "data": {"tenant": "\udfff", "customer_hash": ["a"]}},
        {"id": "x" * 5000, "data": {"tenant": 7, "customer_hash": "y" * 5000}},
        {"id": "x", "data": ["a list"]},
        {"id": "x", "data_base64": "AAAA"},
    ],
)
async def test_whatever_a_dead_letter_holds_it_is_kept_as_it_is(
    desk: Desk, envelope: dict[str, Any]
) -> None:
    await desk.office.keep(DeadLetter("t", "aggregation", str(envelope.get("id", "")), envelope))

    _, event = await desk.office.open(await desk.only_id())
    assert json.loads(event) == envelope


async def test_the_letters_of_a_forgotten_customer_go_but_not_the_wish_itself(desk: Desk) -> None:
    wish = forgotten()
    await desk.office.keep(letter())
    await desk.office.keep(DeadLetter(wish.topic, "aggregation", wish.event_id, cloud_event(wish)))

    desk.lake.forget(tombstone())

    assert [event_id for event_id, _, _ in await desk.letters()] == [wish.event_id]


async def test_a_resend_of_a_customer_forgotten_meanwhile_leaves_no_trace(desk: Desk) -> None:
    def forget_while_called(body: bytes) -> dict[str, Any]:
        desk.lake.forget(tombstone())
        return {"status": "SUCCESS"}

    desk.sidecar.answer("aggregation", ROUTE, forget_while_called)
    await desk.office.keep(letter())

    with pytest.raises(DeadLetterNotFound):
        await desk.office.resend(await desk.only_id())

    assert await desk.letters() == []


async def test_letters_are_filtered_and_limited(desk: Desk) -> None:
    desk.sidecar.answer("aggregation", ROUTE, {"status": "SUCCESS"})
    await desk.office.keep(letter(1))
    await desk.office.resend(await desk.only_id())
    await desk.office.keep(letter(2))
    await desk.office.keep(letter(3))

    assert [e for e, _, _ in await desk.letters(status="resent")] == [received(1).event_id]
    assert [e for e, _, _ in await desk.letters(limit=1)] == [received(3).event_id]
    assert await desk.letters(topic="' OR 1=1 --") == []


async def test_a_sidecar_that_fails_is_not_the_operators_error(desk: Desk) -> None:
    await desk.office.keep(letter())
    desk.sidecar.fail_at(1, CallFailed("timed out"))

    resent, _ = await desk.office.resend(await desk.only_id())

    assert resent.status == LetterStatus.RESENT_FAILED
