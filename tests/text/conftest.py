"""The language model loads once for all tests of this folder."""

import pytest

from ridealong.text.language import LanguageReader
from ridealong.text.suspicion import PlainWords


@pytest.fixture(scope="session")
def languages() -> LanguageReader:
    return LanguageReader()


@pytest.fixture(scope="session")
def plain_words() -> PlainWords:
    return PlainWords()
