"""A running `preprocessing` with a fake sidecar; the language model loads once."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ridealong.text.language import LanguageReader
from services.preprocessing.app import create_app
from services.preprocessing.settings import Settings
from tests.fakes import FakeSidecar
from tests.preprocessing.taggers import answer_tags


@pytest.fixture(scope="session")
def languages() -> LanguageReader:
    return LanguageReader()


@pytest.fixture
def sidecar() -> FakeSidecar:
    sidecar = FakeSidecar()
    sidecar.answer("inference", "/v2/models/pii-tagger/infer", answer_tags)
    return sidecar


@pytest.fixture
def client(languages: LanguageReader, sidecar: FakeSidecar) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), languages=languages, sidecar=sidecar)) as client:
        yield client
