"""Placeholders filled in once, and entities where they then stand."""

from ridealong.access.reveal import fill, fill_answer
from ridealong.contracts.aggregation import Answer
from tests.gateway.services import answer, message_id

VALUES = {"[PERSON_1]": "Ada", "[EMAIL_1]": "[PERSON_1]@example.org"}


def test_what_is_filled_in_is_not_read_again() -> None:
    assert fill("[EMAIL_1] is [PERSON_1]", VALUES) == "[PERSON_1]@example.org is Ada"


def test_a_placeholder_nobody_knows_stays() -> None:
    assert fill("[PERSON_2] and [not one]", VALUES) == "[PERSON_2] and [not one]"


def test_entities_stand_where_the_filled_text_has_them() -> None:
    text = "[PERSON_1] here: [EMAIL_1], order 12345, not 12346"
    masked = Answer.model_validate(answer("acme", message_id("1"), text))
    start = text.index("12345")
    entity = masked.entities[0].model_copy(update={"start": start, "end": start + 5})
    filled = fill_answer(masked.model_copy(update={"entities": (entity,)}), VALUES)

    found = filled.entities[0]
    assert filled.text[found.start : found.end] == "12345"
    assert filled.suggestions[0].reply == "Hello Ada, it is on its way."
