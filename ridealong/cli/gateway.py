"""The gateway as commands see it: its public API with a key, and its keys through the sidecar."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from ridealong.chassis.calls import read_problem
from ridealong.local.credentials import SIDECAR_TOKEN
from ridealong.local.places import Places
from ridealong.local.problems import LocalProblem, NotRunning
from ridealong.local.topology import Topology

APP_ID = "gateway"
KEY_VARIABLE = "RIDEALONG_API_KEY"
TIMEOUT_S = 120
JSON, LINES, MAIL = "application/json", "application/x-ndjson", "message/rfc822"


class GatewaySaysNo(LocalProblem):
    """The gateway refused what was asked."""


class KeyMissing(LocalProblem):
    """No API key to send with."""


@dataclass(frozen=True)
class Replied:
    """What the gateway answered, whatever its status."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """The JSON object in it, or an empty one."""
        return read_problem(self.body)

    def wanted(self) -> "Replied":
        """Itself. Raises `GatewaySaysNo` where it is a refusal."""
        if self.status < 400:
            return self
        detail = self.content.get("detail") or self.content.get("message") or "no reason given"
        remedies = {401: "see `ridealong keys list`", 403: "see `ridealong keys create --help`"}
        raise GatewaySaysNo(
            f"the gateway answered {self.status} ({detail})",
            remedies.get(self.status, "see `ridealong logs gateway`"),
        )


@dataclass(frozen=True)
class Gateway:
    """One connection to it."""

    client: aiohttp.ClientSession
    headers: dict[str, str]

    async def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> Replied:
        """Raises `NotRunning` where nobody answers; a refusal is an answer."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            async with self.client.request(method, path, data=body, headers=sent) as answer:
                return Replied(answer.status, await answer.read(), dict(answer.headers))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotRunning(
                "the gateway does not answer", "start it with `ridealong up`"
            ) from error

    async def events(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """The JSON of each server-sent event until the stream ends."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        try:
            async with self.client.get(path, headers=self.headers, timeout=timeout) as answer:
                if answer.status >= 400:
                    Replied(answer.status, await answer.read()).wanted()
                async for line in answer.content:
                    if line.startswith(b"data:"):
                        yield json.loads(line.removeprefix(b"data:"))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotRunning("the gateway went away", "see `ridealong status`") from error


@asynccontextmanager
async def public_gateway(topology: Topology, key: str) -> AsyncIterator[Gateway]:
    """The public API."""
    async with _session(public_url(topology)) as client:
        yield Gateway(client, {"authorization": f"Bearer {key}"})


@asynccontextmanager
async def own_gateway(topology: Topology) -> AsyncIterator[Gateway]:
    """The routes that only its sidecar may call, through that sidecar."""
    port = topology.service(APP_ID).dapr_http_port
    token = sidecar_token(Places(topology.folder))
    async with _session(f"http://127.0.0.1:{port}/v1.0/invoke/{APP_ID}/method/") as client:
        yield Gateway(client, {"dapr-api-token": token} if token else {})


def public_url(topology: Topology) -> str:
    """Where the world reaches the gateway, when the world is this machine."""
    return f"http://127.0.0.1:{topology.service(APP_ID).app_port}"


def _session(address: str) -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    return aiohttp.ClientSession(base_url=address, timeout=timeout)


def sidecar_token(places: Places) -> str | None:
    """What sidecars ask for where the system was started with `--secure`; harmless elsewhere."""
    if token := os.environ.get(SIDECAR_TOKEN):
        return token
    kept: dict[str, str] = json.loads(places.tokens.read_text()) if places.tokens.exists() else {}
    return kept.get(SIDECAR_TOKEN)


def demo_key_file(topology: Topology) -> Path:
    """Where the key of the demo tenant lies, for its owner only."""
    return Places(topology.folder).var / "demo-key"


def known_key(topology: Topology, given: str | None) -> str:
    """The key to send with: given, from the environment, or the demo tenant's."""
    if found := given or os.environ.get(KEY_VARIABLE):
        return found
    try:
        return demo_key_file(topology).read_text().strip()
    except FileNotFoundError as error:
        raise KeyMissing(
            "there is no API key",
            f"make one with `ridealong keys create --tenant demo --demo`, or set {KEY_VARIABLE}",
        ) from error
