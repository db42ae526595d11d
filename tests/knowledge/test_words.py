"""Words as the search by words sees them."""

import pytest

from ridealong.knowledge.words import split_words


def test_plurals_and_common_words_do_not_matter() -> None:
    assert split_words("Where are my REFUNDS and the parties' buses?") == [
        "refund",
        "party",
        "buse",
    ]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Wo ist denn meine Bestellung?", "de", ["bestellung"]),
        ("¿Dónde están mis envíos?", "es", ["envio"]),
        ("mi envio", "es", ["envio"]),
        ("Die Straße, GROẞ", "de", ["strasse", "gross"]),
        ("où est ma commande", "fr", ["ou", "est", "ma", "commande"]),
        ("订单 在哪里", "zh", ["订单", "在哪里"]),
        ("", "de", []),
        ("!!! 🙂 _ a", "en", []),
    ],
)
def test_each_language_has_its_own_common_words(text: str, language: str, words: list[str]) -> None:
    assert split_words(text, language) == words
