"""Settings of the aggregation service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """How long one attempt may take, and how long answers are kept."""

    model_config = SettingsConfigDict(env_prefix="AGGREGATION_")

    lease_s: int = Field(default=15, ge=2, description="an attempt that dies blocks this long")
    attempt_s: float = Field(default=10, gt=0, description="one attempt's time; below the lease")
    keep_days: int = Field(default=90, ge=1)
