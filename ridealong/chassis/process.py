"""One service as a process, from its settings to its last answer."""

import asyncio
import importlib
import signal
import socket
import sys

import aiohttp
import uvicorn
from pydantic import ValidationError

from ridealong.chassis.edge import Door
from ridealong.chassis.errors import ServiceError
from ridealong.chassis.logs import configure_logs
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.telemetry import configure_tracing

SIDECAR_WAIT_S = 5
# What the sidecar had taken when its port closed reaches us within this time.
LAST_CALLS_S = 0.2


def run_or_explain(name: str, port: socket.socket | None) -> None:
    """Run a service; what is wrong with its settings or its models is said in one line."""
    try:
        run(name, port)
    except ValidationError as error:
        wrong = ", ".join(
            ".".join(map(str, found["loc"])) + f" ({found['msg']})" for found in error.errors()
        )
        sys.exit(f"{name}: the settings are wrong: {wrong}")
    except ServiceError as error:
        sys.exit(f"{name}: {error}")
    except ModuleNotFoundError as error:
        if error.name not in (f"services.{name}", f"services.{name}.app"):
            raise
        sys.exit(f"there is no service {name}: see the folders of services/")


def run(name: str, port: socket.socket | None) -> None:
    """Configure what is of the process (logs, traces), then hand over to the server."""
    runtime = RuntimeSettings()
    if runtime.app_api_token is None:
        sys.exit(
            f"{name}: APP_API_TOKEN is not set, so anybody could call this service directly."
            " `ridealong up` sets it; by hand: set -a; . var/run/env; set +a"
        )
    app_id = name.replace("_", "-")
    configure_logs(app_id, runtime.ridealong_log_level)
    tracing = configure_tracing(app_id, runtime.otel_traces_exporter)
    door = Door(importlib.import_module(f"services.{name}.app").create_app())
    config = uvicorn.Config(
        door,
        host=runtime.app_host,
        port=runtime.app_port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=runtime.ridealong_shutdown_s,
        timeout_keep_alive=75,
    )
    server = Replica(config, door, runtime)
    server.run(sockets=[port] if port is not None else None)
    tracing.shutdown()
    if not server.started:
        sys.exit(3)


class Replica(uvicorn.Server):
    """A server that leaves in the order that costs nobody an answer.

    Newcomers are sent to another replica while those inside finish, with the sidecar still there
    for what they need. Then the service closes what it opened, the sidecar takes its name off the
    list and goes, and the port closes last: a sidecar that finds it closed may answer a call with
    an empty 200 (docs/decisions/0001).
    """

    def __init__(self, config: uvicorn.Config, door: Door, runtime: RuntimeSettings) -> None:
        super().__init__(config)
        self._door = door
        self._runtime = runtime

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Leave; what does not finish in time is cancelled."""
        self._door.close()
        try:
            await asyncio.wait_for(
                self._door.wait_until_empty(), self._runtime.ridealong_shutdown_s
            )
        except TimeoutError:
            self.config.timeout_graceful_shutdown = 1
        else:
            await self.lifespan.shutdown()
            # Ctrl-C is for this process alone: whoever debugs it keeps the sidecar.
            if signal.SIGTERM in self._captured_signals:
                await dismiss_sidecar(self._runtime)
        await super().shutdown(sockets)


async def dismiss_sidecar(runtime: RuntimeSettings) -> None:
    """Ask our sidecar to go, and wait until it takes no more calls; do without if it will not."""
    host, port = runtime.dapr_runtime_host, runtime.dapr_http_port
    token = runtime.dapr_api_token
    headers = {"dapr-api-token": token.get_secret_value()} if token else None
    timeout = aiohttp.ClientTimeout(total=SIDECAR_WAIT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(f"http://{host}:{port}/v1.0/shutdown", headers=headers) as reply,
        ):
            reply.raise_for_status()
        await asyncio.wait_for(_wait_until_closed(host, port), SIDECAR_WAIT_S)
    except (aiohttp.ClientError, TimeoutError):
        return
    await asyncio.sleep(LAST_CALLS_S)


async def _wait_until_closed(host: str, port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return
        writer.close()
        await asyncio.sleep(0.02)
