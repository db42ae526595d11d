"""The whole system, once for all stories, tracing into a receiver of the test's own."""

from collections.abc import Iterator

import pytest

from tests.system.caller import Caller
from tests.system.harness import System, running_system
from tests.system.receiver import SpanReceiver, receiving_spans


@pytest.fixture(scope="session")
def spans() -> Iterator[SpanReceiver]:
    with receiving_spans() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, spans: SpanReceiver) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system")

    def trace_into_receiver(_: object) -> None:
        file = folder / "dapr-config" / "zipkin.yaml"
        text = file.read_text()
        file.write_text(text.replace("http://127.0.0.1:9411/api/v2/spans", spans.endpoint))

    with running_system(folder, change=trace_into_receiver, tracing="zipkin") as running:
        yield running


@pytest.fixture(scope="session")
def caller(system: System) -> Iterator[Caller]:
    with Caller.with_new_key(system) as caller:
        yield caller
