import json
import socket
from pathlib import Path

import pytest

from ridealong.local.checkup import Finding, Grade, disk, examine, models, ports
from ridealong.local.places import Places
from ridealong.local.topology import Topology, load_topology
from tests.system.relocate import relocate


@pytest.fixture
def topology(tmp_path: Path) -> Topology:
    return load_topology(relocate(tmp_path / "copy"))


def put_model(folder: Path, weights: bytes, sha256: str) -> None:
    folder = folder / "tiny" / "1"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(weights)
    tensor = {"name": "x", "datatype": "FP32", "shape": [-1]}
    manifest = {
        "schema_version": 1,
        "name": "tiny",
        "version": "1",
        "platform": "onnx",
        "files": {"model.onnx": {"sha256": sha256, "bytes": len(weights)}},
        "inputs": [tensor],
        "outputs": [tensor],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_free_ports_are_well(topology: Topology) -> None:
    finding = only(list(ports(topology, Places(topology.folder))))

    assert finding.grade is Grade.OK


def test_a_taken_port_is_named_with_its_taker(topology: Topology) -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", topology.service("nlp").app_port))
        taker.listen()
        finding = only(list(ports(topology, Places(topology.folder))))

    assert finding.grade is Grade.WRONG
    assert f"port {topology.service('nlp').app_port} of nlp is taken by python" in finding.what
    assert finding.remedy


def test_a_model_as_its_manifest_says_is_well(tmp_path: Path) -> None:
    put_model(tmp_path / "models", b"abc", OF_ABC)
    put_model(tmp_path / "store", b"abc", OF_ABC)

    assert only(list(models(tmp_path / "models", tmp_path / "store"))).grade is Grade.OK


def test_a_model_with_another_checksum_is_wrong(tmp_path: Path) -> None:
    put_model(tmp_path / "models", b"abc", OF_ABC)
    put_model(tmp_path / "store", b"abd", OF_ABC)
    finding = only(list(models(tmp_path / "models", tmp_path / "store")))

    assert finding.grade is Grade.WRONG
    assert "sha256" in finding.what


def test_a_model_that_was_never_assembled_is_wrong(tmp_path: Path) -> None:
    put_model(tmp_path / "models", b"abc", OF_ABC)
    finding = only(list(models(tmp_path / "models", tmp_path / "store")))

    assert finding.grade is Grade.WRONG
    assert "make setup" in finding.remedy


def test_room_on_the_disk_is_told(tmp_path: Path) -> None:
    assert "GB free" in next(disk(tmp_path)).what


def test_an_unreadable_run_file_does_not_hide_the_rest(tmp_path: Path) -> None:
    findings = examine(tmp_path / "dapr.yaml")

    assert any(finding.grade is Grade.WRONG and "--file" in finding.remedy for finding in findings)
    assert any(finding.subject == "python" for finding in findings)


def test_everything_wrong_says_what_to_do(tmp_path: Path) -> None:
    for finding in examine(tmp_path / "dapr.yaml"):
        assert finding.grade is Grade.OK or finding.remedy
