from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ridealong.contracts.analytics import AskConversations, AskVolume
from ridealong.contracts.contract import Decision, Route
from ridealong.contracts.intake import MessageReceived
from ridealong.contracts.nlp import Intent
from ridealong.contracts.recommendation import Reason, ReasonCode
from ridealong.lake.events import ANSWERED, RECEIVED, answered_row, received_row
from ridealong.lake.lake import Lake
from services.analytics.reports import (
    CursorUnreadable,
    TimesReversed,
    count_volume,
    list_conversations,
)
from tests.lake.facts import DAY, MINUTE, NOON, answered, message_id, received


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path), (RECEIVED, ANSWERED))


def tell(lake: Lake, *events: Any) -> None:
    rows: dict[str, list[Any]] = {RECEIVED.name: [], ANSWERED.name: []}
    for event in events:
        if isinstance(event, MessageReceived):
            rows[RECEIVED.name].append(received_row(event))
        else:
            rows[ANSWERED.name].append(answered_row(event))
    lake.commit(rows)


def volume(lake: Lake, **asked: Any) -> list[dict[str, Any]]:
    found = count_volume(lake, AskVolume(**({"tenant": "acme"} | asked)))
    return [line.model_dump(exclude_unset=True, mode="json") for line in found.lines]


def conversations(lake: Lake, **asked: Any) -> list[str]:
    found = list_conversations(lake, AskConversations(**({"tenant": "acme"} | asked)))
    return [conversation.conversation_id for conversation in found.conversations]


def test_an_empty_lake_has_nothing_to_report(lake: Lake) -> None:
    assert volume(lake) == []
    assert conversations(lake) == []


def test_messages_are_counted_by_day(lake: Lake) -> None:
    tell(lake, received(1), received(2), answered(1), received(3, occurred_at=NOON + DAY))

    assert volume(lake) == [
        {"day": "2026-03-10", "messages": 2, "answered": 1},
        {"day": "2026-03-11", "messages": 1, "answered": 0},
    ]


def test_an_answer_whose_reception_is_not_heard_yet_counts(lake: Lake) -> None:
    tell(lake, answered(1))

    assert volume(lake) == [{"day": "2026-03-10", "messages": 1, "answered": 1}]


def test_a_message_counts_on_the_day_it_came_not_on_that_of_its_answer(lake: Lake) -> None:
    late = NOON.replace(hour=23, minute=59)
    tell(lake, received(1, occurred_at=late))
    tell(lake, answered(1, received_at=late, occurred_at=late + 5 * MINUTE))

    assert volume(lake) == [{"day": "2026-03-10", "messages": 1, "answered": 1}]
    assert volume(lake, **{"from": NOON + DAY / 2}) == []


def test_messages_are_counted_by_several_dimensions(lake: Lake) -> None:
    other = (Intent(name="banking.lost_card", probability=0.8),)
    tell(lake, answered(1), answered(2), answered(3, intents=other, language="de"), received(4))

    assert volume(lake, by=["intent,language", "decision"]) == [
        {"intent": "banking.lost_card", "language": "de", "decision": "suggest"}
        | {"messages": 1, "answered": 1},
        {"intent": "commerce.track_order", "language": "en", "decision": "suggest"}
        | {"messages": 2, "answered": 2},
        {"intent": None, "language": None, "decision": None, "messages": 1, "answered": 0},
    ]


def test_a_message_received_live_and_again_queued_counts_once(lake: Lake) -> None:
    tell(lake, received(1, route=Route.LIVE), received(1, route=Route.QUEUED))

    assert volume(lake, by=[]) == [{"messages": 1, "answered": 0}]


def test_a_message_that_failed_and_is_answered_after_all_counts_with_its_answer(lake: Lake) -> None:
    failure = Reason(code=ReasonCode.FAILED, text="failed")
    failed = answered(1, decision=Decision.HAND_OVER, reason=failure, occurred_at=NOON + MINUTE)
    tell(lake, failed, answered(1, occurred_at=NOON + 9 * MINUTE))

    assert volume(lake, by=["decision"]) == [{"decision": "suggest", "messages": 1, "answered": 1}]


def test_the_time_asked_for_begins_with_from_and_ends_before_to(lake: Lake) -> None:
    tell(lake, *(received(1 + day, occurred_at=NOON + day * DAY) for day in range(4)))

    asked = {"from": NOON + DAY, "to": NOON + 3 * DAY}

    assert [line["day"] for line in volume(lake, **asked)] == ["2026-03-11", "2026-03-12"]


def test_tenants_do_not_mix(lake: Lake) -> None:
    tell(lake, answered(1), answered(2, tenant="other"), received(1), received(2, tenant="other"))

    assert volume(lake, tenant="other", by=[]) == [{"messages": 1, "answered": 1}]
    assert conversations(lake, tenant="other") == ["conversation-2"]
    assert volume(lake, tenant="nobody", by=[]) == [{"messages": 0, "answered": 0}]


def test_two_tenants_may_use_the_same_ids(lake: Lake) -> None:
    mine, theirs = answered(1), answered(1, tenant="other", message_id=message_id(99))
    tell(lake, mine, theirs)

    (conversation,) = list_conversations(lake, AskConversations(tenant="acme")).conversations

    assert (conversation.messages, conversation.last_message_id) == (1, mine.message_id)


def test_a_conversation_tells_its_last_message_and_its_counts(lake: Lake) -> None:
    talk = {"conversation_id": "talk"}
    first = (Intent(name="commerce.cancel_order", probability=0.9),)
    tell(lake, *(received(number, **talk) for number in (1, 2, 3)))
    tell(lake, answered(1, intents=first, **talk), answered(2, **talk))

    (found,) = list_conversations(lake, AskConversations(tenant="acme")).conversations

    assert found.last_message_id == message_id(3)
    assert found.last_message_at == NOON + 3 * MINUTE
    assert (found.messages, found.answered) == (3, 2)
    assert found.intents == ("commerce.cancel_order", "commerce.track_order")
    assert found.decision is None


def test_filters_find_conversations_with_one_message_that_fits_them_all(lake: Lake) -> None:
    german = {"language": "de", "conversation_id": "both"}
    tell(lake, answered(1, decision=Decision.HAND_OVER, conversation_id="both"))
    tell(lake, answered(2, **german), answered(3))

    assert conversations(lake, language="de") == ["both"]
    assert conversations(lake, language="de", decision="suggest") == ["both"]
    assert conversations(lake, language="de", decision="hand_over") == []
    assert conversations(lake, sentiment="positive") == []
    assert conversations(lake, intent="commerce.track_order") == ["conversation-3", "both"]


def test_hostile_filters_are_values_like_others(lake: Lake) -> None:
    tell(lake, answered(1), answered(2, tenant="other"))

    for hostile in ("' OR 1=1 --", '"; DROP TABLE messages_answered; --', "$tenant", "%", "\x00"):
        assert conversations(lake, intent=hostile) == []
        assert conversations(lake, language=hostile) == []
    assert conversations(lake) == ["conversation-1"]


def test_pages_go_through_all_conversations_once_even_when_new_ones_come(lake: Lake) -> None:
    same_time = {"received_at": NOON, "occurred_at": NOON}
    tell(lake, *(answered(number, **same_time) for number in range(5)))

    first = list_conversations(lake, AskConversations(tenant="acme", limit=2))
    tell(lake, answered(9, received_at=NOON + MINUTE))
    second = list_conversations(
        lake, AskConversations(tenant="acme", limit=2, cursor=first.next_cursor)
    )
    third = list_conversations(
        lake, AskConversations(tenant="acme", limit=2, cursor=second.next_cursor)
    )

    pages = [*first.conversations, *second.conversations, *third.conversations]
    assert [page.conversation_id for page in pages] == [
        f"conversation-{n}" for n in (4, 3, 2, 1, 0)
    ]
    assert third.next_cursor is None


@pytest.mark.parametrize(
    "cursor", ["AAAA", "bm9uc2Vuc2U=", "WzEsMl0=", "e30=", "WyJ4IiwieSJd", "a"]
)
def test_an_invented_cursor_is_the_callers_mistake(lake: Lake, cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        conversations(lake, cursor=cursor)


def test_a_time_that_ends_before_it_begins_is_the_callers_mistake(lake: Lake) -> None:
    with pytest.raises(TimesReversed):
        volume(lake, **{"from": NOON, "to": NOON - timedelta(seconds=1)})


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_times_at_the_edge_of_the_calendar_are_only_times(lake: Lake, edge: str) -> None:
    tell(lake, received(1))

    assert isinstance(volume(lake, **{"from": edge}), list)
    assert isinstance(volume(lake, to=edge), list)
