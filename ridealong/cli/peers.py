"""A service of the running system, asked by a command through the service's own sidecar."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from pydantic import ValidationError

from ridealong.contracts.contract import Reply, Request
from ridealong.local.credentials import SIDECAR_TOKEN
from ridealong.local.places import Places
from ridealong.local.problems import LocalProblem, NotRunning
from ridealong.local.topology import load_topology

TIMEOUT_S = 90
ReplyT = TypeVar("ReplyT", bound=Reply)
ResultT = TypeVar("ResultT")


class ServiceSaysNo(LocalProblem):
    """The service refused what was asked, or answered what we do not know."""


class Peer:
    """One service. `advice` is what a refusal ends with."""

    def __init__(self, client: aiohttp.ClientSession, app_id: str, advice: str) -> None:
        self._client = client
        self._app_id = app_id
        self._advice = advice

    async def ask(
        self,
        method: str,
        path: str,
        reply: type[ReplyT],
        *,
        filters: Mapping[str, str | int] | None = None,
        request: Request | None = None,
    ) -> ReplyT:
        """Raises `NotRunning`, `ServiceSaysNo`. Of a request only what was set is sent."""
        address = f"/v1.0/invoke/{self._app_id}/method{path}"
        body = None if request is None else request.model_dump(mode="json", exclude_unset=True)
        try:
            async with self._client.request(method, address, params=filters, json=body) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotRunning(
                f"the sidecar of {self._app_id} does not answer", "ridealong up"
            ) from error
        if answer.status >= 400:
            raise ServiceSaysNo(self._refusal(content, answer.status), self._advice)
        try:
            return reply.model_validate_json(content)
        except ValidationError as error:
            raise ServiceSaysNo(
                f"{self._app_id} answers in a shape we do not know",
                "bring up the version that this command belongs to",
            ) from error

    def _refusal(self, content: bytes, status: int) -> str:
        try:
            said: Any = json.loads(content)
        except ValueError:
            said = None
        detail = said.get("detail") or said.get("message") if isinstance(said, dict) else None
        why = f" ({detail})" if isinstance(detail, str) else ""
        return f"{self._app_id} answered {status}{why}"


def with_peer(
    file: Path, app_id: str, work: Callable[[Peer], Awaitable[ResultT]], *, advice: str
) -> ResultT:
    """Do something with a service of the system that was started from this run file."""
    port = load_topology(file).service(app_id).dapr_http_port
    token = sidecar_token(Places(file.resolve().parent))

    async def ask() -> ResultT:
        async with aiohttp.ClientSession(
            base_url=f"http://127.0.0.1:{port}",
            headers={"dapr-api-token": token} if token else None,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        ) as client:
            return await work(Peer(client, app_id, advice))

    return asyncio.run(ask())


def sidecar_token(places: Places) -> str | None:
    """What sidecars want to see where the system is secure."""
    if token := os.environ.get(SIDECAR_TOKEN):
        return token
    kept: dict[str, str] = json.loads(places.tokens.read_text()) if places.tokens.exists() else {}
    return kept.get(SIDECAR_TOKEN)
