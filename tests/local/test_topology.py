from pathlib import Path
from typing import Any

import pytest
import yaml

from ridealong.local.places import ROOT
from ridealong.local.problems import TopologyUnreadable
from ridealong.local.topology import load_topology


def run_file(folder: Path, **changes: Any) -> Path:
    content = yaml.safe_load((ROOT / "dapr.yaml").read_text())
    file = folder / "dapr.yaml"
    file.write_text(yaml.safe_dump({**content, **changes}))
    return file


def test_a_service_has_the_common_settings_and_its_own(tmp_path: Path) -> None:
    content = yaml.safe_load((ROOT / "dapr.yaml").read_text())
    content["apps"][0]["env"] = {"OWN": "1"}
    content["apps"][0]["logLevel"] = "debug"
    service = load_topology(run_file(tmp_path, apps=content["apps"])).services[0]

    assert service.env == {"OTEL_TRACES_EXPORTER": "none", "OWN": "1"}
    assert service.log_level == "debug"
    assert service.app_health_check_path == "/healthz"


def test_paths_start_at_the_run_file(tmp_path: Path) -> None:
    service = load_topology(run_file(tmp_path)).services[0]

    assert service.config_file_path == tmp_path / "dapr-config" / "none.yaml"
    assert service.resources_paths[0] == tmp_path / "components" / "pubsub" / "redis"


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load((ROOT / "dapr.yaml").read_text())
    content["common"]["enableAppHealthChecks"] = True

    with pytest.raises(TopologyUnreadable, match="enableAppHealthChecks"):
        load_topology(run_file(tmp_path, common=content["common"]))


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TopologyUnreadable, match="--file"):
        load_topology(tmp_path / "dapr.yaml")


def test_broken_yaml_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "dapr.yaml"
    file.write_text("apps: [\n  - {")

    with pytest.raises(TopologyUnreadable) as caught:
        load_topology(file)
    assert "\n" not in str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dapr.yaml"
    file.write_text("")

    with pytest.raises(TopologyUnreadable):
        load_topology(file)


def test_a_replica_has_the_same_app_id_and_ports_twenty_higher() -> None:
    first, second = (
        load_topology(ROOT / "dapr.yaml").only(["nlp"]).with_replicas({"nlp": 2}).services
    )

    assert (first.name, second.name) == ("nlp", "nlp-2")
    assert second.app_id == "nlp"
    assert [high - low for low, high in zip(first.ports, second.ports, strict=True)] == [20] * 5


def test_a_second_sidecar_comes_with_its_app() -> None:
    topology = load_topology(ROOT / "dapr.yaml").only(["inference"])

    assert [service.app_id for service in topology.services] == ["inference", "inference-grpc"]
    assert [service.app_id for service in topology.apps] == ["inference"]


def test_a_second_sidecar_has_as_many_replicas_as_its_app() -> None:
    topology = load_topology(ROOT / "dapr.yaml").only(["inference"])
    names = [service.name for service in topology.with_replicas({"inference": 2}).services]

    assert names == ["inference", "inference-2", "inference-grpc", "inference-grpc-2"]


@pytest.mark.parametrize("count", [0, 6])
def test_replicas_without_ports_are_refused(count: int) -> None:
    with pytest.raises(TopologyUnreadable, match="1 to 5"):
        load_topology(ROOT / "dapr.yaml").with_replicas({"nlp": count})


def test_an_unknown_service_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TopologyUnreadable, match="gateway"):
        load_topology(ROOT / "dapr.yaml").only(["billing"])


def test_another_component_is_another_folder_of_its_kind() -> None:
    topology = load_topology(ROOT / "dapr.yaml").with_component("state", "sqlite")
    folders = [path.relative_to(ROOT).as_posix() for path in topology.services[0].resources_paths]

    assert folders == [
        "components/pubsub/redis",
        "components/state/sqlite",
        "components/secrets/local",
        "components/shared",
    ]


def test_a_component_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(TopologyUnreadable, match="redis, sqlite"):
        load_topology(ROOT / "dapr.yaml").with_component("state", "oracle")


def test_tracing_is_another_file_beside_the_one_in_use() -> None:
    topology = load_topology(ROOT / "dapr.yaml").with_tracing("zipkin")

    assert {service.config_file_path.name for service in topology.services} == {"zipkin.yaml"}
