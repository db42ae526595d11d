"""Settings of the intake service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings

DAY_S = 24 * 3600


class Settings(ServiceSettings):
    """How much is taken, and how long it is kept."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    max_text_chars: int = Field(default=100_000, ge=1)
    keep_days: int = Field(default=90, ge=1, description="raw messages")
    tombstone_days: int = Field(default=30, ge=1, description="how long a forgotten one is refused")

    @property
    def keep_s(self) -> int:
        """`keep_days` as the state store wants it."""
        return self.keep_days * DAY_S

    @property
    def tombstone_s(self) -> int:
        """`tombstone_days` as the state store wants it."""
        return self.tombstone_days * DAY_S
