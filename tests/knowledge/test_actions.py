"""What is proposed to be done next is one of a closed set, with values that may be copied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ridealong.contracts.preprocessing import Entity, EntityType
from ridealong.contracts.recommendation import Action, ActionParameters, NextAction
from ridealong.knowledge.actions import CaseAction, ask_for, fill_actions, hand_over, parse_action
from ridealong.knowledge.articles import known_values

ORDER, AMOUNT = EntityType.ORDER_NUMBER, EntityType.AMOUNT


def entity(kind: EntityType, value: str, currency: str | None = None) -> Entity:
    return Entity(type=kind, text=value, value=value, currency=currency, start=0, end=len(value))


@pytest.mark.parametrize(
    ("name", "action", "about"),
    [
        ("cancel_order", Action.CANCEL, "order"),
        ("recall_transfer", Action.CANCEL, "transfer"),
        ("open_refund_case", Action.REFUND, "order"),
        ("show_tracking", Action.TRACK, "order"),
        ("look_up_card_payment", Action.LOOK_UP, "card_payment"),
        ("open_fraud_case", Action.ESCALATE, "fraud_case"),
        ("open_dispute", Action.ESCALATE, "dispute"),
        ("open_return", Action.START, "return"),
        ("unblock_pin", Action.UNBLOCK, "pin"),
        ("sign_out_devices", Action.BLOCK, "devices"),
        ("change_delivery_address", Action.CHANGE, "delivery_address"),
        ("queue_for_agent", Action.ESCALATE, "conversation"),
    ],
)
def test_the_names_in_articles_stand_for_actions(name: str, action: Action, about: str) -> None:
    assert parse_action(name) == CaseAction(action, about)


@pytest.mark.parametrize("name", ["", "win_lottery", "cancel", "cancel_", "_order", "ask_for_date"])
def test_a_name_without_an_action_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no action is called"):
        parse_action(name)


def test_a_refund_knows_the_order_and_the_amount_with_its_currency() -> None:
    known = {ORDER: entity(ORDER, "12345"), AMOUNT: entity(AMOUNT, "49.90", "EUR")}

    (refund,) = fill_actions([parse_action("open_refund_case")], known, "returns")

    assert refund.parameters == ActionParameters(
        order_number="12345", amount="49.90", currency="EUR"
    )


def test_what_only_shows_something_is_told_nothing_of_the_case() -> None:
    known = {ORDER: entity(ORDER, "12345")}

    (show,) = fill_actions([parse_action("show_refund_policy")], known, "returns")

    assert show.parameters == ActionParameters()


def test_an_action_that_two_names_stand_for_is_proposed_once() -> None:
    names = ["queue_for_agent", "offer_agent"]

    assert fill_actions(map(parse_action, names), {}, "desk") == (hand_over("desk"),)


def test_each_open_slot_is_asked_for() -> None:
    assert [(a.action, a.parameters.slot) for a in ask_for([ORDER, AMOUNT])] == [
        (Action.ASK_FOR, ORDER),
        (Action.ASK_FOR, AMOUNT),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "ask_for"},
        {"action": "cancel", "parameters": {"slot": "date"}},
        {"action": "win"},
        {"action": "refund", "parameters": {"currency": "EUR"}},
        {"action": "refund", "parameters": {"order_number": "[PERSON_1]"}},
        {"action": "refund", "parameters": {"order_number": "1\n2"}},
        {"action": "refund", "about": "Two Words"},
    ],
)
def test_an_action_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NextAction.model_validate({"about": "order"} | fields)


@given(
    found=st.lists(
        st.builds(
            Entity,
            type=st.sampled_from(EntityType),
            text=st.text(max_size=45),
            value=st.text(max_size=45) | st.sampled_from(["[PERSON_1]", "12345", "a\nb"]),
            currency=st.none() | st.just("EUR"),
            start=st.just(0),
            end=st.just(0),
        ),
        max_size=5,
    ),
    action=st.sampled_from([action for action in Action if action is not Action.ASK_FOR]),
)
def test_no_entity_brings_a_placeholder_or_a_line_into_an_action(
    found: list[Entity], action: Action
) -> None:
    (filled,) = fill_actions([CaseAction(action, "order")], known_values(found), "desk")

    said = filled.parameters.model_dump_json(exclude_none=True, exclude={"department"})
    assert not set("[]<>\\") & set(said)
