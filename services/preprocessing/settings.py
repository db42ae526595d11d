"""Settings of `preprocessing`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`PREPROCESSING_*` in the environment."""

    model_config = SettingsConfigDict(env_prefix="PREPROCESSING_")

    max_characters: int = Field(default=6_000, ge=500, le=50_000)
    tagger_model: str = "pii-tagger"
    tagger_timeout_s: float = Field(default=8, gt=0)
    masking_key_secret: str = "masking-key"
    table_attempts: int = Field(default=6, ge=1, le=20)
    table_days: int = Field(default=180, ge=1)
