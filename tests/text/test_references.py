"""Order and invoice numbers keep their place in the text, however they are labelled."""

import time

import pytest

from ridealong.text.entities import EntityKind
from ridealong.text.masking import read_by_rules
from ridealong.text.references import find_references

ORDER, INVOICE = EntityKind.ORDER_NUMBER, EntityKind.INVOICE_NUMBER

LABELLED = (
    ("de", "Bestellnr. 77120 ist nicht da", ORDER, "77120"),
    ("de", "Bestell-Nr. 77120 fehlt noch", ORDER, "77120"),
    ("de", "Bestell Nr: 77120", ORDER, "77120"),
    ("de", "Best.-Nr. 77120", ORDER, "77120"),
    ("de", "Rechnungs-Nr.: 118877 ist falsch", INVOICE, "118877"),
    ("de", "Vorgangsnummer 7719932", ORDER, "7719932"),
    ("nl", "bestelnr. 883412", ORDER, "883412"),
    ("it", "ordine n. 88123 mai arrivato", ORDER, "88123"),
    ("it", "fattura n. 118/2026", INVOICE, "118/2026"),
    ("pt", "encomenda n.º 77812", ORDER, "77812"),
    ("fr", "cmde 458712", ORDER, "458712"),
    ("fr", "réf. 458712", ORDER, "458712"),
    ("pl", "nr zam. 77812", ORDER, "77812"),
    ("zh", "订单编号：7781288", ORDER, "7781288"),
    ("zh", "订单号2023112500012", ORDER, "2023112500012"),
    ("en", "my order, number 7781288, is late", ORDER, "7781288"),
    ("en", "7781288 is my order number", ORDER, "7781288"),
    ("en", "confirmation number AB7781288", ORDER, "AB7781288"),
    ("en", "complaint ref. 7781288", ORDER, "7781288"),
    ("en", "ord no 7781288", ORDER, "7781288"),
)
LISTED = (
    ("en", "orders 7781288 and 7781289 are missing", "7781288 7781289"),
    ("en", "order numbers 7781288, 7781289 and 7781290", "7781288 7781289 7781290"),
    ("de", "Bestellungen 77120 und 77121", "77120 77121"),
    ("fr", "les commandes 458712 et 458713", "458712 458713"),
    ("es", "pedidos 90812 y 90813", "90812 90813"),
    ("zh", "订单 7781288、7781289", "7781288 7781289"),
)


@pytest.mark.parametrize(("language", "text", "kind", "value"), LABELLED)
def test_a_labelled_number_is_a_reference_and_no_secret(
    language: str, text: str, kind: EntityKind, value: str
) -> None:
    reading = read_by_rules(text, language)

    assert [(one.kind, one.value) for one in reading.entities] == [(kind, value)]
    assert not reading.personal


@pytest.mark.parametrize(("language", "text", "values"), LISTED)
def test_of_a_list_every_number_is_one(language: str, text: str, values: str) -> None:
    reading = read_by_rules(text, language)

    assert [one.value for one in reading.entities] == values.split()
    assert not reading.personal


@pytest.mark.parametrize(
    "text",
    [
        "order 7781288, 415 555 1234 is my phone",
        "order 7781288 and 4155551234",
        "order 7781288, 5551234",
    ],
)
def test_what_is_not_alike_does_not_continue_a_list(text: str) -> None:
    found = {one.value for one in find_references(text)}

    assert found == {"7781288"}


@pytest.mark.parametrize("number", ["4539148803436467", "378282246310005"])
def test_a_card_number_is_masked_whatever_it_is_called(number: str) -> None:
    reading = read_by_rules(f"order {number}", "en")

    assert [span.value for span in reading.personal] == [number]


@pytest.mark.parametrize(
    "text", ["ich bestell 20 Stück", "my ref is here", "zam", "I order 7 and 8"]
)
def test_a_label_without_a_number_is_none(text: str) -> None:
    assert not list(find_references(text))


@pytest.mark.parametrize(
    "piece", ["order 7781288 and 7781289, ", "7781288, ", "order, ", "order 7781288", "nr nr "]
)
def test_a_long_list_takes_less_than_a_second(piece: str) -> None:
    text = "orders " + piece * (50_000 // len(piece))

    started = time.process_time()
    list(find_references(text))

    assert time.process_time() - started < 1
