"""The shipped articles in every language: one promise, other words, nothing that leads away."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ridealong.knowledge.articles import Article, read_articles

FOLDER = Path(__file__).parents[2] / "services" / "recommendation" / "knowledge"
ARTICLES = read_articles(FOLDER)
ORIGINALS = {article.id: article for article in ARTICLES if article.language == "en"}
VARIANTS = tuple(article for article in ARTICLES if article.language != "en")
AT_LEAST = {"en": 150, "de": 30, "es": 30}
LONGEST_REPLY = 900

LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|de|es|eu|io|net|org)\b", re.IGNORECASE)
MAIL = re.compile(r"\S@\S")
PHONE = re.compile(r"\+?\d[\d ()/-]{5,}\d")
# Visa, Mastercard, American Express, Apple Pay and Google Pay are what labels of the pack ask for.
COMPANY = re.compile(
    r"\b(?:Amazon|BBVA|Bitext|CaixaBank|Correos|DHL|DPD|Deutsche Bank|Facebook|FedEx|GLS|Hermes"
    r"|Instagram|Klarna|Microsoft|Monzo|N26|Netflix|PayPal|Revolut|SEUR|Santander|Shopify"
    r"|Sparkasse|UPS|USPS|Walmart|Western Union|WhatsApp|Zalando|eBay"
    r"|(?:Apple|Google)(?! Pay))\b"
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LABEL = re.compile(r"\"[^\"]+\"|„[^“]+“|«[^»]+»")
FAMILIAR = {
    "de": re.compile(r"\b(?:du|dir|dich|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:tú|tu|tus|te|ti|contigo|vosotros|vuestr\w*)\b", re.IGNORECASE),
}
SECRET = {
    "de": re.compile(
        r"(?:senden|schicken|nennen|sagen|geben) Sie uns (?:bitte )?(?:Ihre?n?|die|das|den) "
        r"(?:PIN|Passwort|Passcode|Code|Kartennummer)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"(?:env[ií]e|m[aá]nde|d[ií]ga|d[eé]|ind[ií]que)nos,? (?:por favor, )?(?:su|la|el) "
        r"(?:PIN|contraseña|clave|código|número de (?:la |su )?tarjeta)\b",
        re.IGNORECASE,
    ),
}


def words_of(article: Article) -> Iterator[str]:
    """Everything a customer or an agent may read."""
    yield article.title
    yield from article.questions
    yield article.reply
    yield article.ask or ""
    yield from article.sentences


def misleading(text: str) -> list[str]:
    """Links, addresses, phone numbers and companies that a reply must not lead to."""
    return [
        match[0] for pattern in (LINK, MAIL, PHONE, COMPANY) for match in pattern.finditer(text)
    ]


def numbers_in(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def named(article: Article) -> str:
    return f"{article.id}.{article.language}"


every = pytest.mark.parametrize("article", ARTICLES, ids=named)
every_variant = pytest.mark.parametrize("variant", VARIANTS, ids=named)


@pytest.mark.parametrize("language", AT_LEAST)
def test_there_are_enough_articles_in_each_language(language: str) -> None:
    assert sum(article.language == language for article in ARTICLES) >= AT_LEAST[language]


def test_an_article_is_there_once_per_language() -> None:
    count = Counter((article.id, article.language) for article in ARTICLES)

    assert [key for key, number in count.items() if number > 1] == []


@every_variant
def test_a_variant_is_called_as_its_original_with_the_language(variant: Article) -> None:
    assert (FOLDER / f"{variant.id}.{variant.language}.md").is_file()
    assert (FOLDER / f"{variant.id}.md").is_file()


@every_variant
def test_a_variant_differs_from_its_original_in_words_only(variant: Article) -> None:
    words = {"language", "title", "questions", "reply", "ask", "sentences"}

    assert variant.model_dump(exclude=words) == ORIGINALS[variant.id].model_dump(exclude=words)


@every_variant
def test_a_variant_names_the_numbers_of_its_original(variant: Article) -> None:
    original = ORIGINALS[variant.id]

    assert numbers_in(variant.reply) == numbers_in(original.reply)
    assert numbers_in(variant.ask or "") == numbers_in(original.ask or "")
    assert numbers_in(" ".join(variant.sentences)) == numbers_in(" ".join(original.sentences))


@every_variant
def test_a_variant_names_as_many_buttons_and_pages_as_its_original(variant: Article) -> None:
    original = ORIGINALS[variant.id]

    assert len(LABEL.findall(variant.reply)) == len(LABEL.findall(original.reply))
    assert len(variant.sentences) == len(original.sentences)


@every_variant
def test_what_a_reply_calls_a_button_its_body_calls_so_too(variant: Article) -> None:
    body, original = " ".join(variant.sentences), ORIGINALS[variant.id]
    backed = len(
        set(LABEL.findall(original.reply)) - set(LABEL.findall(" ".join(original.sentences)))
    )

    assert len(set(LABEL.findall(variant.reply)) - set(LABEL.findall(body))) <= backed


@every_variant
def test_a_variant_is_translated_from_end_to_end(variant: Article) -> None:
    untranslated = set(words_of(variant)) & set(words_of(ORIGINALS[variant.id])) - {""}

    assert untranslated == set()
    assert len(variant.questions) >= 3


@every_variant
def test_a_variant_addresses_the_customer_politely(variant: Article) -> None:
    assert not FAMILIAR[variant.language].search(f"{variant.reply} {variant.ask}")


@every_variant
def test_a_variant_asks_for_no_secret(variant: Article) -> None:
    assert not SECRET[variant.language].search(f"{variant.reply} {variant.ask}")


def test_no_question_leads_to_two_articles() -> None:
    count = Counter(question.casefold() for article in ARTICLES for question in article.questions)

    assert [question for question, number in count.items() if number > 1] == []


@every
def test_no_article_leads_out_of_the_conversation(article: Article) -> None:
    assert [found for text in words_of(article) for found in misleading(text)] == []


@every
def test_a_reply_is_short_enough_to_be_read(article: Article) -> None:
    assert max(len(article.reply), len(article.ask or "")) < LONGEST_REPLY


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.invalid/help",
        "Go to shop.example.com now",
        "Write to help@example",
        "Call +49 30 123456",
        "Your parcel is with DHL",
        "Sign in with Apple",
    ],
)
def test_what_leads_away_would_be_seen(text: str) -> None:
    assert misleading(text)


@pytest.mark.parametrize("text", ["Apple Pay works", "5 to 10 working days", "z. B. die Karte"])
def test_plain_words_lead_nowhere(text: str) -> None:
    assert misleading(text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Bitte senden Sie uns Ihre PIN"),
        ("de", "Nennen Sie uns bitte das Passwort"),
        ("es", "Envíenos, por favor, su contraseña"),
        ("es", "Díganos el número de la tarjeta"),
    ],
)
def test_a_request_for_a_secret_would_be_seen(language: str, text: str) -> None:
    assert SECRET[language].search(text)


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Du findest deine Rechnung"), ("es", "Mira tu pedido")]
)
def test_a_familiar_tone_would_be_seen(language: str, text: str) -> None:
    assert FAMILIAR[language].search(text)
