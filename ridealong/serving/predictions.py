"""What listeners are told of every answer and failure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.tensors import Array

NOTHING: Final[Mapping[str, Array]] = MappingProxyType({})


class PredictionRecord:
    """One request, filled in as it goes. `inputs` and `outputs` are a caller's values: never print.

    Slots, since one is made for every request: a frozen dataclass takes five times as long.
    `asked_at` is of `time.perf_counter`, other times are seconds. `failure` is the reason's label.
    `route`: stable, canary or shadow; None where nothing was chosen. `queued_s`, `batch_rows` and
    `batch_requests` are None where no batch ran. `input_bytes`: what `bytes_of` said of the inputs,
    None if nobody asked. Only the model's manifest is held, so that a record which waits in a log
    keeps no model in memory; whoever keeps a record puts into `outputs` what it still needs, for
    they are parts of a whole batch's arrays.
    """

    __slots__ = (
        "asked_at",
        "batch_requests",
        "batch_rows",
        "failure",
        "input_bytes",
        "inputs",
        "manifest",
        "model",
        "outputs",
        "prediction_id",
        "queued_s",
        "route",
        "rows",
        "tenant",
        "took_s",
        "version",
    )

    def __init__(
        self,
        prediction_id: str,
        tenant: str | None,
        model: LoadedModel,
        rows: int,
        inputs: Mapping[str, Array],
        asked_at: float,
    ) -> None:
        self.prediction_id = prediction_id
        self.tenant = tenant
        self.model = model.name
        self.version = model.version
        self.manifest = model.manifest
        self.rows = rows
        self.inputs = inputs
        self.asked_at = asked_at
        self.took_s = 0.0
        self.failure: str | None = None
        self.outputs: Mapping[str, Array] = NOTHING
        self.route: str | None = None
        self.queued_s: float | None = None
        self.batch_rows: int | None = None
        self.batch_requests: int | None = None
        self.input_bytes: int | None = None


# Called on the event loop, between a model's run and its answer: it must return at once.
Listener = Callable[[PredictionRecord], None]
