"""The payload log: `predictions.made.v1` for a share of answers and failures, in nobody's way."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from opentelemetry import context
from pydantic import ValidationError

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.telemetry import current_traceparent
from ridealong.contracts.contract import Event
from ridealong.contracts.inference import PredictionMade
from ridealong.serving.payloads.backlog import Backlog, RuleCounts, Waiting
from ridealong.serving.payloads.sampling import UNKNOWN_TENANT, Sampler
from ridealong.serving.payloads.showing import describe
from ridealong.serving.predictions import PredictionRecord
from services.inference.settings import Settings

# At most 200 a second go out, in rounds: the log shares its cores with the answers.
GATHER_S: Final = 0.25
MOST_A_ROUND: Final = 50
# Events are made in a thread, few at a time: it holds the interpreter for 0.2 ms, not for 2.
MADE_AT_ONCE: Final = 10
logger = logging.getLogger(__name__)


class Publisher(Protocol):
    """What the log needs of a sidecar."""

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None: ...


class PayloadLog:
    """Takes records now, publishes them later; what is over its bounds is counted, not kept.

    `most_value_bytes`: of one prediction's inputs, where its model's manifest allows values.
    """

    def __init__(
        self,
        *,
        sampler: Sampler | None = None,
        most_records: int = 1000,
        most_bytes: int = 8 << 20,
        most_value_bytes: int = 4096,
        key: bytes | None = None,
    ) -> None:
        self._backlog = Backlog(
            sampler or Sampler(), most_records=most_records, most_bytes=most_bytes
        )
        self._most_value_bytes = most_value_bytes
        self._key = (key or secrets.token_bytes(32))[: hashlib.blake2b.MAX_KEY_SIZE]
        self._arrived = asyncio.Event()

    def take(self, record: PredictionRecord) -> None:
        """Called on the event loop, between a model's run and its answer: it only ever appends."""
        if self._backlog.take(record):
            self._arrived.set()

    async def run(self, publisher: Publisher) -> None:
        """Publish for ever; a pause between rounds gathers records and leaves time to answers."""
        while True:
            await self._arrived.wait()
            await self._publish_some(publisher)
            if not self._backlog:
                self._arrived.clear()
            await asyncio.sleep(GATHER_S)

    async def flush(self, publisher: Publisher) -> None:
        """Publish all that waits now."""
        while self._backlog:
            await self._publish_some(publisher)

    async def _publish_some(self, publisher: Publisher) -> None:
        batch = self._backlog.oldest(MOST_A_ROUND)
        events: list[tuple[Event, str | None]] = []
        counts: list[RuleCounts] = []
        for start in range(0, len(batch), MADE_AT_ONCE):
            some = batch[start : start + MADE_AT_ONCE]
            for waiting, event in zip(some, await asyncio.to_thread(self._make, some), strict=True):
                if event is None:
                    waiting.counts.unusable.inc()
                    continue
                events.append((event, trace_of(waiting.request)))
                counts.append(waiting.counts)
        is_out = await publish(events, publisher)
        for count in counts:
            (count.published if is_out else count.unpublished).inc()
        self._backlog.drop(len(batch))

    def _make(self, batch: Sequence[Waiting]) -> list[PredictionMade | None]:
        """The events; None where a record's own words do not fit the contract."""
        return [self._make_event(waiting) for waiting in batch]

    def _make_event(self, waiting: Waiting) -> PredictionMade | None:
        record = waiting.record
        said = describe(record, self._key, most_value_bytes=self._most_value_bytes)
        said["tenant"] = record.tenant or UNKNOWN_TENANT
        said["occurred_at"] = datetime.fromtimestamp(waiting.occurred_at_s, UTC)
        try:
            return PredictionMade.model_validate(said)
        except ValidationError as error:
            fields = sorted({str(found["loc"][0]) for found in error.errors(include_input=False)})
            logger.warning("payload log event unusable", extra={"fields": fields})
            return None


async def publish(events: Sequence[tuple[Event, str | None]], publisher: Publisher) -> bool:
    """Whether they are out. A sidecar that is gone costs records, not answers."""
    try:
        if events:
            await publisher.publish_all(events)
    except ServiceError as error:
        logger.warning("payload log dropped", extra={"problem": error.code})
        return False
    return True


def trace_of(request: context.Context) -> str | None:
    """The trace of a request that is over, as its W3C header."""
    token = context.attach(request)
    try:
        return current_traceparent()
    finally:
        context.detach(token)


def open_log(settings: Settings) -> PayloadLog:
    """The log as the settings want it."""
    key = settings.digest_key
    return PayloadLog(
        sampler=Sampler(settings.log_rules, share=settings.log_share),
        most_records=settings.log_queue,
        most_bytes=settings.log_queue_bytes,
        most_value_bytes=settings.log_value_bytes,
        key=key.get_secret_value().encode() if key else None,
    )
