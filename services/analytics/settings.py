"""What can be set from outside: `ANALYTICS_<NAME>`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from ridealong.chassis.settings import ServiceSettings, run_time_folder


class Settings(ServiceSettings):
    """Where the lake is, how often it is written, and how much of its past is kept."""

    model_config = SettingsConfigDict(env_prefix="ANALYTICS_")

    lake: str = Field(default_factory=lambda: str(run_time_folder() / "lake"), min_length=1)
    storage_options: dict[str, str] = Field(default_factory=dict, repr=False)
    commit_every_s: float = Field(default=1, gt=0, le=10)
    commit_every_rows: int = Field(default=1000, ge=1, le=100_000)
    history_h: int = Field(default=6, ge=1)
    compact_after_commits: int = Field(default=40, ge=2)
    upkeep_every_s: float = Field(default=30, gt=0)
