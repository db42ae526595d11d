"""The topology of one machine, as `dapr.yaml` tells it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ridealong.local.infrastructure import Entry, Infrastructure
from ridealong.local.problems import TopologyUnreadable

# Ports of further replicas: each 20 above the one before; five fit below the next block of 100.
REPLICA_STEP = 20
MOST_REPLICAS = 5
# What the app-id of an app's second sidecar adds to that of the app.
GRPC = "-grpc"
PORT_FIELDS = (
    "app_port",
    "dapr_http_port",
    "dapr_grpc_port",
    "dapr_internal_grpc_port",
    "metrics_port",
)


class Service(Entry):
    """One sidecar and, where it has a command, the app beside it."""

    app_id: str = Field(alias="appID")
    app_dir_path: Path
    app_port: int
    dapr_http_port: int = Field(alias="daprHTTPPort")
    dapr_grpc_port: int = Field(alias="daprGRPCPort")
    dapr_internal_grpc_port: int = Field(alias="daprInternalGRPCPort")
    metrics_port: int
    command: tuple[str, ...] = ()
    env: dict[str, str] = Field(default_factory=dict)
    resources_paths: tuple[Path, ...]
    config_file_path: Path
    api_listen_addresses: str = "127.0.0.1"
    placement_host_address: str
    scheduler_host_address: str
    app_protocol: str = "http"
    app_max_concurrency: int = -1
    log_level: str = "info"
    max_body_size: str = "4Mi"
    read_buffer_size: str = "4Ki"
    enable_app_health_check: bool = False
    app_health_check_path: str = "/healthz"
    app_health_probe_interval: int = 5
    app_health_probe_timeout: int = 500
    app_health_threshold: int = 3
    replica: int = Field(default=1, ge=1, le=MOST_REPLICAS)

    @property
    def name(self) -> str:
        """Unlike the app-id, the name of each replica is its own."""
        return self.app_id if self.replica == 1 else f"{self.app_id}-{self.replica}"

    @property
    def beside(self) -> str | None:
        """The app-id of whose app it is a second sidecar: `inference` for `inference-grpc`."""
        is_second = not self.command and self.app_id.endswith(GRPC)
        return self.app_id.removesuffix(GRPC) if is_second else None

    @property
    def port_variable(self) -> str:
        """Where the app beside it reads the port to open for it."""
        return f"{self.app_id.replace('-', '_').upper()}_PORT"

    @property
    def ports(self) -> tuple[int, ...]:
        """The app's port first, then those of its sidecar."""
        return tuple(getattr(self, name) for name in PORT_FIELDS)

    def copy_number(self, replica: int) -> "Service":
        """The same service once more, on ports of its own."""
        step = REPLICA_STEP * (replica - 1)
        moved = {name: port + step for name, port in zip(PORT_FIELDS, self.ports, strict=True)}
        return self.model_copy(update={**moved, "replica": replica})


class Topology(BaseModel):
    """All that one run file starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    services: tuple[Service, ...]
    infrastructure: Infrastructure

    @property
    def apps(self) -> tuple[Service, ...]:
        """Those that start an app of their own."""
        return tuple(service for service in self.services if service.command)

    @property
    def ports(self) -> dict[int, str]:
        """Every port with the name of the process that listens there."""
        placement, scheduler = self.infrastructure.placement, self.infrastructure.scheduler
        taken = {
            self.infrastructure.broker.port: "broker",
            self.placement_port: "placement",
            placement.health_port: "placement",
            placement.metrics_port: "placement",
            placement.raft_port: "placement",
            self.scheduler_port: "scheduler",
            scheduler.health_port: "scheduler",
            scheduler.metrics_port: "scheduler",
            scheduler.etcd_client_port: "scheduler",
            scheduler.etcd_peer_port: "scheduler",
        }
        for service in self.services:
            taken[service.app_port] = service.name
            taken.update(dict.fromkeys(service.ports[1:], f"{service.name}-dapr"))
        return taken

    @property
    def placement_port(self) -> int:
        """Where sidecars look for placement."""
        return _port_of(self.services[0].placement_host_address)

    @property
    def scheduler_port(self) -> int:
        """Where sidecars look for the scheduler."""
        return _port_of(self.services[0].scheduler_host_address)

    def service(self, name: str) -> Service:
        """The service of that name."""
        for service in self.services:
            if service.name == name:
                return service
        known = ", ".join(service.name for service in self.services)
        raise TopologyUnreadable(f"there is no service {name}", f"choose one of {known}")

    def only(self, app_ids: Iterable[str]) -> Self:
        """The same with these services alone, and second sidecars of their apps."""
        wanted = [self.service(app_id) for app_id in app_ids]
        chosen = {service.app_id for service in wanted}
        second = [service for service in self.services if service.beside in chosen]
        wanted += [service for service in second if service not in wanted]
        return self.model_copy(update={"services": tuple(wanted)})

    def with_replicas(self, replicas: Mapping[str, int]) -> Self:
        """The same with further pairs of app and sidecar under the same app-id."""
        for app_id, count in replicas.items():
            self.service(app_id)
            if not 1 <= count <= MOST_REPLICAS:
                raise TopologyUnreadable(
                    f"{count} replicas of {app_id}", f"choose 1 to {MOST_REPLICAS}"
                )
        services = [
            service.copy_number(number)
            for service in self.services
            for number in range(1, replicas.get(service.beside or service.app_id, 1) + 1)
        ]
        return self.model_copy(update={"services": tuple(services)})

    def with_component(self, kind: str, name: str) -> Self:
        """The same with another folder under components/<kind>/."""

        def chosen(path: Path) -> Path:
            return _alternative(path.with_name(name)) if path.parent.name == kind else path

        services = tuple(
            service.model_copy(
                update={"resources_paths": tuple(map(chosen, service.resources_paths))}
            )
            for service in self.services
        )
        return self.model_copy(update={"services": services})

    def with_tracing(self, name: str) -> Self:
        """The same with another file beside the Dapr Configuration in use."""

        def chosen(path: Path) -> Path:
            return _alternative(path.with_name(f"{name}.yaml"))

        services = tuple(
            service.model_copy(update={"config_file_path": chosen(service.config_file_path)})
            for service in self.services
        )
        return self.model_copy(update={"services": services})


def load_topology(file: Path) -> Topology:
    """Read a multi-app run file, the settings under `common` filled in everywhere."""
    if not file.is_file():
        raise TopologyUnreadable(
            f"there is no {file}", "start in the folder of dapr.yaml, or name it with --file"
        )
    folder = file.resolve().parent
    try:
        content = yaml.safe_load(file.read_text())
        common = _with_paths(content.get("common", {}), folder)
        return Topology(
            folder=folder,
            services=tuple(_service(entry, common, folder) for entry in content["apps"]),
            infrastructure=content["infrastructure"],
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValidationError) as error:
        reason = " ".join(str(error).split())
        raise TopologyUnreadable(f"{file} cannot be read", reason) from error


def _service(entry: dict[str, Any], common: dict[str, Any], folder: Path) -> Service:
    directory = (folder / entry["appDirPath"]).resolve()
    own = _with_paths({**entry, "appDirPath": directory}, directory)
    environment = {**common.get("env", {}), **own.get("env", {})}
    return Service.model_validate({**common, **own, "env": environment})


def _with_paths(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    resolved = dict(settings)
    if "resourcesPaths" in settings:
        resolved["resourcesPaths"] = [folder / path for path in settings["resourcesPaths"]]
    if "configFilePath" in settings:
        resolved["configFilePath"] = folder / settings["configFilePath"]
    return resolved


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def _alternative(path: Path) -> Path:
    if not path.exists():
        others = ", ".join(sorted(other.stem for other in path.parent.iterdir()))
        raise TopologyUnreadable(f"there is no {path}", f"choose one of {others}")
    return path
