"""The payload log: `predictions.made.v1` for a share of answers and failures, in nobody's way."""

import asyncio
import hashlib
import logging
import random
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

from prometheus_client import Counter

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.telemetry import current_traceparent
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade
from ridealong.serving.server import PredictionRecord
from ridealong.serving.tensors import Array
from services.inference.settings import Settings

UNKNOWN_TENANT = "unknown"
GATHER_S = 0.25
MOST_AT_ONCE = 200
DROPPED = Counter(
    "ridealong_inference_log_dropped", "Predictions left out of the log.", ("reason",)
)
PUBLISHED = Counter("ridealong_inference_log_published", "Predictions in the log.")
logger = logging.getLogger(__name__)


class Publisher(Protocol):
    """What the log needs of a sidecar."""

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None: ...


@dataclass(frozen=True)
class Waiting:
    """A record on its way out, and the trace it belongs to."""

    record: PredictionRecord
    occurred_at: datetime
    size: int
    traceparent: str | None


class PayloadLog:
    """Takes records now, publishes them later; what is over its bounds is counted, not kept."""

    def __init__(
        self,
        *,
        share: float = 1.0,
        most_records: int = 1000,
        most_bytes: int = 8 << 20,
        key: bytes | None = None,
    ) -> None:
        self._share = share
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._key = (key or secrets.token_bytes(32))[: hashlib.blake2b.MAX_KEY_SIZE]
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()

    def take(self, record: PredictionRecord) -> None:
        """Called on the event loop, between a model's run and its answer: it only ever appends."""
        if self._share < 1 and random.random() >= self._share:  # noqa: S311 - a sample, not a secret
            DROPPED.labels("not_sampled").inc()
            return
        size = size_of(record.inputs)
        if len(self._waiting) >= self._most_records or self._bytes + size > self._most_bytes:
            DROPPED.labels("queue_full").inc()
            return
        self._waiting.append(Waiting(record, datetime.now(UTC), size, current_traceparent()))
        self._bytes += size
        self._arrived.set()

    async def run(self, publisher: Publisher) -> None:
        """Publish for ever; a pause between rounds gathers records and leaves time to answers."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await self.flush(publisher)
            await asyncio.sleep(GATHER_S)

    async def flush(self, publisher: Publisher) -> None:
        """Publish what waits now. A record leaves the queue once it is out: a stop loses none."""
        while self._waiting:
            batch = list(islice(self._waiting, MOST_AT_ONCE))
            events = await asyncio.to_thread(self._to_events, batch)
            traces = [waiting.traceparent for waiting in batch]
            try:
                await publisher.publish_all(list(zip(events, traces, strict=True)))
                PUBLISHED.inc(len(batch))
            except ServiceError as error:
                logger.warning("payload log dropped", extra={"problem": error.code})
                DROPPED.labels("publish_failed").inc(len(batch))
            for _ in batch:
                self._forget_oldest()

    def _forget_oldest(self) -> None:
        self._bytes -= self._waiting.popleft().size

    def _to_events(self, batch: list[Waiting]) -> list[PredictionMade]:
        return [
            PredictionMade(
                tenant=waiting.record.tenant or UNKNOWN_TENANT,
                occurred_at=waiting.occurred_at,
                prediction_id=waiting.record.prediction_id,
                model=waiting.record.model,
                model_version=waiting.record.version,
                rows=waiting.record.rows,
                input_digest=digest_inputs(waiting.record.inputs, self._key),
                took_ms=round(waiting.record.took_s * 1000, 3),
                failure=waiting.record.failure,
            )
            for waiting in batch
        ]


def size_of(inputs: Mapping[str, Array]) -> int:
    """Bytes held by the inputs, near enough."""
    return sum(
        sum(map(len, array.ravel().tolist())) if array.dtype.hasobject else array.nbytes
        for array in inputs.values()
    )


def digest_inputs(inputs: Mapping[str, Array], key: bytes) -> str:
    """Equal inputs, equal digest; keyed, or a short text could be guessed from it."""
    digest = hashlib.blake2b(key=key, digest_size=16)
    for name in sorted(inputs):
        array = inputs[name]
        digest.update(f"{name}{array.dtype}{array.shape}".encode())
        if array.dtype.hasobject:
            for text in array.ravel().tolist():
                content = text.encode(errors="surrogatepass")
                digest.update(len(content).to_bytes(8, "little") + content)
        else:
            digest.update(array.tobytes())
    return digest.hexdigest()


def open_log(settings: Settings) -> PayloadLog:
    """The log as the settings want it."""
    key = settings.digest_key
    return PayloadLog(
        share=settings.log_share,
        most_records=settings.log_queue,
        most_bytes=settings.log_queue_bytes,
        key=key.get_secret_value().encode() if key else None,
    )
