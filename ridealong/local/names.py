"""Which sidecars can be found by name, where Dapr's sqlite resolver keeps the names.

A sidecar that could not write itself down goes on without, and calls itself healthy.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import yaml

from ridealong.local.topology import Topology

# The resolver does not look at older rows: `updateInterval` of dapr-config/.
FRESH_S = 10
BUSY_WAIT_S = 1


def lost_sidecars(topology: Topology) -> set[str]:
    """The processes that nobody would find by their app-id now; none where names are not ours."""
    file = names_file(topology)
    if file is None:
        return set()
    known = known_addresses(file)
    return {
        f"{service.name}-dapr"
        for service in topology.services
        if f"127.0.0.1:{service.dapr_internal_grpc_port}" not in known
    }


def names_file(topology: Topology) -> Path | None:
    """The resolver's file; None where another resolver is configured."""
    for configuration in {service.config_file_path for service in topology.services}:
        resolution = yaml.safe_load(configuration.read_text())["spec"].get("nameResolution", {})
        if resolution.get("component") == "sqlite":
            place = str(resolution["configuration"]["connectionString"]).partition("?")[0]
            return topology.folder / place
    return None


def known_addresses(file: Path) -> set[str]:
    """Where sidecars listen that lately said so; none before the first has made the file."""
    since = int(time.time()) - FRESH_S
    try:
        with closing(
            sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=BUSY_WAIT_S)
        ) as names:
            rows = names.execute("SELECT address FROM hosts WHERE last_update > ?", (since,))
            return {address for (address,) in rows}
    except sqlite3.OperationalError:
        return set()
