"""Triton's own clients work unchanged."""

from tests.conformance.examples import run_example
from tests.conformance.serving import Served


def test_the_http_example_runs_with_bytes_and_with_json(served: Served) -> None:
    told = run_example("http", "--url", served.rest.removeprefix("http://"))

    assert told.count("sum [5. 5. 5. 5.] difference [1. 1. 1. 1.]") == 2


def test_the_grpc_example_runs(served: Served) -> None:
    told = run_example("grpc", "--url", served.grpc)

    assert told.count("sum [5. 5. 5. 5.] difference [1. 1. 1. 1.]") == 1
