"""What is personal goes, what is not stays readable."""

import pytest

from ridealong.text.entities import EntityKind
from ridealong.text.names import Tag
from tests.text.masks import masked, tag
from tests.text.personal_cases import MASKED_BY_RULES, READABLE


@pytest.mark.parametrize(("language", "message", "expected"), MASKED_BY_RULES)
def test_rules_mask_what_is_personal(language: str, message: str, expected: str) -> None:
    assert masked(message, language).text == expected


@pytest.mark.parametrize(("language", "message"), READABLE)
def test_numbers_of_orders_and_products_stay_readable(language: str, message: str) -> None:
    assert masked(message, language).text == message


def test_pieces_of_a_name_become_one_placeholder() -> None:
    text = "Jean Dupont wrote"

    result = masked(text, tags=[tag(text, "Jean", "GIVEN_NAME"), tag(text, "pon", "SURNAME")])

    assert result.text == "[PERSON_1] wrote"
    assert result.values == {"[PERSON_1]": "Jean Dupont"}


def test_pieces_of_an_address_become_one_placeholder() -> None:
    text = "I live at Hauptstraße 12, 10115 Berlin now"
    tags = [
        tag(text, "Ha", "B-STREET_NAME"),
        tag(text, "12", "B-BUILDING_NUMBER"),
        tag(text, "101", "B-ZIP_CODE"),
        tag(text, "Berlin", "B-CITY"),
    ]

    assert masked(text, tags=tags).text == "I live at [ADDRESS_1] now"


def test_two_people_are_two_placeholders() -> None:
    text = "Jane, Tom and Jane"
    tags = [Tag(start, end, "GIVEN_NAME") for start, end in ((0, 4), (6, 9), (14, 18))]

    assert masked(text, tags=tags).text == "[PERSON_1], [PERSON_2] and [PERSON_1]"


@pytest.mark.parametrize(("piece", "label"), [("Vienna", "CITY"), ("12", "BUILDING_NUMBER")])
def test_a_place_alone_is_not_personal(piece: str, label: str) -> None:
    text = "Do you ship 12 pairs to Vienna?"

    assert masked(text, tags=[tag(text, piece, label)]).text == text


def test_the_tagger_cannot_take_an_order_number() -> None:
    text = "order 88213-22 is late"
    tags = [tag(text, "88213", "ZIP_CODE"), tag(text, "88213-22", "BANK_ACCOUNT")]

    assert masked(text, tags=tags).text == text


def test_rules_win_over_the_tagger() -> None:
    text = "mail jane@example.com today"

    result = masked(text, tags=[tag(text, "jane", "GIVEN_NAME")])

    assert result.text == "mail [EMAIL_1] today"


def test_what_a_rule_leaves_of_a_tagged_name_is_still_masked() -> None:
    text = "Jane Doe jane@example.com"

    result = masked(text, tags=[tag(text, "Jane Doe jane@example.com", "GIVEN_NAME")])

    assert result.text == "[PERSON_1] [EMAIL_1]"


def test_what_leads_to_a_name_is_not_taken_for_another_name() -> None:
    text = "my neighbour Li Wei has it"

    result = masked(text, tags=[tag(text, "neighbour Li Wei", "GIVEN_NAME")])

    assert result.text == "my neighbour [PERSON_1] has it"


def test_a_number_only_the_tagger_knows_is_masked() -> None:
    text = "licence D1234-567890"

    assert (
        masked(text, tags=[tag(text, "D1234-567890", "DRIVERS_LICENSE")]).text == "licence [ID_1]"
    )


def test_entities_are_found_again_in_the_masked_text() -> None:
    result = masked("I am at +1 415 555 0123, order 12345 of March 3rd, 2025 for 20 €")

    found = {entity.kind: result.text[entity.start : entity.end] for entity in result.entities}
    assert found == {
        EntityKind.ORDER_NUMBER: "12345",
        EntityKind.DATE: "March 3rd, 2025",
        EntityKind.AMOUNT: "20 €",
    }


def test_an_entity_inside_an_address_goes_with_it() -> None:
    text = "sofa street 12"

    result = masked(text, tags=[tag(text, "sofa street 12", "STREET_NAME")])

    assert result.entities == ()
    assert result.text == "[ADDRESS_1]"


def test_a_placeholder_in_the_text_is_left_alone() -> None:
    text = "[PERSON_1] called"

    assert masked(text, tags=[tag(text, "PERSON_1", "SURNAME")]).text == text
