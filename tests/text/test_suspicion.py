"""The tagger is spared only texts that hold no name: recall first, savings second."""

from collections.abc import Callable

import pytest

from ridealong.text.masking import read_by_rules
from ridealong.text.suspicion import PlainWords
from tests.text.short_requests import SHORT_REQUESTS

NAMES = (
    *("maria", "jane", "tom", "will smith", "john doe", "anna schmidt", "li wei", "mohammed ali"),
    *("fatima", "priya patel", "olga ivanova", "josé garcía", "jack black", "bob marley"),
    *("rose miller", "grace kelly", "mark king", "bill gates", "may parker", "will young"),
    *("hope solo", "summer rain", "sue", "pat", "ed", "dean", "max power", "frank ocean"),
    *("guy fawkes", "robin hood", "faith hill", "joy", "april jones", "june carter", "drew"),
    *("gene", "ray", "dawn"),
)

TEMPLATES = (
    *("hi {} here, where is my order", "my name is {} and i want a refund"),
    *("please send it to {}", "the package was for {}"),
    *("i spoke with {} yesterday about my order", "regards, {}"),
    *("{} told me i get my money back", "this is {}, cancel my subscription"),
    "where is my order? {}",
)

ADDRESSES = (
    *("send it to 12 baker street", "i moved to 5 old mill road", "my flat is 3b, high street 7"),
    *("deliver to p.o. box 1234 springfield", "new address: 221b green lane, leeds"),
    *("i live at 10 downing st", "zip is 94110"),
)

LISTED = frozenset(("en", "de", "fr", "es", "it", "nl", "pt", "tr"))

PLAIN_ELSEWHERE = (
    ("de", "Wo ist meine Bestellung? Ich möchte mein Geld zurück."),
    ("fr", "Où est ma commande ? Je veux un remboursement."),
    ("es", "Quiero cancelar mi pedido, por favor"),
    ("it", "Dov'è il mio ordine? Voglio un rimborso"),
    ("nl", "Waar is mijn bestelling? Ik wil mijn geld terug"),
    ("pt", "Quero cancelar o meu pedido"),
    ("tr", "Siparişim nerede? İade istiyorum"),
)

TEMPLATES_ELSEWHERE = (
    ("de", "ich bin {} und warte"),
    ("fr", "je suis {}, où est ma commande"),
    ("es", "soy {} y quiero un reembolso"),
    ("it", "sono {}, dov'è il mio ordine"),
    ("nl", "ik ben {} en ik wacht"),
    ("pt", "sou {} e quero cancelar"),
    ("tr", "ben {} ve bekliyorum"),
)

PLAIN = (
    *("where is my order 12345?", "I want to cancel my order", "Please give me my money back!"),
    *("MY CARD WAS DECLINED", "I'm still waiting for my refund of $20. It has been two weeks"),
    *("the package arrived damaged", "How do I reset my password?"),
)


def is_overlooked(plain_words: PlainWords, template: str, name: str, language: str) -> bool:
    """Neither a rule takes the whole name nor is the tagger shown its sentence."""
    text = template.format(name)
    place = (text.index(name), text.index(name) + len(name))
    rules = [(span.start, span.end) for span in read_by_rules(text, language).personal]
    return place not in rules and not is_suspicious(plain_words, text, language)


def is_suspicious(plain_words: PlainWords, text: str, language: str = "en") -> bool:
    return bool(plain_words.suspicious_ranges(read_by_rules(text, language), language))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("spelled", [str.lower, str.title, str.upper])
def test_no_name_is_overlooked(
    plain_words: PlainWords, template: str, spelled: Callable[[str], str]
) -> None:
    overlooked = [
        name for name in NAMES if is_overlooked(plain_words, template, spelled(name), "en")
    ]

    assert overlooked == []


@pytest.mark.parametrize("text", ADDRESSES)
def test_no_address_is_overlooked(plain_words: PlainWords, text: str) -> None:
    assert is_suspicious(plain_words, text)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_requests_are_spared(plain_words: PlainWords, text: str) -> None:
    assert not is_suspicious(plain_words, text)


@pytest.mark.parametrize("language", [code for code in SHORT_REQUESTS if code not in LISTED])
def test_languages_without_a_list_are_always_looked_at(
    plain_words: PlainWords, language: str
) -> None:
    assert all(is_suspicious(plain_words, text, language) for text in SHORT_REQUESTS[language])


@pytest.mark.parametrize(("language", "text"), PLAIN_ELSEWHERE)
def test_plain_requests_of_listed_languages_are_spared(
    plain_words: PlainWords, language: str, text: str
) -> None:
    assert not is_suspicious(plain_words, text, language)


@pytest.mark.parametrize(("language", "template"), TEMPLATES_ELSEWHERE)
@pytest.mark.parametrize("spelled", [str.lower, str.title, str.upper])
def test_no_name_is_overlooked_in_listed_languages(
    plain_words: PlainWords, language: str, template: str, spelled: Callable[[str], str]
) -> None:
    overlooked = [
        name for name in NAMES if is_overlooked(plain_words, template, spelled(name), language)
    ]

    assert overlooked == []


def test_only_the_sentence_with_the_name_is_shown(plain_words: PlainWords) -> None:
    text = "The package arrived damaged and I want a refund for all of it. I am jo. Thank you!"
    ranges = plain_words.suspicious_ranges(read_by_rules(text, "en"), "en")

    assert [text[start:end] for start, end in ranges] == ["I am jo."]


def test_what_leads_on_to_a_name_is_shown_with_it(plain_words: PlainWords) -> None:
    text = "My order is late, please help me and send it again to the address below:\nJo Doe"
    ranges = plain_words.suspicious_ranges(read_by_rules(text, "en"), "en")

    assert [text[start:end] for start, end in ranges] == [text]


def test_a_text_without_letters_holds_no_name(plain_words: PlainWords) -> None:
    assert not is_suspicious(plain_words, "12345 !!!", "unknown")
