"""House laws of the topology: one table of ports and commands, and each trap of Dapr's."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grpc import StatusCode

from ridealong.chassis.errors import ReplicaLeaving
from ridealong.local.dapr import Runtime
from ridealong.local.names import FRESH_S
from ridealong.local.places import ROOT
from ridealong.local.programs import sidecar_command
from ridealong.local.topology import MOST_REPLICAS, Topology, load_topology
from ridealong.local.tracing import tracing_environment
from tests.repo.test_events import heard

COMPONENTS = ROOT / "components"
CONFIGURATIONS = sorted((ROOT / "dapr-config").glob("*.yaml"))
EPHEMERAL = 32768
# To infer twice is to infer once. Of the one call here that this is not true of, see decision 1.
PURE_APPS = {"inference", "inference-grpc"}


def documents(kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in sorted(COMPONENTS.rglob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text()):
            if document["kind"] == kind:
                yield file, document


def metadata(component: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item.get("value", "") for item in component["spec"]["metadata"]}


def seconds(duration: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(ms|s|m)", duration).groups()  # type: ignore[union-attr]
    return int(number) * {"ms": 0.001, "s": 1, "m": 60}[unit]


@pytest.fixture(scope="module")
def topology() -> Topology:
    return load_topology(ROOT / "dapr.yaml")


@pytest.fixture(scope="module")
def tye() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "tye.yaml").read_text())
    return content


@pytest.fixture(scope="module")
def resiliency() -> dict[str, Any]:
    ((_, document),) = set_of_files(documents("Resiliency"))
    spec: dict[str, Any] = document["spec"]
    return spec


def set_of_files(
    found: Iterator[tuple[Path, dict[str, Any]]],
) -> list[tuple[Path, dict[str, Any]]]:
    """Each file once, however many links lead to it."""
    return list({file.resolve(): (file, document) for file, document in found}.values())


def test_every_folder_of_services_is_in_the_run_file_and_nothing_else(topology: Topology) -> None:
    folders = {
        path.parent.name.replace("_", "-") for path in (ROOT / "services").glob("*/__init__.py")
    }

    assert {service.app_id for service in topology.apps} == folders


def test_every_service_is_started_by_the_same_command(topology: Topology) -> None:
    for service in topology.apps:
        folder = service.app_id.replace("-", "_")
        assert service.command == (".venv/bin/python", "-m", "ridealong.chassis.run", folder)


def test_a_second_sidecar_stands_beside_an_app_that_is_told_its_port(topology: Topology) -> None:
    seconds = [service for service in topology.services if not service.command]

    assert [service.app_id for service in seconds] == ["inference-grpc"]
    for service in seconds:
        app = topology.service(service.beside or "")
        assert app in topology.apps
        assert app.env[service.port_variable] == str(service.app_port)
        assert service.app_protocol == "grpc"


def test_ports_are_unique_and_below_the_ephemeral_range(topology: Topology) -> None:
    ports = [port for service in topology.services for port in service.ports]
    all_ports = topology.ports

    assert len(all_ports) == len(ports) + 10
    assert max(all_ports) < EPHEMERAL


def test_the_most_replicas_still_have_ports_of_their_own(topology: Topology) -> None:
    most = topology.with_replicas({service.app_id: 5 for service in topology.services})
    ports = [port for service in most.services for port in service.ports]

    assert len(most.ports) == len(ports) + 10


def test_tye_names_the_same_services_ports_and_commands(
    topology: Topology, tye: dict[str, Any]
) -> None:
    of_tye = {
        service["name"]: (
            service["executable"],
            *service["args"].split(),
            service["bindings"][0]["port"],
            {item["name"]: item["value"] for item in service["env"]},
        )
        for service in tye["services"]
        if service["executable"] != "daprd"
    }

    assert of_tye == {
        service.app_id: (
            *service.command,
            service.app_port,
            {"APP_PORT": str(service.app_port), **own_environment(service.app_id)},
        )
        for service in topology.apps
    }


def own_environment(app_id: str) -> dict[str, str]:
    """What the run file gives this service alone."""
    apps = yaml.safe_load((ROOT / "dapr.yaml").read_text())["apps"]
    return next(app.get("env", {}) for app in apps if app["appID"] == app_id)


def test_tye_gives_every_sidecar_the_same_ports(topology: Topology, tye: dict[str, Any]) -> None:
    assert tye["extensions"][0]["services"] == {
        service.app_id: {
            "app-id": service.app_id,
            "http-port": service.dapr_http_port,
            "grpc-port": service.dapr_grpc_port,
            "metrics-port": service.metrics_port,
        }
        for service in topology.apps
    } | {service.app_id: {"enabled": False} for service in topology.services if service.beside}


def test_tye_starts_a_second_sidecar_as_the_supervisor_would(
    topology: Topology, tye: dict[str, Any]
) -> None:
    given = {
        service["name"]: set(service["args"].split())
        for service in tye["services"]
        if service["executable"] == "daprd"
    }

    assert set(given) == {service.app_id for service in topology.services if service.beside}
    for name, flags in given.items():
        usual = set(sidecar_command(topology.service(name), Runtime(ROOT, "", "")))
        odd = {flag.partition("=")[0] for flag in flags - usual}
        assert odd == {"--resources-path", "--config"}


def test_the_folder_for_tye_links_what_the_run_file_uses(
    topology: Topology, tye: dict[str, Any]
) -> None:
    service = topology.services[0]
    used = {file.resolve() for folder in service.resources_paths for file in folder.glob("*.yaml")}
    linked = {file.resolve() for file in (COMPONENTS / "tye").iterdir()}

    assert linked == used | {service.config_file_path.resolve()}
    assert tye["extensions"][0]["config"] == service.config_file_path.stem


def test_apps_trace_where_their_sidecars_do(topology: Topology) -> None:
    for service in topology.services:
        assert (
            service.env["OTEL_TRACES_EXPORTER"]
            == (tracing_environment(service.config_file_path)["OTEL_TRACES_EXPORTER"])
        )


def test_configurations_differ_in_tracing_only() -> None:
    specs = [yaml.safe_load(file.read_text())["spec"] for file in CONFIGURATIONS]
    for spec in specs:
        spec.pop("tracing")

    assert all(spec == specs[0] for spec in specs)


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.stem)
def test_the_resolver_never_cleans_up_and_has_slack(file: Path) -> None:
    resolution = yaml.safe_load(file.read_text())["spec"]["nameResolution"]

    assert resolution["component"] == "sqlite"
    assert resolution["configuration"]["cleanupInterval"] == "0"
    assert resolution["configuration"]["updateInterval"] == f"{FRESH_S}s"
    assert resolution["configuration"]["timeout"] == "3s"
    assert resolution["configuration"]["busyTimeout"] == "3s"


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.stem)
def test_paths_with_ids_never_become_metrics(file: Path) -> None:
    metrics = yaml.safe_load(file.read_text())["spec"]["metrics"]

    assert metrics["http"]["increasedCardinality"] is False


def test_every_component_is_given_to_named_services_only(topology: Topology) -> None:
    known = {service.app_id for service in topology.services}
    for file, component in documents("Component"):
        assert component.get("scopes"), file
        assert set(component["scopes"]) <= known, file


def test_alternatives_of_a_component_have_the_same_names_and_scopes() -> None:
    for kind in ("pubsub", "state", "secrets"):
        faces: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
        for file, component in documents("Component"):
            if file.parent.parent.name == kind:
                face = (component["metadata"]["name"], tuple(component["scopes"]))
                faces.setdefault(file.parent.name, set()).add(face)
        assert len({frozenset(found) for found in faces.values()}) == 1, kind


def test_the_broker_listens_where_components_look_for_it(topology: Topology) -> None:
    hosts = {
        metadata(component)["redisHost"]
        for _, component in documents("Component")
        if "redisHost" in metadata(component)
    }

    assert hosts == {f"127.0.0.1:{topology.infrastructure.broker.port}"}


def test_one_file_holds_one_resiliency() -> None:
    for file, _ in documents("Resiliency"):
        assert len(list(yaml.safe_load_all(file.read_text()))) == 1


def test_every_retry_has_an_end(resiliency: dict[str, Any]) -> None:
    for name, policy in resiliency["policies"]["retries"].items():
        assert policy.get("maxRetries", -1) >= 0, name


def test_only_inference_and_events_on_their_way_in_are_retried(resiliency: dict[str, Any]) -> None:
    retries = resiliency["policies"]["retries"]
    targets = resiliency["targets"]
    others = [target for app_id, target in targets["apps"].items() if app_id not in PURE_APPS]
    others += [component["outbound"] for component in targets["components"].values()]

    assert {retries[target["retry"]]["maxRetries"] for target in others} == {0}
    assert retries[targets["components"]["pubsub"]["inbound"]["retry"]]["maxRetries"] > 0


def test_an_inference_is_asked_again_of_another_replica_but_never_of_a_full_one(
    topology: Topology, resiliency: dict[str, Any]
) -> None:
    for app_id in PURE_APPS & {service.app_id for service in topology.services}:
        policy = resiliency["policies"]["retries"][resiliency["targets"]["apps"][app_id]["retry"]]
        # All replicas but one dead, and still no more than one call in 100,000 finds none alive.
        assert (1 - 1 / MOST_REPLICAS) ** policy["maxRetries"] < 0.002
        assert 0.5 ** policy["maxRetries"] < 1e-5
        assert policy["matching"] == {
            "httpStatusCodes": str(ReplicaLeaving.status),
            "gRPCStatusCodes": f"{StatusCode.CANCELLED.value[0]},{StatusCode.UNAVAILABLE.value[0]}",
        }


def test_no_call_falls_back_on_daprs_own_retries(
    topology: Topology, resiliency: dict[str, Any]
) -> None:
    names = {component["metadata"]["name"] for _, component in documents("Component")}

    assert set(resiliency["targets"]["apps"]) == {service.app_id for service in topology.services}
    assert set(resiliency["targets"]["components"]) == names


@pytest.mark.parametrize("name", ["pubsub", "pubsub-bulk"])
def test_redis_waits_longer_than_all_inbound_retries_together(
    name: str, resiliency: dict[str, Any]
) -> None:
    inbound = resiliency["targets"]["components"][name]["inbound"]["retry"]
    policy = resiliency["policies"]["retries"][inbound]
    retries_s = seconds(policy["duration"]) * policy["maxRetries"]
    file = (COMPONENTS / "pubsub" / "redis" / "pubsub.yaml").read_text()
    brokers = {broker["metadata"]["name"]: broker for broker in yaml.safe_load_all(file)}
    settings = metadata(brokers[name])

    assert policy["policy"] == "constant"
    assert retries_s < seconds(settings["processingTimeout"])
    assert settings["redeliverInterval"].isdecimal()
    assert settings["queueDepth"] == settings["concurrency"]
    assert int(settings["maxLenApprox"]) > 0


@pytest.mark.parametrize("name", ["pubsub", "pubsub-bulk"])
def test_redis_has_connections_left_beside_those_of_waiting_subscriptions(name: str) -> None:
    file = (COMPONENTS / "pubsub" / "redis" / "pubsub.yaml").read_text()
    brokers = {broker["metadata"]["name"]: broker for broker in yaml.safe_load_all(file)}
    subscriptions = Counter(app_id for _, app_id in heard())

    assert int(metadata(brokers[name])["poolSize"]) >= 4 * max(subscriptions.values())
