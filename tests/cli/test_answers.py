"""What a person reads of an answer in a terminal."""

import pytest

from ridealong.cli.answers import action_line
from ridealong.contracts.preprocessing import EntityType
from ridealong.contracts.recommendation import Action, ActionParameters, NextAction


@pytest.mark.parametrize(
    ("action", "parameters", "line"),
    [
        (Action.LOOK_UP, ActionParameters(), "look up order"),
        (
            Action.REFUND,
            ActionParameters(order_number="1234", amount="49.90", currency="EUR"),
            "refund order (order_number 1234, amount 49.90, currency EUR)",
        ),
        (
            Action.ASK_FOR,
            ActionParameters(slot=EntityType.DATE),
            "ask for order (slot date)",
        ),
    ],
)
def test_an_action_is_one_line(action: Action, parameters: ActionParameters, line: str) -> None:
    assert action_line(NextAction(action=action, about="order", parameters=parameters)) == line
