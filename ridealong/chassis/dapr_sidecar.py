"""The real sidecar: pooled HTTP for calls, Dapr's async SDK for the building blocks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import grpc
from dapr.aio.clients import DaprClient
from dapr.clients import BulkPublishEntry
from dapr.clients.exceptions import DaprGrpcError, DaprInternalError
from dapr.clients.grpc._state import Concurrency, Consistency, StateItem, StateOptions
from grpc.aio import AioRpcError, ClientCallDetails, Metadata, UnaryUnaryClientInterceptor
from opentelemetry import propagate

from ridealong.chassis.errors import CallFailed, SecretMissing, SidecarUnavailable, StaleETag
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.sidecar import HttpReply, Stored
from ridealong.chassis.telemetry import SIDECAR_SECONDS, current_traceparent
from ridealong.contracts.contract import Event

FIRST_WRITE = StateOptions(concurrency=Concurrency.first_write, consistency=Consistency.strong)
STRONG_READ = {"consistency": "strong"}
COMPONENT_TIMEOUT_S = 5.0


class OutgoingCall(UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Gives every gRPC call to the sidecar a trace, a deadline and a timing; the SDK does not."""

    async def intercept_unary_unary(
        self, continuation: Callable[..., Any], details: ClientCallDetails, request: object
    ) -> object:
        """Add `traceparent` and a deadline, so that a stuck component cannot hold a caller for
        ever.
        """
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        metadata = Metadata(*(details.metadata or ()), *carrier.items())
        changed = ClientCallDetails(
            details.method,
            details.timeout or COMPONENT_TIMEOUT_S,
            metadata,
            details.credentials,
            details.wait_for_ready,
        )
        began = time.perf_counter()
        call = await continuation(changed, request)
        operation = SIDECAR_SECONDS.labels(_operation(details.method), "component")
        call.add_done_callback(lambda _: operation.observe(time.perf_counter() - began))
        return call


def _operation(method: str | bytes) -> str:
    name = method.decode() if isinstance(method, bytes) else method
    return name.rpartition("/")[2]


class DaprSidecar:
    """`Sidecar` by a real daprd on this host."""

    def __init__(
        self, http: aiohttp.ClientSession, dapr: DaprClient, settings: RuntimeSettings
    ) -> None:
        self._http = http
        self._dapr = dapr
        self._settings = settings

    async def call(
        self,
        app_id: str,
        path: str,
        body: bytes | None = None,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> HttpReply:
        """Invoke through the sidecar.

        The app-id travels in a header, the path is the callee's own.
        """
        sent = {"dapr-app-id": app_id, "content-type": "application/json", **(headers or {})}
        propagate.inject(sent)
        timeout = aiohttp.ClientTimeout(total=timeout_s or self._settings.ridealong_call_timeout_s)
        try:
            with SIDECAR_SECONDS.labels("Invoke", app_id).time():
                async with self._http.request(
                    method, path, data=body, headers=sent, timeout=timeout
                ) as reply:
                    return HttpReply(reply.status, await reply.read(), dict(reply.headers))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CallFailed(f"{app_id} did not answer") from error

    async def publish(self, event: Event) -> None:
        """Publish with the fact's own id and the current trace.

        So readers can drop repeats and follow it.
        """
        try:
            await self._dapr.publish_event(
                self._settings.ridealong_pubsub,
                event.topic,
                event.model_dump_json(),
                publish_metadata=_envelope_of(event, current_traceparent()),
                data_content_type="application/json",
            )
        except (DaprGrpcError, AioRpcError) as error:
            raise SidecarUnavailable(f"could not publish to {event.topic}") from error

    async def publish_all(self, events: Sequence[tuple[Event, str | None]]) -> None:
        """One call for many; if any was not taken, all count as not published."""
        topic = events[0][0].topic
        entries = [
            BulkPublishEntry(event.model_dump_json(), metadata=_envelope_of(event, traceparent))
            for event, traceparent in events
        ]
        try:
            reply = await self._dapr.publish_events(
                self._settings.ridealong_pubsub,
                topic,
                entries,
                data_content_type="application/json",
            )
        except (DaprGrpcError, AioRpcError) as error:
            raise SidecarUnavailable(f"could not publish to {topic}") from error
        if reply.failed_entries:
            raise SidecarUnavailable(f"could not publish all to {topic}")

    async def load(self, key: str) -> Stored | None:
        """Read one key."""
        try:
            reply = await self._dapr.get_state(
                self._settings.ridealong_statestore, key, state_metadata=STRONG_READ
            )
        except (DaprGrpcError, AioRpcError) as error:
            raise SidecarUnavailable("could not read state") from error
        return Stored(reply.data, reply.etag) if reply.data else None

    async def save(
        self, key: str, value: bytes, *, etag: str | None, ttl_s: int | None = None
    ) -> None:
        """Write one key, first writer wins."""
        metadata = {} if ttl_s is None else {"ttlInSeconds": str(ttl_s)}
        try:
            await self._dapr.save_state(
                self._settings.ridealong_statestore,
                key,
                value,
                etag=etag,
                options=FIRST_WRITE,
                state_metadata=metadata,
            )
        except (DaprInternalError, DaprGrpcError, AioRpcError) as error:
            failure = _state_failure(error)
            # Redis says of a second creation only that it failed, not why.
            if etag is None and not isinstance(failure, StaleETag) and await self.load(key):
                failure = StaleETag("somebody else wrote first")
            raise failure from error

    async def save_all(self, values: Mapping[str, bytes], *, ttl_s: int) -> None:
        """Write marks."""
        metadata = {"ttlInSeconds": str(ttl_s)}
        states = [StateItem(key, value, metadata=metadata) for key, value in values.items()]
        try:
            await self._dapr.save_bulk_state(self._settings.ridealong_statestore, states)
        except (DaprInternalError, DaprGrpcError, AioRpcError) as error:
            raise SidecarUnavailable("could not write state") from error

    async def delete(self, key: str, *, etag: str | None = None) -> None:
        """Remove one key."""
        try:
            await self._dapr.delete_state(
                self._settings.ridealong_statestore,
                key,
                etag=etag,
                options=FIRST_WRITE if etag else None,
            )
        except (DaprInternalError, DaprGrpcError, AioRpcError) as error:
            raise _state_failure(error) from error

    async def secret(self, name: str) -> str:
        """Read one secret."""
        try:
            reply = await self._dapr.get_secret(self._settings.ridealong_secretstore, name)
        except AioRpcError as error:
            raise SecretMissing(f"no secret {name}: put it into the secret store") from error
        if name not in reply.secret:
            raise SecretMissing(f"no secret {name}: put it into the secret store")
        return str(reply.secret[name])

    async def is_reachable(self) -> bool:
        """Whether the sidecar's components are there and callers would find us through it."""
        paths = ["/v1.0/healthz/outbound"]
        if self._settings.app_id:
            # It refuses calls to us until it has seen us healthy, a probe after we are.
            paths.append(f"/v1.0/invoke/{self._settings.app_id}/method/healthz")
        return all([await self._is_fine(path) for path in paths])

    async def _is_fine(self, path: str) -> bool:
        try:
            async with self._http.get(path, timeout=aiohttp.ClientTimeout(total=1)) as reply:
                return reply.status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False


def _envelope_of(event: Event, traceparent: str | None) -> dict[str, str]:
    trace = {"cloudevent.traceparent": traceparent} if traceparent else {}
    return {"cloudevent.id": event.event_id, "cloudevent.type": event.topic} | trace


def _state_failure(error: BaseException) -> SidecarUnavailable | StaleETag:
    cause = error if isinstance(error, AioRpcError) else error.__cause__
    if isinstance(cause, AioRpcError) and cause.code() == grpc.StatusCode.ABORTED:
        return StaleETag("somebody else wrote first")
    return SidecarUnavailable("could not write state")


@asynccontextmanager
async def open_sidecar(settings: RuntimeSettings) -> AsyncIterator[DaprSidecar]:
    """Wait for our daprd's outbound side (never its whole health.

    That waits for us), then connect once.
    """
    token = settings.dapr_api_token
    http = aiohttp.ClientSession(
        base_url=f"http://{settings.dapr_runtime_host}:{settings.dapr_http_port}",
        connector=aiohttp.TCPConnector(limit=200, keepalive_timeout=60),
        headers={"dapr-api-token": token.get_secret_value()} if token else None,
        auto_decompress=False,
    )
    async with http:
        await _wait_for_outbound(http)
        address = f"{settings.dapr_runtime_host}:{settings.dapr_grpc_port}"
        async with DaprClient(address=address, interceptors=[OutgoingCall()]) as dapr:
            yield DaprSidecar(http, dapr, settings)


async def _wait_for_outbound(http: aiohttp.ClientSession, patience_s: float = 60) -> None:
    async with asyncio.timeout(patience_s):
        while True:
            try:
                async with http.get("/v1.0/healthz/outbound") as reply:
                    if reply.status < 300:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
