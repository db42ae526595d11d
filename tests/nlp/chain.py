"""The chain of one message in this process: the real services and models, no daprd, no sockets.

`preprocessing`, `nlp`, `recommendation` and `inference` run as apps of one event loop; a sidecar
that is nothing but a switchboard carries calls between them.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID

import httpx2
from fastapi import FastAPI

from ridealong.chassis.sidecar import HttpReply
from ridealong.contracts.aggregation import Answer, AnswerMessage
from ridealong.contracts.contract import Channel, Route
from ridealong.gathering.asking import alone
from services.aggregation.adapters import DaprPeers
from services.aggregation.compose import compose
from services.inference.app import create_app as create_inference
from services.inference.settings import Settings as InferenceSettings
from services.nlp.app import create_app as create_nlp
from services.preprocessing.app import create_app as create_preprocessing
from services.recommendation.app import create_app as create_recommendation
from services.recommendation.settings import Settings as RecommendationSettings
from tests.fakes import FakeSidecar
from tests.learning.stores import real_store

TENANT = "acme"
ResultT = TypeVar("ResultT")


class Switchboard(FakeSidecar):
    """State in memory, as the fake has it; calls reach the apps themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.clients: dict[str, httpx2.AsyncClient] = {}

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
        given = {"content-type": "application/json"} | (headers or {})
        reply = await self.clients[app_id].request(method, path, content=body, headers=given)
        return HttpReply(reply.status_code, reply.content, dict(reply.headers))


class Chain:
    """Answers messages as `aggregation` would, with a tenant whose sure replies go out unseen."""

    def __init__(self) -> None:
        self.board = Switchboard()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._opened = AsyncExitStack()
        self._count = 0

    @contextmanager
    def running(self, vectors_folder: Any) -> Iterator["Chain"]:
        """Load the models, start the apps, and stop them after."""
        self._thread.start()
        try:
            self.run(self._open(vectors_folder))
            yield self
        finally:
            self.run(self._opened.aclose())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Wait for something that runs beside the apps."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=100)

    def answer(
        self, text: str, *, channel: Channel = Channel.CHAT, subject: str | None = None
    ) -> Answer:
        """One message, one answer."""
        self._count += 1
        message = AnswerMessage(
            tenant=TENANT,
            message_id=str(UUID(int=(7 << 76) | (8 << 60) | self._count)),
            conversation_id=f"conversation-{self._count}",
            customer_hash="c" * 32,
            channel=channel,
            subject=subject,
            text=text,
            received_at=datetime.now(UTC),
        )
        peers = DaprPeers(alone(self.board))
        return self.run(compose(message, Route.LIVE, peers, attempt_s=60, now=message.received_at))

    async def _open(self, vectors_folder: Any) -> None:
        recommending = RecommendationSettings(
            vectors_folder=vectors_folder, automating_tenants=frozenset({TENANT})
        )
        apps = {
            "inference": create_inference(
                InferenceSettings(models=real_store(), threads=1), sidecar=self.board
            ),
            "preprocessing": create_preprocessing(sidecar=self.board),
            "nlp": create_nlp(sidecar=self.board),
            "recommendation": create_recommendation(recommending, sidecar=self.board),
        }
        for app_id, app in apps.items():
            self.board.clients[app_id] = await self._client(app)
            await self._opened.enter_async_context(app.router.lifespan_context(app))
        await self._wait_for_vectors()

    async def _client(self, app: FastAPI) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=app)
        client = httpx2.AsyncClient(transport=transport, base_url="http://app")
        return await self._opened.enter_async_context(client)

    async def _wait_for_vectors(self) -> None:
        """Without vectors nothing is ever sure, and nothing could wrongly be automated."""
        for _ in range(1_000):
            ready = await self.board.clients["recommendation"].get("/readyz")
            if ready.status_code < 300:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(json.dumps(ready.json()))
