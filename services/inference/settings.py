"""Settings of `inference`."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import PROJECT_ROOT, ServiceSettings
from ridealong.serving.execution import default_slots
from ridealong.serving.store import VersionPolicy


def holds_models(folder: Path) -> Path:
    """A folder without a manifest is a forgotten set-up: better said before the start."""
    if not any(folder.glob("*/*/manifest.json")):
        raise ValueError(
            f"no model in {folder}: run `ridealong models build`, or set INFERENCE_MODELS elsewhere"
        )
    return folder


class Settings(ServiceSettings):
    """`INFERENCE_*` in the environment."""

    model_config = SettingsConfigDict(env_prefix="INFERENCE_", validate_default=True)

    models: Annotated[Path, AfterValidator(holds_models)] = PROJECT_ROOT / "var" / "models"
    versions: VersionPolicy = VersionPolicy.LATEST
    threads: int = Field(default_factory=default_slots, ge=1, le=256)
    threads_per_run: int = Field(default=1, ge=1, le=64)
    queue_limit: int = Field(default=256, ge=1)
    max_body_bytes: int = Field(default=4 << 20, ge=1024)
    log_share: float = Field(default=1.0, ge=0, le=1)
    log_queue: int = Field(default=1000, ge=1)
    log_queue_bytes: int = Field(default=8 << 20, ge=1024)
    digest_key: SecretStr | None = None
