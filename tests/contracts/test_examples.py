"""Events as they were once published: today's classes still read every one of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ridealong.contracts.aggregation import AnswerMessage, MessageAnswered
from ridealong.contracts.contract import Contract, Event
from ridealong.contracts.inference import PredictionMade
from ridealong.contracts.intake import (
    CustomerForgotten,
    MessageAccepted,
    MessageReceived,
    RawMessage,
)
from ridealong.contracts.training import ModelPromoted

EXAMPLES = Path(__file__).parent / "examples"
EVENTS: dict[str, type[Event]] = {
    event.topic: event
    for event in (
        MessageReceived,
        CustomerForgotten,
        MessageAnswered,
        PredictionMade,
        ModelPromoted,
    )
}
FILES = sorted(EXAMPLES.glob("*/*.json"))


def read(file: Path) -> tuple[type[Event], dict[str, Any]]:
    example: dict[str, Any] = json.loads(file.read_text())
    return EVENTS[file.parent.name], example


def test_every_topic_has_an_example() -> None:
    assert {file.parent.name for file in FILES} == set(EVENTS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_yesterdays_event_is_read_today(file: Path) -> None:
    event_type, example = read(file)

    event = event_type.model_validate_json(json.dumps(example["data"]))

    assert event.event_id == example["event_id"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_reader_passes_over_what_it_does_not_know(file: Path) -> None:
    event_type, example = read(file)

    event = event_type.model_validate(example["data"] | {"added_tomorrow": 1})

    assert "added_tomorrow" not in event.model_dump()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_an_event_cannot_be_changed(file: Path) -> None:
    event_type, example = read(file)
    event = event_type.model_validate(example["data"])

    with pytest.raises(ValidationError, match="frozen"):
        event.tenant = "other"  # type: ignore[misc]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_rejected_event_does_not_show_its_content(file: Path) -> None:
    event_type, example = read(file)

    with pytest.raises(ValidationError) as caught:
        event_type.model_validate(example["data"] | {"occurred_at": "secret words"})

    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "earlier_messages"), [("2026-11-23.json", 0), ("2026-11-29.json", 2)]
)
def test_a_reception_says_how_many_messages_came_before(file: str, earlier_messages: int) -> None:
    _, example = read(EXAMPLES / MessageReceived.topic / file)

    event = MessageReceived.model_validate(example["data"])

    assert event.earlier_messages == earlier_messages


@pytest.mark.parametrize("contract", [RawMessage, MessageAccepted, AnswerMessage])
def test_a_message_of_yesterday_has_none_before_it(contract: type[Contract]) -> None:
    _, example = read(EXAMPLES / MessageReceived.topic / "2026-11-23.json")
    names = contract.model_fields.keys()
    fields = {name: value for name, value in example["data"].items() if name in names}
    fields |= {"subject": None, "text": "hello", "received_at": example["data"]["occurred_at"]}

    message = contract.model_validate(fields | {"is_duplicate": False})

    assert message.model_dump()["earlier_messages"] == 0
