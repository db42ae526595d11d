"""`python -m ridealong.chassis.run intake`: one service as a process."""

import importlib
import sys

import uvicorn
from pydantic import ValidationError

from ridealong.chassis.errors import ServiceError
from ridealong.chassis.logs import configure_logs
from ridealong.chassis.settings import RuntimeSettings
from ridealong.chassis.telemetry import configure_tracing


def main(arguments: list[str]) -> None:
    """Start the named service and serve until SIGTERM, finishing what was taken."""
    if len(arguments) != 1:
        sys.exit("usage: python -m ridealong.chassis.run SERVICE (a folder of services/)")
    name = arguments[0]
    try:
        run(name)
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


def run(name: str) -> None:
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
    app = importlib.import_module(f"services.{name}.app").create_app()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
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
    )
    server.run()
    tracing.shutdown()
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    main(sys.argv[1:])
