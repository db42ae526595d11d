"""The conformance suite against our own server over gRPC, case by case."""

from collections.abc import Iterator

import pytest

from conformance.cases import Case, Transport, all_cases
from conformance.rpc import RpcCaller
from tests.conformance.serving import Served

CASES = [case for case in all_cases() if Transport.GRPC in case.transports]


@pytest.fixture(scope="module")
def rpc(served: Served) -> Iterator[RpcCaller]:
    caller = RpcCaller(served.grpc)
    yield caller
    caller.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server_conforms(case: Case, rpc: RpcCaller) -> None:
    case.run(rpc)
