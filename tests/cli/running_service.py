"""A service that listens where its sidecar would, and a run file that says so."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ridealong.local.places import ROOT


def invoked(app_id: str) -> str:
    """What stands before a service's own path on the way through a sidecar."""
    return f"/v1.0/invoke/{app_id}/method"


@contextmanager
def running_service(app: ASGIApp, app_id: str) -> Iterator[int]:
    """Serve until the end; yields the port."""

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix(invoked(app_id))
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await app(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(pass_on, log_config=None, lifespan="on"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(20)


def run_file(folder: Path, sidecar_port: int, port: int) -> Path:
    """The project's own, with another port for one sidecar."""
    file = folder / "dapr.yaml"
    file.write_text((ROOT / "dapr.yaml").read_text().replace(str(sidecar_port), str(port)))
    return file
