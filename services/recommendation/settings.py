"""What can be set from outside: `RECOMMENDATION_<NAME>`, or `RECOMMENDATION_RULES__<NAME>`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings, run_time_folder
from ridealong.knowledge.risk import SHIPPED, Risk
from ridealong.knowledge.rules import Rules


class Settings(ServiceSettings):
    """Where articles and vectors are, which encoders read them, whose replies may go out unseen."""

    model_config = SettingsConfigDict(env_prefix="RECOMMENDATION_", env_nested_delimiter="__")

    knowledge_folder: Path = Path(__file__).parent / "knowledge"
    vectors_folder: Path = Field(default_factory=lambda: run_time_folder() / "recommendation")
    encoders: tuple[str, ...] = ("understand-en", "understand-multilingual")
    encode_at_once: int = Field(default=16, ge=1, le=256)
    encode_timeout_s: float = Field(default=30, gt=0)
    ask_again_s: float = Field(default=1, gt=0)
    look_again_s: float = Field(default=60, gt=0)
    wait_for_vectors_s: float = Field(default=60, ge=0)
    automating_tenants: frozenset[str] = frozenset()
    calibration: Path = SHIPPED
    risk: float = Field(default=0.05, gt=0, lt=1)
    tenant_risks: dict[str, Risk] = {}
    rules: Rules = Rules()

    def risk_of(self, tenant: str) -> Risk:
        """The tenant's own, or everybody's."""
        return self.tenant_risks.get(tenant) or Risk(risk=self.risk)
