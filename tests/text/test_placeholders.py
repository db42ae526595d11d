"""Placeholders are stable in a conversation, tell nothing, and cannot be forged."""

import json

from ridealong.text.placeholders import (
    PersonalKind,
    PlaceholderTable,
    disarm_placeholders,
    fill_placeholders,
)
from tests.text.masks import table


def test_one_value_has_one_placeholder() -> None:
    numbers = table()

    first = numbers.name(PersonalKind.EMAIL, "a@b.com")
    other = numbers.name(PersonalKind.EMAIL, "c@d.com")

    assert (first, other) == ("[EMAIL_1]", "[EMAIL_2]")
    assert numbers.name(PersonalKind.EMAIL, "a@b.com") == first


def test_a_kept_table_goes_on_counting() -> None:
    numbers = table()
    numbers.name(PersonalKind.PHONE, "+4930123456")

    later = PlaceholderTable.load(numbers.dump(), key=numbers.key, scope=numbers.scope)

    assert later.name(PersonalKind.PHONE, "+4930123456") == "[PHONE_1]"
    assert not later.has_grown
    assert later.name(PersonalKind.PHONE, "+4930999999") == "[PHONE_2]"
    assert later.has_grown


def test_the_kept_table_holds_no_value() -> None:
    numbers = table()
    numbers.name(PersonalKind.EMAIL, "jane@example.com")

    assert b"jane" not in numbers.dump()
    assert len(next(iter(json.loads(numbers.dump())["EMAIL"]))) == 32


def test_a_value_cannot_be_followed_into_another_conversation() -> None:
    here, there = table("demo\nc-1"), table("demo\nc-2")
    here.name(PersonalKind.EMAIL, "a@b.com")
    there.name(PersonalKind.EMAIL, "a@b.com")

    assert here.dump() != there.dump()


def test_a_placeholder_typed_by_the_customer_is_disarmed() -> None:
    assert disarm_placeholders("I am [PERSON_1], [Email_22]!") == "I am (PERSON_1), (Email_22)!"


def test_values_are_filled_once() -> None:
    values = {"[PERSON_1]": "[EMAIL_1]", "[EMAIL_1]": "a@b.com"}

    assert fill_placeholders("Dear [PERSON_1] [PERSON_2]", values) == "Dear [EMAIL_1] [PERSON_2]"
