"""A model server without a wire: finds the model, checks the request, runs it, tells listeners."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from ridealong.serving.answers import InferAnswer
from ridealong.serving.errors import ServingError
from ridealong.serving.execution import Ran, Slots, default_slots
from ridealong.serving.metrics import MODELS_SERVING, QUEUE_SECONDS, ROWS, RUN_SECONDS, WAITING
from ridealong.serving.opening import Opener
from ridealong.serving.requests import InferRequest
from ridealong.serving.runner import LoadedModel
from ridealong.serving.store import IndexEntry, ModelStore, State, VersionPolicy
from ridealong.serving.tensors import Array, row_count


@dataclass(frozen=True)
class PredictionRecord:
    """One answer or failure, for a log. `inputs` are a caller's values: never print them."""

    prediction_id: str
    tenant: str | None
    model: str
    version: str
    rows: int
    inputs: Mapping[str, Array]
    took_s: float
    failure: str | None


Listener = Callable[[PredictionRecord], None]


class ModelServer:
    """Everything the protocol asks of a server, in Python values."""

    def __init__(self, store: ModelStore, slots: Slots) -> None:
        self._store = store
        self._slots = slots
        self._listener: Listener | None = None

    def listen(self, listener: Listener) -> None:
        """Tell this listener of every answer and failure. It must return at once."""
        self._listener = listener

    @property
    def is_ready(self) -> bool:
        """Every model has been tried and something serves."""
        return self._store.is_ready

    async def load_all(self) -> None:
        """Load what the store holds, off the event loop."""
        await asyncio.to_thread(self._store.load_all)
        MODELS_SERVING.set(sum(entry.state is State.READY for entry in self._store.index()))

    def close(self) -> None:
        """Let runs under way finish."""
        self._slots.close()

    def index(self, *, only_ready: bool = False) -> list[IndexEntry]:
        """The repository index."""
        return [
            entry for entry in self._store.index() if entry.state is State.READY or not only_ready
        ]

    def find(self, name: str, version: str | None = None) -> LoadedModel:
        """A model that can serve, or a named failure."""
        return self._store.find(name, version)

    def metadata(self, name: str, version: str | None = None) -> dict[str, object]:
        """What a model takes and gives, labels included."""
        model = self._store.find(name, version)
        return {
            "name": model.name,
            "versions": [version] if version else self._store.versions(name),
            "platform": str(model.manifest.platform),
            "inputs": [spec.to_json() for spec in model.signature.inputs],
            "outputs": [spec.to_json() for spec in model.signature.outputs],
            "parameters": {"label_set": model.manifest.label_set or ""},
        }

    async def infer(self, name: str, version: str | None, request: InferRequest) -> InferAnswer:
        """The answer to one request. A request that does not fit never takes a slot."""
        model = self._store.find(name, version)
        inputs = model.signature.bind_inputs(request.inputs)
        specs = model.signature.choose_outputs(request.outputs)
        names = [spec.name for spec in specs]
        prediction_id, asked_at = str(uuid4()), perf_counter()
        failure: str | None = "abandoned"
        try:
            ran = await self._slots.run(lambda: model.runner.run(inputs, names), request.timeout_s)
            failure = None
        except ServingError as error:
            failure = error.reason
            raise
        finally:
            WAITING.set(self._slots.waiting)
            self._tell(model, request, inputs, (prediction_id, perf_counter() - asked_at, failure))
        self._count(model, ran, row_count(inputs))
        return InferAnswer(
            model.name, model.version, prediction_id, specs, ran.result, request.request_id
        )

    def _count(self, model: LoadedModel, ran: Ran[dict[str, Array]], rows: int) -> None:
        RUN_SECONDS.labels(model.name, model.version).observe(ran.ran_s)
        QUEUE_SECONDS.labels(model.name, model.version).observe(ran.queued_s)
        ROWS.labels(model.name, model.version).inc(rows)

    def _tell(
        self,
        model: LoadedModel,
        request: InferRequest,
        inputs: Mapping[str, Array],
        outcome: tuple[str, float, str | None],
    ) -> None:
        if self._listener is None:
            return
        prediction_id, took_s, failure = outcome
        self._listener(
            PredictionRecord(
                prediction_id=prediction_id,
                tenant=request.tenant,
                model=model.name,
                version=model.version,
                rows=row_count(inputs),
                inputs=inputs,
                took_s=took_s,
                failure=failure,
            )
        )


def open_server(
    folder: Path,
    *,
    slots: int | None = None,
    queue_limit: int | None = None,
    threads_per_run: int = 1,
    policy: VersionPolicy = VersionPolicy.LATEST,
) -> ModelServer:
    """A server on a model folder, with nothing loaded yet."""
    store = ModelStore(folder, Opener(folder, threads=threads_per_run), policy=policy)
    return ModelServer(store, Slots(slots or default_slots(), queue_limit))
