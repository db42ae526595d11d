"""Settings of `inference`."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from ridealong.chassis.settings import PROJECT_ROOT, ServiceSettings
from ridealong.serving.models.versions import Versions, read_versions
from ridealong.serving.payloads.sampling import Rule, check_rules, read_rules
from ridealong.serving.scheduling.slots import default_slots


def holds_models(folder: Path) -> Path:
    """A folder without a model is a forgotten set-up: better said before the start."""
    if not any((*folder.glob("*/*/manifest.json"), *folder.glob("*/*/model.onnx"))):
        raise ValueError(
            f"no model in {folder}: run `ridealong models build`, or set INFERENCE_MODELS elsewhere"
        )
    return folder


def to_versions(given: str | Versions) -> Versions:
    """From the environment it comes as words."""
    return given if isinstance(given, Versions) else read_versions(given)


# `NoDecode`: we read the JSON ourselves, so that a mistake in it is told like any other.
Rules = Annotated[
    tuple[Rule, ...], NoDecode, BeforeValidator(read_rules), AfterValidator(check_rules)
]


class Settings(ServiceSettings):
    """`INFERENCE_*` in the environment."""

    model_config = SettingsConfigDict(env_prefix="INFERENCE_", validate_default=True)

    models: Annotated[Path, AfterValidator(holds_models)] = PROJECT_ROOT / "var" / "models"
    versions: Annotated[Versions, NoDecode, BeforeValidator(to_versions)] = Versions()
    memory_bytes: int | None = Field(default=None, ge=1 << 20)
    threads: int = Field(default_factory=default_slots, ge=1, le=256)
    threads_per_run: int = Field(default=1, ge=1, le=64)
    queue_limit: int = Field(default=256, ge=1)
    tenant_share: float = Field(default=0.5, gt=0, le=1)
    # 0: no gRPC. The run file names the port, for two sidecars share this process.
    grpc_port: int = Field(default=0, ge=0, le=65535)
    max_body_bytes: int = Field(default=4 << 20, ge=1024)
    log_rules: Rules = ()
    log_share: float = Field(default=1.0, ge=0, le=1)
    log_queue: int = Field(default=1000, ge=1)
    log_queue_bytes: int = Field(default=8 << 20, ge=1024)
    log_value_bytes: int = Field(default=4096, ge=0, le=1 << 20)
    rollouts_every_s: float = Field(default=2, gt=0)
    digest_key: SecretStr | None = None
