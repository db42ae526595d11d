"""Entities in five languages and some more, with their normal values."""

import pytest

from ridealong.text.masking import read_by_rules

FOUND: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "en",
        "Where is my order 12345? I have been waiting for two weeks!",
        (("order_number", "12345", "12345"), ("duration", "two weeks", "P2W")),
    ),
    (
        "en",
        "order #4711-22 and invoice INV-2024-0012",
        (
            ("order_number", "4711-22", "4711-22"),
            ("invoice_number", "INV-2024-0012", "INV-2024-0012"),
        ),
    ),
    ("en", "order number is abc-99812", (("order_number", "abc-99812", "ABC-99812"),)),
    (
        "en",
        "tracking number 1Z999AA10123456784",
        (("tracking_number", "1Z999AA10123456784", "1Z999AA10123456784"),),
    ),
    (
        "en",
        "paid $1,299.00 on March 3rd, 2025",
        (("amount", "$1,299.00", "1299.00"), ("date", "March 3rd, 2025", "2025-03-03")),
    ),
    ("en", "on 03/04/2025", (("date", "03/04/2025", "03/04/2025"),)),
    (
        "en",
        "on 13/04/2025 and 2025-04-13",
        (("date", "13/04/2025", "2025-04-13"), ("date", "2025-04-13", "2025-04-13")),
    ),
    ("en", "on 30/02/2025 or 2025-13-01", ()),
    (
        "en",
        "my iPhone 15 Pro and two shirts",
        (("product", "iPhone 15 Pro", "iphone 15 pro"), ("product", "shirts", "shirt")),
    ),
    ("en", "model WX-2000B", (("product", "WX-2000B", "WX-2000B"),)),
    ("en", "I ordered 2 in order to get 100 points", ()),
    (
        "de",
        "Bestellung Nr. 12345 vom 12.03.2025 über 1.299,00 € seit drei Wochen",
        (
            ("order_number", "12345", "12345"),
            ("date", "12.03.2025", "2025-03-12"),
            ("amount", "1.299,00 €", "1299.00"),
            ("duration", "drei Wochen", "P3W"),
        ),
    ),
    (
        "de",
        "Rechnung RE-2024-77, meine Schuhe",
        (("invoice_number", "RE-2024-77", "RE-2024-77"), ("product", "Schuhe", "shoes")),
    ),
    (
        "fr",
        "commande n° 88213 du 3 mars 2025, 49,90 €",
        (
            ("order_number", "88213", "88213"),
            ("date", "3 mars 2025", "2025-03-03"),
            ("amount", "49,90 €", "49.90"),
        ),
    ),
    (
        "es",
        "pedido número 7788 hace dos semanas, 30 euros",
        (
            ("order_number", "7788", "7788"),
            ("duration", "dos semanas", "P2W"),
            ("amount", "30 euros", "30"),
        ),
    ),
    (
        "it",
        "ordine 5566-A del 03/04/2025, la lavatrice",
        (
            ("order_number", "5566-A", "5566-A"),
            ("date", "03/04/2025", "2025-04-03"),
            ("product", "lavatrice", "washing machine"),
        ),
    ),
    (
        "ja",
        "注文番号12345はどこですか。3月4日に1000円",
        (
            ("order_number", "12345", "12345"),
            ("date", "3月4日", "--03-04"),
            ("amount", "1000円", "1000"),
        ),
    ),
    (
        "zh",
        "订单号是12345，付了99元",
        (("order_number", "12345", "12345"), ("amount", "99元", "99")),
    ),
    ("ko", "주문번호 12345는 어디", (("order_number", "12345", "12345"),)),
    ("tr", "12345 numaralı siparişim nerede", (("order_number", "12345", "12345"),)),
    ("ru", "заказ № 12345", (("order_number", "12345", "12345"),)),
    ("ar", "طلب رقم 12345", (("order_number", "12345", "12345"),)),
)

CURRENCIES = (
    ("en", "£5k", "5000", "GBP"),
    ("en", "30 bucks", "30", "USD"),
    ("de", "CHF 20.-", "20", "CHF"),
    ("de", "1.000 Euro", "1000", "EUR"),
    ("fr", "1 299,50 EUR", "1299.50", "EUR"),
    ("pl", "49,99 zł", "49.99", "PLN"),
    ("tr", "100 TL", "100", "TRY"),
    ("zh", "¥100", "100", "CNY"),
    ("ja", "¥100", "100", "JPY"),
    ("da", "200 kr", "200", "DKK"),
    ("en", "200 kr", "200", None),
)


@pytest.mark.parametrize(("language", "text", "expected"), FOUND)
def test_entities_are_found(
    language: str, text: str, expected: tuple[tuple[str, str, str], ...]
) -> None:
    found = read_by_rules(text, language).entities

    assert (
        tuple((one.kind.value, text[one.start : one.end], one.value) for one in found) == expected
    )


@pytest.mark.parametrize(("language", "text", "value", "currency"), CURRENCIES)
def test_amounts_have_a_plain_value_and_a_currency(
    language: str, text: str, value: str, currency: str | None
) -> None:
    (amount,) = read_by_rules(f"({text})", language).entities

    assert (amount.value, amount.currency) == (value, currency)
