from pathlib import Path

from ridealong.local.dapr import Runtime
from ridealong.local.places import ROOT, Places
from ridealong.local.programs import services
from ridealong.local.topology import load_topology


def test_each_replica_is_told_the_port_of_its_own_second_sidecar(tmp_path: Path) -> None:
    topology = load_topology(ROOT / "dapr.yaml").only(["inference"])
    programs = services(
        topology.with_replicas({"inference": 2}), Runtime(tmp_path, "", ""), Places(tmp_path)
    )
    ports = {
        program.name: program.environment["INFERENCE_GRPC_PORT"]
        for program in programs
        if program.group == "apps"
    }

    first = topology.service("inference-grpc").app_port
    assert ports == {"inference": str(first), "inference-2": str(first + 20)}


def test_a_second_sidecar_starts_no_app(tmp_path: Path) -> None:
    topology = load_topology(ROOT / "dapr.yaml").only(["inference"])
    programs = services(topology, Runtime(tmp_path, "", ""), Places(tmp_path))

    assert [program.name for program in programs] == [
        "inference-dapr",
        "inference-grpc-dapr",
        "inference",
    ]
