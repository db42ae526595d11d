"""Texts as the models should read what is asked in them: numbers alike, capitals as small letters.

Which number it is says nothing of what is asked, but heads learn by heart that four digits are the
end of a card: asked about order 4471 they refused what they understand of order 7788123. And an
encoder that tells capitals apart takes shouting for another language: `WO IST MEINE BESTELLUNG`
was refused with certainty.
"""

import re

# Of numbers with 2, 7, 8 and 12 digits this one let every request to a shop through (300 of Bitext,
# with numbers of their own or of four digits), and fewest to companies of other kinds (MultiDoGO).
ANY_NUMBER = "7788123"
# Four digits and more; not amounts, percentages, decimals, addresses or parts of words.
_BESIDE = r"A-Za-zÀ-ӿ\d_@%"
_LONG_NUMBER = re.compile(
    rf"(?<![{_BESIDE}./,:$€£-])\d{{4,24}}(?![{_BESIDE}€$£]|[.,:/-]\d| ?(?:EUR|USD|GBP)\b)"
)
_READ_CHARACTERS = 400
_FEWEST_LETTERS = 6
_SHOUTED_SHARE = 0.7
_PLACEHOLDER = re.compile(r"\[[A-Z]+(?:_\d+)?\]")
TURKISH = "tr"


def level_numbers(text: str) -> str:
    """The text with one and the same number in place of every long one."""
    return _LONG_NUMBER.sub(ANY_NUMBER, text)


def is_shouted(text: str) -> bool:
    """Whether nearly all letters at the start of a text are capitals; placeholders do not count."""
    start = _PLACEHOLDER.sub("", text[:_READ_CHARACTERS])
    capitals = sum(map(str.isupper, start))
    return capitals >= _FEWEST_LETTERS and capitals >= _SHOUTED_SHARE * sum(map(str.isalpha, start))


def calm_down(text: str, language: str) -> str:
    """The text in small letters; Turkish has two kinds of i."""
    if language == TURKISH:
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()
