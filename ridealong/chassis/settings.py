"""Settings are read once, typed and frozen; a wrong one ends the process with one line."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Base of every service's own settings; each sets its `env_prefix`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")


class RuntimeSettings(BaseSettings):
    """What Dapr, the supervisor and OpenTelemetry tell every process; they keep their own names."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    app_id: str | None = None
    app_host: str = "127.0.0.1"
    app_port: int = Field(default=8000, ge=1, le=65535)
    app_api_token: SecretStr | None = None
    dapr_runtime_host: str = "127.0.0.1"
    dapr_http_port: int = Field(default=3500, ge=1, le=65535)
    dapr_grpc_port: int = Field(default=50001, ge=1, le=65535)
    dapr_api_token: SecretStr | None = None
    ridealong_pubsub: str = "pubsub"
    ridealong_statestore: str = "statestore"
    ridealong_secretstore: str = "secretstore"
    ridealong_max_body_bytes: int = Field(default=4 * 1024 * 1024, ge=1024)
    ridealong_log_level: str = "INFO"
    ridealong_call_timeout_s: float = Field(default=10, gt=0)
    ridealong_shutdown_s: int = Field(default=20, ge=1)
    otel_traces_exporter: str = "none"


PROJECT_ROOT = Path(__file__).resolve().parents[2]


def run_time_folder() -> Path:
    """Where run-time data lives: what `ridealong up` says, else `var` of the checkout."""
    return Path(os.environ.get("RIDEALONG_VAR", PROJECT_ROOT / "var"))
