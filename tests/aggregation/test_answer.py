"""One message, one answer, whatever happens on the way."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ridealong.chassis.background import Background, Marks
from ridealong.chassis.errors import CallFailed, SidecarUnavailable
from ridealong.chassis.sidecar import state_key
from ridealong.contracts.aggregation import MessageAnswered, StepName
from ridealong.contracts.contract import Decision, Route
from ridealong.contracts.recommendation import ReasonCode
from ridealong.gathering.asking import alone, together
from services.aggregation.adapters import DaprPeers, Records
from services.aggregation.answer import AnswerDesk
from services.aggregation.errors import AnswerNotFound, AnswerUnderWay, AttemptTooSlow
from tests.aggregation.messages import (
    MASKED_TEXT,
    MESSAGE_ID,
    asked_of_nlp,
    message,
    sidecar_with_peers,
)
from tests.fakes import FakeSidecar

BACKGROUND = Background()
CLAIM = state_key("demo", "claim", MESSAGE_ID)


def desk(sidecar: FakeSidecar, **changes: Any) -> AnswerDesk:
    options: dict[str, Any] = {"lease_s": 15, "attempt_s": 5.0} | changes
    marks = Marks(sidecar, BACKGROUND, ttl_s=60, gather_s=0)
    return AnswerDesk(
        records=Records(sidecar, marks, lease_s=options["lease_s"], keep_s=60),
        peers=DaprPeers(alone(sidecar)),
        queued_peers=DaprPeers(together(sidecar)),
        announcer=sidecar,
        **options,
    )


async def test_an_answer_joins_what_every_step_found() -> None:
    answer = await desk(sidecar_with_peers()).answer(message(), Route.LIVE)

    assert answer.text == MASKED_TEXT
    assert answer.intents[0].name == "commerce.track_order"
    assert answer.department == "orders"
    assert answer.predictions[0].prediction_id == "p1"
    assert answer.missing == ()


async def test_nlp_is_told_how_often_the_conversation_wrote_before() -> None:
    sidecar = sidecar_with_peers()

    await desk(sidecar).answer(message(earlier_messages=3), Route.LIVE)

    assert asked_of_nlp(sidecar).earlier_messages == 3


async def test_an_answer_is_announced_before_it_is_given() -> None:
    sidecar = sidecar_with_peers()

    await desk(sidecar).answer(message(), Route.LIVE)

    (event,) = sidecar.published
    assert isinstance(event, MessageAnswered)
    assert event.event_id == f"{MESSAGE_ID}.answered.done"


@pytest.mark.parametrize("route", Route)
async def test_preprocessing_is_told_when_a_message_was_received(route: Route) -> None:
    sidecar = sidecar_with_peers()

    await desk(sidecar).answer(message(received_at=datetime(2026, 11, 25, 8, tzinfo=UTC)), route)

    (asked,) = [body for app_id, _, _, body in sidecar.calls if app_id == "preprocessing"]
    assert b"2026-11-25T08:00:00Z" in asked


async def test_the_raw_text_reaches_preprocessing_and_nobody_else() -> None:
    sidecar = sidecar_with_peers()

    await desk(sidecar).answer(message(text="Jane Doe wants her parcel"), Route.LIVE)

    heard_raw = {app_id for app_id, _, _, body in sidecar.calls if b"Jane" in body}
    assert heard_raw == {"preprocessing"}
    assert all(b"Jane" not in stored.value for stored in sidecar.state.values())
    assert "Jane" not in sidecar.published[0].model_dump_json()


@pytest.mark.parametrize(
    ("first_route", "is_duplicate", "second_route"),
    [
        (Route.QUEUED, False, Route.QUEUED),
        (Route.LIVE, True, Route.LIVE),
        (Route.QUEUED, True, Route.LIVE),
        (Route.LIVE, False, Route.QUEUED),
        (Route.LIVE, False, Route.LIVE),
    ],
)
async def test_a_repeat_finds_the_first_answer(
    first_route: Route, is_duplicate: bool, second_route: Route
) -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    first = await the_desk.answer(message(), first_route)
    await BACKGROUND.wait()

    again = await the_desk.answer(message(is_duplicate=is_duplicate), second_route)

    assert again == first
    assert len({event.event_id for event in sidecar.published}) == 1


async def test_a_repeat_long_after_the_lease_finds_the_first_answer_without_asking_anybody() -> (
    None
):
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    old = message(received_at=datetime.now(UTC) - timedelta(minutes=5))
    await the_desk.answer(old, Route.LIVE)
    await BACKGROUND.wait()
    await sidecar.delete(CLAIM)
    asked = len(sidecar.calls)

    await the_desk.answer(old, Route.QUEUED)

    assert len(sidecar.calls) == asked
    assert len(sidecar.published) == 1


async def test_while_one_attempt_runs_another_waits_its_turn() -> None:
    sidecar = sidecar_with_peers()
    await desk(sidecar).records.claim("demo", MESSAGE_ID, datetime.now(UTC))

    with pytest.raises(AnswerUnderWay) as caught:
        await desk(sidecar).answer(message(), Route.QUEUED)
    assert caught.value.retriable


async def test_a_failed_attempt_gives_the_lease_back() -> None:
    sidecar = sidecar_with_peers()
    sidecar.answer("nlp", "/analyse", lambda _: (_ for _ in ()).throw(CallFailed("down")))

    with pytest.raises(CallFailed):
        await desk(sidecar).answer(message(), Route.QUEUED)
    assert CLAIM not in sidecar.state


async def test_an_attempt_that_takes_too_long_is_given_up() -> None:
    class Slow(DaprPeers):
        async def prepare(self, message: Any) -> Any:
            await asyncio.sleep(5)

    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar, attempt_s=0.01)
    object.__setattr__(the_desk, "peers", Slow(alone(sidecar)))

    with pytest.raises(AttemptTooSlow):
        await the_desk.answer(message(), Route.LIVE)


async def test_without_suggestions_the_answer_is_partial_and_a_person_decides() -> None:
    sidecar = sidecar_with_peers()
    sidecar.answer("recommendation", "/suggest", lambda _: (_ for _ in ()).throw(CallFailed("x")))

    answer = await desk(sidecar).answer(message(), Route.LIVE)

    assert [(part.part, part.why) for part in answer.missing] == [("suggestions", "call-failed")]
    assert answer.decision is Decision.HAND_OVER
    assert answer.reason.code is ReasonCode.INCOMPLETE
    assert answer.intents


class Died(Exception):
    """Stands for the end of the process: no rule of ours knows it."""


async def operations_of_one_answer() -> int:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    await the_desk.answer(message(), Route.QUEUED)
    await BACKGROUND.wait()
    return len(sidecar.operations)


@pytest.mark.parametrize("operation", range(1, 8))
async def test_dying_at_any_point_leaves_one_answer_after_redelivery(operation: int) -> None:
    assert operation <= await operations_of_one_answer()
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    sidecar.fail_at(operation, Died() if operation < 7 else SidecarUnavailable("x"))
    try:
        await the_desk.answer(message(), Route.QUEUED)
    except Died:
        await sidecar.delete(CLAIM)  # the lease runs out
    await BACKGROUND.wait()

    answer = await the_desk.answer(message(), Route.QUEUED)
    await BACKGROUND.wait()

    assert answer.text == MASKED_TEXT
    assert len({event.event_id for event in sidecar.published}) == 1
    status = await the_desk.status("demo", MESSAGE_ID)
    assert [step.number for step in status.steps] == [1, 2, 3]
    assert status.answer == answer


async def test_of_two_attempts_that_end_together_the_first_to_write_stands() -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    first = await the_desk.answer(message(), Route.LIVE)

    second = await the_desk.answer(message(), Route.QUEUED)

    assert second == first
    assert second.route is Route.LIVE


async def test_giving_up_hands_the_message_to_a_person_and_says_so() -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)

    await the_desk.give_up(message(text=""))
    await the_desk.give_up(message(text=""))

    status = await the_desk.status("demo", MESSAGE_ID)
    assert status.answer is not None
    assert status.answer.decision is Decision.HAND_OVER
    assert status.steps[-1].name is StepName.FAILED
    assert {event.event_id for event in sidecar.published} == {f"{MESSAGE_ID}.answered.failed"}


async def test_giving_up_never_replaces_an_answer() -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    answer = await the_desk.answer(message(), Route.QUEUED)

    await the_desk.give_up(message(text=""))

    assert (await the_desk.status("demo", MESSAGE_ID)).answer == answer


async def test_a_resent_dead_letter_replaces_the_hand_over_with_an_answer() -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    await the_desk.give_up(message(text=""))

    answer = await the_desk.answer(message(), Route.QUEUED)

    assert answer.decision is Decision.SUGGEST
    assert (await the_desk.status("demo", MESSAGE_ID)).answer == answer


async def test_another_tenants_message_is_not_found() -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    await the_desk.answer(message(), Route.LIVE)

    with pytest.raises(AnswerNotFound):
        await the_desk.status("other", MESSAGE_ID)


async def test_a_claimed_message_shows_its_first_step() -> None:
    sidecar = sidecar_with_peers()
    the_desk = desk(sidecar)
    await the_desk.records.claim("demo", MESSAGE_ID, datetime.now(UTC))

    status = await the_desk.status("demo", MESSAGE_ID)

    assert [step.name for step in status.steps] == [StepName.CLAIMED]
    assert status.answer is None
