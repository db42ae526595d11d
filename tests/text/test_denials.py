"""What somebody says they do not want is no request for it."""

import time

import pytest

from ridealong.text.denials import denies_a_wish


@pytest.mark.parametrize(
    "text",
    [
        "I do NOT want to cancel my order 12345, just tell me where it is",
        "I don’t need an invoice, I need a delivery note",
        "we never asked for a second card",
        "I am not trying to return it",
        "Ich möchte mein Konto NICHT löschen, nur die Adresse ändern",
        "Ich brauche keine Rechnung.",
        "No quiero cancelar mi pedido, solo cambiar la dirección",
        "Je ne veux pas annuler ma commande",
        "Non voglio disdire, vorrei solo un'informazione",
        "Ik wil mijn bestelling niet annuleren",
        "Não quero cancelar o pedido",
        "Nie chcę anulować zamówienia",
        "Я не хочу отменять заказ",
        "Siparişimi iptal etmek istemiyorum",
        "我不想取消订单",
    ],
)
def test_a_denied_wish_is_heard(text: str) -> None:
    assert denies_a_wish(text)


@pytest.mark.parametrize(
    "text",
    [
        "I want to cancel my order",
        "My card does not work",
        "The parcel has not arrived, please refund me",
        "Mein Paket ist nicht angekommen",
        "Können Sie mir nicht helfen?",
        "El pedido no ha llegado",
        "I need a new card, not a new account",
        "",
    ],
)
def test_what_fails_or_is_missing_is_no_denied_wish(text: str) -> None:
    assert not denies_a_wish(text)


def test_a_long_text_is_read_in_no_time() -> None:
    started = time.process_time()

    assert not denies_a_wish("ich möchte " * 20_000)
    assert time.process_time() - started < 1
