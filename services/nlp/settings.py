"""Settings of `nlp`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings

Packs = Annotated[tuple[str, ...], Field(min_length=1)]


class Settings(ServiceSettings):
    """`NLP_*` in the environment; lists and maps as JSON."""

    model_config = SettingsConfigDict(env_prefix="NLP_")

    packs: Packs = ("commerce", "banking")
    tenant_packs: dict[str, Packs] = Field(default_factory=dict)
    english_model: str = "understand-en"
    multilingual_model: str = "understand-multilingual"
    top_intents: int = Field(default=10, ge=1, le=500)
    reject_above: float = Field(default=0.5, ge=0, le=1)
    error_rate: float = Field(default=0.1, gt=0, lt=1)
    infer_timeout_s: float = Field(default=5, gt=0)
    own_floor: float = Field(default=0.7, ge=0, le=1)
    own_fresh_s: float = Field(default=2, ge=0)

    def packs_of(self, tenant: str) -> tuple[str, ...]:
        """What this tenant's customers may ask for."""
        return self.tenant_packs.get(tenant, self.packs)
