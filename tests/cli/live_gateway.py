"""A gateway on a free port, with the services behind it small, and a run file that names it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from starlette.types import ASGIApp, Receive, Scope, Send

from ridealong.local.topology import Topology, load_topology
from services.gateway.app import create_app
from services.gateway.settings import Settings
from tests.gateway.services import World

INVOKE = "/v1.0/invoke/gateway/method"


def through_sidecar(app: ASGIApp) -> ASGIApp:
    """The same app, also where its sidecar would offer it."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(INVOKE):
            scope = {**scope, "path": scope["path"].removeprefix(INVOKE)}
        await app(scope, receive, send)

    return route


@contextmanager
def live_gateway(world: World, folder: Path, **settings: Any) -> Iterator[Topology]:
    """Serve until the test is done."""
    quick = {"poll_first_s": 0.005, "poll_longest_s": 0.01}
    app = create_app(Settings(**quick | settings), sidecar=world.sidecar)
    config = uvicorn.Config(through_sidecar(app), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    (folder / "var").mkdir()
    (folder / "dapr.yaml").write_text(yaml.safe_dump(run_file(port)))
    try:
        yield load_topology(folder / "dapr.yaml")
    finally:
        server.should_exit = True
        thread.join(10)


def run_file(port: int) -> dict[str, Any]:
    """One app and its sidecar on the same port."""
    ports = ("daprGRPCPort", "daprInternalGRPCPort", "metricsPort")
    app = {"appID": "gateway", "appDirPath": ".", "appPort": port, "daprHTTPPort": port}
    return {
        "version": 1,
        "common": {
            "resourcesPaths": ["."],
            "configFilePath": "none.yaml",
            "placementHostAddress": "127.0.0.1:1",
            "schedulerHostAddress": "127.0.0.1:2",
        },
        "apps": [app | dict.fromkeys(ports, 1)],
        "infrastructure": {
            "broker": {"port": 1},
            "placement": {"healthPort": 1, "metricsPort": 1, "raftPort": 1},
            "scheduler": {
                "healthPort": 1,
                "metricsPort": 1,
                "etcdClientPort": 1,
                "etcdPeerPort": 1,
            },
        },
    }
