"""Who is found by name, out of the file that Dapr's resolver keeps."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from ridealong.local.names import FRESH_S, lost_sidecars, names_file
from ridealong.local.places import ROOT
from ridealong.local.topology import Topology, load_topology


def topology_in(folder: Path) -> Topology:
    """`nlp` and `intake` of our run file, with names kept in `folder`."""
    chosen = load_topology(ROOT / "dapr.yaml").only(["nlp", "intake"])
    return chosen.model_copy(update={"folder": folder})


def write_down(file: Path, *addresses: str, age_s: int = 0) -> None:
    """As sidecars do."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as names, names:
        names.execute("CREATE TABLE IF NOT EXISTS hosts (address TEXT, last_update INTEGER)")
        names.executemany(
            "INSERT INTO hosts VALUES (?, ?)",
            [(address, int(time.time()) - age_s) for address in addresses],
        )


def address(topology: Topology, app_id: str) -> str:
    return f"127.0.0.1:{topology.service(app_id).dapr_internal_grpc_port}"


def test_before_any_sidecar_has_written_all_are_lost(tmp_path: Path) -> None:
    assert lost_sidecars(topology_in(tmp_path)) == {"nlp-dapr", "intake-dapr"}


def test_a_sidecar_without_a_row_is_lost(tmp_path: Path) -> None:
    topology = topology_in(tmp_path)
    write_down(tmp_path / "var/run/names.db", address(topology, "nlp"))

    assert lost_sidecars(topology) == {"intake-dapr"}


def test_a_row_of_an_earlier_life_counts_for_nothing(tmp_path: Path) -> None:
    topology = topology_in(tmp_path)
    file = tmp_path / "var/run/names.db"
    write_down(file, address(topology, "nlp"))
    write_down(file, address(topology, "intake"), age_s=FRESH_S + 1)

    assert lost_sidecars(topology) == {"intake-dapr"}


def test_what_is_no_names_file_names_nobody(tmp_path: Path) -> None:
    file = tmp_path / "var/run/names.db"
    file.parent.mkdir(parents=True)
    file.touch()

    assert lost_sidecars(topology_in(tmp_path)) == {"nlp-dapr", "intake-dapr"}


def test_with_another_resolver_nobody_is_missed(tmp_path: Path) -> None:
    configuration = tmp_path / "consul.yaml"
    configuration.write_text("spec: {nameResolution: {component: consul}}")
    topology = topology_in(tmp_path)
    services = [
        service.model_copy(update={"config_file_path": configuration})
        for service in topology.services
    ]
    elsewhere = topology.model_copy(update={"services": tuple(services)})

    assert names_file(elsewhere) is None
    assert lost_sidecars(elsewhere) == set()
