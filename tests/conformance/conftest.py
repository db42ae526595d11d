"""One server of ours for all of the suite's runs against it."""

from collections.abc import Iterator

import pytest

from conformance.models import write_models
from tests.conformance.serving import Served, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("conformance-models")
    write_models(folder)
    with serving(folder) as served:
        yield served
