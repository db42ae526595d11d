"""A case: one small fact about a server, where it is written, and over what it can be asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from inspect import getdoc
from typing import Final, NamedTuple


class Transport(StrEnum):
    """What carries requests to a server."""

    REST = "rest"
    GRPC = "grpc"


REST: Final = (Transport.REST,)
GRPC: Final = (Transport.GRPC,)
BOTH: Final = (Transport.REST, Transport.GRPC)

Check = Callable[..., None]


class Source(NamedTuple):
    """Where a fact is written. `is_choice`: the page leaves it open, or this suite decides.

    `extension`: the name a server claims in its metadata; one that does not is not asked.
    """

    page: str
    extension: str = ""
    is_choice: bool = False

    def chosen(self) -> "Source":
        """The same page, on a point that it leaves open."""
        return self._replace(is_choice=True)


OIP_REST: Final = Source("Open Inference Protocol v2, inference_rest.md")
OIP_YAML: Final = Source("Open Inference Protocol v2, open_inference_rest.yaml")
OIP_GRPC: Final = Source("Open Inference Protocol v2, open_inference_grpc.proto")
OIP: Final = Source("Open Inference Protocol v2, REST and gRPC")
OPEN: Final = OIP.chosen()
BINARY: Final = Source("Triton, extension_binary_data.md", "binary_tensor_data")
REPOSITORY: Final = Source("Triton, extension_model_repository.md", "model_repository")
STATISTICS: Final = Source("Triton, extension_statistics.md", "statistics")
SCHEDULE: Final = Source("Triton, extension_schedule_policy.md", "schedule_policy")
PARAMETERS: Final = Source("Triton, extension_parameters.md")
RFC9110: Final = Source("RFC 9110, HTTP Semantics")
RFC8259: Final = Source("RFC 8259, JSON")


@dataclass(frozen=True)
class Case:
    """One fact. `sidecar` says why a Dapr sidecar itself answers differently, where it does."""

    name: str
    reason: str
    source: Source
    transports: tuple[Transport, ...]
    check: Check
    variant: str | None = None
    sidecar: str = ""

    def run(self, caller: object) -> None:
        """Ask over this caller; `Mismatch` where the server does something else."""
        if self.variant is None:
            self.check(caller)
        else:
            self.check(caller, self.variant)


_registry: dict[str, Case] = {}


def case(
    source: Source,
    *,
    over: tuple[Transport, ...] = BOTH,
    each: Iterable[str] = (),
    sidecar: str = "",
) -> Callable[[Check], Check]:
    """Make a case of a function, or one of each variant, which is then its second argument.

    The case is called after its module and the function, and its reason is the docstring.
    """

    def register(check: Check) -> Check:
        name = f"{check.__module__.rsplit('.', 1)[-1]}/{check.__name__.replace('_', '-')}"
        reason = (getdoc(check) or "").splitlines()[0]
        variants: list[str | None] = [*each] or [None]
        for variant in variants:
            full = name if variant is None else f"{name}/{variant}"
            if full in _registry:
                raise ValueError(f"two cases are called {full}")
            _registry[full] = Case(full, reason, source, over, check, variant, sidecar)
        return check

    return register


def all_cases() -> Sequence[Case]:
    """Every case of the suite, in the order of the pages they come from."""
    import conformance.suite  # noqa: F401, PLC0415 - the suite registers itself, and imports us

    return tuple(_registry.values())
