"""The conformance suite through real sidecars.

REST from one service's sidecar to another's, and gRPC through Dapr's proxying, case by case.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from conformance.cases import Case, Transport, all_cases
from conformance.exchange import Mismatch, Refusal
from conformance.models import write_models
from conformance.rest import RestCaller
from conformance.rpc import RpcCaller
from conformance.suite.asks import INT32_INFER
from conformance.suite.http import RIGHT
from tests.conformance.examples import run_example
from tests.serving.tiny_models import write_doubler
from tests.system.harness import System, eventually, running_system

# Invoking one's own app never leaves one's own sidecar: somebody else has to call.
CALLER = "intake"
PREFIX = "/v1.0/invoke/inference/method"
THROUGH = [case for case in all_cases() if not case.sidecar]
# Sidecar and server both refuse this one; a race decides whose words the caller reads.
BY_EITHER = "http/a-body-of-six-megabytes-is-answered-or-refused"
BY_ITSELF = [case for case in all_cases() if case.sidecar and case.name != BY_EITHER]


def over(transport: Transport, cases: list[Case]) -> list[Case]:
    return [case for case in cases if transport in case.transports]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    models = tmp_path_factory.mktemp("models")
    write_models(models)
    # The service, unlike the server alone, insists on a model with a manifest.
    write_doubler(models)

    def serve_these(content: dict[str, Any]) -> None:
        for app in content["apps"]:
            if app["appID"] == "inference":
                app.setdefault("env", {}).update(
                    INFERENCE_MODELS=str(models), INFERENCE_VERSIONS="all"
                )

    folder = tmp_path_factory.mktemp("system")
    services = [CALLER, "inference", "inference-grpc"]
    with running_system(folder, services, change=serve_these) as running:
        yield running


@pytest.fixture(scope="module")
def rest(system: System) -> RestCaller:
    caller = RestCaller(system.sidecar_url(CALLER), prefix=PREFIX, headers=system.headers)
    eventually(caller.is_ready, within_s=30)
    return caller


@pytest.fixture(scope="module")
def rpc(system: System) -> Iterator[RpcCaller]:
    sidecar = system.local.topology.service(CALLER)
    caller = RpcCaller(
        f"127.0.0.1:{sidecar.dapr_grpc_port}", metadata={"dapr-app-id": "inference-grpc"}
    )
    yield caller
    caller.close()


@pytest.mark.parametrize("case", over(Transport.REST, THROUGH), ids=lambda case: case.name)
def test_the_server_conforms_through_two_sidecars(case: Case, rest: RestCaller) -> None:
    case.run(rest)


@pytest.mark.parametrize("case", over(Transport.GRPC, THROUGH), ids=lambda case: case.name)
def test_the_server_conforms_through_a_grpc_proxy(case: Case, rpc: RpcCaller) -> None:
    case.run(rpc)


@pytest.mark.usefixtures("rest")
@pytest.mark.parametrize("case", over(Transport.REST, BY_ITSELF), ids=lambda case: case.name)
def test_what_is_said_of_sidecars_is_true(case: Case, system: System) -> None:
    caller = RestCaller(
        system.sidecar_url(CALLER), prefix=PREFIX, headers=system.headers, timeout_s=3
    )

    with pytest.raises((Mismatch, Refusal)):
        case.run(caller)


def test_a_body_beyond_a_sidecars_limit_is_never_answered(rest: RestCaller) -> None:
    body = RIGHT[:-1] + b" " * (6 << 20) + b"}"

    for _ in range(5):
        # Who refuses while the body still comes may close: then there is no response to read.
        with suppress(Mismatch):
            # 413 by the server or a sidecar, or 500 where the far sidecar refused ("stream too
            # large"): which of the three is first is open.
            assert rest.send("POST", INT32_INFER, body).status in (413, 500)

    assert rest.is_ready()
    assert any(case.name == BY_EITHER and case.sidecar for case in all_cases())


@pytest.mark.parametrize("case", over(Transport.GRPC, BY_ITSELF), ids=lambda case: case.name)
def test_what_is_said_of_grpc_proxies_is_true(case: Case, rpc: RpcCaller) -> None:
    with pytest.raises((Mismatch, Refusal)):
        case.run(rpc)


def test_tritons_http_client_works_through_a_sidecar(system: System, rest: RestCaller) -> None:
    place = system.sidecar_url(CALLER).removeprefix("http://")

    told = run_example("http", "--url", f"{place}{PREFIX}")

    assert told.count("sum [5. 5. 5. 5.]") == 2


def test_tritons_grpc_client_works_through_a_sidecar(system: System, rpc: RpcCaller) -> None:
    port = system.local.topology.service(CALLER).dapr_grpc_port

    told = run_example("grpc", "--url", f"127.0.0.1:{port}", "--app-id", "inference-grpc")

    assert told.count("sum [5. 5. 5. 5.]") == 1
