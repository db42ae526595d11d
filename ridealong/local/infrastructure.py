"""What the run file says of the infrastructure beside the services."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Entry(BaseModel):
    """Base of what stands in a run file."""

    # The dapr CLI passes over a key that it does not know; a misspelt one must not be silent here.
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Broker(Entry):
    """The embedded server for the Redis protocol."""

    port: int


class Placement(Entry):
    """Dapr's placement service; its own port stands in `placementHostAddress`."""

    health_port: int
    metrics_port: int
    raft_port: int


class Scheduler(Entry):
    """Dapr's scheduler; its own port stands in `schedulerHostAddress`."""

    health_port: int
    metrics_port: int
    etcd_client_port: int
    etcd_peer_port: int


class Infrastructure(Entry):
    """What runs beside the services."""

    broker: Broker
    placement: Placement
    scheduler: Scheduler
    secrets: tuple[str, ...] = ()
