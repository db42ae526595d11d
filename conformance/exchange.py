"""What a case says and hears, whichever transport carries it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from conformance.tensors import Array, Tensor

Parameters = Mapping[str, bool | int | float | str]


class Mismatch(AssertionError):
    """The server did not do what the protocol asks."""


class Refusal(Exception):
    """The server refused, in the way its transport refuses: a status, or a code's name."""

    def __init__(self, how: int | str, message: str) -> None:
        super().__init__(f"refused with {how}: {message}")
        self.how = how
        self.message = message


class Ask(NamedTuple):
    """One inference request. No outputs named means all of them."""

    model: str
    inputs: Sequence[Tensor]
    outputs: Sequence[str] = ()
    version: str = ""
    request_id: str = ""
    parameters: Parameters | None = None


@dataclass(frozen=True)
class Answer:
    """One inference answer; the outputs in the order they came."""

    model: str
    version: str
    request_id: str
    outputs: dict[str, Array]
    datatypes: dict[str, str] = field(default_factory=dict)


class Caller(Protocol):
    """A client of one server over one transport. What is refused rises as `Refusal`."""

    def is_live(self) -> bool:
        """Server live."""

    def is_ready(self) -> bool:
        """Server ready."""

    def is_model_ready(self, model: str, version: str = "") -> bool:
        """Model ready."""

    def describe_server(self) -> dict[str, Any]:
        """Server metadata, as its JSON object."""

    def describe_model(self, model: str, version: str = "") -> dict[str, Any]:
        """Model metadata, as its JSON object."""

    def infer(self, ask: Ask) -> Answer:
        """The answer, in the transport's plainest encoding: JSON, or raw contents."""

    def index(self, *, only_ready: bool = False) -> list[dict[str, Any]]:
        """The repository index."""

    def load(self, model: str, parameters: Parameters | None = None) -> None:
        """Load or reload a model."""

    def unload(self, model: str, parameters: Parameters | None = None) -> None:
        """Unload a model."""

    def statistics(self, model: str = "", version: str = "") -> list[dict[str, Any]]:
        """Statistics of one version, one model, or all."""


class Kind(NamedTuple):
    """A kind of refusal: the statuses and the codes that may tell it."""

    statuses: frozenset[int]
    codes: frozenset[str]


# The REST specification asks for "an HTTP error status (typically 400)".
BAD_REQUEST: Final = Kind(frozenset({400, 422}), frozenset({"INVALID_ARGUMENT"}))
UNKNOWN: Final = Kind(frozenset({400, 404}), frozenset({"NOT_FOUND"}))
NOT_SERVING: Final = Kind(frozenset({400, 404, 503}), frozenset({"NOT_FOUND", "UNAVAILABLE"}))
NO_ADDRESS: Final = Kind(frozenset({404}), frozenset({"UNIMPLEMENTED"}))
WRONG_VERB: Final = Kind(frozenset({405}), frozenset({"UNIMPLEMENTED"}))
TOO_LARGE: Final = Kind(frozenset({413}), frozenset({"RESOURCE_EXHAUSTED"}))
TOO_LATE: Final = Kind(
    frozenset({408, 499, 503, 504}), frozenset({"DEADLINE_EXCEEDED", "UNAVAILABLE"})
)
ANY_REFUSAL: Final = Kind(
    frozenset({400, 404, 413, 415, 422, 500}),
    frozenset({"INVALID_ARGUMENT", "NOT_FOUND", "INTERNAL", "UNKNOWN"}),
)


@contextmanager
def refused(kind: Kind) -> Iterator[None]:
    """What happens inside must be refused, and in this way."""
    try:
        yield
    except Refusal as refusal:
        expect(
            refusal.how in kind.statuses or refusal.how in kind.codes,
            f"{refusal}; expected one of {sorted(kind.statuses)} or {sorted(kind.codes)}",
        )
        expect(refusal.message, "a refusal has to say why")
    else:
        raise Mismatch("answered; it should have been refused")


def expect(claim: object, otherwise: str) -> None:
    """A claim about an answer; `otherwise` is what the report says of it."""
    if not claim:
        raise Mismatch(otherwise)
