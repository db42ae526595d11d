"""A model server without a wire: finds the model, checks the request, runs it, tells listeners."""

import asyncio
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Final

from ridealong.serving.errors import ModelEvicted, ModelUnusable, ServingError
from ridealong.serving.ledger import Ledger
from ridealong.serving.models.families import why_refused
from ridealong.serving.models.memory import MemoryLimit
from ridealong.serving.models.opening import Opener
from ridealong.serving.models.runner import LoadedModel
from ridealong.serving.models.store import IndexEntry, ModelStore, State, VersionPolicy, Versions
from ridealong.serving.predictions import Listener, PredictionRecord
from ridealong.serving.protocol.answers import InferAnswer
from ridealong.serving.protocol.requests import InferRequest, read_load_parameters
from ridealong.serving.rollout.choice import NEWEST
from ridealong.serving.rollout.errors import RolloutInForce
from ridealong.serving.rollout.rollouts import Rollouts
from ridealong.serving.rollout.shadow import Mirrored, Shadow, ShadowAnswer
from ridealong.serving.scheduling.admission import Limits
from ridealong.serving.scheduling.jobs import Watch
from ridealong.serving.scheduling.lane import Lane
from ridealong.serving.scheduling.scheduler import Scheduler
from ridealong.serving.scheduling.slots import default_slots
from ridealong.serving.statistics import Statistics
from ridealong.serving.tensors import InputTensor

DRAIN_S: Final = 30.0


class ModelServer:
    """Everything the protocol asks of a server, in Python values."""

    def __init__(self, store: ModelStore, scheduler: Scheduler) -> None:
        self.store = store
        self.rollouts = Rollouts()
        self.shadow = Shadow(self._run_shadow, self._labels_of)
        self._scheduler = scheduler
        self._statistics = Statistics()
        self._ledger = Ledger(self.rollouts)
        self._ids = count(1)
        self._id_prefix = token_hex(8)

    def listen(self, listener: Listener) -> None:
        """Tell this listener of every answer and failure. It must return at once."""
        self._ledger.listeners.append(listener)

    @property
    def is_ready(self) -> bool:
        """Every model has been tried and something serves."""
        return self.store.is_ready

    async def load_all(self) -> None:
        """Load what the store holds, off the event loop."""
        await asyncio.to_thread(self.store.load_all)

    async def load(self, name: str, parameters: Mapping[str, object] | None = None) -> None:
        """Read a model's folder afresh and switch to what it holds; who asks meanwhile is answered.

        Parameter `versions`: `latest`, `latest-2`, `all`, or numbers such as `1,3`. Raises
        `ModelUnusable` with the reason where the newest that was tried cannot serve; what served
        goes on.
        """
        versions = read_load_parameters(parameters or {})
        tried = await asyncio.to_thread(self.store.load, name, versions)
        if reason := why_refused(tried):
            raise ModelUnusable(reason)

    async def unload(self, name: str) -> bool:
        """Serve it no longer, and wait for runs under way. False: some went on beyond 30 s.

        `RolloutInForce` where a rollout would have it loaded again.
        """
        if self.rollouts.stable(name) is not None:
            raise RolloutInForce(f"a rollout names versions of {name}: clear the rollout first")
        return await self.store.unload_drained(name, limit_s=DRAIN_S)

    async def close(self) -> None:
        """Let runs under way finish."""
        await self.shadow.close()
        await asyncio.to_thread(self._scheduler.close)

    def index(self, *, only_ready: bool = False) -> list[IndexEntry]:
        """The repository index."""
        return [
            entry for entry in self.store.index() if entry.state is State.READY or not only_ready
        ]

    def find(self, name: str, version: str | None = None) -> LoadedModel:
        """The model that answers, or a named failure; of a rollout, the stable version."""
        return self.store.find(name, version or self.rollouts.stable(name))

    async def ready_model(self, name: str, version: str | None = None) -> LoadedModel:
        """The same, loaded again where memory was short."""
        version = version or self.rollouts.stable(name)
        try:
            return self.store.find(name, version)
        except ModelEvicted:
            return await self.store.reload(name, version)

    def metadata(self, name: str, version: str | None = None) -> dict[str, object]:
        """What a model takes and gives, labels included."""
        model = self.find(name, version)
        return {
            "name": model.name,
            "versions": [version] if version else self.store.versions(name),
            "platform": model.manifest.platform.public_name,
            "inputs": [spec.to_json() for spec in model.signature.inputs],
            "outputs": [spec.to_json() for spec in model.signature.outputs],
            "parameters": {"label_set": model.manifest.label_set or ""},
        }

    def statistics(self, name: str | None = None, version: str | None = None) -> dict[str, object]:
        """The statistics extension's document, about all that serve or those named."""
        shown = [
            (entry.name, entry.version)
            for entry in self.store.index()
            if name in (None, entry.name)
            and version in (None, entry.version)
            and entry.version in self.store.versions(entry.name)
        ]
        if name is not None and not shown:
            self.store.find(name, version)  # raises, and says why
        return self._statistics.show(shown)

    async def infer(
        self, name: str, version: str | None, request: InferRequest, *, watch: Watch | None = None
    ) -> InferAnswer:
        """The answer to one request. A request that does not fit never joins the queue.

        `watch` starts a task that abandons a waiting job once its caller has hung up.
        """
        choice = NEWEST
        if version is None:
            choice = self.rollouts.choose(name, request.routing_key or request.tenant)
            version = choice.version
        try:
            model = self.store.find(name, version)
        except ModelEvicted:
            model = await self.store.reload(name, version)
        lane = model.lane or self._open_lane(model)
        inputs = model.signature.bind_inputs(request.inputs)
        if model.manifest.limits.finite_inputs:
            model.signature.require_finite(inputs)
        specs = model.signature.choose_outputs(request.outputs)
        record = PredictionRecord(
            f"{self._id_prefix}-{next(self._ids):x}",
            request.tenant,
            model,
            model.profile.rows_of(inputs),
            inputs,
            perf_counter(),
        )
        record.route = choice.route
        model.enter()
        try:
            job = await self._scheduler.run(
                lane,
                inputs,
                request.outputs or model.signature.output_names,
                record.rows,
                tenant=request.tenant or "",
                timeout_s=request.timeout_s,
                watch=watch,
            )
        except ServingError as error:
            self._ledger.fail(record, lane, error.reason)
            raise
        except asyncio.CancelledError:
            self._ledger.fail(record, lane, "abandoned")
            raise
        finally:
            model.leave()
        batch = self._ledger.answer(record, job)
        if choice.shadow is not None:
            mirrored = request.inputs, job.arrays, batch.run_s
            self.shadow.mirror(Mirrored(model.name, model.version, choice.shadow, *mirrored))
        return InferAnswer(
            model.name,
            model.version,
            record.prediction_id,
            specs,
            job.arrays,
            request.request_id,
        )

    def _open_lane(self, model: LoadedModel) -> Lane:
        statistics = self._statistics.of(model.name, model.version)
        statistics.memory_bytes = sum(model.weights.values())
        model.lane = Lane(
            model.name,
            model.version,
            model.runner,
            model.profile,
            has_fixed_rows=model.signature.has_fixed_rows,
            statistics=statistics,
        )
        return model.lane

    async def _run_shadow(
        self, name: str, version: str, inputs: tuple[InputTensor, ...], outputs: tuple[str, ...]
    ) -> ShadowAnswer:
        model = await self.ready_model(name, version)
        lane = model.lane or self._open_lane(model)
        bound = model.signature.bind_inputs(inputs)
        model.signature.choose_outputs(outputs)
        model.enter()
        try:
            rows = model.profile.rows_of(bound)
            job = await self._scheduler.run_in_background(lane, bound, outputs, rows)
        finally:
            model.leave()
        assert job.batch is not None
        return ShadowAnswer(job.arrays, job.batch.run_s)

    def _labels_of(self, name: str, version: str, output: str) -> tuple[str, ...] | None:
        return self.store.find(name, version).signature.outputs_by_name[output].labels


def open_server(
    folder: Path,
    *,
    slots: int | None = None,
    queue_limit: int = Limits.requests,
    tenant_share: float = Limits.tenant_share,
    threads_per_run: int = 1,
    policy: VersionPolicy | Versions = VersionPolicy.LATEST,
    memory: MemoryLimit | None = None,
) -> ModelServer:
    """A server on a model folder, with nothing loaded yet."""
    opener = Opener(folder, threads=threads_per_run)
    store = ModelStore(folder, opener, policy=policy, memory=memory)
    limits = Limits(requests=queue_limit, tenant_share=tenant_share)
    return ModelServer(store, Scheduler(slots or default_slots(), limits))
